//! What an order says once it is changed or has ended, and what becomes of its freight.

use crate::support::TestApp;
use crate::support::steps::{Scene, order_of, with};
use serde_json::{Value, json};
use yangpin::jobs::{Job, Step};
use yangpin::orders::LapseChanges;

async fn propose(app: &TestApp, s: &Scene, id: &str, body: &Value) -> Value {
    app.post(format!("/v1/orders/{id}/changes"))
        .by(&s.school)
        .json(body)
        .await
        .body(201)
}

async fn say(app: &TestApp, by: &crate::support::Member, change: &Value, word: &str) -> crate::support::Answer {
    let id = change["id"].as_str().unwrap();
    app.post(format!("/v1/order-changes/{id}/{word}")).by(by).await
}

async fn state_of_changes(app: &TestApp, s: &Scene, id: &str) -> Vec<String> {
    let list = app.get(format!("/v1/orders/{id}/changes")).by(&s.supplier).await.body(200);
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["status"].as_str().unwrap().to_owned()).collect()
}

async fn kinds(app: &TestApp, s: &Scene, id: &str) -> Vec<String> {
    let timeline = app.get(format!("/v1/orders/{id}/timeline")).by(&s.school).await.body(200);
    let items = timeline["items"].as_array().unwrap().iter();
    items.map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
}

async fn findings(app: &TestApp) -> String {
    yangpin::verify::verify(&app.app().desk.db, |_, _| {}).await.unwrap().to_string()
}

/// What is told of an order and its first line: ordered, agreed, standing.
async fn told(app: &TestApp, s: &Scene, id: &str) -> [String; 3] {
    let order = app.read_order(&s.supplier, id).await.body(200);
    let line = &order["lines"][0];
    ["ordered", "agreed", "standing"].map(|name| {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let of = &line[name];
        format!("{} {} {}", text(&of["quantity"]), text(&of["amount"]), text(&order[name]["amount"]))
    })
}

async fn freight(app: &TestApp, s: &Scene, id: &str) -> Value {
    let order = app.read_order(&s.school, id).await.body(200);
    order["lines"].as_array().unwrap().last().unwrap()["progress"].clone()
}

fn all_rejected(quantity: &str) -> Value {
    json!({"lines": [{"no": 1, "rejected": [{"reason": "mouldy", "quantity": quantity}]}]})
}

both_engines! {
    async fn a_change_lapses_in_the_turn_that_ends_its_order(app) {
        let s = app.scene().await;
        let less = json!({"lines": [{"line_no": 1, "quantity": "4"}]});
        let cancelled = app.confirmed(&s, &order_of(&[("GR02", "6")])).await;
        let change = propose(&app, &s, &cancelled, &less).await;
        app.cancel(&s.school, &cancelled).await.is(200);
        assert_eq!(state_of_changes(&app, &s, &cancelled).await, ["lapsed"]);
        assert_eq!(kinds(&app, &s, &cancelled).await,
            ["order.placed", "order.confirmed", "order.change_proposed", "order.change_lapsed", "order.cancelled"]);
        assert_eq!(say(&app, &s.supplier, &change, "agree").await.problem(409), "change_decided");
        assert_eq!(say(&app, &s.school, &change, "withdraw").await.problem(409), "change_decided");
        let completed = app.confirmed(&s, &order_of(&[("GR02", "6")])).await;
        propose(&app, &s, &completed, &less).await;
        let shipment = app.shipped(&s.supplier, &completed, &[(1, "6")]).await;
        assert_eq!(state_of_changes(&app, &s, &completed).await, ["proposed"]);
        app.accept(&s.school, &shipment, &json!({})).await.is(200);
        assert_eq!(app.read_order(&s.school, &completed).await.json["status"], "completed");
        assert_eq!(state_of_changes(&app, &s, &completed).await, ["lapsed"]);
        let closed = app.confirmed(&s, &order_of(&[("GR02", "6")])).await;
        propose(&app, &s, &closed, &less).await;
        let close = json!({"lines": [{"line_no": 1}]});
        app.post(format!("/v1/orders/{closed}/close-short")).by(&s.supplier).json(&close).await.is(200);
        assert_eq!(state_of_changes(&app, &s, &closed).await, ["lapsed"]);
        app.verify().await;
    }

    async fn a_refused_cancel_lapses_nothing(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "6")])).await;
        app.shipped(&s.supplier, &id, &[(1, "1")]).await;
        propose(&app, &s, &id, &json!({"lines": [{"line_no": 1, "quantity": "4"}]})).await;
        assert_eq!(app.cancel(&s.school, &id).await.problem(409), "already_shipped");
        assert_eq!(state_of_changes(&app, &s, &id).await, ["proposed"]);
        app.verify().await;
    }

    async fn changes_left_behind_by_ended_orders_lapse_once_the_service_runs(app) {
        let s = app.scene().await;
        for _ in 0..3 {
            let id = app.confirmed(&s, &order_of(&[("GR02", "6")])).await;
            propose(&app, &s, &id, &json!({"lines": [{"line_no": 1, "quantity": "4"}]})).await;
            app.cancel(&s.school, &id).await.is(200);
        }
        app.spoil("UPDATE order_changes SET state = 'proposed', decided_at = NULL").await;
        assert!(findings(&app).await.contains("waits for an answer though its order has ended"));
        // What a database of before is given when it is brought up to date.
        app.spoil("UPDATE order_changes SET decided_at = created_at").await;
        app.note_all().await;
        app.verify().await;
        let entries = app.entries().await;
        while LapseChanges.step(&app.app().desk, &Value::Null).await.unwrap() != Step::Done {}
        assert_eq!(app.entries().await, entries + 3);
        assert_eq!(app.number("SELECT COUNT(*) FROM order_changes WHERE state = 'lapsed'").await, 3);
        app.verify().await;
        assert_eq!(LapseChanges.step(&app.app().desk, &Value::Null).await.unwrap(), Step::Done);
        assert_eq!(app.entries().await, entries + 3);
        app.spoil("UPDATE orders SET state = 'confirmed'").await;
        assert!(findings(&app).await.contains("has lapsed though its order has not ended"));
        app.spoil("UPDATE orders SET state = 'cancelled'").await;
    }

    async fn an_order_tells_what_was_ordered_what_is_agreed_and_what_stands(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "6")])).await;
        assert_eq!(told(&app, &s, &id).await, ["6 1230.00 1230.00", "6 1230.00 1230.00", "0 0.00 0.00"]);
        let change = propose(&app, &s, &id, &json!({"deliver_on": "2026-12-05", "lines": [{"line_no": 1, "quantity": "2"}]})).await;
        say(&app, &s.supplier, &change, "agree").await.is(200);
        assert_eq!(told(&app, &s, &id).await, ["6 1230.00 1230.00", "2 410.00 410.00", "0 0.00 0.00"]);
        let paper = app.get(format!("/v1/orders/{id}/print")).by(&s.supplier).header("accept-language", "zh").await.is(200).text();
        for wanted in ["<td class=\"n\">2</td>", "<td class=\"n\">410.00</td></tr></tfoot>", "<dd>2026-12-05</dd>", "<dt>下单时合计(元)</dt><dd>1230.00</dd>"] {
            assert!(paper.contains(wanted), "{wanted}: {paper}");
        }
        let shipment = app.shipped(&s.supplier, &id, &[(1, "2")]).await;
        app.accept(&s.school, &shipment, &json!({})).await.is(200);
        let back = json!({"lines": [{"line_no": 1, "quantity": "1", "reason": "mouldy", "fate": "destroy"}]});
        app.give_back(&s.school, &id, &back).await.is(201);
        assert_eq!(told(&app, &s, &id).await, ["6 1230.00 1230.00", "2 410.00 410.00", "1 205.00 205.00"]);
        assert_eq!(app.read_order(&s.school, &id).await.body(200)["amount"], "1230.00", "as placed");
        app.verify().await;
    }

    async fn nothing_of_an_order_that_was_given_up_is_open_or_agreed(app) {
        let s = app.scene().await;
        for cancel in [true, false] {
            let id = app.place_one(&s.school, &order_of(&[("GR02", "6")])).await;
            if cancel { app.cancel(&s.school, &id).await.is(200) } else { app.decline(&s.supplier, &id).await.is(200) };
            let order = app.read_order(&s.school, &id).await.body(200);
            assert_eq!(order["lines"][0]["progress"]["open"], "0");
            assert_eq!(told(&app, &s, &id).await, ["6 1230.00 1230.00", "0 0.00 0.00", "0 0.00 0.00"]);
            let paper = app.get(format!("/v1/orders/{id}/print")).by(&s.school).await.is(200).text();
            assert!(paper.contains("<td class=\"n\">0.00</td></tr></tfoot>"), "{paper}");
        }
        app.verify().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "6")])).await;
        app.shipped(&s.supplier, &id, &[(1, "1")]).await;
        let spoil = async |state: &str| app.spoil(&format!("UPDATE orders SET state = '{state}' WHERE state NOT IN ('declined') AND ended_at IS NULL")).await;
        spoil("cancelled").await;
        assert!(findings(&app).await.contains("was given up though something of it was sent"));
        spoil("completed").await;
        assert!(findings(&app).await.contains("is completed though goods of it are still to be sent"));
        spoil("confirmed").await;
    }

    async fn a_unit_without_a_canteen_pays_from_what_it_may(app) {
        let s = app.scene().await;
        let office = app.given().a_government_canteen().without_a_canteen().await;
        let me = app.get("/v1/me").by(&office).await.body(200);
        assert_eq!((&me["default_channel"], &me["default_fund_source"]), (&json!("union_welfare"), &json!("official_reception")));
        let group = app.place(&office, &order_of(&[("GR02", "1")])).await;
        let order = &group["orders"][0];
        assert_eq!((&order["channel"], &order["fund_source"]), (&me["default_channel"], &me["default_fund_source"]));
        let named = with(order_of(&[("GR02", "1")]), "channel", "union_welfare");
        assert_eq!(app.place(&office, &named).await["orders"][0]["fund_source"], me["default_fund_source"]);
        for meals in ["canteen_meals", "student_nutrition"] {
            let answer = app.post("/v1/orders").by(&office).json(&with(named.clone(), "fund_source", meals)).await;
            assert_eq!(answer.faults(422), ["fund_source_not_allowed /fund_source"]);
            assert_eq!(answer.value_of_fault(0, "allowed"), "official_reception, union_fund, welfare_fund");
        }
        // Whoever has a canteen is as before.
        assert_eq!(app.place(&s.school, &order_of(&[("GR02", "1")])).await["orders"][0]["fund_source"], "canteen_meals");
    }

    async fn freight_of_a_first_shipment_that_was_rejected_whole_comes_with_the_next(app) {
        let s = app.scene().await;
        app.given().freight_of(&s.supplier, "30.00", None).await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        for quantity in ["4", "1"] {
            let sent = app.shipped(&s.supplier, &id, &[(1, quantity)]).await;
            assert_eq!(app.accept(&s.school, &sent, &all_rejected(quantity)).await.body(200)["status"], "rejected");
        }
        assert_eq!(freight(&app, &s, &id).await["rejected"], "2");
        let sent = app.ship(&s.supplier, &id, &[(1, "5")]).await.body(201);
        assert_eq!(sent["lines"].as_array().unwrap().len(), 2, "the freight comes again: {sent}");
        app.accept(&s.school, sent["id"].as_str().unwrap(), &json!({})).await.is(200);
        let line = freight(&app, &s, &id).await;
        assert_eq!((&line["accepted"], &line["open"]), (&json!("1"), &json!("0")));
        assert_eq!(app.total_of(&s.school, "accepted").await, ("1055.00".to_owned(), 2));
        let again = json!({"replacement": true, "lines": [{"line_no": 1, "quantity": "5"}]});
        let sent = app.ship_as(&s.supplier, &id, &again).await.body(201);
        assert_eq!(sent["lines"].as_array().unwrap().len(), 1, "its freight has come");
        app.verify().await;
    }

    async fn freight_follows_the_goods_that_were_under_way(app) {
        let s = app.scene().await;
        app.given().freight_of(&s.supplier, "30.00", None).await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        let first = app.shipped(&s.supplier, &id, &[(1, "4")]).await;
        let second = app.shipped(&s.supplier, &id, &[(1, "6")]).await;
        app.accept(&s.school, &first, &all_rejected("4")).await.is(200);
        assert_eq!(freight(&app, &s, &id).await["rejected"], "0", "it waits for the goods that are still to come");
        app.verify().await;
        let inspected = app.accept(&s.school, &second, &json!({})).await.body(200);
        let lines = inspected["acceptances"][0]["lines"].as_array().unwrap().clone();
        assert_eq!((&lines[1]["no"], &lines[1]["amount"]), (&json!(0), &json!("30.00")));
        assert_eq!(freight(&app, &s, &id).await["accepted"], "1");
        assert_eq!(app.total_of(&s.school, "accepted").await, ("1260.00".to_owned(), 2));
        assert_eq!(app.read_order(&s.school, &id).await.json["status"], "completed");
        let record = app.get(format!("/v1/shipments/{second}/acceptance/print")).by(&s.school).header("accept-language", "zh").await.is(200).text();
        assert!(record.contains("随其他发货") && record.contains("1260.00"), "{record}");
        // The other way round: the goods came first, without it.
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        let first = app.shipped(&s.supplier, &id, &[(1, "4")]).await;
        let second = app.shipped(&s.supplier, &id, &[(1, "6")]).await;
        app.accept(&s.school, &second, &json!({})).await.is(200);
        assert_eq!(app.accept(&s.school, &first, &all_rejected("4")).await.body(200)["status"], "partly_accepted");
        assert_eq!(freight(&app, &s, &id).await["accepted"], "1");
        // And where nothing comes at all, it does not either.
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        let first = app.shipped(&s.supplier, &id, &[(1, "4")]).await;
        let second = app.shipped(&s.supplier, &id, &[(1, "6")]).await;
        app.accept(&s.school, &first, &all_rejected("4")).await.is(200);
        app.accept(&s.school, &second, &all_rejected("6")).await.is(200);
        assert_eq!(freight(&app, &s, &id).await["rejected"], "1");
        app.verify().await;
    }

    async fn an_order_is_not_done_while_its_freight_waits(app) {
        let s = app.scene().await;
        app.given().freight_of(&s.supplier, "30.00", None).await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        let first = app.shipped(&s.supplier, &id, &[(1, "4")]).await;
        let second = app.shipped(&s.supplier, &id, &[(1, "4")]).await;
        app.accept(&s.school, &first, &all_rejected("4")).await.is(200);
        // What is not sent is given up, and still the goods under way say what becomes of the freight.
        let rest = json!({"lines": [{"line_no": 1, "quantity": "2"}]});
        let order = app.post(format!("/v1/orders/{id}/close-short")).by(&s.school).json(&rest).await.body(200);
        assert_eq!(order["status"], "confirmed");
        let line = freight(&app, &s, &id).await;
        assert_eq!((&line["accepted"], &line["rejected"]), (&json!("0"), &json!("0")));
        assert_eq!(app.cancel(&s.school, &id).await.status, 409);
        app.verify().await;
        assert_eq!(app.accept(&s.school, &second, &json!({})).await.body(200)["status"], "accepted");
        assert_eq!(freight(&app, &s, &id).await["accepted"], "1");
        assert_eq!(app.read_order(&s.school, &id).await.json["status"], "completed");
        app.verify().await;
    }
}
