//! A return's own number and the row of one of its lines.

use chrono::{DateTime, Utc};
use entity::tables::{order_lines, return_lines};
use entity::{Money, Quantity, ReturnFate, ReturnId, ReturnLineId, ReturnReason};

/// The number people use.
#[must_use]
pub fn return_no(id: ReturnId, at: DateTime<Utc>) -> String {
    format!("R{}", crate::orders::order_no(entity::OrderId::from_uuid(id.uuid()), at))
}

/// What of a line comes back.
#[derive(Clone, Copy, Debug)]
pub struct Back {
    /// In price units.
    pub quantity: Quantity,
    /// In units, as they go back on the shelf.
    pub units: Quantity,
    /// At the line's price, by its position.
    pub amount: Money,
    /// Why.
    pub reason: ReturnReason,
    /// Where to.
    pub fate: ReturnFate,
    /// The most units that may go back on the shelf, in all calls together; none for what does not.
    pub most_units: Option<Quantity>,
}

/// The line of a return of an order line, which freezes what the goods were.
#[must_use]
pub fn line_of(return_id: ReturnId, no: i32, line: &order_lines::Model, back: Back) -> return_lines::Model {
    return_lines::Model {
        return_id,
        no,
        id: ReturnLineId::new(),
        order_line_id: Some(line.id),
        product_id: line.product_id,
        place_id: line.place_id,
        sku: line.sku.clone(),
        name: line.name.clone(),
        unit: line.price_unit.clone().unwrap_or_else(|| line.unit.clone()),
        category_code: line.category_code.clone(),
        origin_code: line.origin_code.clone(),
        net_weight_grams: line.net_weight_grams,
        price: line.price,
        own_price: false,
        origin_unknown: false,
        quantity: back.quantity,
        units: back.units,
        amount: back.amount,
        reason: back.reason,
        fate: back.fate,
        most_units: back.most_units,
    }
}
