//! Orders that have gone beyond their placing.

use super::{World, one_returned};
use crate::support::TestApp;
use serde_json::{Value, json};

/// Operations about orders that have gone beyond their placing.
pub(super) const DELIVERY: [&str; 16] = [
    "print_shipment",
    "print_acceptance",
    "close_order_short",
    "propose_order_change",
    "read_order_changes",
    "agree_order_change",
    "refuse_order_change",
    "withdraw_order_change",
    "ship_order",
    "read_shipment",
    "arrive_shipment",
    "accept_shipment",
    "keep_shipment_surplus",
    "return_goods",
    "read_return",
    "confirm_return",
];

impl World {
    /// An order that has come as far as the operation needs: its id, or that of its change, shipment or return.
    pub(super) async fn delivered(&self, app: &TestApp, operation: &str, actor: &str, target: &str) -> String {
        let (side, buyer) = (self.side(target), self.buyer(actor, target));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let id = self.order(app, actor, target).await.1;
        app.confirm(&side.supplier, &id).await.is(200);
        match operation {
            "close_order_short" | "propose_order_change" | "ship_order" => return id,
            "read_order_changes" | "agree_order_change" | "refuse_order_change" | "withdraw_order_change" => {
                let body = json!({"deliver_on": "2026-12-05"});
                let change = app.post(format!("/v1/orders/{id}/changes")).by(buyer).json(&body).await.body(201);
                return if operation == "read_order_changes" {
                    id
                } else {
                    text(&change["id"])
                };
            }
            _ => {}
        }
        let shipment = app.shipped(&side.supplier, &id, &[(1, "1")]).await;
        if [
            "read_shipment",
            "print_shipment",
            "print_acceptance",
            "arrive_shipment",
            "accept_shipment",
        ]
        .contains(&operation)
        {
            return shipment;
        }
        app.accept(buyer, &shipment, &json!({})).await.is(200);
        match operation {
            "keep_shipment_surplus" => shipment,
            "return_goods" => id,
            _ => text(&app.give_back(buyer, &id, &one_returned()).await.body(201)["id"]),
        }
    }
}
