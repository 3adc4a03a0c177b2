//! Lines of totals on the wire.

use super::body::NamedBody;
use super::lines::CountedLine;
use chrono::{DateTime, Utc};
use entity::{CivilDate, EventKind, ImportId, Money, OrderId, SignedQuantity};
use poem_openapi::Object;

/// A line, or a part of one, that a total is made of.
#[derive(Clone, Debug, Object)]
pub struct TallyLineBody {
    /// What happened.
    pub kind: EventKind,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// The day it happened, which decides the month.
    pub business_date: CivilDate,
    /// The import that booked it; null of what happened here.
    #[oai(nullable)]
    pub import_id: Option<ImportId>,
    /// The order; null for a return whose sale is not on file.
    #[oai(nullable)]
    pub order_id: Option<OrderId>,
    /// Its number.
    #[oai(nullable, validator(max_length = 40))]
    pub order_no: Option<String>,
    /// The line's place in it.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub line_no: i32,
    /// SKU.
    #[oai(validator(max_length = 40))]
    pub sku: String,
    /// Name of the goods.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Unit.
    #[oai(validator(max_length = 20))]
    pub unit: String,
    /// Difference in yuan; negative where something was taken back.
    pub amount: Money,
    /// Difference in quantity.
    pub quantity: SignedQuantity,
    /// What it adds to the `lines` of the total: a line that is put on counts 1, one that is taken off −1, and a part of a
    /// line that is counted already 0.
    pub lines: i64,
    /// Who buys.
    pub buyer: NamedBody,
    /// Who sells.
    pub supplier: NamedBody,
    /// The buyer's town, as it was then.
    pub town: NamedBody,
    /// The buyer's department, as it was then.
    pub department: NamedBody,
    /// The channel.
    pub channel: NamedBody,
}

impl From<CountedLine> for TallyLineBody {
    fn from(line: CountedLine) -> Self {
        let [buyer, supplier, town, department, channel] = line.named.map(NamedBody::from);
        Self {
            buyer,
            supplier,
            town,
            department,
            channel,
            lines: line.lines,
            kind: line.kind,
            at: line.at,
            business_date: line.business_date,
            import_id: line.import_id,
            order_id: line.order_id,
            order_no: line.order_no,
            line_no: line.line_no,
            sku: line.sku,
            name: line.name,
            unit: line.unit,
            amount: line.amount,
            quantity: line.quantity.into(),
        }
    }
}

crate::page! {
    /// Lines of a total, oldest first.
    TallyLinePage of TallyLineBody
}
