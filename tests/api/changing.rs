//! Changes to what is there: only of the version that was read, and only what may change.

use crate::support::steps::order_of;
use serde_json::json;

both_engines! {
    async fn a_change_names_the_version_it_is_meant_for(app) {
        let s = app.scene().await;
        let path = format!("/v1/products/{}", s.rice.id);
        let read = app.get(&path).by(&s.supplier).await.is(200);
        let change = |tag: Option<&str>| {
            let call = app.patch(&path).by(&s.supplier).json(&json!({"name": "黑米新名"}));
            match tag {
                Some(tag) => call.if_match(tag),
                None => call,
            }
        };
        assert_eq!(change(None).await.problem(428), "precondition_required");
        for stale in ["\"v99\"", "W/\"v1\"", "\"other\""] {
            assert_eq!(change(Some(stale)).await.problem(412), "precondition_failed", "{stale}");
        }
        for malformed in ["v1", "*", "\"v1\", \"v2\""] {
            assert_eq!(change(Some(malformed)).await.status, 400, "{malformed}");
        }
        let changed = change(Some(read.etag())).await.is(200);
        assert_eq!(changed.json["name"], "黑米新名");
        assert_ne!(changed.etag(), read.etag());
        assert_eq!(change(Some(read.etag())).await.status, 412, "who read the old one has to read again");
        let again = app.get(&path).by(&s.school).header("if-none-match", changed.etag()).await;
        assert_eq!(again.status, 304);
        let etag = again.etag().to_owned();
        assert_eq!(etag, changed.etag());
    }

    async fn of_two_changes_at_once_one_is_stale(app) {
        let s = app.scene().await;
        let path = format!("/v1/products/{}", s.rice.id);
        let etag = app.get(&path).by(&s.supplier).await.is(200).etag().to_owned();
        let change = |name: &'static str| app.patch(&path).by(&s.supplier).if_match(&etag).json(&json!({"name": name})).into_future();
        let (one, two) = futures_util::join!(change("甲"), change("乙"));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
    }

    async fn what_an_order_froze_stays_when_the_product_changes(app) {
        let s = app.scene().await;
        let id = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        let before = app.read_order(&s.school, &id).await.body(200);
        let path = format!("/v1/products/{}", s.rice.id);
        let etag = app.get(&path).by(&s.supplier).await.is(200).etag().to_owned();
        let change = json!({"name": "别的名字", "origin_code": "610723104", "pack": "散装"});
        let etag = app.patch(&path).by(&s.supplier).if_match(&etag).json(&change).await.is(200).etag().to_owned();
        app.post(format!("{path}/archive")).by(&s.supplier).if_match(&etag).json(&json!({})).await.is(200);
        assert_eq!(app.read_order(&s.school, &id).await.body(200), before);
        let answer = app.post("/v1/orders").by(&s.school).json(&order_of(&[("GR02", "1")])).await;
        assert_eq!(answer.faults(422), ["product_unknown /lines/0/sku"]);
        app.cancel(&s.school, &id).await.is(200);
        app.get(&path).by(&s.school).await.is(200);
    }

    async fn a_code_is_never_used_again(app) {
        let s = app.scene().await;
        let operator = app.given().an_operator().await;
        let product = json!({"sku": "GR02", "name": "新米", "category_code": "grain", "origin_code": "610723104", "unit": "袋",
            "vat_class": "vat9", "channels": ["school_canteen"]});
        let taken = app.post("/v1/products").by(&s.supplier).json(&product).await;
        assert_eq!(taken.faults(409), ["sku_taken /sku"]);
        let division = json!({"code": "320682105", "name": "白蒲", "parent_code": "320682", "role": "buyer_town"});
        assert_eq!(app.post("/v1/divisions").by(&operator).json(&division).await.faults(409), ["code_taken /code"]);
        let other_case = json!({"sku": "gr02", "name": "新米", "category_code": "grain", "origin_code": "610723104", "unit": "袋",
            "vat_class": "vat9", "channels": ["school_canteen"]});
        app.post("/v1/products").by(&s.supplier).json(&other_case).await.is(201);
    }

    async fn stock_moves_and_what_is_held_stays(app) {
        let s = app.scene().await;
        let place = app.given().store_of(&s.supplier).await.to_string();
        app.place(&s.school, &order_of(&[("GR02", "60")])).await;
        let movement = |quantity: &str, reason: &str| json!({"movements": [{"product_id": s.rice.id.to_string(), "place_id": place,
            "quantity": quantity, "reason": reason, "moved_on": "2026-11-23"}]});
        let record = |body: serde_json::Value| { let (app, supplier) = (&app, &s.supplier); async move {
            app.post("/v1/stock/movements").by(supplier).json(&body).await } };
        assert_eq!(record(movement("-41", "breakage")).await.status, 409, "60 of 100 are held");
        record(movement("-40", "breakage")).await.is(201);
        let lot = app.get("/v1/stock").by(&s.supplier).await.body(200)["items"][0].clone();
        assert_eq!((&lot["on_hand"], &lot["held"], &lot["available"]), (&json!("60"), &json!("60"), &json!("0")));
        let seen = app.get("/v1/stock").by(&s.school).await.body(200)["items"][0].clone();
        assert_eq!(seen["available"], "0");
        assert!(seen["on_hand"].is_null() && seen["held"].is_null(), "buyers see what may be ordered");
        assert_eq!(app.post("/v1/orders").by(&s.school).json(&order_of(&[("GR02", "1")])).await.problem(409), "stock_short");
        record(movement("5", "receipt")).await.is(201);
        app.place(&s.school, &order_of(&[("GR02", "5")])).await;
    }

    async fn goods_are_found_by_characters_pinyin_and_initials(app) {
        let s = app.scene().await;
        app.given().a_product("TE01", &s.supplier).called("朱鹮绿茶").of_category("tea").await;
        for (query, found) in [("黑米", "GR02"), ("heimi", "GR02"), ("hm", "GR02"), ("GR02", "GR02"), ("绿茶", "TE01"), ("lvcha", "TE01"), ("lc", "TE01")] {
            let encoded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let list = app.get(format!("/v1/products?q={encoded}")).by(&s.school).await.body(200);
            let skus: Vec<&str> = list["items"].as_array().unwrap().iter().map(|one| one["sku"].as_str().unwrap()).collect();
            assert_eq!(skus, [found], "{query}");
        }
        let none = app.get("/v1/products?q=zzzz").by(&s.school).await.body(200);
        assert!(none["items"].as_array().unwrap().is_empty());
    }
}
