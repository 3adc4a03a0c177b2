//! From the supplier's answer to the return: what is short, sent, accepted, rejected, kept beyond it, and given back.

use crate::support::TestApp;
use crate::support::steps::{Scene, order_of, with};
use serde_json::{Value, json};

async fn totals(app: &TestApp, s: &Scene) -> Vec<String> {
    let mut all = Vec::new();
    for measure in ["ordered", "shipped", "accepted", "returned", "net"] {
        let (amount, lines) = app.total_of(&s.school, measure).await;
        all.push(format!("{measure} {amount} {lines}"));
    }
    all
}

fn progress(order: &Value, line: usize) -> Vec<String> {
    let progress = order["lines"][line]["progress"].as_object().unwrap();
    let shown = progress.iter().filter(|(_, value)| !value.is_null() && *value != "0");
    shown.map(|(name, value)| format!("{name} {}", value.as_str().unwrap())).collect()
}

fn kinds(timeline: &Value) -> Vec<&str> {
    let items = timeline["items"].as_array().unwrap();
    items.iter().map(|item| item["kind"].as_str().unwrap()).collect()
}

both_engines! {
    async fn an_order_is_sent_inspected_and_completed(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "10"), ("GR02", "5")])).await;
        let sent = app.ship(&s.supplier, &id, &[(1, "4"), (2, "5")]).await;
        assert_eq!((sent.status, sent.etag()), (201, "\"v1\""));
        assert_eq!(sent.json["lines"][0]["amount"], "820.00");
        assert_eq!((app.on_hand(&s.rice).await, app.held(&s.rice).await), (91_000, 6_000));
        let first = sent.json["id"].as_str().unwrap();
        app.post(format!("/v1/shipments/{first}/arrive")).by(&s.school).await.is(200);
        let accepted = app.accept(&s.school, first, &json!({})).await.is(200);
        assert_eq!(accepted.json["status"], "accepted");
        let second = app.shipped(&s.supplier, &id, &[(1, "6")]).await;
        assert_eq!(app.read_order(&s.school, &id).await.json["status"], "confirmed", "something is still on its way");
        app.accept(&s.school, &second, &json!({})).await.is(200);
        let order = app.read_order(&s.school, &id).await.body(200);
        assert_eq!(order["status"], "completed");
        assert_eq!(progress(&order, 0), ["accepted 10", "shipped 10"]);
        assert_eq!((app.on_hand(&s.rice).await, app.held(&s.rice).await), (85_000, 0));
        assert_eq!(totals(&app, &s).await, ["ordered 3075.00 2", "shipped 3075.00 2", "accepted 3075.00 2", "returned 0.00 0", "net 3075.00 2"]);
        let timeline = app.get(format!("/v1/orders/{id}/timeline")).by(&s.school).await.body(200);
        assert_eq!(kinds(&timeline), ["order.placed", "order.confirmed", "shipment.shipped", "shipment.arrived", "shipment.accepted",
            "shipment.shipped", "shipment.accepted", "order.completed"]);
    }

    async fn a_short_answer_closes_the_rest_and_frees_its_stock(app) {
        let s = app.scene().await;
        let id = app.place_one(&s.school, &order_of(&[("GR02", "10"), ("GR02", "5"), ("GR02", "3")])).await;
        let answer = app.answer_lines(&s.supplier, &id, &[(1, "6"), (2, "0")]).await.is(200);
        assert_eq!(answer.json["status"], "confirmed");
        assert_eq!(progress(&answer.json, 0), ["closed 4", "confirmed 6", "open 6"]);
        assert_eq!(progress(&answer.json, 1), ["closed 5", "confirmed 0"].map(str::to_owned)[..1]);
        assert_eq!(progress(&answer.json, 2), ["open 3"]);
        assert_eq!(app.held(&s.rice).await, 9_000);
        assert_eq!(app.total_of(&s.school, "ordered").await, ("1845.00".to_owned(), 2), "the line nothing comes of is gone");
        let refused = app.ship(&s.supplier, &id, &[(1, "7"), (2, "1"), (9, "1"), (3, "1"), (3, "1")]).await;
        assert_eq!(refused.faults(422), ["more_than_open /lines/0/quantity", "more_than_open /lines/1/quantity",
            "line_unknown /lines/2/line_no", "line_twice /lines/4/line_no"]);
        let sent = app.shipped(&s.supplier, &id, &[(1, "6"), (3, "3")]).await;
        app.accept(&s.school, &sent, &json!({})).await.is(200);
        assert_eq!(app.read_order(&s.school, &id).await.json["status"], "completed");
    }

    async fn a_backorder_stays_until_it_is_sent_or_the_buyer_gives_it_up(app) {
        let s = app.scene().await;
        let order = with(order_of(&[("GR02", "10")]), "on_short", "backorder");
        let id = app.place_one(&s.school, &order).await;
        let answer = app.answer_lines(&s.supplier, &id, &[(1, "6")]).await.is(200);
        assert_eq!(progress(&answer.json, 0), ["confirmed 6", "open 10"]);
        assert_eq!(app.held(&s.rice).await, 10_000);
        let close = |by| app.post(format!("/v1/orders/{id}/close-short")).by(by).json(&json!({"lines": [{"line_no": 1, "quantity": "3"}]})).into_future();
        assert_eq!(close(&s.supplier).await.problem(409), "buyer_keeps_backorder");
        let sent = app.shipped(&s.supplier, &id, &[(1, "6")]).await;
        app.accept(&s.school, &sent, &json!({})).await.is(200);
        assert_eq!(close(&s.school).await.is(200).json["status"], "confirmed");
        let rest = app.post(format!("/v1/orders/{id}/close-short")).by(&s.school).json(&json!({"lines": [{"line_no": 1}]})).await.is(200);
        assert_eq!(rest.json["status"], "completed");
        assert_eq!(progress(&rest.json, 0), ["accepted 6", "closed 4", "confirmed 6", "shipped 6"]);
        assert_eq!(app.total_of(&s.school, "ordered").await, ("1230.00".to_owned(), 1));
        assert_eq!(app.held(&s.rice).await, 0);
    }

    async fn an_answer_says_all_its_faults_and_nothing_is_half_done(app) {
        let s = app.scene().await;
        let id = app.place_one(&s.school, &order_of(&[("GR02", "10"), ("GR02", "5")])).await;
        let entries = app.entries().await;
        let refused = app.answer_lines(&s.supplier, &id, &[(1, "11"), (7, "1"), (1, "2")]).await;
        assert_eq!(refused.faults(422), ["line_unknown /lines/1/line_no", "line_twice /lines/2/line_no", "more_than_ordered /lines/0/quantity"]);
        assert_eq!(app.answer_lines(&s.supplier, &id, &[(1, "0"), (2, "0")]).await.faults(422), ["nothing_confirmed /lines"]);
        assert_eq!((app.entries().await, app.held(&s.rice).await), (entries, 15_000));
        app.answer_lines(&s.supplier, &id, &[(1, "1")]).await.is(200);
        assert_eq!(app.answer_lines(&s.supplier, &id, &[(1, "1")]).await.problem(409), "order_state");
    }

    async fn of_an_answer_and_a_cancel_at_once_one_wins_and_nothing_is_lost(app) {
        let s = app.scene().await;
        for round in 0..6 {
            let id = app.place_one(&s.school, &order_of(&[("GR02", "10")])).await;
            let (answer, cancel, decline) = futures_util::join!(
                app.answer_lines(&s.supplier, &id, &[(1, "4")]),
                app.cancel(&s.school, &id),
                app.decline(&s.supplier, &id)
            );
            // A cancel may follow an answer; nothing follows a cancel or a decline.
            let won = [&answer, &cancel, &decline].iter().filter(|answer| answer.status == 200).count();
            assert!((1..=2).contains(&won), "round {round}: {} {} {}", answer.status, cancel.status, decline.status);
            let state = app.read_order(&s.school, &id).await.json["status"].as_str().unwrap().to_owned();
            if state == "confirmed" {
                app.cancel(&s.school, &id).await.is(200);
            }
            assert_eq!(app.held(&s.rice).await, 0, "round {round}: {state}");
        }
        assert_eq!(app.total_of(&s.school, "ordered").await, ("0.00".to_owned(), 0));
    }

    async fn what_is_rejected_may_be_replaced_and_must_be_accounted_for(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        let sent = app.shipped(&s.supplier, &id, &[(1, "10")]).await;
        let told = |accepted: &str, damaged: &str| json!({"lines": [{"no": 1, "accepted": accepted, "rejected": [{"reason": "damaged", "quantity": damaged}]}]});
        assert_eq!(app.accept(&s.school, &sent, &told("8", "1")).await.faults(422), ["inspection_incomplete /lines/0/accepted"]);
        assert_eq!(app.accept(&s.school, &sent, &told("10", "1")).await.faults(422), ["above_tolerance /lines/0/accepted"]);
        let answer = app.accept(&s.school, &sent, &told("8", "2")).await.is(200);
        assert_eq!(answer.json["status"], "partly_accepted");
        assert_eq!(answer.json["acceptances"][0]["lines"][0]["rejected"][0], json!({"reason": "damaged", "quantity": "2"}));
        assert_eq!(app.accept(&s.school, &sent, &told("8", "2")).await.problem(409), "shipment_state");
        let order = app.read_order(&s.school, &id).await.body(200);
        assert_eq!((&order["status"], progress(&order, 0)), (&json!("completed"), vec!["accepted 8".into(), "rejected 2".into(), "shipped 10".into()]));
        let replace = |quantity: &str| json!({"replacement": true, "lines": [{"line_no": 1, "quantity": quantity}]});
        assert_eq!(app.ship_as(&s.supplier, &id, &replace("3")).await.faults(422), ["more_than_replaceable /lines/0/quantity"]);
        let again = app.ship_as(&s.supplier, &id, &replace("2")).await.body(201);
        app.accept(&s.school, again["id"].as_str().unwrap(), &json!({})).await.is(200);
        assert_eq!(app.on_hand(&s.rice).await, 88_000);
        assert_eq!(totals(&app, &s).await, ["ordered 2050.00 1", "shipped 2460.00 1", "accepted 2050.00 1", "returned 0.00 0", "net 2050.00 1"]);
    }

    async fn a_replacement_needs_goods_that_are_free(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "100")])).await;
        let sent = app.shipped(&s.supplier, &id, &[(1, "100")]).await;
        let all = json!({"lines": [{"no": 1, "rejected": [{"reason": "mouldy", "quantity": "100"}]}]});
        assert_eq!(app.accept(&s.school, &sent, &all).await.is(200).json["status"], "rejected");
        let replace = json!({"replacement": true, "lines": [{"line_no": 1, "quantity": "1"}]});
        assert_eq!(app.ship_as(&s.supplier, &id, &replace).await.problem(409), "stock_short");
    }

    async fn weighed_goods_are_paid_by_the_scales_within_their_tolerance(app) {
        let s = app.scene().await;
        app.given().a_product("ME01", &s.supplier).called("冷鲜五花肉").of_category("meat").priced("26.20").weighing("10")
            .weighed_by("kg", "10").with_tolerance(20).with_stock("20").await;
        let placed = app.place(&s.school, &order_of(&[("ME01", "2")])).await;
        assert_eq!(placed["orders"][0]["amount"], "524.00");
        let id = placed["orders"][0]["id"].as_str().unwrap().to_owned();
        app.confirm(&s.supplier, &id).await.is(200);
        let sent = app.ship_as(&s.supplier, &id, &json!({"lines": [{"line_no": 1, "quantity": "2", "weighed": "19.7"}]})).await.body(201);
        assert_eq!((&sent["lines"][0]["priced_quantity"], &sent["lines"][0]["amount"]), (&json!("19.7"), &json!("516.14")));
        let shipment = sent["id"].as_str().unwrap();
        let scales = |kg: &str| json!({"lines": [{"no": 1, "accepted": kg}]});
        assert_eq!(app.accept(&s.school, shipment, &scales("20.095")).await.faults(422), ["above_tolerance /lines/0/accepted"]);
        assert_eq!(app.accept(&s.school, shipment, &scales("19.3")).await.faults(422), ["inspection_incomplete /lines/0/accepted"]);
        app.accept(&s.school, shipment, &scales("19.64")).await.is(200);
        let order = app.read_order(&s.school, &id).await.body(200);
        assert_eq!((&order["status"], progress(&order, 0)), (&json!("completed"), vec!["accepted 19.64".into(), "shipped 19.7".into()]));
        assert_eq!(app.total_of(&s.school, "accepted").await, ("514.57".to_owned(), 1));
        let tally = app.get("/v1/tally?measure=accepted").by(&s.school).await.body(200);
        assert_eq!(tally["total"]["quantity_kg"], "19.64");
        let back = json!({"lines": [{"line_no": 1, "quantity": "9.82", "reason": "near_expiry", "fate": "restock"}]});
        assert_eq!(app.give_back(&s.school, &id, &back).await.faults(422), ["units_needed /lines/0/units"]);
        let back = json!({"lines": [{"line_no": 1, "quantity": "9.82", "units": "1", "reason": "near_expiry", "fate": "restock"}]});
        assert_eq!(app.give_back(&s.school, &id, &back).await.body(201)["lines"][0]["amount"], "257.28");
        let not_weighed = app.confirmed(&s, &order_of(&[("GR02", "1")])).await;
        let weighed = json!({"lines": [{"line_no": 1, "quantity": "1", "weighed": "25"}]});
        assert_eq!(app.ship_as(&s.supplier, &not_weighed, &weighed).await.faults(422), ["not_weighed /lines/0/weighed"]);
    }

    async fn a_surplus_is_kept_by_a_step_of_its_own(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        let sent = app.shipped(&s.supplier, &id, &[(1, "10")]).await;
        let keep = |quantity: &str, note: &str| app.post(format!("/v1/shipments/{sent}/surplus")).by(&s.school)
            .json(&json!({"note": note, "lines": [{"no": 1, "quantity": quantity}]})).into_future();
        assert_eq!(keep("1", "多送").await.problem(409), "shipment_state");
        app.accept(&s.school, &sent, &json!({})).await.is(200);
        assert_eq!(keep("11", " ").await.faults(422), ["surplus_without_reason /note", "surplus_out_of_range /lines/0/quantity"]);
        let kept = keep("1", "多送一袋，留用").await.is(200);
        assert_eq!(kept.json["acceptances"][1]["kind"], "surplus");
        let order = app.read_order(&s.school, &id).await.body(200);
        assert_eq!(progress(&order, 0), ["accepted 11", "shipped 10", "surplus 1"]);
        assert_eq!(app.total_of(&s.school, "accepted").await, ("2255.00".to_owned(), 1));
    }

    async fn what_was_accepted_may_be_returned_and_no_more(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        let line = |quantity: &str, reason: &str, fate: &str| json!({"line_no": 1, "quantity": quantity, "reason": reason, "fate": fate});
        let one = |line: Value| json!({"lines": [line]});
        assert_eq!(app.give_back(&s.school, &id, &one(line("1", "mouldy", "destroy"))).await.faults(422), ["more_than_accepted /lines/0/quantity"]);
        let sent = app.shipped(&s.supplier, &id, &[(1, "10")]).await;
        app.accept(&s.school, &sent, &json!({})).await.is(200);
        let both = json!({"lines": [line("2", "mouldy", "destroy"), line("3", "unwanted", "restock")]});
        let back = app.give_back(&s.school, &id, &both).await.body(201);
        assert_eq!(back["lines"].as_array().unwrap().len(), 2);
        let path = format!("/v1/returns/{}", back["id"].as_str().unwrap());
        assert_eq!(app.get(&path).by(&s.supplier).await.body(200)["state"], "booked");
        assert_eq!(app.on_hand(&s.rice).await, 90_000, "nothing is on the shelf before the supplier says so");
        let confirm = || app.post(format!("{path}/confirm")).by(&s.supplier).json(&json!({})).into_future();
        assert_eq!(confirm().await.body(200)["state"], "confirmed");
        assert_eq!(confirm().await.problem(409), "return_state");
        assert_eq!(app.on_hand(&s.rice).await, 93_000, "three of five go back on the shelf, once");
        assert_eq!(totals(&app, &s).await, ["ordered 2050.00 1", "shipped 2050.00 1", "accepted 2050.00 1", "returned 1025.00 2", "net 1025.00 1"]);
        assert_eq!(app.give_back(&s.school, &id, &one(line("6", "mouldy", "destroy"))).await.faults(422), ["more_than_accepted /lines/0/quantity"]);
        let three = one(line("3", "mouldy", "destroy"));
        let (first, second) = futures_util::join!(app.give_back(&s.school, &id, &three), app.give_back(&s.school, &id, &three));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422], "five are left: one of two returns of three is too many");
        let list = app.get(format!("/v1/returns?order_id={id}")).by(&s.school).await.body(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
    }

    async fn what_happened_earlier_counts_in_its_own_month(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        let early = |day: &str, note: Option<&str>| {
            let body = json!({"dispatched_on": day, "lines": [{"line_no": 1, "quantity": "10"}]});
            note.map_or(body.clone(), |note| with(body, "note", note))
        };
        assert_eq!(app.ship_as(&s.supplier, &id, &early("2026-11-24", Some("x"))).await.faults(422), ["business_date_out_of_range /dispatched_on"]);
        assert_eq!(app.ship_as(&s.supplier, &id, &early("2026-11-22", Some("x"))).await.faults(422), ["business_date_out_of_range /dispatched_on"]);
        app.at("2027-01-04T02:00:00Z");
        assert_eq!(app.ship_as(&s.supplier, &id, &early("2026-11-30", None)).await.faults(422), ["late_without_reason /note"]);
        let sent = app.ship_as(&s.supplier, &id, &early("2026-11-30", Some("补录"))).await.body(201);
        let shipment = sent["id"].as_str().unwrap();
        let on = |day: &str| json!({"accepted_on": day});
        assert_eq!(app.accept(&s.school, shipment, &on("2026-11-29")).await.faults(422), ["business_date_out_of_range /accepted_on", "late_without_reason /note"]);
        app.accept(&s.school, shipment, &on("2026-12-31")).await.is(200);
        let back = json!({"lines": [{"line_no": 1, "quantity": "1", "reason": "mouldy", "fate": "destroy"}]});
        app.give_back(&s.school, &id, &back).await.is(201);
        let months = app.get("/v1/tally?measure=net&group_by=month").by(&s.school).await.body(200);
        let shown: Vec<_> = months["groups"].as_array().unwrap().iter().map(|g| (g["month"].as_str().unwrap(), g["amount"].as_str().unwrap())).collect();
        assert_eq!(shown, [("2026-12", "2050.00"), ("2027-01", "-205.00")]);
        let days = app.get("/v1/tally?measure=shipped&group_by=day").by(&s.school).await.body(200);
        assert_eq!((&days["groups"][0]["day"], &days["groups"][0]["amount"]), (&json!("2026-11-30"), &json!("2050.00")));
    }

    async fn a_change_holds_once_the_supplier_agrees(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "10"), ("GR02", "5")])).await;
        let propose = |body: Value| app.post(format!("/v1/orders/{id}/changes")).by(&s.school).json(&body).into_future();
        assert_eq!(propose(json!({})).await.faults(422), ["nothing_changed"]);
        let wrong = json!({"deliver_on": "2026-11-23", "lines": [{"line_no": 1, "quantity": "10"}, {"line_no": 4, "quantity": "1"}]});
        assert_eq!(propose(wrong).await.faults(422), ["delivery_day /deliver_on", "line_unknown /lines/1/line_no", "change_not_less /lines/0/quantity"]);
        let less = json!({"deliver_on": "2026-12-05", "lines": [{"line_no": 1, "quantity": "4"}, {"line_no": 2, "quantity": "0"}]});
        let change = propose(less.clone()).await.body(201);
        assert_eq!(propose(less.clone()).await.problem(409), "change_waiting");
        assert_eq!(app.total_of(&s.school, "ordered").await.0, "3075.00", "nothing has changed yet");
        let say = |by, word: &str, change: &Value| app.post(format!("/v1/order-changes/{}/{word}", change["id"].as_str().unwrap())).by(by).into_future();
        assert_eq!(say(&s.school, "agree", &change).await.problem(403), "forbidden");
        say(&s.supplier, "refuse", &change).await.is(200);
        assert_eq!(say(&s.supplier, "agree", &change).await.problem(409), "change_decided");
        let change = propose(less.clone()).await.body(201);
        app.shipped(&s.supplier, &id, &[(1, "5")]).await;
        assert_eq!(say(&s.supplier, "agree", &change).await.faults(422), ["change_not_less"], "five were sent meanwhile");
        say(&s.school, "withdraw", &change).await.is(200);
        let change = propose(json!({"deliver_on": "2026-12-05", "lines": [{"line_no": 1, "quantity": "5"}]})).await.body(201);
        let order = say(&s.supplier, "agree", &change).await.is(200);
        assert_eq!((&order.json["deliver_on"], progress(&order.json, 0)), (&json!("2026-12-05"), vec!["closed 5".into(), "shipped 5".into()]));
        assert_eq!(app.total_of(&s.school, "ordered").await, ("2050.00".to_owned(), 2));
        assert_eq!(app.held(&s.rice).await, 5_000);
        let list = app.get(format!("/v1/orders/{id}/changes")).by(&s.supplier).await.body(200);
        let states: Vec<_> = list["items"].as_array().unwrap().iter().map(|item| item["status"].as_str().unwrap()).collect();
        assert_eq!(states, ["refused", "withdrawn", "agreed"]);
    }

    async fn an_order_of_which_something_was_sent_is_not_cancelled(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        assert_eq!(app.ship(&s.supplier, &id, &[]).await.status, 400);
        app.shipped(&s.supplier, &id, &[(1, "1")]).await;
        assert_eq!(app.cancel(&s.school, &id).await.problem(409), "already_shipped");
        let unconfirmed = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        assert_eq!(app.ship(&s.supplier, &unconfirmed, &[(1, "1")]).await.problem(409), "order_state");
    }

    async fn a_part_closed_and_then_cancelled_leaves_nothing(app) {
        let s = app.scene().await;
        let id = app.place_one(&s.school, &order_of(&[("GR02", "10"), ("GR02", "1")])).await;
        app.answer_lines(&s.supplier, &id, &[(1, "3"), (2, "0")]).await.is(200);
        app.cancel(&s.school, &id).await.is(200);
        assert_eq!(app.total_of(&s.school, "ordered").await, ("0.00".to_owned(), 0));
        assert_eq!(app.held(&s.rice).await, 0);
    }

    async fn what_is_sent_to_others_is_not_there(app) {
        let s = app.scene().await;
        let (other_buyer, other_supplier) = (app.given().a_hospital().await, app.given().a_supplier().await);
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        assert_eq!(app.ship(&other_supplier, &id, &[(1, "1")]).await.status, 404);
        assert_eq!(app.ship(&s.school, &id, &[(1, "1")]).await.status, 403);
        let sent = app.shipped(&s.supplier, &id, &[(1, "10")]).await;
        for stranger in [&other_buyer, &other_supplier] {
            app.get(format!("/v1/shipments/{sent}")).by(stranger).await.is(404);
            assert_eq!(app.get("/v1/shipments").by(stranger).await.body(200)["items"], json!([]));
        }
        assert_eq!(app.accept(&other_buyer, &sent, &json!({})).await.status, 404);
        let town = app.given().an_official_of_town("白蒲镇").await;
        app.get(format!("/v1/shipments/{sent}")).by(&town).await.is(200);
        let elsewhere = app.given().an_official_of_town("东陈镇").await;
        app.get(format!("/v1/shipments/{sent}")).by(&elsewhere).await.is(404);
    }
}
