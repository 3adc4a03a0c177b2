//! Saved lists: made, changed, archived, ordered from; a buyer's own and nobody else's.

use crate::support::{Member, TestApp};
use serde_json::{Value, json};

async fn save(app: &TestApp, by: &Member, name: &str, lines: Value) -> (String, String) {
    let made = app.post("/v1/lists").by(by).json(&json!({"name": name, "lines": lines})).await;
    let location = made.header("location").map(str::to_owned).unwrap_or_default();
    let etag = made.header("etag").map(str::to_owned).unwrap_or_default();
    made.is(201);
    (location, etag)
}

both_engines! {
    async fn a_list_is_saved_changed_and_put_away(app) {
        let scene = app.scene().await;
        app.given().a_product("GR03", &scene.supplier).await;
        let lines = json!([{"sku": "GR02", "quantity": "2"}, {"sku": "GR03", "quantity": "1"}]);
        let (path, etag) = save(&app, &scene.school, "每周杂粮", lines.clone()).await;
        let entries = app.entries().await;
        let read = app.get(&path).by(&scene.school).await;
        assert_eq!(read.etag(), etag);
        let read = read.body(200);
        let kept: Vec<Value> = read["lines"].as_array().unwrap().iter().map(|line| json!({"sku": line["sku"], "quantity": line["quantity"]})).collect();
        assert_eq!(Value::from(kept), lines);
        let lines = json!([{"sku": "GR03", "quantity": "4"}]);
        let change = async |etag: &str, body: Value| app.patch(&path).by(&scene.school).if_match(etag).json(&body).await;
        let changed = change(&etag, json!({"lines": lines})).await;
        let newer = changed.etag().to_owned();
        assert_eq!((changed.body(200)["name"].as_str(), newer.as_str()), (Some("每周杂粮"), "\"v2\""));
        assert_eq!(change(&etag, json!({"name": "别的"})).await.problem(412), "precondition_failed");
        assert_eq!(change(&newer, json!({"lines": lines})).await.body(200)["version"], 2);
        assert_eq!(app.entries().await, entries + 1);
        assert_eq!(app.patch(&path).by(&scene.school).json(&json!({})).await.problem(428), "precondition_required");
        let archive = async |etag: &str| app.post(format!("{path}/archive")).by(&scene.school).if_match(etag).await;
        assert_eq!(archive(&etag).await.problem(412), "precondition_failed");
        let gone = archive(&newer).await.body(200);
        assert!(gone["archived_at"].is_string());
        assert_eq!(change("\"v3\"", json!({"name": "别的"})).await.problem(409), "list_archived");
        assert_eq!(app.get("/v1/lists").by(&scene.school).await.body(200)["items"], json!([]));
        assert_eq!(app.get("/v1/lists?archived=true").by(&scene.school).await.body(200)["items"], json!([gone]));
        assert_eq!(app.entries().await, entries + 2);
    }

    async fn lists_come_in_pages_and_only_to_their_owner(app) {
        let scene = app.scene().await;
        let other = app.given().a_hospital().await;
        let line = json!([{"sku": "GR02", "quantity": "1"}]);
        let mut paths = Vec::new();
        for name in ["一", "二", "三"] {
            paths.push(save(&app, &scene.school, name, line.clone()).await.0);
        }
        let first = app.get("/v1/lists?limit=2").by(&scene.school).await.body(200);
        let second = app.get(format!("/v1/lists?limit=2&cursor={}", first["next"].as_str().unwrap())).by(&scene.school).await.body(200);
        let names: Vec<&str> = [&first, &second].iter().flat_map(|page| page["items"].as_array().unwrap()).map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["三", "二", "一"]);
        assert_eq!(app.get("/v1/lists").by(&other).await.body(200)["items"], json!([]));
        assert_eq!(app.get(&paths[0]).by(&other).await.problem(404), "not_found");
        assert_eq!(app.patch(&paths[0]).by(&other).if_match("\"v1\"").json(&json!({"name": "我的"})).await.problem(404), "not_found");
        assert_eq!(app.get("/v1/lists").by(&scene.supplier).await.problem(403), "forbidden");
    }

    async fn every_fault_of_a_list_is_told_at_once(app) {
        let scene = app.scene().await;
        let lines = json!([{"sku": "GR02", "quantity": "1"}, {"sku": "NONE", "quantity": "0"}, {"sku": "GR02", "quantity": "1"}]);
        let entries = app.entries().await;
        let refused = app.post("/v1/lists").by(&scene.school).json(&json!({"name": "单", "lines": lines})).await;
        assert_eq!(refused.faults(422), ["product_unknown /lines/1/sku", "quantity_not_positive /lines/1/quantity", "list_line_twice /lines/2/sku"]);
        assert_eq!(app.entries().await, entries);
    }

    async fn a_list_is_ordered_whole_or_as_far_as_it_can_be_had(app) {
        let scene = app.scene().await;
        app.given().a_product("GR03", &scene.supplier).with_stock("1").await;
        let lines = json!([{"sku": "GR03", "quantity": "2"}, {"sku": "GR02", "quantity": "3"}]);
        let (path, _) = save(&app, &scene.school, "单", lines).await;
        let order = async |key: &str, body: Value| app.post(format!("{path}/orders")).by(&scene.school).idempotency_key(key).json(&body).await;
        assert_eq!(order("1", json!({"deliver_on": "2026-12-01"})).await.faults(409), ["stock_short /lines/0/quantity"]);
        let body = json!({"deliver_on": "2026-12-01", "skip_unavailable": true, "external_order_no": "L-1"});
        let placed = order("2", body.clone()).await.body(201);
        assert_eq!(placed["skipped"][0]["sku"], "GR03");
        assert_eq!(placed["group"]["orders"][0]["amount"], "615.00");
        let replay = order("2", body).await;
        assert!(replay.is_replay());
        assert_eq!(replay.body(201), placed);
        assert_eq!(app.held(&scene.rice).await, 3_000);
    }

    async fn a_list_says_what_it_costs_and_can_be_tried(app) {
        let scene = app.scene().await;
        app.given().a_product("GR03", &scene.supplier).called("红米").priced("12.80").with_stock("1").await;
        app.given().a_product("NO", &scene.supplier).without_offer().await;
        let lines = json!([{"sku": "GR03", "quantity": "2"}, {"sku": "GR02", "quantity": "3"}, {"sku": "NO", "quantity": "1"}]);
        let (path, _) = save(&app, &scene.school, "单", lines).await;
        let list = app.get(&path).by(&scene.school).await.body(200);
        let told = |line: &Value| [&line["price"], &line["amount"]].map(|one| one.as_str().unwrap_or("-").to_owned());
        let costs: Vec<_> = list["lines"].as_array().unwrap().iter().map(told).collect();
        assert_eq!(costs, [["12.80", "25.60"], ["205.00", "615.00"], ["-", "-"]]);
        assert_eq!((list["channel"].as_str(), list["amount"].as_str()), (Some("school_canteen"), Some("640.60")));
        assert_eq!((list["lines"][0]["name"].as_str(), list["lines"][0]["unit"].as_str()), (Some("红米"), Some("袋")));
        assert_eq!(app.get("/v1/lists").by(&scene.school).await.body(200)["items"], json!([list]));
        let written = app.written().await;
        let attempt = async |body: Value| app.post(format!("{path}/dry-run")).by(&scene.school).json(&body).await;
        assert_eq!(attempt(json!({"deliver_on": "2026-12-01"})).await.faults(422), ["no_offer /lines/2/sku"]);
        let tried = attempt(json!({"deliver_on": "2026-12-01", "skip_unavailable": true})).await.body(200);
        let skipped: Vec<_> = tried["skipped"].as_array().unwrap().iter().map(|one| one["sku"].as_str().unwrap()).collect();
        assert_eq!((skipped, tried["order"]["amount"].as_str()), (vec!["GR03", "NO"], Some("615.00")));
        assert_eq!((app.written().await, app.held(&scene.rice).await), (written, 0));
    }
}
