//! A stocktaking that finds less than orders hold: it is recorded, what is missing is owed, and the orders that can no
//! longer be filled are listed.

use crate::support::steps::{Scene, order_of, with};
use crate::support::{Answer, TestApp};
use serde_json::{Value, json};

async fn record(app: &TestApp, s: &Scene, moves: &[(&str, &str)]) -> Answer {
    let place = app.given().store_of(&s.supplier).await.to_string();
    let one = |(quantity, reason): &(&str, &str)| json!({"product_id": s.rice.id.to_string(), "place_id": place, "quantity": quantity, "reason": reason, "moved_on": "2026-11-23"});
    let movements: Vec<Value> = moves.iter().map(one).collect();
    app.post("/v1/stock/movements")
        .by(&s.supplier)
        .json(&json!({"movements": movements}))
        .await
}

async fn lot(app: &TestApp, s: &Scene) -> [String; 4] {
    let lot = app.get("/v1/stock").by(&s.supplier).await.body(200)["items"][0].clone();
    ["on_hand", "held", "available", "owed"].map(|name| lot[name].as_str().unwrap().to_owned())
}

async fn owed(app: &TestApp, s: &Scene) -> Vec<String> {
    let list = app.get("/v1/stock/owed").by(&s.supplier).await.body(200);
    let orders = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|lot| lot["orders"].as_array().unwrap().clone());
    orders
        .map(|one| {
            format!(
                "{} {} {}",
                one["deliver_on"].as_str().unwrap(),
                one["open"].as_str().unwrap(),
                one["missing"].as_str().unwrap()
            )
        })
        .collect()
}

async fn ordered(app: &TestApp, s: &Scene, quantity: &str, day: &str) -> String {
    app.confirmed(s, &with(order_of(&[("GR02", quantity)]), "deliver_on", day)).await
}

both_engines! {
    async fn a_count_below_what_is_held_is_recorded_and_owed(app) {
        let s = app.scene().await;
        let (late, early) = (ordered(&app, &s, "50", "2026-12-02").await, ordered(&app, &s, "30", "2026-12-01").await);
        assert_eq!(record(&app, &s, &[("-21", "breakage")]).await.faults(409), ["stock_short /movements/0/quantity"]);
        assert_eq!(record(&app, &s, &[("-21", "correction")]).await.faults(409), ["stock_short /movements/0/quantity"]);
        assert_eq!(record(&app, &s, &[("-101", "count")]).await.faults(409), ["stock_short /movements/0/quantity"]);
        assert!(owed(&app, &s).await.is_empty());
        record(&app, &s, &[("-60", "count")]).await.is(201);
        assert_eq!(lot(&app, &s).await, ["40", "80", "0", "40"]);
        assert_eq!(owed(&app, &s).await, ["2026-12-02 50 40"]);
        let seen = app.get("/v1/stock").by(&s.school).await.body(200)["items"][0].clone();
        assert_eq!((&seen["available"], &seen["owed"]), (&json!("0"), &Value::Null));
        assert_eq!(app.post("/v1/orders").by(&s.school).json(&order_of(&[("GR02", "1")])).await.problem(409), "stock_short");
        app.verify().await;
        // What is not there cannot be sent; what is there can.
        assert_eq!(app.ship(&s.supplier, &late, &[(1, "50")]).await.problem(409), "stock_short");
        app.shipped(&s.supplier, &early, &[(1, "30")]).await;
        assert_eq!(lot(&app, &s).await, ["10", "50", "0", "40"]);
        // Owed goods come, are given up, or turn up again.
        record(&app, &s, &[("15", "receipt")]).await.is(201);
        assert_eq!((lot(&app, &s).await, owed(&app, &s).await), (["25", "50", "0", "25"].map(str::to_owned), vec!["2026-12-02 50 25".to_owned()]));
        let close = json!({"lines": [{"line_no": 1, "quantity": "20"}]});
        app.post(format!("/v1/orders/{late}/close-short")).by(&s.supplier).json(&close).await.is(200);
        assert_eq!(lot(&app, &s).await, ["25", "30", "0", "5"]);
        record(&app, &s, &[("7", "count")]).await.is(201);
        assert_eq!(lot(&app, &s).await, ["32", "30", "2", "0"]);
        assert!(owed(&app, &s).await.is_empty());
        app.place(&s.school, &order_of(&[("GR02", "2")])).await;
        app.verify().await;
    }

    async fn a_count_hides_nothing_else(app) {
        let s = app.scene().await;
        ordered(&app, &s, "90", "2026-12-01").await;
        let hidden = record(&app, &s, &[("-1", "count"), ("-20", "sample")]).await;
        assert_eq!(hidden.faults(409), ["stock_short /movements/0/quantity"]);
        record(&app, &s, &[("-5", "count"), ("-10", "sample")]).await.is(201);
        assert_eq!(lot(&app, &s).await, ["85", "90", "0", "5"]);
        assert_eq!(record(&app, &s, &[("-1", "breakage")]).await.problem(409), "stock_short");
        app.verify().await;
        let finds = async || yangpin::verify::verify(&app.app().desk.db, |_, _| {}).await.unwrap().to_string();
        app.spoil("UPDATE stock SET owed = 6000").await;
        assert!(finds().await.contains("owes what no stocktaking found missing"));
        app.spoil("UPDATE stock SET owed = 5000").await;
        app.spoil("UPDATE stock_movements SET reason = 'breakage' WHERE reason = 'count'").await;
        assert!(finds().await.contains("owes what no stocktaking found missing"));
        app.spoil("UPDATE stock_movements SET reason = 'count' WHERE reason = 'breakage'").await;
    }

    async fn what_is_owed_is_nobody_elses_to_read(app) {
        let s = app.scene().await;
        ordered(&app, &s, "90", "2026-12-01").await;
        record(&app, &s, &[("-50", "count")]).await.is(201);
        let other = app.given().a_supplier().await;
        let list = app.get("/v1/stock/owed").by(&other).await.body(200);
        assert!(list["items"].as_array().unwrap().is_empty());
        assert_eq!(app.get("/v1/stock/owed").by(&s.school).await.problem(403), "forbidden");
        let city = app.given().an_official_of_the_city().await;
        assert_eq!(app.get("/v1/stock/owed").by(&city).await.body(200)["items"][0]["owed"], "40");
        let elsewhere = format!("/v1/stock/owed?supplier_id={}", other.id);
        assert!(app.get(elsewhere).by(&city).await.body(200)["items"].as_array().unwrap().is_empty());
    }

    async fn an_order_may_be_cancelled_however_much_is_owed(app) {
        let s = app.scene().await;
        let id = ordered(&app, &s, "90", "2026-12-01").await;
        record(&app, &s, &[("-100", "count")]).await.is(201);
        assert_eq!(lot(&app, &s).await, ["0", "90", "0", "90"]);
        app.cancel(&s.school, &id).await.is(200);
        assert_eq!(lot(&app, &s).await, ["0", "0", "0", "0"]);
        app.verify().await;
    }
}
