//! What was placed, as it is answered and kept for a repeated request.

use crate::http::fault::Fault;
use entity::tables::order_lines;
use entity::{
    Channel, CivilDate, FundSource, LineKind, Money, OrderGroupId, OrderId, OrderLineId, OrderState, OrganisationId, PriceSource, Quantity,
    UnitPrice,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A group with its orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedGroup {
    /// The group.
    pub order_group_id: OrderGroupId,
    /// The buyer's own number.
    pub external_order_no: Option<String>,
    /// One for each supplier.
    pub orders: Vec<PlacedOrder>,
    /// Whether the group was there before, found by the buyer's own number.
    pub found: bool,
    /// What was left out because it could not be had, where the buyer wanted it so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
}

/// A line that was left out because it could not be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Its place in what was asked for, from 0.
    pub at: usize,
    /// The SKU, as asked.
    pub sku: String,
    /// The quantity, as asked.
    pub quantity: String,
    /// Why, each a kind of problem.
    pub reasons: Vec<Reason>,
}

/// A kind of problem with the values of its sentence, to be put into words when it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The kind.
    pub kind: String,
    /// The values.
    pub values: BTreeMap<String, String>,
}

impl From<&Fault> for Reason {
    fn from(fault: &Fault) -> Self {
        Self {
            kind: fault.slug().to_owned(),
            values: fault
                .values()
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        }
    }
}

/// An order with its lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedOrder {
    /// Id.
    pub id: OrderId,
    /// The number people use.
    pub order_no: String,
    /// The supplier.
    pub supplier_id: OrganisationId,
    /// The supplier's name at that moment.
    pub supplier_name: String,
    /// State.
    pub state: OrderState,
    /// Channel.
    pub channel: Channel,
    /// Fund source.
    pub fund_source: FundSource,
    /// Day of delivery.
    pub deliver_on: CivilDate,
    /// Sum of its lines.
    pub amount: Money,
    /// What is agreed on now, where that is read and not what was just placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<Money>,
    /// What stands now, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Money>,
    /// Row version.
    pub version: i64,
    /// Lines.
    pub lines: Vec<PlacedLine>,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedLine {
    /// Id.
    pub id: OrderLineId,
    /// From 1, within its order.
    pub line_no: i32,
    /// SKU.
    pub sku: String,
    /// Name of the goods when ordered.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// How much.
    pub quantity: Quantity,
    /// Price when ordered.
    pub price: UnitPrice,
    /// Price × quantity, rounded once.
    pub amount: Money,
    /// What the price is for, where it is not the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_unit: Option<String>,
    /// Price units nominally in a unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Quantity>,
    /// What the line is for.
    #[serde(default = "goods")]
    pub kind: LineKind,
    /// What gave the price.
    #[serde(default = "an_offer")]
    pub source: PriceSource,
    /// The agreement that did, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<Uuid>,
}

/// What all lines were for: answers kept from then do not say it.
fn goods() -> LineKind {
    LineKind::Goods
}

/// What gave prices when nothing else could: answers kept from then do not say it.
fn an_offer() -> PriceSource {
    PriceSource::Offer
}

impl PlacedLine {
    /// From its row.
    #[must_use]
    pub fn of(line: &order_lines::Model) -> Self {
        Self {
            id: line.id,
            line_no: line.line_no,
            sku: line.sku.clone(),
            name: line.name.clone(),
            unit: line.unit.clone(),
            quantity: line.quantity,
            price: line.price,
            amount: line.amount,
            price_unit: line.price_unit.clone(),
            content: line.content,
            kind: line.line_kind,
            source: line.price_source,
            agreement: line.agreement_id,
        }
    }
}
