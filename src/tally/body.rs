//! Totals on the wire.

use super::dimension::Dimension;
use super::imported::Imported;
use super::lines::CountedLine;
use super::names::Named;
use super::queries::{AsOf, Group, Sums, Total};
use chrono::{DateTime, Utc};
use entity::{CivilDate, Grams, ImportId, Money, OrderId, SignedQuantity};
use poem_openapi::Object;
use uuid::Uuid;

/// Up to where a total counts.
#[derive(Clone, Debug, Object)]
pub struct AsOfBody {
    /// The epoch of the journal: a restore begins a new one.
    pub epoch: Uuid,
    /// The number of the last entry that is in the total.
    #[oai(validator(minimum(value = "0")))]
    pub sequence: i64,
    /// Its time.
    pub at: DateTime<Utc>,
    /// Root of the Merkle tree (RFC 9162) over all entries up to it, in hex.
    #[oai(validator(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$"))]
    pub hash: String,
}

impl From<AsOf> for AsOfBody {
    fn from(as_of: AsOf) -> Self {
        Self {
            epoch: as_of.epoch,
            sequence: as_of.sequence,
            at: as_of.at,
            hash: as_of.hash,
        }
    }
}

/// What of a sum imports brought: documents of other books, booked by operators.
#[derive(Clone, Debug, Object)]
pub struct ImportedBody {
    /// Tax-inclusive yuan.
    pub amount: Money,
    /// How many lines.
    pub lines: i64,
}

impl From<Imported> for ImportedBody {
    fn from(imported: Imported) -> Self {
        Self {
            amount: imported.amount,
            lines: imported.lines,
        }
    }
}

/// Sums of a measure.
#[derive(Clone, Debug, Object)]
pub struct SumsBody {
    /// Tax-inclusive yuan.
    pub amount: Money,
    /// Kilograms of the lines whose goods have a weight; null where none has. Pieces are never added.
    #[oai(nullable)]
    pub quantity_kg: Option<Grams>,
    /// In the product's own unit, where the question is of one product; else null.
    #[oai(nullable)]
    pub quantity: Option<SignedQuantity>,
    /// How many lines the kilograms cover.
    pub weighed_lines: i64,
    /// How many lines; of *returned*, lines of returns; of *net*, lines accepted.
    pub lines: i64,
    /// What of it imports brought; null where the question groups or filters by day, fund source, category, origin or
    /// product.
    #[oai(nullable)]
    pub imported: Option<ImportedBody>,
}

impl From<Sums> for SumsBody {
    fn from(sums: Sums) -> Self {
        Self {
            amount: sums.amount,
            quantity_kg: sums.weight,
            quantity: sums.quantity.map(Into::into),
            weighed_lines: sums.weighed_lines,
            lines: sums.lines,
            imported: sums.imported.map(Into::into),
        }
    }
}

/// A code and a name; `unassigned` where a fact names none.
#[derive(Clone, Debug, Object)]
pub struct NamedBody {
    /// A division's code, an SKU, an id, or the word of a closed list.
    #[oai(validator(max_length = 64))]
    pub code: String,
    /// What people call it.
    #[oai(validator(max_length = 120))]
    pub name: String,
}

impl From<Named> for NamedBody {
    fn from(named: Named) -> Self {
        Self {
            code: named.code,
            name: named.name,
        }
    }
}

/// The sums of one group; it carries a key for each dimension asked for.
#[derive(Clone, Debug, Default, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct GroupBody {
    /// `YYYY-MM`.
    #[oai(validator(max_length = 7))]
    pub month: Option<String>,
    /// `YYYY-MM-DD`.
    #[oai(validator(max_length = 10))]
    pub day: Option<String>,
    /// Used up or sold on.
    pub mode: Option<NamedBody>,
    /// The buyer's town.
    pub town: Option<NamedBody>,
    /// The buyer's department.
    pub department: Option<NamedBody>,
    /// The channel.
    pub channel: Option<NamedBody>,
    /// Where the money comes from.
    pub fund_source: Option<NamedBody>,
    /// The goods' category.
    pub category: Option<NamedBody>,
    /// The town the goods come from.
    pub origin: Option<NamedBody>,
    /// Who buys.
    pub buyer: Option<NamedBody>,
    /// What is bought.
    pub product: Option<NamedBody>,
    /// Who sells.
    pub supplier: Option<NamedBody>,
    /// Tax-inclusive yuan.
    pub amount: Money,
    /// Kilograms of the lines whose goods have a weight; left out where none has.
    pub quantity_kg: Option<Grams>,
    /// In the product's own unit, where grouped by product.
    pub quantity: Option<SignedQuantity>,
    /// How many lines the kilograms cover.
    pub weighed_lines: i64,
    /// How many lines.
    pub lines: i64,
    /// What of it imports brought; left out where the total does not tell it.
    pub imported: Option<ImportedBody>,
}

impl From<Group> for GroupBody {
    fn from(group: Group) -> Self {
        let sums = group.sums;
        let mut body = Self {
            amount: sums.amount,
            quantity_kg: sums.weight,
            quantity: sums.quantity.map(Into::into),
            weighed_lines: sums.weighed_lines,
            lines: sums.lines,
            imported: sums.imported.map(Into::into),
            ..Self::default()
        };
        for (dimension, named) in group.keys {
            let slot = match dimension {
                Dimension::Month => {
                    body.month = Some(named.code);
                    continue;
                }
                Dimension::Day => {
                    body.day = Some(named.code);
                    continue;
                }
                Dimension::Mode => &mut body.mode,
                Dimension::Town => &mut body.town,
                Dimension::Department => &mut body.department,
                Dimension::Channel => &mut body.channel,
                Dimension::FundSource => &mut body.fund_source,
                Dimension::Category => &mut body.category,
                Dimension::Origin => &mut body.origin,
                Dimension::Buyer => &mut body.buyer,
                Dimension::Product => &mut body.product,
                Dimension::Supplier => &mut body.supplier,
            };
            *slot = Some(named.into());
        }
        body
    }
}

/// A total with its groups.
#[derive(Clone, Debug, Object)]
pub struct TallyBody {
    /// Up to where it counts.
    pub as_of: AsOfBody,
    /// All of it, groups that are not shown included.
    pub total: SumsBody,
    /// Largest first; months in their order.
    #[oai(validator(max_items = 10000))]
    pub groups: Vec<GroupBody>,
    /// Whether all groups are shown.
    pub complete: bool,
}

impl From<Total> for TallyBody {
    fn from(total: Total) -> Self {
        Self {
            as_of: total.as_of.into(),
            total: total.total.into(),
            groups: total.groups.into_iter().map(Into::into).collect(),
            complete: total.complete,
        }
    }
}

/// A line, or a part of one, that a total is made of.
#[derive(Clone, Debug, Object)]
pub struct TallyLineBody {
    /// What happened.
    #[oai(validator(max_length = 40))]
    pub kind: String,
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
}

impl From<CountedLine> for TallyLineBody {
    fn from(line: CountedLine) -> Self {
        Self {
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
