//! Placing orders: one supplier or many, all or none, at today's price, with every fault at once.

use crate::support::steps::{order_of, with};
use entity::Channel;
use serde_json::{Value, json};

fn texts<'v>(list: &'v Value, name: &str) -> Vec<&'v str> {
    list.as_array().unwrap().iter().map(|one| one[name].as_str().unwrap()).collect()
}

both_engines! {
    async fn a_canteen_places_an_order(app) {
        let s = app.scene().await;
        let answer = app.post("/v1/orders").by(&s.school).json(&json!({
            "external_order_no": "SC-2026-1", "channel": "school_canteen", "fund_source": "canteen_meals",
            "deliver_on": "2026-12-01", "lines": [{"sku": "GR02", "quantity": "10"}],
        })).await.is(201);
        let group = answer.json["order_group_id"].as_str().unwrap();
        assert_eq!(answer.header("location"), Some(format!("/v1/order-groups/{group}").as_str()));
        assert_eq!(answer.json["external_order_no"], "SC-2026-1");
        let order = &answer.json["orders"][0];
        assert_eq!((order["amount"].as_str(), order["status"].as_str()), (Some("2050.00"), Some("placed")));
        assert_eq!(order["supplier"], json!({"id": s.supplier.id.to_string(), "name": "谢村黑米合作社"}));
        assert!(order["order_no"].as_str().unwrap().starts_with("20261123-"));
        let line = &order["lines"][0];
        assert_eq!((line["line_no"].as_i64(), line["sku"].as_str(), line["unit"].as_str()), (Some(1), Some("GR02"), Some("袋")));
        assert_eq!((line["price"].as_str(), line["amount"].as_str()), (Some("205.00"), Some("2050.00")));
        assert_eq!(app.held(&s.rice).await, 10_000);
        let kept = app.get(format!("/v1/order-groups/{group}")).by(&s.school).await.body(200);
        assert_eq!(kept, answer.json);
    }

    async fn what_is_left_out_comes_by_default(app) {
        let s = app.scene().await;
        let site = app.given().a_site_of(&s.school).await;
        let id = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        let order = app.read_order(&s.school, &id).await.body(200);
        assert_eq!(order["channel"], "school_canteen");
        assert_eq!(order["fund_source"], "canteen_meals");
        assert_eq!(order["mode"], "purchase");
        assert_eq!(order["town_code"], "320682105");
        assert_eq!(order["site_id"], Value::Null, "a site is not a default until it is named one");
        let id = app.place_one(&s.school, &with(order_of(&[("GR02", "1")]), "site_id", site.to_string())).await;
        assert_eq!(app.read_order(&s.school, &id).await.body(200)["site_id"], site.to_string());
        let market = app.given().a_supermarket().await;
        let id = app.place_one(&market, &order_of(&[("GR02", "1")])).await;
        let order = app.read_order(&market, &id).await.body(200);
        assert_eq!((&order["channel"], &order["fund_source"], &order["mode"]),
            (&json!("supermarket"), &json!("trading_stock"), &json!("assisted_sale")));
    }

    async fn one_request_becomes_one_order_for_each_supplier(app) {
        let s = app.scene().await;
        let other = app.given().a_supplier().called("洋州茶业").await;
        app.given().a_product("TE01", &other).of_category("tea").priced("39.90").await;
        let group = app.place(&s.school, &order_of(&[("TE01", "2"), ("GR02", "1"), ("TE01", "3")])).await;
        let orders = group["orders"].as_array().unwrap();
        assert_eq!(texts(&group["orders"], "amount"), ["199.50", "205.00"]);
        assert_eq!(texts(&orders[0]["lines"], "quantity"), ["2", "3"]);
        assert_eq!(orders[0]["supplier"]["name"], "洋州茶业");
        assert_eq!(app.written().await[1..5], [3, 1, 2, 3], "facts, groups, orders, lines");
        for (member, seen) in [(&s.school, 2), (&s.supplier, 1), (&other, 1)] {
            let list = app.get("/v1/orders").by(member).await.body(200);
            assert_eq!(list["items"].as_array().unwrap().len(), seen);
        }
    }

    async fn one_product_on_several_lines_is_held_once_for_each(app) {
        let s = app.scene().await;
        app.place(&s.school, &order_of(&[("GR02", "40"), ("GR02", "60")])).await;
        assert_eq!(app.held(&s.rice).await, 100_000);
        let short = app.post("/v1/orders").by(&s.school).json(&order_of(&[("GR02", "1")])).await;
        assert_eq!(short.faults(409), ["stock_short /lines/0/quantity"]);
        assert_eq!(short.value_of_fault(0, "left"), "0");
    }

    async fn decimals_are_taken_where_the_unit_allows(app) {
        let s = app.scene().await;
        app.given().a_product("EG01", &s.supplier).priced("12.3456").in_steps_of("0.1").with_stock("1000").await;
        let group = app.place(&s.school, &order_of(&[("EG01", "98.6")])).await;
        // 12.3456 × 98.6 = 1217.27616
        assert_eq!(group["orders"][0]["amount"], "1217.28");
        assert_eq!(group["orders"][0]["lines"][0]["quantity"], "98.6");
        assert_eq!(group["orders"][0]["lines"][0]["price"], "12.3456");
        let answer = app.post("/v1/orders").by(&s.school).json(&order_of(&[("EG01", "98.65"), ("GR02", "0.5")])).await;
        assert_eq!(answer.faults(422), ["quantity_step /lines/0/quantity", "quantity_step /lines/1/quantity"]);
    }

    async fn money_is_rounded_half_away_from_zero_once_a_line(app) {
        let s = app.scene().await;
        for (sku, price) in [("R1", "0.0050"), ("R2", "0.0049"), ("R3", "0.3333")] {
            app.given().a_product(sku, &s.supplier).priced(price).in_steps_of("0.001").await;
        }
        let group = app.place(&s.school, &order_of(&[("R1", "1"), ("R2", "1"), ("R3", "3"), ("R3", "0.001"), ("R1", "3"), ("R1", "1")])).await;
        let order = &group["orders"][0];
        assert_eq!(texts(&order["lines"], "amount"), ["0.01", "0.00", "1.00", "0.00", "0.02", "0.01"]);
        assert_eq!(order["amount"], "1.04", "the sum of its lines, each rounded alone");
    }

    async fn a_dry_run_says_all_and_writes_nothing(app) {
        let s = app.scene().await;
        let before = app.written().await;
        let trial = app.post("/v1/orders/dry-run").by(&s.school).json(&order_of(&[("GR02", "10")])).await.body(200);
        assert_eq!((&trial["amount"], &trial["channel"]), (&json!("2050.00"), &json!("school_canteen")));
        assert_eq!(trial["orders"][0]["lines"][0]["price"], "205.00");
        assert_eq!((&trial["enough"], &trial["short"]), (&json!(true), &json!([])));
        let short = app.post("/v1/orders/dry-run").by(&s.school).json(&order_of(&[("GR02", "60"), ("GR02", "41")])).await.body(200);
        assert_eq!((&short["enough"], &short["amount"]), (&json!(false), &json!("20705.00")));
        assert_eq!(short["short"], json!([{"asked_at": 1, "sku": "GR02", "asked": "41", "available": "40"}]), "after the line before it");
        let broken = app.post("/v1/orders/dry-run").by(&s.school).json(&order_of(&[("GR02", "101"), ("NONE", "1")])).await;
        assert_eq!(broken.faults(422), ["product_unknown /lines/1/sku"], "rules stay rules");
        assert_eq!((app.written().await, app.held(&s.rice).await), (before, 0));
    }

    async fn a_line_keeps_its_price_after_the_offer_has_changed(app) {
        let s = app.scene().await;
        let id = app.place_one(&s.school, &order_of(&[("GR02", "2")])).await;
        app.given().another_price(&s.rice, Channel::SchoolCanteen, "300.00").await;
        let today = app.place_one(&s.school, &order_of(&[("GR02", "2")])).await;
        app.days_pass(1);
        let later = app.place_one(&s.school, &order_of(&[("GR02", "2")])).await;
        for (id, amount) in [(id, "410.00"), (today, "410.00"), (later, "600.00")] {
            assert_eq!(app.read_order(&s.school, &id).await.body(200)["amount"], amount);
        }
    }

    async fn all_faults_are_answered_at_once_each_with_its_place(app) {
        let s = app.scene().await;
        app.given().a_product("NO01", &s.supplier).without_offer().await;
        app.given().a_product("WI01", &s.supplier).of_category("drink").for_channels(&[Channel::Supermarket]).await;
        app.given().a_product("MI01", &s.supplier).at_least("5").await;
        let before = app.written().await;
        let order = json!({
            "channel": "supermarket", "fund_source": "trading_stock", "deliver_on": "2026-11-23",
            "site_id": "0190a5e0-0000-7000-8000-000000000000", "lines": [{"sku": "GR02", "quantity": "1"}],
        });
        let answer = app.post("/v1/orders").by(&s.school).json(&order).await;
        assert_eq!(answer.faults(422), [
            "channel_not_allowed /channel", "fund_source_not_allowed /fund_source", "site_unknown /site_id", "delivery_day /deliver_on",
        ]);
        let order = order_of(&[("gr02", "1"), ("NO01", "1"), ("WI01", "1"), ("MI01", "4"), ("GR02", "0"), ("GR02", "1.5"), ("GR02", "1")]);
        let answer = app.post("/v1/orders").by(&s.school).json(&order).await;
        assert_eq!(answer.faults(422), [
            "product_unknown /lines/0/sku", "no_offer /lines/1/sku", "product_not_for_channel /lines/2/sku",
            "quantity_minimum /lines/3/quantity", "quantity_not_positive /lines/4/quantity", "quantity_step /lines/5/quantity",
        ]);
        assert_eq!(app.written().await, before);
    }

    async fn short_stock_names_each_line_and_what_is_left_and_holds_nothing(app) {
        let s = app.scene().await;
        let tea = app.given().a_product("TE01", &s.supplier).of_category("tea").with_stock("5").await;
        let before = app.written().await;
        let order = order_of(&[("GR02", "60"), ("TE01", "6"), ("GR02", "60"), ("TE01", "5")]);
        let answer = app.post("/v1/orders").by(&s.school).json(&order).await;
        assert_eq!(answer.faults(409), ["stock_short /lines/1/quantity", "stock_short /lines/2/quantity"]);
        assert_eq!((answer.value_of_fault(0, "left"), answer.value_of_fault(1, "left")), ("5", "40"));
        assert_eq!((app.held(&s.rice).await, app.held(&tea).await), (0, 0));
        assert_eq!(app.written().await, before);
    }

    async fn the_day_of_delivery_is_tomorrow_at_the_earliest(app) {
        let s = app.scene().await;
        let last = "2027-12-28";
        for (day, fits) in [("2026-11-22", false), ("2026-11-23", false), ("2026-11-24", true), (last, true), ("2027-12-29", false)] {
            let order = with(order_of(&[("GR02", "1")]), "deliver_on", day);
            let answer = app.post("/v1/orders").by(&s.school).json(&order).await;
            assert_eq!(answer.status, if fits { 201 } else { 422 }, "{day}: {}", answer.text());
        }
        // 00:30 in Rugao, still the day before in UTC.
        app.at("2026-11-23T16:30:00Z");
        let order = with(order_of(&[("GR02", "1")]), "deliver_on", "2026-11-24");
        let answer = app.post("/v1/orders").by(&s.school).json(&order).await;
        assert_eq!(answer.value_of_fault(0, "soonest"), "2026-11-25");
    }

    async fn another_s_site_is_as_unknown_as_one_that_never_was(app) {
        let s = app.scene().await;
        let other = app.given().a_hospital().await;
        let site = app.given().a_site_of(&other).await;
        let order = with(order_of(&[("GR02", "1")]), "site_id", site.to_string());
        let answer = app.post("/v1/orders").by(&s.school).json(&order).await;
        assert_eq!(answer.faults(422), ["site_unknown /site_id"]);
    }

    async fn a_unit_without_a_canteen_orders_welfare_only(app) {
        let s = app.scene().await;
        let office = app.given().a_government_canteen().without_a_canteen().await;
        let canteen = with(order_of(&[("GR02", "1")]), "channel", "government_canteen");
        assert_eq!(app.post("/v1/orders").by(&office).json(&canteen).await.faults(422), ["without_canteen /channel"]);
        let welfare = json!({"channel": "union_welfare", "fund_source": "union_fund", "deliver_on": "2026-12-01",
            "lines": [{"sku": "GR02", "quantity": "1"}]});
        app.place(&office, &welfare).await;
        assert_eq!(app.held(&s.rice).await, 1_000);
    }

    async fn the_buyer_is_the_key_s_own_and_nobody_else_may_order(app) {
        let s = app.scene().await;
        let before = app.written().await;
        for member in [&s.supplier, &app.given().an_auditor().await, &app.given().an_official_of_the_city().await,
            &app.given().an_operator().await] {
            let answer = app.post("/v1/orders").by(member).json(&order_of(&[("GR02", "1")])).await;
            assert_eq!(answer.problem(403), "forbidden");
        }
        let reader = app.given().a_hospital().that_may_only(&[]).await;
        assert_eq!(app.post("/v1/orders").by(&reader).json(&order_of(&[("GR02", "1")])).await.problem(403), "forbidden");
        assert_eq!(app.written().await[2..], before[2..]);
    }

    async fn two_thousand_lines_are_one_order(app) {
        let s = app.scene().await;
        app.given().stock_of(&s.rice, "10000").await;
        let lines = vec![("GR02", "1"); 2_000];
        let group = app.place(&s.school, &order_of(&lines)).await;
        let lines_back = group["orders"][0]["lines"].as_array().unwrap();
        assert_eq!((lines_back.len(), &lines_back[1_999]["line_no"]), (2_000, &json!(2_000)));
        assert_eq!(group["orders"][0]["amount"], "410000.00");
        let too_many = vec![("GR02", "1"); 2_001];
        let answer = app.post("/v1/orders").by(&s.school).json(&order_of(&too_many)).await;
        assert_eq!(answer.faults(400), ["invalid_field /lines"]);
        let none = app.post("/v1/orders").by(&s.school).json(&order_of(&[])).await;
        assert_eq!(none.faults(400), ["invalid_field /lines"]);
    }

    async fn the_largest_amount_of_a_line_is_named(app) {
        let s = app.scene().await;
        app.given().a_product("BIG", &s.supplier).priced("1000001.00").with_stock("900000").await;
        let answer = app.post("/v1/orders").by(&s.school).json(&order_of(&[("BIG", "1000"), ("BIG", "999")])).await;
        assert_eq!(answer.faults(422), ["line_amount /lines/0/quantity"]);
        let group = app.place(&s.school, &order_of(&[("BIG", "999")])).await;
        assert_eq!(group["orders"][0]["amount"], "999000999.00");
    }

    async fn a_note_stands_beside_the_journal_and_is_read_by_both_parties(app) {
        let s = app.scene().await;
        let id = app.place_one(&s.school, &with(order_of(&[("GR02", "1")]), "note", "请送至后门，谢谢 🌾")).await;
        for member in [&s.school, &s.supplier] {
            assert_eq!(app.read_order(member, &id).await.body(200)["note"], "请送至后门，谢谢 🌾");
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM entries WHERE body LIKE '%后门%'").await, 0);
        let without = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        assert_eq!(app.read_order(&s.school, &without).await.body(200)["note"], Value::Null);
    }
}
