//! Placing orders.

use crate::support::TestApp;
use serde_json::{Value, json};

/// An order of one line.
pub fn one_line(sku: &str, quantity: &str) -> Value {
    json!({"deliver_on": "2026-12-01", "lines": [{"sku": sku, "quantity": quantity}]})
}

both_engines! {
    async fn a_canteen_places_an_order(app) {
        let (school, supplier) = (app.given().a_school_canteen().await, app.given().a_supplier().await);
        app.given().a_product("GR02", &supplier).priced("205.00").with_stock("100").await;
        let answer = app.post("/v1/orders").by(&school).json(&json!({
            "external_order_no": "SC-1", "channel": "school_canteen", "fund_source": "canteen_meals",
            "deliver_on": "2026-12-01", "lines": [{"sku": "GR02", "quantity": "10"}],
        })).await.is(201);
        let group = answer.json["order_group_id"].as_str().unwrap();
        assert_eq!(answer.header("location"), Some(format!("/v1/order-groups/{group}").as_str()));
        let order = &answer.json["orders"][0];
        assert_eq!((order["amount"].as_str(), order["status"].as_str()), (Some("2050.00"), Some("placed")));
    }
}
