//! Freight as a line of its own: what is charged, how it goes with the goods, and how it is told from them.

use crate::support::TestApp;
use crate::support::steps::{Scene, order_of, with};
use serde_json::{Value, json};

fn lines(order: &Value) -> Vec<String> {
    let lines = order["lines"].as_array().unwrap().iter();
    lines
        .map(|line| format!("{} {} {} {}", line["sku"], line["line_kind"], line["amount"], line["price_source"]).replace('"', ""))
        .collect()
}

async fn totals(app: &TestApp, s: &Scene) -> Vec<String> {
    let mut all = Vec::new();
    for measure in ["ordered", "shipped", "accepted"] {
        let (amount, lines) = app.total_of(&s.school, measure).await;
        all.push(format!("{measure} {amount} {lines}"));
    }
    all
}

async fn line_of(app: &TestApp, s: &Scene, id: &str, line: usize) -> Value {
    let order = app.read_order(&s.school, id).await.body(200);
    order["lines"][line]["progress"].clone()
}

both_engines! {
    async fn an_order_has_its_freight_from_a_fee_until_it_is_free(app) {
        let s = app.scene().await;
        let order = |quantity: &str| order_of(&[("GR02", quantity)]);
        let inside = app.post("/v1/orders/dry-run").by(&s.school).json(&order("1")).await.body(200);
        assert_eq!((&inside["amount"], &inside["orders"][0]["freight"]), (&json!("205.00"), &json!("0.00")));
        app.given().freight_of(&s.supplier, "30.00", Some("410.00")).await;
        let trial = app.post("/v1/orders/dry-run").by(&s.school).json(&order("1")).await.body(200);
        assert_eq!((&trial["amount"], &trial["orders"][0]["freight"]), (&json!("235.00"), &json!("30.00")));
        let placed = app.place(&s.school, &order("1")).await;
        assert_eq!(lines(&placed["orders"][0]), ["GR02 goods 205.00 offer", "YF01 freight 30.00 terms"]);
        assert_eq!(placed["orders"][0]["amount"], "235.00");
        assert_eq!(app.place(&s.school, &order("2")).await["orders"][0]["amount"], "410.00", "free from its value on");
        assert_eq!(app.held(&s.rice).await, 3_000);
        let id = placed["orders"][0]["id"].as_str().unwrap();
        let paper = app.get(format!("/v1/orders/{id}/print")).by(&s.school).await.is(200);
        assert!(paper.text().contains("运费") && paper.text().contains("235.00"), "{}", paper.text());
        app.verify().await;
    }

    async fn the_least_value_of_an_order_is_that_of_its_goods(app) {
        let s = app.scene().await;
        app.given().freight_of(&s.supplier, "1000.00", None).await;
        let path = format!("/v1/suppliers/{}/terms", s.supplier.id);
        app.patch(&path).by(&s.supplier).if_match("\"v2\"").json(&json!({"minimum_order": "205.01"})).await.is(200);
        let answer = app.post("/v1/orders").by(&s.school).json(&order_of(&[("GR02", "1")])).await;
        assert_eq!((answer.faults(422), answer.value_of_fault(0, "amount")), (vec!["minimum_order /lines".to_owned()], "205.00"));
    }

    async fn freight_goes_with_the_first_shipment_and_is_accepted_with_its_goods(app) {
        let s = app.scene().await;
        app.given().freight_of(&s.supplier, "30.00", None).await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        assert_eq!(app.ship(&s.supplier, &id, &[(2, "1")]).await.faults(422), ["line_is_freight /lines/0/line_no"]);
        let sent = app.ship(&s.supplier, &id, &[(1, "4")]).await.body(201);
        assert_eq!(sent["lines"].as_array().unwrap().len(), 2);
        assert_eq!(totals(&app, &s).await, ["ordered 2080.00 2", "shipped 850.00 2", "accepted 0.00 0"]);
        let first = sent["id"].as_str().unwrap();
        let named = json!({"lines": [{"no": 2, "rejected": [{"reason": "damaged", "quantity": "1"}]}]});
        assert_eq!(app.accept(&s.school, first, &named).await.faults(422), ["line_is_freight /lines/0/no"]);
        let part = json!({"lines": [{"no": 1, "rejected": [{"reason": "damaged", "quantity": "1"}]}]});
        assert_eq!(app.accept(&s.school, first, &part).await.body(200)["status"], "partly_accepted");
        let second = app.shipped(&s.supplier, &id, &[(1, "6")]).await;
        app.accept(&s.school, &second, &json!({})).await.is(200);
        assert_eq!(totals(&app, &s).await, ["ordered 2080.00 2", "shipped 2080.00 2", "accepted 1875.00 2"]);
        assert_eq!(app.read_order(&s.school, &id).await.json["status"], "completed");
        let back = json!({"lines": [{"line_no": 2, "quantity": "1", "reason": "damaged", "fate": "destroy"}]});
        assert_eq!(app.give_back(&s.school, &id, &back).await.faults(422), ["line_is_freight /lines/0/line_no"]);
        app.verify().await;
    }

    async fn freight_of_goods_that_are_all_rejected_is_rejected_and_comes_with_the_replacement(app) {
        let s = app.scene().await;
        app.given().freight_of(&s.supplier, "30.00", None).await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "2")])).await;
        let sent = app.shipped(&s.supplier, &id, &[(1, "2")]).await;
        let all = json!({"lines": [{"no": 1, "rejected": [{"reason": "mouldy", "quantity": "2"}]}]});
        assert_eq!(app.accept(&s.school, &sent, &all).await.body(200)["status"], "rejected");
        assert_eq!(line_of(&app, &s, &id, 1).await["rejected"], "1");
        assert_eq!(totals(&app, &s).await, ["ordered 440.00 2", "shipped 440.00 2", "accepted 0.00 0"]);
        let again = app.ship_as(&s.supplier, &id, &json!({"replacement": true, "lines": [{"line_no": 1, "quantity": "2"}]})).await.body(201);
        app.accept(&s.school, again["id"].as_str().unwrap(), &json!({})).await.is(200);
        assert_eq!(line_of(&app, &s, &id, 1).await["accepted"], "1");
        assert_eq!(app.total_of(&s.school, "accepted").await, ("440.00".to_owned(), 2));
        app.verify().await;
    }

    async fn freight_of_a_shipment_rejected_whole_is_accepted_with_goods_that_were_under_way(app) {
        let s = app.scene().await;
        app.given().freight_of(&s.supplier, "30.00", None).await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "4")])).await;
        let first = app.shipped(&s.supplier, &id, &[(1, "2")]).await;
        let second = app.shipped(&s.supplier, &id, &[(1, "2")]).await;
        let all = json!({"lines": [{"no": 1, "rejected": [{"reason": "mouldy", "quantity": "2"}]}]});
        assert_eq!(app.accept(&s.school, &first, &all).await.body(200)["status"], "rejected");
        app.accept(&s.school, &second, &json!({})).await.is(200);
        assert_eq!(line_of(&app, &s, &id, 1).await["accepted"], "1");
        assert_eq!(app.total_of(&s.school, "accepted").await, ("440.00".to_owned(), 2));
        app.verify().await;
    }

    async fn an_order_that_ends_without_goods_takes_its_freight_back(app) {
        let s = app.scene().await;
        app.given().freight_of(&s.supplier, "30.00", None).await;
        let nothing = ("0.00".to_owned(), 0);
        let id = app.place_one(&s.school, &order_of(&[("GR02", "10")])).await;
        app.cancel(&s.school, &id).await.is(200);
        let id = app.place_one(&s.school, &order_of(&[("GR02", "10")])).await;
        app.decline(&s.supplier, &id).await.is(200);
        assert_eq!(app.total_of(&s.school, "ordered").await, nothing);
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        let close = |line: i32, quantity: &str| app.post(format!("/v1/orders/{id}/close-short")).by(&s.school)
            .json(&json!({"lines": [{"line_no": line, "quantity": quantity}]})).into_future();
        assert_eq!(close(2, "1").await.faults(422), ["line_is_freight /lines/0/line_no"]);
        close(1, "4").await.is(200);
        assert_eq!(app.total_of(&s.school, "ordered").await, ("1260.00".to_owned(), 2), "goods will still come");
        assert_eq!(close(1, "6").await.body(200)["status"], "completed");
        assert_eq!(app.total_of(&s.school, "ordered").await, nothing);
        assert_eq!(app.held(&s.rice).await, 0);
        app.verify().await;
    }

    async fn totals_tell_freight_from_goods_and_never_weigh_it(app) {
        let s = app.scene().await;
        app.given().freight_of(&s.supplier, "30.00", None).await;
        app.place(&s.school, &order_of(&[("GR02", "2")])).await;
        let total = app.ordered(&s.school, "group_by=category").await;
        let told = |group: &Value| format!("{} {} {}", group["category"]["code"], group["amount"], group["quantity_kg"]).replace('"', "");
        let groups: Vec<String> = total["groups"].as_array().unwrap().iter().map(told).collect();
        assert_eq!(groups, ["grain 410.00 50", "freight 30.00 null"], "{total}");
        assert_eq!(total["total"]["quantity_kg"], "50");
        let goods = app.ordered(&s.school, "category=grain").await;
        assert_eq!(goods["total"]["amount"], "410.00");
    }

    async fn freight_is_not_ordered_and_not_repeated_but_added_anew(app) {
        let s = app.scene().await;
        app.given().freight_of(&s.supplier, "30.00", None).await;
        let answer = app.post("/v1/orders").by(&s.school).json(&order_of(&[("GR02", "1"), ("YF01", "1")])).await;
        assert_eq!(answer.faults(422), ["freight_not_ordered /lines/1/sku"]);
        let id = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        let again = app.post(format!("/v1/orders/{id}/repeat")).by(&s.school).json(&json!({"deliver_on": "2026-12-02"})).await.body(201);
        assert_eq!(lines(&again["group"]["orders"][0]), ["GR02 goods 205.00 offer", "YF01 freight 30.00 terms"]);
    }

    async fn terms_of_freight_are_whole_and_of_the_supplier_s_own_product(app) {
        let s = app.scene().await;
        let path = format!("/v1/suppliers/{}/terms", s.supplier.id);
        let own = app.given().a_product_of_freight("YF01", &s.supplier).await;
        let (own, rice) = (own.id.to_string(), s.rice.id.to_string());
        for (freight, fault) in [
            (json!({"included": true, "fee": "1.00"}), "freight_terms /freight/included"),
            (json!({"included": false, "fee": "1.00"}), "freight_terms /freight/product_id"),
            (json!({"included": false, "product_id": own}), "freight_terms /freight/fee"),
            (json!({"included": false, "product_id": own, "fee": "0.00"}), "freight_terms /freight/fee"),
            (json!({"included": false, "product_id": own, "fee": "1.00", "free_from": "0.00"}), "freight_terms /freight/free_from"),
            (json!({"included": false, "product_id": rice, "fee": "1.00"}), "no_freight_product /freight/product_id"),
        ] {
            let answer = app.patch(&path).by(&s.supplier).if_match("\"v1\"").json(&json!({"freight": freight})).await;
            assert_eq!(answer.faults(422), [fault], "{freight}");
        }
        let set = app.patch(&path).by(&s.supplier).if_match("\"v1\"").json(&json!({"freight": {"included": false, "product_id": own, "fee": "1.00"}})).await;
        assert_eq!(set.body(200)["freight"], json!({"included": false, "product_id": own, "fee": "1.00"}));
        let back = app.patch(&path).by(&s.supplier).if_match("\"v2\"").json(&json!({"freight": {"included": true}})).await;
        assert_eq!(back.body(200)["freight"], json!({"included": true}));
        let product = json!({"sku": "YF02", "name": "运费", "category_code": "grain", "origin_code": "610723104", "unit": "单",
            "line_kind": "freight", "vat_class": "vat9", "channels": ["online"], "net_weight_kg": "1"});
        let answer = app.post("/v1/products").by(&s.supplier).json(&product).await;
        assert_eq!(answer.faults(400), ["freight_category /category_code", "invalid_field /net_weight_kg"]);
        let product = with(with(product, "line_kind", "goods"), "category_code", "freight");
        assert!(app.post("/v1/products").by(&s.supplier).json(&product).await.faults(422).contains(&"freight_category /category_code".to_owned()));
    }
}
