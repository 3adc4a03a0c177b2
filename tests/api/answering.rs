//! What happens to an order after it is placed: confirmed, declined, cancelled.

use crate::support::steps::order_of;
use serde_json::{Value, json};

fn kinds(timeline: &Value) -> Vec<&str> {
    timeline["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["kind"].as_str().unwrap())
        .collect()
}

both_engines! {
    async fn the_supplier_confirms(app) {
        let s = app.scene().await;
        let id = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        let answer = app.confirm(&s.supplier, &id).await.is(200);
        assert_eq!((answer.json["status"].as_str(), answer.etag()), (Some("confirmed"), "\"v2\""));
        assert!(answer.json["decided_at"].is_string() && answer.json["ended_at"].is_null());
        assert_eq!(app.held(&s.rice).await, 1_000);
        let timeline = app.get(format!("/v1/orders/{id}/timeline")).by(&s.school).await.body(200);
        assert_eq!(kinds(&timeline), ["order.placed", "order.confirmed"]);
    }

    async fn the_supplier_declines_and_the_goods_are_free_again(app) {
        let s = app.scene().await;
        let id = app.place_one(&s.school, &order_of(&[("GR02", "60"), ("GR02", "40")])).await;
        let answer = app.decline(&s.supplier, &id).await.is(200);
        assert_eq!((&answer.json["status"], &answer.json["ended_reason"]), (&json!("declined"), &json!("out_of_stock")));
        assert_eq!(app.held(&s.rice).await, 0);
        app.place(&s.school, &order_of(&[("GR02", "100")])).await;
    }

    async fn the_buyer_cancels_before_and_after_the_answer(app) {
        let s = app.scene().await;
        for confirmed in [false, true] {
            let id = app.place_one(&s.school, &order_of(&[("GR02", "10")])).await;
            if confirmed {
                app.confirm(&s.supplier, &id).await.is(200);
            }
            let answer = app.cancel(&s.school, &id).await.is(200);
            assert_eq!((&answer.json["status"], &answer.json["ended_reason"]), (&json!("cancelled"), &json!("no_longer_needed")));
            assert_eq!(app.held(&s.rice).await, 0);
        }
    }

    async fn what_may_not_be_done_is_told_with_the_state(app) {
        let s = app.scene().await;
        let [placed, confirmed, declined, cancelled] = {
            let mut ids = Vec::new();
            for _ in 0..4 {
                ids.push(app.place_one(&s.school, &order_of(&[("GR02", "1")])).await);
            }
            <[String; 4]>::try_from(ids).unwrap()
        };
        app.confirm(&s.supplier, &confirmed).await.is(200);
        app.decline(&s.supplier, &declined).await.is(200);
        app.cancel(&s.school, &cancelled).await.is(200);
        let entries = app.entries().await;
        for (id, state) in [(&confirmed, "confirmed"), (&declined, "declined"), (&cancelled, "cancelled")] {
            for answer in [app.confirm(&s.supplier, id).await, app.decline(&s.supplier, id).await] {
                assert_eq!(answer.faults(409), ["order_state"]);
                assert_eq!(answer.value_of_fault(0, "state"), state);
            }
        }
        for id in [&declined, &cancelled] {
            assert_eq!(app.cancel(&s.school, id).await.problem(409), "order_state");
        }
        assert_eq!((app.entries().await, app.held(&s.rice).await), (entries, 2_000));
        app.cancel(&s.school, &placed).await.is(200);
        app.cancel(&s.school, &confirmed).await.is(200);
    }

    async fn what_belongs_to_others_is_not_there(app) {
        let s = app.scene().await;
        let (other_buyer, other_supplier) = (app.given().a_hospital().await, app.given().a_supplier().await);
        let group = app.place(&s.school, &order_of(&[("GR02", "1")])).await;
        let id = group["orders"][0]["id"].as_str().unwrap();
        for stranger in [&other_buyer, &other_supplier] {
            app.read_order(stranger, id).await.is(404);
            app.get(format!("/v1/orders/{id}/timeline")).by(stranger).await.is(404);
            app.get(format!("/v1/order-groups/{}", group["order_group_id"].as_str().unwrap())).by(stranger).await.is(404);
        }
        app.cancel(&other_buyer, id).await.is(404);
        app.confirm(&other_supplier, id).await.is(404);
        app.decline(&other_supplier, id).await.is(404);
        assert_eq!(app.cancel(&s.supplier, id).await.problem(403), "forbidden");
        assert_eq!(app.confirm(&s.school, id).await.problem(403), "forbidden");
        let unknown = "0190a5e0-0000-7000-8000-000000000000";
        app.read_order(&s.school, unknown).await.is(404);
        app.cancel(&s.school, unknown).await.is(404);
        app.confirm(&s.supplier, unknown).await.is(404);
    }

    async fn officials_see_the_orders_of_their_remit(app) {
        let s = app.scene().await;
        let education = app.given().a_school_canteen().called("东陈小学").in_town("东陈镇").under("教育局").await;
        let id = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        let other = app.place_one(&education, &order_of(&[("GR02", "1")])).await;
        let given = app.given();
        for (official, sees) in [
            (given.an_official_of_the_city().await, [true, true]),
            (given.an_official_of_the_county().await, [true, true]),
            (given.an_official_of_town("白蒲镇").await, [true, false]),
            (given.an_official_of_town("东陈镇").await, [false, true]),
            (given.an_official_of_department("教育局").await, [false, true]),
            (given.an_official_of_department("卫健委").await, [false, false]),
            (given.an_auditor().await, [true, true]),
            (given.an_operator().await, [true, true]),
        ] {
            for (id, seen) in [(&id, sees[0]), (&other, sees[1])] {
                app.read_order(&official, id).await.is(if seen { 200 } else { 404 });
            }
            let list = app.get("/v1/orders").by(&official).await.body(200);
            assert_eq!(list["items"].as_array().unwrap().len(), sees.iter().filter(|seen| **seen).count());
        }
    }

    async fn a_copy_that_is_still_good_is_not_sent_again(app) {
        let s = app.scene().await;
        let id = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        let etag = app.read_order(&s.school, &id).await.is(200).etag().to_owned();
        let ask = |tag: &str| app.get(format!("/v1/orders/{id}")).by(&s.school).header("if-none-match", tag);
        assert_eq!(ask(&etag).await.is(304).etag(), etag);
        app.confirm(&s.supplier, &id).await.is(200);
        assert_ne!(ask(&etag).await.is(200).etag(), etag);
    }
}
