//! Names and numbers hold nothing that nobody sees: refused wherever they are given, read wherever they are kept.

use crate::support::contract::contract;
use crate::support::steps::{order_of, with};
use crate::support::{Member, TestApp};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

const UNSEEN: [(char, &str); 12] = [
    ('\u{ad}', "U+00AD"),
    ('\u{200b}', "U+200B"),
    ('\u{200d}', "U+200D"),
    ('\u{200f}', "U+200F"),
    ('\u{2028}', "U+2028"),
    ('\u{2029}', "U+2029"),
    ('\u{202e}', "U+202E"),
    ('\u{2060}', "U+2060"),
    ('\u{2066}', "U+2066"),
    ('\u{2069}', "U+2069"),
    ('\u{feff}', "U+FEFF"),
    ('\u{e0041}', "U+E0041"),
];

/// Pointers to the members of an example that are names or numbers, by the schema of the body.
fn names_in(schema: &Value, example: &Value, at: &str, found: &mut Vec<String>) {
    let schema = schema["$ref"]
        .as_str()
        .map_or(schema, |name| contract().spec().pointer(name.trim_start_matches('#')).unwrap());
    if schema["x-visible"] == true && example.is_string() {
        found.push(at.to_owned());
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        names_in(part, example, at, found);
    }
    for (name, member) in example.as_object().into_iter().flatten() {
        names_in(&schema["properties"][name], member, &format!("{at}/{name}"), found);
    }
    if let Some(first) = example.as_array().and_then(|items| items.first()) {
        names_in(&schema["items"], first, &format!("{at}/0"), found);
    }
}

async fn anybody(app: &TestApp) -> Member {
    app.given().an_operator().await
}

both_engines! {
    async fn what_nobody_sees_is_refused_at_every_door(app) {
        let operator = anybody(&app).await;
        let (mut doors, entries) = (0, app.entries().await);
        for operation in contract().operations() {
            let media = &operation.value["requestBody"]["content"]["application/json"]["schema"];
            let Some(reference) = media["$ref"].as_str() else { continue };
            let example = contract().spec().pointer(reference.trim_start_matches('#')).unwrap()["example"].clone();
            let mut found = Vec::new();
            names_in(media, &example, "", &mut found);
            let path = operation.path.replace("{code}", "320682");
            let parts = path.split('/').map(|part| if part.starts_with('{') { "0190a5e0-0000-7000-8000-000000000000" } else { part });
            let path = parts.collect::<Vec<_>>().join("/");
            for pointer in found {
                for (c, code) in UNSEEN {
                    let mut body = example.clone();
                    *body.pointer_mut(&pointer).unwrap() = json!(format!("a{c}b"));
                    let answer = app.call(operation.method.clone(), &path).by(&operator).if_match("\"v1\"").json(&body).await;
                    assert_eq!(answer.faults(400), [format!("invisible_character {pointer}")], "{}", operation.id);
                    assert_eq!(answer.value_of_fault(0, "character"), code);
                }
                doors += 1;
            }
        }
        assert!(doors >= 20, "{doors}");
        assert_eq!(app.entries().await, entries);
    }

    async fn all_of_it_is_told_at_once_and_parameters_too(app) {
        let s = app.scene().await;
        let operator = anybody(&app).await;
        let body = json!({"code": "X\u{200b}1", "name": "教\u{202e}育局"});
        let answer = app.post("/v1/departments").by(&operator).json(&body).await;
        assert_eq!(answer.faults(400), ["invisible_character /code", "invisible_character /name"]);
        let sheet = "/v1/orders/sheet?mode=check&deliver_on=2026-12-08&external_order_no=P%E2%80%8B1";
        let answer = app.post(sheet).by(&s.school).header("content-type", "text/csv").raw("sku,quantity\nGR02,1\n").await;
        assert_eq!(answer.problem(400), "invisible_character");
        // What people write to each other is theirs, and comes back as it went.
        let id = app.place_one(&s.school, &with(order_of(&[("GR02", "1")]), "note", "请送\u{200b}后门")).await;
        assert_eq!(app.read_order(&s.supplier, &id).await.body(200)["note"], "请送\u{200b}后门");
    }

    async fn names_of_before_are_read_as_they_are(app) {
        let s = app.scene().await;
        let place = app.given().store_of(&s.supplier).await;
        let id = app.given().a_contract(&s.supplier, &s.school).of(&s.rice, "198.00").drafted().await;
        let site = json!({"name": "后门", "address": "一号", "town_code": "320682105", "contact": {"name": "王师傅", "phone": "0513-8700"}});
        let site = app.post("/v1/sites").by(&s.school).json(&site).await.body(201);
        let db = app.app().desk.db.clone();
        let rename = async |table: &str, column: &str, from: &str, to: &str| {
            let sql = format!("UPDATE {table} SET {column} = replace({column}, '{from}', '{to}')");
            db.write().execute_unprepared(&sql).await.unwrap();
        };
        let texts = [("products", "name", "米"), ("places", "name", "库"), ("contracts", "contract_no", "KJ"), ("site_contacts", "name", "王")];
        for (table, column, text) in texts {
            rename(table, column, text, &format!("\u{200b}{text}\u{202e}")).await;
        }
        let product = app.get(format!("/v1/products/{}", s.rice.id)).by(&s.school).await.body(200);
        assert!(product["name"].as_str().unwrap().contains('\u{200b}'), "{product}");
        let places = app.get("/v1/places").by(&s.supplier).await.body(200);
        let named = places["items"].as_array().unwrap().iter().find(|one| one["place_id"] == place.to_string()).unwrap();
        assert!(named["name"].as_str().unwrap().contains('\u{200b}'), "{named}");
        let contract = app.get(format!("/v1/contracts/{id}")).by(&s.supplier).await.body(200);
        assert!(contract["contract_no"].as_str().unwrap().contains('\u{200b}'), "{contract}");
        let site = app.get(format!("/v1/sites/{}", site["site_id"].as_str().unwrap())).by(&s.school).await.body(200);
        assert!(site["contact"]["name"].as_str().unwrap().contains('\u{200b}'), "{site}");
        for (table, column, text) in texts {
            rename(table, column, &format!("\u{200b}{text}\u{202e}"), text).await;
        }
    }
}
