//! Divisions, departments, categories and places are corrected and archived, and totals keep the words of their time.

use crate::support::given::code_of;
use crate::support::steps::order_of;
use crate::support::{Member, TestApp};
use serde_json::{Value, json};

/// The first group of a total: its code and its name.
async fn named(app: &TestApp, official: &Member, by: &str, months: &str) -> (String, String) {
    let path = format!("/v1/tally?measure=ordered&group_by={by}{months}");
    let tally = app.get(path).by(official).header("accept-language", "zh").await.body(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let group = &tally["groups"][0][by];
    (text(&group["code"]), text(&group["name"]))
}

both_engines! {
    async fn a_total_keeps_the_words_of_its_time(app) {
        let s = app.scene().await;
        let (operator, official) = (app.given().an_operator().await, app.given().an_official_of_the_city().await);
        app.place(&s.school, &order_of(&[("GR02", "2")])).await;
        app.at("2027-01-10T02:00:00Z");
        let town = code_of("白蒲镇");
        let path = format!("/v1/divisions/{town}");
        let read = app.get(&path).by(&operator).await.is(200);
        let body = json!({"name": "白蒲新镇", "reason": "区划调整"});
        let changed = app.patch(&path).by(&operator).if_match(read.etag()).json(&body).await.is(200);
        assert_eq!((changed.json["name"].as_str(), changed.etag()), (Some("白蒲新镇"), "\"v2\""));
        let body = json!({"name_zh": "粮油", "name_en": "Grain and oil", "reason": "目录调整"});
        app.patch("/v1/categories/grain").by(&operator).if_match("\"v1\"").json(&body).await.is(200);
        // Renamed twice: the name that held at the end of the period counts.
        app.at("2027-02-10T02:00:00Z");
        let body = json!({"name": "白蒲市", "reason": "再次调整"});
        app.patch(&path).by(&operator).if_match("\"v2\"").json(&body).await.is(200);

        for (months, town_name, category) in [
            ("&from=2026-11&to=2026-12", "白蒲镇", "粮食"),
            ("&to=2027-01", "白蒲新镇", "粮油"),
            ("&to=2027-02", "白蒲市", "粮油"),
            ("", "白蒲市", "粮油"),
        ] {
            assert_eq!(named(&app, &official, "town", months).await, (town.to_owned(), town_name.to_owned()), "{months}");
            assert_eq!(named(&app, &official, "category", months).await, ("grain".to_owned(), category.to_owned()), "{months}");
        }
        // Goods are found by the new word as well, once their documents are made anew.
        assert_eq!(app.get("/v1/products?q=%E7%B2%AE%E9%A3%9F").by(&s.school).await.body(200)["items"].as_array().unwrap().len(), 1);
        app.a_minute_passes().await;
        assert_eq!(app.get("/v1/products?q=%E7%B2%AE%E6%B2%B9").by(&s.school).await.body(200)["items"].as_array().unwrap().len(), 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM products WHERE search_text LIKE '~%'").await, 0);
        let said = app.number("SELECT COUNT(*) FROM entries WHERE kind IN ('division.changed', 'category.changed')").await;
        assert_eq!(said, 3);
    }

    async fn what_is_used_is_not_archived_and_what_is_archived_is_not_used(app) {
        let s = app.scene().await;
        let operator = app.given().an_operator().await;
        let archive = |path: String| app.post(format!("{path}/archive")).by(&operator).json(&json!({"reason": "撤销"}));
        let town = code_of("白蒲镇");
        let used = archive(format!("/v1/divisions/{town}")).await;
        assert_eq!(used.problem(409), "still_in_use");
        assert_eq!(used.value_of_fault(0, "organisations"), "1");
        assert_eq!(archive("/v1/categories/grain".to_owned()).await.problem(409), "still_in_use");
        assert_eq!(archive("/v1/categories/freight".to_owned()).await.problem(409), "category_needed");
        assert_eq!(archive(format!("/v1/divisions/{}", code_of("谢村镇"))).await.value_of_fault(0, "products"), "1");

        let empty = app.given().town("东陈镇").await;
        let path = format!("/v1/divisions/{empty}");
        assert_eq!(archive(path.clone()).await.body(200)["archived"], true);
        let listed = |query: &str| app.get(format!("/v1/divisions?role=buyer_town{query}")).by(&operator);
        assert!(!listed("").await.is(200).text().contains(empty.as_str()));
        assert!(listed("&archived=true").await.is(200).text().contains(empty.as_str()));
        let school = json!({"name": "东陈小学", "kind": "school", "town_code": empty.as_str()});
        let refused = app.post("/v1/organisations").by(&operator).json(&school).await;
        assert_eq!(refused.faults(422), ["unknown_division /town_code"]);
        let change = app.patch(&path).by(&operator).if_match("\"v2\"").json(&json!({"name": "新名", "reason": "x"}));
        assert_eq!(change.await.problem(409), "master_archived");

        // A place with goods in it stays; emptied, it goes, and nothing is brought there any more.
        let store = app.given().store_of(&s.supplier).await.to_string();
        let gone = |path: &str| app.post(path).by(&s.supplier).json(&json!({"reason": "退租"}));
        let path = format!("/v1/places/{store}/archive");
        assert_eq!(gone(&path).await.problem(409), "place_not_empty");
        let moved = |quantity: &str, reason: &str| {
            let one = json!({"product_id": s.rice.id.to_string(), "place_id": store, "quantity": quantity, "reason": reason,
                "moved_on": "2026-11-23"});
            app.post("/v1/stock/movements").by(&s.supplier).json(&json!({"movements": [one]}))
        };
        moved("-100", "correction").await.is(201);
        assert_eq!(gone(&path).await.body(200)["archived"], true);
        assert_ne!(moved("1", "receipt").await.status, 201);
        assert_eq!(app.get("/v1/places").by(&s.supplier).await.body(200)["items"], json!([]));
    }
}
