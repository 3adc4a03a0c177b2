//! Returns on the wire.

use super::told;
use crate::access::Actor;
use crate::delivery::confirm_return::{ConfirmReturn, confirms_itself_at};
use crate::delivery::give_back::{GiveBack, ReturnedLine};
use crate::delivery::queries::FullReturn;
use crate::orders::PartyBody;
use chrono::{DateTime, Utc};
use entity::{
    CivilDate, FreeText, ImportId, Money, OrderId, OrderLineId, Quantity, ReturnFate, ReturnId, ReturnReason, ReturnState, UnitPrice,
};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// A line that comes back.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct ReturnedLineBody {
    /// The order line's number.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub line_no: i32,
    /// How much, in price units: at most what was accepted and not returned.
    pub quantity: Quantity,
    /// In how many units; needed where weighed goods go back on the shelf.
    pub units: Option<Quantity>,
    /// Why.
    pub reason: ReturnReason,
    /// What becomes of it.
    pub fate: ReturnFate,
}

/// What comes back of an order.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewReturnBody {
    /// The day both agreed on; today, if left out.
    pub returned_on: Option<CivilDate>,
    /// A word to the supplier; kept beside the journal.
    pub note: Option<FreeText>,
    /// The lines; one order line may stand on several, for several reasons.
    #[oai(validator(min_items = 1, max_items = 2000))]
    pub lines: Vec<ReturnedLineBody>,
}

impl Example for NewReturnBody {
    fn example() -> Self {
        Self {
            returned_on: None,
            note: None,
            lines: vec![ReturnedLineBody {
                line_no: 1,
                quantity: Quantity::ONE,
                units: None,
                reason: ReturnReason::Mouldy,
                fate: ReturnFate::Destroy,
            }],
        }
    }
}

impl NewReturnBody {
    /// The use case asked for.
    #[must_use]
    pub fn asked_by(self, actor: Actor, order: OrderId) -> GiveBack {
        let line = |line: ReturnedLineBody| ReturnedLine {
            line_no: line.line_no,
            quantity: line.quantity,
            units: line.units,
            reason: line.reason,
            fate: line.fate,
        };
        GiveBack {
            actor,
            order,
            returned_on: self.returned_on,
            note: told(self.note),
            lines: self.lines.into_iter().map(line).collect(),
        }
    }
}

/// A line of a return.
#[derive(Clone, Debug, Object)]
pub struct ReturnLineBody {
    /// From 1, within its return.
    pub no: i32,
    /// The order line; null where the sale is not on file.
    #[oai(nullable)]
    pub order_line_id: Option<OrderLineId>,
    /// Whether the sale it goes back to is not on file.
    pub origin_unknown: bool,
    /// SKU.
    #[oai(validator(max_length = 40))]
    pub sku: String,
    /// Name of the goods.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Unit of the quantity.
    #[oai(validator(max_length = 20))]
    pub unit: String,
    /// How much.
    pub quantity: Quantity,
    /// Price it is credited at.
    pub price: UnitPrice,
    /// Whether that is a price of the credit note's own, and not the order's.
    pub own_price: bool,
    /// What is credited, tax-inclusive yuan.
    pub amount: Money,
    /// Why.
    pub reason: ReturnReason,
    /// What becomes of it.
    pub fate: ReturnFate,
}

/// A return.
#[derive(Clone, Debug, Object)]
pub struct ReturnBody {
    /// Id.
    pub id: ReturnId,
    /// The number people use.
    #[oai(validator(max_length = 64))]
    pub return_no: String,
    /// The order; null where the sale is not on file.
    #[oai(nullable)]
    pub order_id: Option<OrderId>,
    /// The order's number.
    #[oai(nullable, validator(max_length = 40))]
    pub order_no: Option<String>,
    /// The buyer's own number for the order.
    #[oai(nullable, validator(max_length = 64))]
    pub external_order_no: Option<String>,
    /// The import that booked it; null of a return that was recorded here.
    #[oai(nullable)]
    pub import_id: Option<ImportId>,
    /// The buyer.
    pub buyer: PartyBody,
    /// The supplier.
    pub supplier: PartyBody,
    /// The day both agreed on.
    pub returned_on: CivilDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// State: what goes back on the shelf is there once it is confirmed.
    pub state: ReturnState,
    /// While it is booked: when it is confirmed by itself, should the supplier say nothing.
    #[oai(nullable)]
    pub confirms_itself_at: Option<DateTime<Utc>>,
    /// When it was confirmed; null for what was recorded before returns had a state.
    #[oai(nullable)]
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was taken back with the import that booked it.
    #[oai(nullable)]
    pub undone_at: Option<DateTime<Utc>>,
    /// Its lines.
    #[oai(validator(max_items = 2000))]
    pub lines: Vec<ReturnLineBody>,
    /// The buyer's words to it.
    #[oai(nullable, validator(max_length = 2000))]
    pub note: Option<String>,
    /// The supplier's words when it confirmed it.
    #[oai(nullable, validator(max_length = 2000))]
    pub confirmation_note: Option<String>,
}

impl From<FullReturn> for ReturnBody {
    fn from(full: FullReturn) -> Self {
        let r = full.goods_return;
        let line = |row: entity::tables::return_lines::Model| ReturnLineBody {
            no: row.no,
            order_line_id: row.order_line_id,
            origin_unknown: row.origin_unknown,
            sku: row.sku,
            name: row.name,
            unit: row.unit,
            quantity: row.quantity,
            price: row.price,
            own_price: row.own_price,
            amount: row.amount,
            reason: row.reason,
            fate: row.fate,
        };
        Self {
            id: r.id,
            return_no: r.return_no,
            order_id: r.order_id,
            order_no: full.order_no,
            external_order_no: full.external_order_no,
            import_id: r.import_id,
            buyer: PartyBody {
                id: r.buyer_id,
                name: full.buyer_name,
            },
            supplier: PartyBody {
                id: r.supplier_id,
                name: full.supplier_name,
            },
            returned_on: r.returned_on,
            recorded_at: r.recorded_at,
            state: r.state,
            confirms_itself_at: (r.state == ReturnState::Booked).then(|| confirms_itself_at(r.recorded_at)),
            confirmed_at: r.confirmed_at,
            undone_at: r.undone_at,
            note: full.note,
            confirmation_note: full.confirmation_note,
            lines: full.lines.into_iter().map(line).collect(),
        }
    }
}

/// The supplier has seen what came back.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct ConfirmReturnBody {
    /// A word to the buyer.
    pub note: Option<FreeText>,
}

impl Example for ConfirmReturnBody {
    fn example() -> Self {
        Self {
            note: "两袋已入库".parse().ok(),
        }
    }
}

impl ConfirmReturnBody {
    pub(in crate::delivery) fn asked_by(self, actor: Actor, goods_return: ReturnId) -> ConfirmReturn {
        ConfirmReturn {
            actor,
            goods_return,
            note: told(self.note),
        }
    }
}

crate::page! {
    /// Returns, newest first.
    ReturnPage of ReturnBody
}
