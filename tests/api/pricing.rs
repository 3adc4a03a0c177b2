//! Prices: for whom, at which quantity, from when; why; and what a supplier asks of an order.

use crate::support::TestApp;
use crate::support::given::Member;
use crate::support::steps::{Scene, order_of, with};
use entity::Channel;
use serde_json::{Value, json};

async fn offer(app: &TestApp, s: &Scene, more: Value) -> Value {
    let mut body = json!({"product_id": s.rice.id.to_string(), "price": "200.00", "from_date": "2026-11-23"});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    app.post("/v1/offers").by(&s.supplier).json(&body).await.body(201)
}

async fn price(app: &TestApp, s: &Scene, by: &Member, query: &str) -> Value {
    let path = format!("/v1/products/{}/price?{query}", s.rice.id);
    app.get(path).by(by).await.body(200)
}

fn verdicts(price: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = price["candidates"].as_array().unwrap().iter();
    all.map(|one| (text(&one["price_at_quantity"]), text(&one["verdict"])))
        .filter(|(_, verdict)| verdict != "not_for_you")
        .collect()
}

fn said(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
}

both_engines! {
    async fn the_most_specific_price_is_taken_and_explained(app) {
        let s = app.scene().await;
        offer(&app, &s, json!({"price": "201.00"})).await;
        offer(&app, &s, json!({"price": "202.00", "kind": "school"})).await;
        assert_eq!(price(&app, &s, &s.school, "").await["price"], "202.00");
        offer(&app, &s, json!({"price": "203.00", "buyer_id": s.school.id.to_string()})).await;
        let other = app.given().a_hospital().await;
        let mine = price(&app, &s, &s.school, "quantity=2").await;
        assert_eq!((&mine["price"], &mine["amount"], &mine["channel"]), (&json!("203.00"), &json!("406.00"), &json!("school_canteen")));
        assert_eq!(verdicts(&mine), said(&[("203.00", "wins"), ("202.00", "less_specific"), ("205.00", "less_specific"), ("201.00", "less_specific")]));
        assert_eq!(mine["offer_id"], mine["candidates"][0]["offer"]["offer_id"]);
        let hers = price(&app, &s, &other, "").await;
        assert_eq!(verdicts(&hers), said(&[("205.00", "wins"), ("201.00", "less_specific")]));
        assert!(!hers.to_string().contains("203.00"), "another buyer's price is nobody's business");
        let group = app.place(&s.school, &order_of(&[("GR02", "2")])).await;
        assert_eq!(group["orders"][0]["amount"], "406.00");
        let group = app.place(&other, &order_of(&[("GR02", "2")])).await;
        assert_eq!(group["orders"][0]["amount"], "410.00");
        let named = price(&app, &s, &s.supplier, &format!("buyer_id={}", s.school.id)).await;
        assert_eq!(named["price"], "203.00");
    }

    async fn a_price_for_one_buyer_is_seen_by_nobody_else(app) {
        let s = app.scene().await;
        let made = offer(&app, &s, json!({"buyer_id": s.school.id.to_string()})).await;
        let path = format!("/v1/offers/{}", made["offer_id"].as_str().unwrap());
        let other = app.given().a_hospital().await;
        app.get(&path).by(&s.school).await.is(200);
        assert_eq!(app.get(&path).by(&other).await.status, 404);
        for list in ["/v1/offers?limit=200".to_owned(), format!("/v1/products/{}/prices?limit=200", s.rice.id)] {
            assert!(app.get(&list).by(&s.school).await.text().contains(made["offer_id"].as_str().unwrap()), "{list}");
            assert!(!app.get(&list).by(&other).await.text().contains(made["offer_id"].as_str().unwrap()), "{list}");
        }
        let path = format!("/v1/products/{}/price?buyer_id={}", s.rice.id, s.school.id);
        assert_eq!(app.get(path).by(&other).await.status, 404);
    }

    async fn a_line_s_whole_quantity_takes_the_price_of_its_tier(app) {
        let s = app.scene().await;
        let tiers = json!([{"from": "10", "price": "190.00"}, {"from": "50", "price": "180.00"}]);
        let made = offer(&app, &s, json!({"kind": "school", "tiers": tiers})).await;
        assert_eq!(made["tiers"], tiers);
        for (quantity, amount) in [("9", "1800.00"), ("10", "1900.00"), ("49", "9310.00"), ("50", "9000.00")] {
            let trial = app.post("/v1/orders/dry-run").by(&s.school).json(&order_of(&[("GR02", quantity)])).await.body(200);
            assert_eq!(trial["amount"], amount, "{quantity}");
        }
        let id = app.place_one(&s.school, &order_of(&[("GR02", "10")])).await;
        let order = app.read_order(&s.school, &id).await.body(200);
        assert_eq!((&order["lines"][0]["price"], &order["amount"]), (&json!("190.00"), &json!("1900.00")));
        let wrong = json!({"product_id": s.rice.id.to_string(), "price": "1.00", "from_date": "2026-11-23", "minimum": "10",
            "tiers": [{"from": "10", "price": "190.00"}, {"from": "12.5", "price": "1.00"}]});
        let answer = app.post("/v1/offers").by(&s.supplier).json(&wrong).await;
        assert_eq!(answer.faults(422), ["tier_order /tiers/0/from", "tier_order /tiers/1/from"]);
    }

    async fn a_quantity_too_small_for_one_offer_takes_the_next(app) {
        let s = app.scene().await;
        offer(&app, &s, json!({"price": "150.00", "buyer_id": s.school.id.to_string(), "minimum": "20"})).await;
        let few = price(&app, &s, &s.school, "quantity=19").await;
        assert_eq!(verdicts(&few), said(&[("205.00", "wins"), ("150.00", "below_minimum")]));
        assert_eq!(price(&app, &s, &s.school, "quantity=20").await["price"], "150.00");
    }

    async fn overlap_is_refused_for_the_same_audience_only(app) {
        let s = app.scene().await;
        for more in [json!({}), json!({"kind": "school"}), json!({"kind": "hospital"}), json!({"buyer_id": s.school.id.to_string()})] {
            offer(&app, &s, more.clone()).await;
            let mut again = json!({"product_id": s.rice.id.to_string(), "price": "1.00", "from_date": "2026-12-23"});
            for (name, value) in more.as_object().unwrap() {
                again[name] = value.clone();
            }
            let answer = app.post("/v1/offers").by(&s.supplier).json(&again).await;
            assert_eq!(answer.faults(409), ["offer_overlaps /from_date"], "{more}");
        }
        let two = json!({"product_id": s.rice.id.to_string(), "price": "1.00", "from_date": "2026-12-23", "kind": "school", "channel": "school_canteen"});
        assert_eq!(app.post("/v1/offers").by(&s.supplier).json(&two).await.faults(422), ["one_audience /kind"]);
        for (name, value) in [("kind", "office".to_owned()), ("buyer_id", s.supplier.id.to_string())] {
            let body = with(json!({"product_id": s.rice.id.to_string(), "price": "1.00", "from_date": "2026-12-23"}), name, value);
            assert_eq!(app.post("/v1/offers").by(&s.supplier).json(&body).await.faults(422), [format!("does_not_buy /{name}")]);
        }
    }

    async fn a_new_price_is_announced_ahead_and_follows_without_a_gap(app) {
        let s = app.scene().await;
        let list = app.get(format!("/v1/offers?product_id={}&channel=school_canteen", s.rice.id)).by(&s.supplier).await.body(200);
        let running = list["items"][0]["offer_id"].as_str().unwrap().to_owned();
        let path = format!("/v1/offers/{running}/announce");
        let announce = |day: &str| app.post(&path).by(&s.supplier).if_match("\"v1\"").json(&json!({"price": "212.00", "from_date": day})).into_future();
        let answer = announce("2026-11-29").await;
        assert_eq!((answer.faults(422), answer.value_of_fault(0, "soonest")), (vec!["notice_too_short /from_date".to_owned()], "2026-11-30"));
        let before = app.entries().await;
        let next = announce("2026-11-30").await.is(201);
        assert_eq!(app.entries().await, before + 2, "the end of one, the beginning of the other");
        assert_eq!((&next.json["channel"], &next.json["to_date"]), (&json!("school_canteen"), &Value::Null));
        assert_eq!(announce("2026-12-30").await.status, 412, "what was read is no longer so");
        let ended = app.get(format!("/v1/offers/{running}")).by(&s.school).await.body(200);
        assert_eq!(ended["to_date"], "2026-11-29");
        assert_eq!(price(&app, &s, &s.school, "day=2026-11-29").await["price"], "205.00");
        assert_eq!(price(&app, &s, &s.school, "day=2026-11-30").await["price"], "212.00");
        assert_eq!(app.place(&s.school, &order_of(&[("GR02", "1")])).await["orders"][0]["amount"], "205.00");
        app.days_pass(7);
        let group = app.place(&s.school, &with(order_of(&[("GR02", "1")]), "deliver_on", "2026-12-05")).await;
        assert_eq!(group["orders"][0]["amount"], "212.00");
        let history = app.get(format!("/v1/products/{}/prices?limit=200", s.rice.id)).by(&s.school).await.body(200);
        let of_school: Vec<&str> = history["items"].as_array().unwrap().iter()
            .filter(|one| one["offer"]["channel"] == "school_canteen")
            .map(|one| one["offer"]["price"].as_str().unwrap()).collect();
        assert_eq!(of_school, ["205.00", "212.00"]);
    }

    async fn prices_are_read_page_by_page(app) {
        let s = app.scene().await;
        let path = format!("/v1/products/{}/prices?limit=5", s.rice.id);
        let (mut seen, mut cursor) = (0, String::new());
        loop {
            let page = app.get(format!("{path}{cursor}")).by(&s.school).await.body(200);
            seen += page["items"].as_array().unwrap().len();
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, Channel::ALL.len());
    }

    async fn what_a_supplier_asks_of_an_order_is_asked(app) {
        let s = app.scene().await;
        let path = format!("/v1/suppliers/{}/terms", s.supplier.id);
        let usual = app.get(&path).by(&s.school).await.is(200);
        assert_eq!((&usual.json["lead_days"], &usual.json["notice_days"], &usual.json["minimum_order"]), (&json!(1), &json!(7), &json!("0.00")));
        let terms = json!({"minimum_order": "500.00", "lead_days": 3, "delivery_days": ["tuesday", "friday"]});
        let set = app.patch(&path).by(&s.supplier).if_match(usual.etag()).json(&terms).await.is(200);
        assert_eq!(set.json["delivery_days"], json!(["tuesday", "friday"]));
        assert_eq!(app.patch(&path).by(&s.supplier).if_match(usual.etag()).json(&terms).await.status, 412);
        let order = |day: &str, quantity: &str| with(order_of(&[("GR02", quantity)]), "deliver_on", day);
        for (day, quantity, faults) in [
            ("2026-11-24", "3", vec!["lead_days /deliver_on"]),
            ("2026-11-26", "3", vec!["no_delivery_that_day /deliver_on"]),
            ("2026-11-25", "2", vec!["lead_days /deliver_on", "no_delivery_that_day /deliver_on", "minimum_order /lines"]),
            ("2026-11-27", "2", vec!["minimum_order /lines"]),
        ] {
            let answer = app.post("/v1/orders").by(&s.school).json(&order(day, quantity)).await;
            assert_eq!(answer.faults(422), faults, "{day} {quantity}");
        }
        let answer = app.post("/v1/orders").by(&s.school).json(&order("2026-11-25", "3")).await;
        assert_eq!(answer.value_of_fault(0, "earliest"), "2026-11-27");
        app.place(&s.school, &order("2026-11-27", "3")).await;
        let listed = app.get("/v1/products?q=GR02").by(&s.school).await.body(200);
        assert_eq!(listed["items"][0]["deliver_from"], "2026-11-27");
        let longer = json!({"notice_days": 30});
        app.patch(&path).by(&s.supplier).if_match(set.etag()).json(&longer).await.is(200);
    }

    async fn another_process_takes_new_terms_and_prices_at_once(app) {
        let s = app.scene().await;
        let other = app.another_process().await;
        other.place(&s.school, &order_of(&[("GR02", "1")])).await;
        offer(&app, &s, json!({"price": "150.00", "buyer_id": s.school.id.to_string()})).await;
        let group = other.place(&s.school, &order_of(&[("GR02", "1")])).await;
        assert_eq!(group["orders"][0]["amount"], "150.00");
        let path = format!("/v1/suppliers/{}/terms", s.supplier.id);
        app.patch(&path).by(&s.supplier).if_match("\"v1\"").json(&json!({"minimum_order": "1000.00"})).await.is(200);
        let answer = other.post("/v1/orders").by(&s.school).json(&order_of(&[("GR02", "1")])).await;
        assert_eq!(answer.faults(422), ["minimum_order /lines"]);
        other.close().await;
    }
}
