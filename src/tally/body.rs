//! Totals on the wire.

use super::dimension::Dimension;
use super::imported::Imported;
use super::names::Named;
use super::queries::{AsOf, Group, Sums, Total};
use chrono::{DateTime, Utc};
use entity::{Figure, Grams, Money, SignedQuantity};
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

/// The sums of one of several measures.
#[derive(Clone, Debug, Object)]
pub struct MeasureSumsBody {
    /// What is summed.
    pub measure: Figure,
    /// Tax-inclusive yuan.
    pub amount: Money,
    /// Kilograms of the lines whose goods have a weight; null where none has.
    #[oai(nullable)]
    pub quantity_kg: Option<Grams>,
    /// In the product's own unit, where all of it is of one product; else null.
    #[oai(nullable)]
    pub quantity: Option<SignedQuantity>,
    /// How many lines the kilograms cover.
    pub weighed_lines: i64,
    /// How many lines; of *returned*, lines of returns; of *net*, lines accepted.
    pub lines: i64,
    /// What of it imports brought; null where the total does not tell it.
    #[oai(nullable)]
    pub imported: Option<ImportedBody>,
}

/// The sums of each measure, where several were asked for.
fn by_measure(measures: &[Figure], sums: &[Sums]) -> Option<Vec<MeasureSumsBody>> {
    let body = |(measure, sums): (&Figure, &Sums)| MeasureSumsBody {
        measure: *measure,
        amount: sums.amount,
        quantity_kg: sums.weight,
        quantity: sums.quantity.map(Into::into),
        weighed_lines: sums.weighed_lines,
        lines: sums.lines,
        imported: sums.imported.map(Into::into),
    };
    (measures.len() > 1).then(|| measures.iter().zip(sums).map(body).collect())
}

/// Sums of a measure: of the first, where several were asked for.
#[derive(Clone, Debug, Object)]
pub struct SumsBody {
    /// Tax-inclusive yuan.
    pub amount: Money,
    /// Kilograms of the lines whose goods have a weight; null where none has. Pieces are never added.
    #[oai(nullable)]
    pub quantity_kg: Option<Grams>,
    /// In the product's own unit, where the question is of one product; else null: unlike units are never added.
    #[oai(nullable)]
    pub quantity: Option<SignedQuantity>,
    /// The unit that `quantity` is in; left out where no quantity is told.
    #[oai(skip_serializing_if_is_none, validator(max_length = 20))]
    pub unit: Option<String>,
    /// How many lines the kilograms cover.
    pub weighed_lines: i64,
    /// How many lines; of *returned*, lines of returns; of *net*, lines accepted.
    pub lines: i64,
    /// What of it imports brought; null where the question groups or filters by day, fund source, category, origin or
    /// product.
    #[oai(nullable)]
    pub imported: Option<ImportedBody>,
    /// The sums of each measure, in the order asked for; left out where only one was.
    #[oai(skip_serializing_if_is_none, validator(max_items = 7))]
    pub by_measure: Option<Vec<MeasureSumsBody>>,
}

impl SumsBody {
    pub(super) fn of(measures: &[Figure], sums: &[Sums], unit: Option<String>) -> Self {
        let first = sums.first().copied().unwrap_or_default();
        Self {
            amount: first.amount,
            quantity_kg: first.weight,
            quantity: first.quantity.map(Into::into),
            unit: unit.filter(|_| first.quantity.is_some()),
            weighed_lines: first.weighed_lines,
            lines: first.lines,
            imported: first.imported.map(Into::into),
            by_measure: by_measure(measures, sums),
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
    /// The unit that `quantity` is in; left out where no quantity is told.
    #[oai(validator(max_length = 20))]
    pub unit: Option<String>,
    /// How many lines the kilograms cover.
    pub weighed_lines: i64,
    /// How many lines.
    pub lines: i64,
    /// What of it imports brought; left out where the total does not tell it.
    pub imported: Option<ImportedBody>,
    /// The sums of each measure, in the order asked for; left out where only one was.
    #[oai(validator(max_items = 7))]
    pub by_measure: Option<Vec<MeasureSumsBody>>,
}

impl GroupBody {
    pub(super) fn of(measures: &[Figure], group: Group) -> Self {
        let first = group.sums.first().copied().unwrap_or_default();
        let mut body = Self {
            amount: first.amount,
            quantity_kg: first.weight,
            quantity: first.quantity.map(Into::into),
            unit: group.unit.filter(|_| first.quantity.is_some()),
            weighed_lines: first.weighed_lines,
            lines: first.lines,
            imported: first.imported.map(Into::into),
            by_measure: by_measure(measures, &group.sums),
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
    /// What was asked for, in that order.
    #[oai(validator(max_items = 7))]
    pub measures: Vec<Figure>,
    /// All of it, groups that are not shown included.
    pub total: SumsBody,
    /// Largest first by the first measure; months in their order.
    #[oai(validator(max_items = 10000))]
    pub groups: Vec<GroupBody>,
    /// Whether all groups are shown.
    pub complete: bool,
}

impl From<Total> for TallyBody {
    fn from(total: Total) -> Self {
        Self {
            as_of: total.as_of.into(),
            total: SumsBody::of(&total.measures, &total.total, total.unit),
            groups: total
                .groups
                .into_iter()
                .map(|group| GroupBody::of(&total.measures, group))
                .collect(),
            complete: total.complete,
            measures: total.measures,
        }
    }
}
