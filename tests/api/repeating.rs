//! Requests that come twice: by `Idempotency-Key`, and by the buyer's own number.

use crate::support::steps::{order_of, with};
use futures_util::future::join_all;
use serde_json::json;

both_engines! {
    async fn without_a_key_nothing_is_made(app) {
        let s = app.scene().await;
        let before = app.written().await;
        let answer = app.post("/v1/orders").by(&s.school).without_idempotency_key().json(&order_of(&[("GR02", "1")])).await;
        assert_eq!(answer.faults(400), ["idempotency_key_missing Idempotency-Key"]);
        assert_eq!(app.written().await, before);
    }

    async fn a_repeated_request_is_answered_as_the_first_and_says_so(app) {
        let s = app.scene().await;
        let order = order_of(&[("GR02", "3")]);
        let ask = || app.post("/v1/orders").by(&s.school).idempotency_key("once").json(&order);
        let first = ask().await.is(201);
        assert!(!first.is_replay());
        let written = app.written().await;
        app.days_pass(1);
        let second = ask().await.is(201);
        assert!(second.is_replay());
        assert_eq!((second.json, second.headers["location"].clone()), (first.json, first.headers["location"].clone()));
        assert_eq!((app.written().await, app.held(&s.rice).await), (written, 3_000));
    }

    async fn the_order_of_members_does_not_make_another_request(app) {
        let s = app.scene().await;
        let ask = |body: &'static str| app.post("/v1/orders").by(&s.school).idempotency_key("once").raw(body);
        ask(r#"{"deliver_on": "2026-12-01", "lines": [{"sku": "GR02", "quantity": "1"}]}"#).await.is(201);
        let again = ask(r#"{"lines":[{"quantity":"1","sku":"GR02"}],"deliver_on":"2026-12-01"}"#).await.is(201);
        assert!(again.is_replay());
    }

    async fn a_key_used_for_another_request_is_refused(app) {
        let s = app.scene().await;
        let ask = |quantity: &str| app.post("/v1/orders").by(&s.school).idempotency_key("once").json(&order_of(&[("GR02", quantity)]));
        let first = ask("3").await.body(201);
        assert_eq!(ask("4").await.problem(422), "idempotency_key_reused");
        let id = first["orders"][0]["id"].as_str().unwrap();
        let other_operation = app.post(format!("/v1/orders/{id}/cancel")).by(&s.school).idempotency_key("once")
            .json(&json!({"reason": "duplicate"})).await;
        assert_eq!(other_operation.problem(422), "idempotency_key_reused");
        assert_eq!(app.held(&s.rice).await, 3_000);
    }

    async fn keys_of_two_callers_never_meet(app) {
        let s = app.scene().await;
        let other = app.given().a_hospital().await;
        for member in [&s.school, &other] {
            let answer = app.post("/v1/orders").by(member).idempotency_key("same").json(&order_of(&[("GR02", "1")])).await.is(201);
            assert!(!answer.is_replay());
        }
    }

    async fn a_refusal_is_not_kept(app) {
        let s = app.scene().await;
        let ask = || app.post("/v1/orders").by(&s.school).idempotency_key("later").json(&order_of(&[("GR02", "150")]));
        assert_eq!(ask().await.problem(409), "stock_short");
        app.given().stock_of(&s.rice, "100").await;
        assert!(!ask().await.is(201).is_replay());
    }

    async fn an_answer_once_given_stands_after_the_offer_has_ended(app) {
        let s = app.scene().await;
        let order = with(order_of(&[("GR02", "1")]), "deliver_on", "2026-11-24");
        let ask = || app.post("/v1/orders").by(&s.school).idempotency_key("once").json(&order);
        let first = ask().await.body(201);
        app.days_pass(3);
        let again = ask().await.is(201);
        assert!(again.is_replay(), "the day of delivery is past, but the answer was given");
        assert_eq!(again.json, first);
    }

    async fn an_answer_once_given_stands_after_the_goods_are_gone(app) {
        let s = app.scene().await;
        let all = order_of(&[("GR02", "100")]);
        let ask = || app.post("/v1/orders").by(&s.school).idempotency_key("all").json(&all);
        let first = ask().await.body(201);
        let other = || async { app.post("/v1/orders").by(&s.school).json(&order_of(&[("GR02", "1")])).await };
        assert_eq!(other().await.problem(409), "stock_short");
        let (again, one, two) = futures_util::join!(async { ask().await }, other(), other());
        assert!(again.is_replay(), "{}", again.text());
        assert_eq!(again.body(201), first);
        assert_eq!((one.problem(409), two.problem(409)), ("stock_short", "stock_short"));
        assert_eq!(app.held(&s.rice).await, 100_000);
    }

    async fn what_was_refused_for_a_twin_s_sake_is_decided_anew(app) {
        let s = app.scene().await;
        let half = order_of(&[("GR02", "50")]);
        let ask = |key: &'static str| {
            let asked = app.post("/v1/orders").by(&s.school).idempotency_key(key).json(&half);
            async { asked.await }
        };
        ask("first").await.is(201);
        // Taken for a new one, the repeat would leave nothing for the other.
        let (again, other) = futures_util::join!(ask("first"), ask("second"));
        assert!(again.is(201).is_replay());
        assert!(!other.is(201).is_replay());
        assert_eq!(app.held(&s.rice).await, 100_000);
    }

    async fn twins_have_one_effect(app) {
        let s = app.scene().await;
        let order = order_of(&[("GR02", "1")]);
        let ask = || async { app.post("/v1/orders").by(&s.school).idempotency_key("twin").json(&order).await };
        let answers = join_all((0..16).map(|_| ask())).await;
        let groups: Vec<_> = answers.iter().map(|answer| answer.clone().body(201)["order_group_id"].clone()).collect();
        assert!(groups.iter().all(|group| *group == groups[0]));
        assert_eq!(answers.iter().filter(|answer| !answer.is_replay()).count(), 1);
        assert_eq!((app.written().await[3], app.held(&s.rice).await), (1, 1_000));
    }

    async fn twins_of_two_processes_have_one_effect(app) {
        let s = app.scene().await;
        let other = app.another_process().await;
        let order = order_of(&[("GR02", "1")]);
        for round in 0..5 {
            let key = format!("twin-{round}");
            let (here, there) = futures_util::join!(
                async { app.post("/v1/orders").by(&s.school).idempotency_key(&key).json(&order).await },
                async { other.post("/v1/orders").by(&s.school).idempotency_key(&key).json(&order).await },
            );
            assert!(here.is_replay() ^ there.is_replay(), "{} {}", here.text(), there.text());
            assert_eq!(here.body(201), there.body(201));
        }
        assert_eq!(app.held(&s.rice).await, 5_000);
        other.close().await;
    }

    async fn twins_of_the_buyer_s_own_number_have_one_effect(app) {
        let s = app.scene().await;
        let order = with(order_of(&[("GR02", "1")]), "external_order_no", "SC-7");
        let ask = || async { app.post("/v1/orders").by(&s.school).json(&order).await };
        let answers = join_all((0..16).map(|_| ask())).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![200; 15], vec![201]].concat());
        let groups: Vec<_> = answers.iter().map(|answer| &answer.json).collect();
        assert!(groups.iter().all(|group| *group == groups[0]));
        assert_eq!((app.written().await[3], app.held(&s.rice).await), (1, 1_000));
    }

    async fn the_buyer_s_own_number_names_the_group_for_ever(app) {
        let s = app.scene().await;
        let order = with(order_of(&[("GR02", "2")]), "external_order_no", "SC-7");
        let first = app.place(&s.school, &order).await;
        let id = first["orders"][0]["id"].as_str().unwrap();
        app.confirm(&s.supplier, id).await.is(200);
        app.days_pass(1);
        let again = app.post("/v1/orders").by(&s.school).json(&order).await.body(200);
        assert_eq!(again["order_group_id"], first["order_group_id"]);
        assert_eq!(again["orders"][0]["status"], "confirmed", "the group as it is now");
        let note = app.post("/v1/orders").by(&s.school).json(&with(order.clone(), "note", "快")).await;
        assert_eq!(note.status, 200, "a note is no content");
        let other = with(order_of(&[("GR02", "3")]), "external_order_no", "SC-7");
        let taken = app.post("/v1/orders").by(&s.school).json(&other).await;
        assert_eq!(taken.faults(409), ["external_order_no_taken /external_order_no"]);
        assert_eq!(taken.value_of_fault(0, "group"), first["order_group_id"].as_str().unwrap());
        assert_eq!(app.held(&s.rice).await, 2_000);
        let hospital = app.given().a_hospital().await;
        app.place(&hospital, &order).await;
        let case = app.post("/v1/orders").by(&s.school).json(&with(order, "external_order_no", "sc-7")).await;
        assert_eq!(case.status, 201, "case counts");
    }

    async fn a_group_is_found_by_its_number_after_its_goods_are_gone(app) {
        let s = app.scene().await;
        let order = with(with(order_of(&[("GR02", "100")]), "external_order_no", "SC-9"), "deliver_on", "2026-11-24");
        let first = app.place(&s.school, &order).await;
        app.days_pass(5);
        let again = app.post("/v1/orders").by(&s.school).json(&order).await.body(200);
        assert_eq!(again, first);
    }

    async fn a_repeated_cancel_or_confirm_is_answered_again(app) {
        let s = app.scene().await;
        let id = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        let confirm = || app.post(format!("/v1/orders/{id}/confirm")).by(&s.supplier).idempotency_key("c");
        confirm().await.is(200);
        let entries = app.entries().await;
        assert_eq!(confirm().await.body(200)["status"], "confirmed");
        assert_eq!(app.entries().await, entries);
        let cancel = || app.post(format!("/v1/orders/{id}/cancel")).by(&s.school).idempotency_key("x").json(&json!({"reason": "other"}));
        cancel().await.is(200);
        assert!(cancel().await.is(200).is_replay(), "marked as a replay");
    }
}
