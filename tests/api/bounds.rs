//! Bounds that belong to a line over all calls: what two parties, or one slip, cannot put into the figure.

use crate::support::steps::{order_of, with};
use chrono::TimeDelta;
use serde_json::json;
use yangpin::delivery::ConfirmReturns;
use yangpin::jobs::Runner;

both_engines! {
    async fn a_weight_far_from_nominal_is_said_twice_and_named(app) {
        let s = app.scene().await;
        app.given().a_product("BOX5", &s.supplier).of_category("meat").priced("11.33").weighing("5")
            .weighed_by("kg", "5").with_tolerance(20).with_stock("20").await;
        let id = app.confirmed(&s, &order_of(&[("BOX5", "1")])).await;
        let send = |line: serde_json::Value| json!({"lines": [line]});
        let slip = send(json!({"line_no": 1, "quantity": "1", "weighed": "1000000"}));
        assert_eq!(app.ship_as(&s.supplier, &id, &slip).await.faults(422), ["weight_out_of_range /lines/0/weighed"]);
        let other = send(json!({"line_no": 1, "quantity": "1", "weighed": "7", "weight_confirmed": "7.1"}));
        assert_eq!(app.ship_as(&s.supplier, &id, &other).await.faults(422), ["weight_out_of_range /lines/0/weighed"]);
        let twice = send(json!({"line_no": 1, "quantity": "1", "weighed": "7", "weight_confirmed": "7"}));
        let sent = app.ship_as(&s.supplier, &id, &twice).await.body(201);
        assert_eq!(sent["lines"][0]["weight_confirmed"], true);
        let shipment = sent["id"].as_str().unwrap();
        assert_eq!(app.accept(&s.school, shipment, &json!({})).await.faults(422), ["weight_not_named /lines"]);
        app.accept(&s.school, shipment, &json!({"lines": [{"no": 1, "accepted": "7"}]})).await.is(200);
        assert_eq!(app.total_of(&s.school, "accepted").await, ("79.31".to_owned(), 1));
    }

    async fn what_is_accepted_by_a_contract_stays_within_its_cap(app) {
        let s = app.scene().await;
        let boxed = app.given().a_product("BOX5", &s.supplier).of_category("meat").priced("11.33").weighing("5")
            .weighed_by("kg", "5").with_tolerance(20).with_stock("20").await;
        let contract = app.given().a_contract(&s.supplier, &s.school).of(&boxed, "10.00").with_cap("50.00").in_force().await;
        let id = app.confirmed(&s, &with(order_of(&[("BOX5", "1")]), "contract_id", contract.as_str())).await;
        let heavy = json!({"lines": [{"line_no": 1, "quantity": "1", "weighed": "6"}]});
        let sent = app.ship_as(&s.supplier, &id, &heavy).await.body(201)["id"].as_str().unwrap().to_owned();
        let weighs = |kg: &str| json!({"lines": [{"no": 1, "accepted": kg}]});
        assert_eq!(app.accept(&s.school, &sent, &weighs("6")).await.faults(409), ["agreement_exhausted /lines"]);
        assert_eq!(app.total_of(&s.school, "accepted").await, ("0.00".to_owned(), 0));
        let rest = json!([{"reason": "short", "quantity": "1"}]);
        app.accept(&s.school, &sent, &json!({"lines": [{"no": 1, "accepted": "5", "rejected": rest}]})).await.is(200);
        assert_eq!(app.total_of(&s.school, "accepted").await, ("50.00".to_owned(), 1));
        app.verify().await;
    }

    async fn surplus_of_a_line_is_a_tenth_in_all_calls(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        let sent = app.shipped(&s.supplier, &id, &[(1, "10")]).await;
        app.accept(&s.school, &sent, &json!({})).await.is(200);
        let keep = |quantity: &str| app.post(format!("/v1/shipments/{sent}/surplus")).by(&s.school)
            .json(&json!({"note": "多送", "lines": [{"no": 1, "quantity": quantity}]})).into_future();
        for _ in 0..5 {
            keep("0.2").await.is(200);
        }
        assert_eq!(keep("0.001").await.faults(422), ["surplus_out_of_range /lines/0/quantity"]);
        assert_eq!(app.total_of(&s.school, "accepted").await, ("2255.00".to_owned(), 1));
    }

    async fn of_what_was_sent_no_more_goes_back_on_the_shelf(app) {
        let s = app.scene().await;
        app.given().a_product("BOX5", &s.supplier).of_category("meat").priced("11.33").weighing("5")
            .weighed_by("kg", "5").with_tolerance(20).with_stock("20").await;
        let id = app.confirmed(&s, &order_of(&[("BOX5", "2")])).await;
        let sent = app.shipped(&s.supplier, &id, &[(1, "2")]).await;
        app.accept(&s.school, &sent, &json!({})).await.is(200);
        let back = |kg: &str, units: &str| json!({"lines":
            [{"line_no": 1, "quantity": kg, "units": units, "reason": "unwanted", "fate": "restock"}]});
        assert_eq!(app.give_back(&s.school, &id, &back("0.001", "2")).await.faults(422), ["restock_exceeds /lines/0/units"]);
        app.give_back(&s.school, &id, &back("0.001", "1")).await.is(201);
        assert_eq!(app.give_back(&s.school, &id, &back("0.001", "1")).await.faults(422), ["restock_exceeds /lines/0/units"]);
        app.give_back(&s.school, &id, &back("9.998", "1")).await.is(201);
        assert_eq!(app.give_back(&s.school, &id, &back("0.001", "1")).await.faults(422), ["restock_exceeds /lines/0/units"]);
    }

    async fn what_nobody_confirms_is_confirmed_by_time(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        let sent = app.shipped(&s.supplier, &id, &[(1, "10")]).await;
        app.accept(&s.school, &sent, &json!({})).await.is(200);
        let back = json!({"lines": [{"line_no": 1, "quantity": "3", "reason": "unwanted", "fate": "restock"}]});
        let made = app.give_back(&s.school, &id, &back).await.body(201);
        let until = made["confirms_itself_at"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let path = format!("/v1/returns/{}", made["id"].as_str().unwrap());
        let runner = || Runner::new(app.app().desk.clone()).with(ConfirmReturns);
        app.at(&(until - TimeDelta::seconds(2)).to_rfc3339());
        runner().enter_standing().await.unwrap();
        runner().work_off().await.unwrap();
        assert_eq!(app.on_hand(&s.rice).await, 90_000);
        app.at(&(until + TimeDelta::minutes(11)).to_rfc3339());
        runner().work_off().await.unwrap();
        assert_eq!(app.get(&path).by(&s.supplier).await.body(200)["state"], "confirmed");
        assert_eq!(app.on_hand(&s.rice).await, 93_000);
    }
}
