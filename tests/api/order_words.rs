//! What people say with a step of the trade is read where it belongs, by both sides, and told in the notice.

use crate::notices::inbox;
use crate::support::Member;
use crate::support::steps::{order_of, with};
use serde_json::{Value, json};

/// Words in the notices of an inbox, the oldest first.
fn words(notices: &[Value]) -> Vec<&str> {
    notices.iter().rev().filter_map(|notice| notice["note"].as_str()).collect()
}

both_engines! {
    async fn each_word_is_read_where_it_belongs_and_told(app) {
        let s = app.scene().await;
        let (seller, cook) = (app.given().a_colleague_of(&s.supplier).await, app.given().a_colleague_of(&s.school).await);
        let id = app.confirmed(&s, &with(order_of(&[("GR02", "10")]), "note", "请送后门")).await;
        let change = json!({"lines": [{"line_no": 1, "quantity": "8"}], "note": "少两袋"});
        let change = app.post(format!("/v1/orders/{id}/changes")).by(&s.school).json(&change).await.body(201);
        assert_eq!(change["note"], "少两袋");
        let agree = format!("/v1/order-changes/{}/agree", change["id"].as_str().unwrap());
        app.post(agree).by(&s.supplier).await.is(200);
        let sent = json!({"note": "周二到", "lines": [{"line_no": 1, "quantity": "8"}]});
        let shipment = app.ship_as(&s.supplier, &id, &sent).await.body(201)["id"].as_str().unwrap().to_owned();
        app.accept(&s.school, &shipment, &json!({"note": "袋口松"})).await.is(200);
        let back = json!({"note": "发霉一袋", "lines": [{"line_no": 1, "quantity": "1", "reason": "mouldy", "fate": "destroy"}]});
        let returned = app.give_back(&s.school, &id, &back).await.body(201)["id"].as_str().unwrap().to_owned();
        let confirm = format!("/v1/returns/{returned}/confirm");
        let confirmed = app.post(confirm).by(&s.supplier).json(&json!({"note": "已销毁"})).await.body(200);
        assert_eq!((&confirmed["note"], &confirmed["confirmation_note"]), (&json!("发霉一袋"), &json!("已销毁")));
        app.a_minute_passes().await;
        for member in [&s.school, &s.supplier] {
            let by = |path: String| app.get(path).by(member).into_future();
            assert_eq!(app.read_order(member, &id).await.body(200)["note"], "请送后门");
            assert_eq!(by(format!("/v1/orders/{id}/changes")).await.body(200)["items"][0]["note"], "少两袋");
            let read = by(format!("/v1/shipments/{shipment}")).await.body(200);
            assert_eq!((&read["note"], &read["acceptances"][0]["note"]), (&json!("周二到"), &json!("袋口松")));
            assert_eq!(by("/v1/shipments".to_owned()).await.body(200)["items"][0]["note"], "周二到");
            let back = by(format!("/v1/returns/{returned}")).await.body(200);
            assert_eq!((&back["note"], &back["confirmation_note"]), (&json!("发霉一袋"), &json!("已销毁")));
            let timeline = by(format!("/v1/orders/{id}/timeline")).await.body(200);
            let notes: Vec<&str> = timeline["items"].as_array().unwrap().iter().filter_map(|item| item["note"].as_str()).collect();
            assert_eq!(notes, ["请送后门", "少两袋", "周二到", "袋口松", "发霉一袋", "已销毁"]);
        }
        assert_eq!(words(&inbox(&app, &seller).await), ["请送后门", "少两袋", "袋口松", "发霉一袋"]);
        assert_eq!(words(&inbox(&app, &cook).await), ["周二到", "已销毁"]);
        let stranger: Member = app.given().a_hospital().await;
        assert_eq!(app.get(format!("/v1/orders/{id}/changes")).by(&stranger).await.problem(404), "not_found");
        // Erased in one place, they are told nowhere.
        app.spoil("DELETE FROM notes").await;
        assert!(words(&inbox(&app, &seller).await).is_empty());
        app.verify().await;
    }

    async fn the_words_of_a_change_are_not_the_orders(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        let propose = |note: &str| json!({"lines": [{"line_no": 1, "quantity": "8"}], "note": note});
        let path = format!("/v1/orders/{id}/changes");
        let first = app.post(&path).by(&s.school).json(&propose("先少两袋")).await.body(201);
        app.post(format!("/v1/order-changes/{}/refuse", first["id"].as_str().unwrap())).by(&s.supplier).await.is(200);
        app.post(&path).by(&s.school).json(&propose("再请少两袋")).await.body(201);
        let cancel = json!({"reason": "no_longer_needed", "note": "不要了"});
        app.post(format!("/v1/orders/{id}/cancel")).by(&s.school).json(&cancel).await.is(200);
        let order = app.read_order(&s.supplier, &id).await.body(200);
        assert_eq!((&order["note"], &order["ended_note"]), (&Value::Null, &json!("不要了")));
        let list = app.get(&path).by(&s.supplier).await.body(200);
        let notes: Vec<_> = list["items"].as_array().unwrap().iter().map(|item| item["note"].as_str().unwrap()).collect();
        assert_eq!(notes, ["先少两袋", "再请少两袋"]);
    }
}
