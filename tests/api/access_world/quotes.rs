//! Inquiries and quotes that have come as far as an operation needs.

use super::{DAY, World};
use crate::support::TestApp;
use crate::support::steps::{order_of, with};
use serde_json::{Value, json};

/// Operations about inquiries and quotes.
pub(super) const QUOTES: [&str; 8] = [
    "read_inquiry",
    "answer_inquiry",
    "decline_inquiry",
    "compare_quotes",
    "choose_quote",
    "withdraw_inquiry",
    "read_quote",
    "order_quote",
];

impl World {
    /// The inquiry, or the quote, that the operation is about.
    pub(super) async fn quoted(&self, app: &TestApp, operation: &str, actor: &str, target: &str) -> String {
        let (side, buyer) = (self.side(target), self.buyer(actor, target));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        if ["read_quote", "order_quote"].contains(&operation) {
            let order = with(order_of(&[(&side.goods.sku, "1")]), "valid_until", "2026-11-25");
            let kept = app.post("/v1/orders/quotes").by(buyer).json(&order).await.body(201);
            return text(&kept["quotes"][0]["id"]);
        }
        let need = json!({"deliver_by": "2026-12-20", "answer_by": "2026-11-30", "open_when_answered": true,
            "supplier_ids": [side.supplier.id.to_string()], "lines": [{"wanted": "黑米", "quantity": "1", "unit": "袋"}]});
        let inquiry = text(&app.post("/v1/inquiries").by(buyer).json(&need).await.body(201)["id"]);
        if ["compare_quotes", "choose_quote"].contains(&operation) {
            let path = format!("/v1/inquiries/{inquiry}/answer");
            let answer = answer(&side.goods.sku);
            let quote = app.post(path).by(&side.supplier).json(&answer).await.body(201);
            self.chosen.replace(text(&quote["id"]));
        }
        inquiry
    }

    pub(super) fn quote_body(&self, operation: &str, _actor: &str, target: &str) -> Option<Value> {
        let side = self.side(target);
        Some(match operation {
            "create_inquiry" => json!({"deliver_by": "2026-12-20", "answer_by": "2026-11-30",
                "supplier_ids": [self.own.supplier.id.to_string()], "lines": [{"wanted": "黑米", "quantity": "1", "unit": "袋"}]}),
            "keep_quotes" => with(order_of(&[("OWN", "1")]), "valid_until", "2026-11-25"),
            "answer_inquiry" => answer(&side.goods.sku),
            "decline_inquiry" => json!({"reason": "other"}),
            "choose_quote" => json!({"quote_id": self.chosen.borrow().clone()}),
            "order_quote" => json!({"deliver_on": DAY}),
            _ => return None,
        })
    }
}

fn answer(sku: &str) -> Value {
    json!({"lines": [{"line_no": 1, "sku": sku, "quantity": "1", "price": "9.00"}], "deliver_on": "2026-12-15", "valid_until": "2026-12-31"})
}
