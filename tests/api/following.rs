//! What events say, by whom they are read, and waiting for them.

use crate::support::contract::contract;
use crate::support::steps::{order_of, with};
use crate::support::{Member, TestApp};
use entity::EventKind;
use futures_util::join;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

async fn all(app: &TestApp, member: &Member, query: &str) -> Vec<Value> {
    let (mut path, mut all) = (format!("/v1/events?limit=200{query}"), Vec::new());
    loop {
        let page = app.get(path).by(member).await.body(200);
        let items = page["items"].as_array().unwrap();
        if items.is_empty() {
            return all;
        }
        all.extend(items.iter().cloned());
        path = format!("/v1/events?limit=200{query}&cursor={}", page["next"].as_str().unwrap());
    }
}

/// The cursor behind all there is.
async fn end(app: &TestApp, member: &Member) -> String {
    let page = app.get("/v1/events?limit=200").by(member).await.body(200);
    page["next"].as_str().unwrap().to_owned()
}

fn one<'a>(events: &'a [Value], kind: &str) -> &'a Value {
    events
        .iter()
        .find(|event| event["kind"] == kind)
        .unwrap_or_else(|| panic!("no {kind}"))
}

/// Until somebody waits in this process.
async fn somebody_waits(app: &TestApp) {
    while app.app().watch.waiting() == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Holds what an event says to the schema of its kind.
fn check(event: &Value) {
    let kind: EventKind = event["kind"].as_str().unwrap().parse().unwrap();
    let name = yangpin::partners::schema_name(kind);
    let schema = json!({"$ref": format!("#/components/schemas/{name}")});
    contract().hold_value(&schema, &event["what"], &name);
    let known = contract().spec()["components"]["schemas"][&name]["properties"].as_object().unwrap();
    for said in event["what"].as_object().unwrap().keys() {
        assert!(known.contains_key(said), "{kind} says {said}");
    }
}

both_engines! {
    async fn an_event_says_its_order_its_money_and_its_doer(app) {
        let s = app.scene().await;
        let id = app.place_one(&s.school, &with(order_of(&[("GR02", "2")]), "external_order_no", "SC-1")).await;
        app.confirm(&s.supplier, &id).await.is(200);
        let shipment = app.shipped(&s.supplier, &id, &[(1, "2")]).await;
        app.accept(&s.school, &shipment, &json!({"lines": [{"no": 1, "accepted": "1", "rejected": [{"reason": "damaged", "quantity": "1"}]}]})).await.is(200);
        let (ours, theirs) = (all(&app, &s.school, "").await, all(&app, &s.supplier, "").await);
        let placed = one(&ours, "order.placed");
        let order_no = app.read_order(&s.school, &id).await.body(200)["order_no"].clone();
        assert_eq!((&placed["order_id"], &placed["order_no"], &placed["external_order_no"]), (&json!(id), &order_no, &json!("SC-1")));
        assert_eq!((&placed["amount"], &placed["what"]["amount"], &placed["reason"]), (&json!("410.00"), &json!("410.00"), &Value::Null));
        assert_eq!(placed["who"], json!({"organisation_id": s.school.id.to_string(), "person_id": s.school.person.to_string()}));
        assert_eq!(one(&theirs, "order.placed")["who"], json!({"organisation_id": s.school.id.to_string(), "person_id": null}));
        assert_eq!(one(&theirs, "shipment.shipped")["who"]["person_id"], s.supplier.person.to_string());
        let moved = |kind: &str| {
            let event = one(&ours, kind);
            assert_eq!((&event["order_id"], &event["external_order_no"]), (&json!(id), &json!("SC-1")), "{kind}");
            [&event["amount"], &event["agreed_amount"], &event["standing_amount"]].map(|sum| sum.as_str().unwrap_or("-").to_owned())
        };
        assert_eq!(moved("order.placed"), ["410.00", "410.00", "0.00"]);
        assert_eq!(moved("order.confirmed"), ["-", "410.00", "0.00"]);
        assert_eq!(moved("shipment.shipped"), ["410.00", "410.00", "0.00"]);
        assert_eq!(moved("shipment.accepted"), ["205.00", "410.00", "205.00"]);

        let ids = |events: &[Value]| events.iter().map(|event| event["event_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        let about: Vec<Value> = ours.iter().filter(|event| event["order_id"] == json!(id)).cloned().collect();
        let again = app.another_process().await;
        assert_eq!(ids(&all(&again, &s.school, "").await), ids(&ours), "the same wherever it is read");
        let timeline = again.get(format!("/v1/orders/{id}/timeline")).by(&s.school).await.body(200);
        let mut timeline = timeline["items"].as_array().unwrap().clone();
        for item in &mut timeline {
            assert_eq!(item.as_object_mut().unwrap().remove("note"), Some(Value::Null));
        }
        assert_eq!(timeline, about, "one shape for both");
        let auditor = app.given().an_auditor().await;
        let seen = all(&app, &auditor, "").await;
        let placed = one(&seen, "order.placed");
        assert!(placed["sequence"].is_i64() && placed["who"]["person_id"].is_null());
        assert!(ours.iter().chain(&theirs).all(|event| event["sequence"].is_null()));
        let distinct: BTreeSet<String> = ids(&seen).into_iter().collect();
        assert_eq!(distinct.len(), seen.len());
        again.close().await;
    }

    async fn every_event_of_a_small_world_fits_the_schema_of_its_kind(app) {
        let s = app.scene().await;
        let operator = app.given().an_operator().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "4")])).await;
        let shipment = app.shipped(&s.supplier, &id, &[(1, "2")]).await;
        app.accept(&s.school, &shipment, &json!({})).await.is(200);
        app.give_back(&s.school, &id, &json!({"lines": [{"line_no": 1, "quantity": "1", "reason": "damaged", "fate": "restock"}]})).await.is(201);
        app.post(format!("/v1/orders/{id}/close-short")).by(&s.school).json(&json!({"lines": [{"line_no": 1, "quantity": "1"}]})).await;
        app.post(format!("/v1/orders/{id}/changes")).by(&s.school).json(&json!({"deliver_on": "2026-12-05"})).await;
        let second = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        app.decline(&s.supplier, &second).await.is(200);
        app.given().a_contract(&s.supplier, &s.school).of(&s.rice, "198.00").in_force().await;
        app.post("/v1/orders/quotes").by(&s.school).json(&order_of(&[("GR02", "2")])).await.is(201);
        let list = json!({"name": "周一", "lines": [{"sku": "GR02", "quantity": "1"}]});
        app.post("/v1/lists").by(&s.school).json(&list).await;
        let import = app.an_import(&operator, "旧台账").await;
        let row = |kind: &str, number: &str| json!({"kind": kind, "document_no": number, "at": "2026-10-05T08:26:00+08:00",
            "buyer": s.school.id.to_string(), "sku": "GR02", "quantity": "2", "price": "2.50"});
        app.part(&operator, &import, 1, &json!([row("order", "1"), row("return", "R1")])).await.is(201);
        app.phase(&operator, &import, "check").await.is(200);
        app.book_alone(&operator, &import, "all_or_nothing").await.is(200);
        app.phase(&operator, &import, "undo").await.is(200);
        let auditor = app.given().an_auditor().await;
        let events = all(&app, &auditor, "").await;
        events.iter().for_each(check);
        let kinds: BTreeSet<&str> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
        assert!(kinds.len() >= 22, "{kinds:?}");
        let undone = one(&events, "order.undone");
        assert_eq!((&undone["amount"], &undone["agreed_amount"], &undone["reason"]), (&json!("-5.00"), &json!("0.00"), &json!("import_undone")));
        assert_eq!(one(&events, "shipment.undone")["order_id"], undone["order_id"], "an entry that does not say it is looked up");
        assert_eq!(one(&events, "contract.drafted")["amount"], Value::Null);
    }

    async fn both_numbers_and_what_is_agreed_stand_wherever_an_order_is_told_of(app) {
        let school = app.given().a_school_canteen().await;
        let supplier = app.given().a_supplier().by_a_person().await;
        app.given().a_product("GR02", &supplier).priced("205.00").with_stock("10").await;
        let placed = app.place(&school, &with(order_of(&[("GR02", "1")]), "external_order_no", "SC-9")).await;
        let told = |order: &Value| json!([order["external_order_no"], order["ordered"]["amount"], order["agreed"]["amount"], order["standing"]["amount"]]);
        assert_eq!(told(&placed["orders"][0]), json!(["SC-9", "205.00", "205.00", "0.00"]));
        app.a_minute_passes().await;
        let inbox = app.get("/v1/notices").by(&supplier).await.body(200);
        let notice = &inbox["items"][0];
        let told_there = json!([notice["order_no"], notice["external_order_no"], notice["agreed_amount"], notice["standing_amount"]]);
        assert_eq!(told_there, json!([placed["orders"][0]["order_no"], "SC-9", "205.00", "0.00"]));
        assert!(notice["title"].as_str().unwrap().contains("SC-9"), "{notice}");
        let id = placed["orders"][0]["id"].as_str().unwrap();
        app.cancel(&school, id).await.is(200);
        let group = app.get(format!("/v1/order-groups/{}", placed["order_group_id"].as_str().unwrap())).by(&school).await.body(200);
        let list = app.get("/v1/orders").by(&supplier).await.body(200);
        let read = app.read_order(&supplier, id).await.body(200);
        for order in [&group["orders"][0], &list["items"][0], &read] {
            assert_eq!(told(order), json!(["SC-9", "205.00", "0.00", "0.00"]));
        }
    }

    async fn kinds_are_chosen_by_name_or_by_thing(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "2")])).await;
        app.shipped(&s.supplier, &id, &[(1, "1")]).await;
        let chosen = all(&app, &s.supplier, "&kinds=order.placed,shipment.*").await;
        let kinds: Vec<&str> = chosen.iter().map(|event| event["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["order.placed", "shipment.shipped"]);
        let auditor = app.given().an_auditor().await;
        assert_eq!(all(&app, &auditor, "&kinds=order.*").await.len(), 2);
        for wrong in ["order", "parcel.*", "*"] {
            let refused = app.get(format!("/v1/events?kinds={wrong}")).by(&s.supplier).await;
            assert_eq!(refused.faults(400), ["event_kind_unknown kinds"], "{wrong}");
        }
        assert_eq!(app.get("/v1/events?wait_s=31").by(&s.supplier).await.problem(400), "invalid_parameter");
    }

    async fn who_waits_hears_at_once_of_what_another_process_commits(app) {
        let s = app.scene().await;
        let other = app.another_process().await;
        for doer in [&other, &app] {
            let path = format!("/v1/events?wait_s=25&kinds=order.*&cursor={}", end(&app, &s.supplier).await);
            let began = Instant::now();
            let waiting = app.get(path).by(&s.supplier).into_future();
            let placing = async {
                somebody_waits(&app).await;
                // What is not wanted wakes nobody.
                app.given().stock_of(&s.rice, "1").await;
                doer.place_one(&s.school, &order_of(&[("GR02", "1")])).await
            };
            let (answer, id) = join!(waiting, placing);
            let page = answer.body(200);
            assert_eq!(page["items"].as_array().unwrap().last().unwrap()["order_id"], json!(id));
            assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
        }
        other.close().await;
    }

    async fn who_waits_is_answered_when_the_time_is_over_the_key_is_shut_or_the_process_stops(app) {
        let s = app.scene().await;
        let cursor = end(&app, &s.school).await;
        let began = Instant::now();
        let page = app.get(format!("/v1/events?wait_s=1&cursor={cursor}")).by(&s.school).await.body(200);
        assert!(page["items"].as_array().unwrap().is_empty() && began.elapsed() >= Duration::from_secs(1));

        let key = app.given().another_key_of(&s.school, None, 30).await;
        let path = format!("/v1/events?wait_s=25&kinds=order.*&cursor={}", end(&app, &s.school).await);
        let waiting = app.get(path).by(&key).into_future();
        let revoking = async {
            somebody_waits(&app).await;
            app.post(format!("/v1/keys/{}/revoke", key.key_id)).by(&s.school).await.is(200);
            app.place(&s.school, &order_of(&[("GR02", "1")])).await;
        };
        let (answer, ()) = join!(waiting, revoking);
        assert_eq!(answer.problem(401), "key_revoked");

        let path = format!("/v1/events?wait_s=25&cursor={}", end(&app, &s.school).await);
        let waiting = app.get(path.clone()).by(&s.school).into_future();
        let stopping = async {
            somebody_waits(&app).await;
            app.app().watch.end();
        };
        let (answer, ()) = join!(waiting, stopping);
        assert_eq!(answer.body(200)["items"], json!([]));
        assert_eq!(app.get(path).by(&s.school).await.body(200)["items"], json!([]), "nobody waits any more");
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// Every kind that the code can write is in the list, and has its schema and an example in the document.
#[test]
fn every_kind_that_can_be_written_is_told_in_the_document() {
    let things: BTreeSet<&str> = EventKind::WORDS.iter().map(|word| word.split_once('.').unwrap().0).collect();
    let src = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut written = BTreeSet::new();
    for path in rust_files(&src) {
        let text = std::fs::read_to_string(path).unwrap();
        for word in text
            .split('"')
            .filter(|word| word.len() < 40 && !word.contains(char::is_whitespace))
        {
            let is_kind = word.split_once('.').is_some_and(|(thing, verb)| {
                things.contains(thing) && !verb.is_empty() && verb.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            });
            if is_kind {
                written.insert(word.to_owned());
            }
        }
    }
    let known: BTreeSet<String> = EventKind::WORDS.iter().map(|word| (*word).to_owned()).collect();
    assert_eq!(written, known);
    let spec = contract().spec();
    let mapping = &spec["components"]["schemas"]["EventKind"]["x-what"];
    for kind in EventKind::ALL {
        let reference = mapping[kind.as_str()].as_str().unwrap();
        let schema = spec.pointer(reference.trim_start_matches('#')).unwrap();
        let example = &schema["example"];
        assert!(example.is_object(), "{kind}");
        contract().hold_value(&json!({ "$ref": reference }), example, reference);
    }
}
