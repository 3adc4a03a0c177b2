//! A line of an order on the wire, and how far it has come.

use super::new_order::Agreement;
use super::placed::PlacedLine;
use super::position::{Position, Terms};
use super::worth::{LineWorth, WorthBody, is_given_up};
use entity::tables::order_lines;
use entity::{ContractId, LineKind, Money, OrderLineId, OrderState, PriceSource, Quantity, QuoteId, UnitPrice};
use poem_openapi::Object;

/// A line as it was ordered.
#[derive(Clone, Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct OrderLineBody {
    /// Id.
    pub id: OrderLineId,
    /// From 1, within its order.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub line_no: i32,
    /// SKU.
    #[oai(validator(max_length = 40))]
    pub sku: String,
    /// Name of the goods when ordered.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Unit the quantity is in.
    #[oai(validator(max_length = 20))]
    pub unit: String,
    /// How much.
    pub quantity: Quantity,
    /// Price of a unit when ordered, tax-inclusive yuan.
    pub price: UnitPrice,
    /// Price × quantity, rounded once, half away from zero.
    pub amount: Money,
    /// For goods weighed when delivered: the unit the price is for.
    #[oai(validator(max_length = 20))]
    pub price_unit: Option<String>,
    /// How many price units are nominally in a unit; `price` × `quantity` × `content` is the amount.
    pub content: Option<Quantity>,
    /// What the line is for; freight goes with the goods by itself.
    pub line_kind: LineKind,
    /// Where the price comes from.
    pub price_source: PriceSource,
    /// The framework contract that gives the price.
    pub contract_id: Option<ContractId>,
    /// The quote that gives the price.
    pub quote_id: Option<QuoteId>,
    /// How far the line has come; only where an order is read.
    pub progress: Option<LineProgressBody>,
    /// What was ordered; only where an order is read.
    pub ordered: Option<WorthBody>,
    /// What buyer and supplier agree on now: less what was closed, nothing of an order that was given up.
    pub agreed: Option<WorthBody>,
    /// What stands: accepted less returned.
    pub standing: Option<WorthBody>,
}

/// How far a line has come.
#[derive(Clone, Debug, Object)]
pub struct LineProgressBody {
    /// What the supplier said it can deliver, in units; null before it said it line by line.
    #[oai(nullable)]
    pub confirmed: Option<Quantity>,
    /// Closed short, in units: no longer ordered.
    pub closed: Quantity,
    /// Still to be sent, in units; nothing of an order that was given up.
    pub open: Quantity,
    /// Sent, in price units, replacements included.
    pub shipped: Quantity,
    /// Accepted, in price units, surplus included.
    pub accepted: Quantity,
    /// Rejected at inspection, in price units.
    pub rejected: Quantity,
    /// Accepted beyond what was sent and tolerated.
    pub surplus: Quantity,
    /// Returned after acceptance, in price units.
    pub returned: Quantity,
}

impl OrderLineBody {
    /// A line as it was placed.
    pub(super) fn placed(line: PlacedLine) -> Self {
        let by = Agreement::of(line.source, line.agreement);
        Self {
            id: line.id,
            line_no: line.line_no,
            sku: line.sku,
            name: line.name,
            unit: line.unit,
            quantity: line.quantity,
            price: line.price,
            amount: line.amount,
            price_unit: line.price_unit,
            content: line.content,
            line_kind: line.kind,
            price_source: line.source,
            contract_id: by.and_then(Agreement::contract),
            quote_id: by.and_then(Agreement::quote),
            progress: None,
            ordered: None,
            agreed: None,
            standing: None,
        }
    }

    /// A line with where it stands.
    pub(super) fn now(row: &order_lines::Model, position: Position, state: OrderState, worth: LineWorth) -> Self {
        let open = if is_given_up(state) {
            Quantity::ZERO
        } else {
            position.open_units(&Terms::of(row))
        };
        Self {
            progress: Some(LineProgressBody {
                confirmed: position.confirmed_units,
                closed: position.closed_units,
                open,
                shipped: position.shipped,
                accepted: position.accepted,
                rejected: position.rejected,
                surplus: position.surplus,
                returned: position.returned,
            }),
            ordered: Some(worth.ordered.into()),
            agreed: Some(worth.agreed.into()),
            standing: Some(worth.standing.into()),
            ..Self::placed(PlacedLine::of(row))
        }
    }
}
