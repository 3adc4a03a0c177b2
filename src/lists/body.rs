//! Saved lists on the wire.

use super::pricing::Pricing;
use super::saved_list::{ListChange, ListLine, SavedList};
use crate::order_tools::{OrderMode, SkippedBody};
use crate::orders::TrialBody;
use chrono::{DateTime, Utc};
use entity::{Channel, CivilDate, ContractId, ExternalNo, FreeText, FundSource, ListId, Money, Name, Quantity, SiteId, Sku, UnitPrice};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// A line of a list to be made.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct NewListLineBody {
    /// SKU of a product on sale; each stands once.
    pub sku: Sku,
    /// How much is usually ordered.
    pub quantity: Quantity,
}

/// A list to be made.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewListBody {
    /// Its name.
    pub name: Name,
    /// Its lines.
    #[oai(validator(min_items = 1, max_items = 500))]
    pub lines: Vec<NewListLineBody>,
}

/// A change of a list: what is left out stays.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct ListChangeBody {
    /// Another name.
    pub name: Option<Name>,
    /// Other lines: the whole list of them.
    #[oai(validator(min_items = 1, max_items = 500))]
    pub lines: Option<Vec<NewListLineBody>>,
}

/// For when and for what to order from a list.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct OrderListBody {
    /// The day of delivery, from tomorrow to 400 days ahead.
    pub deliver_on: CivilDate,
    /// The buyer's own number of the order group.
    pub external_order_no: Option<ExternalNo>,
    /// The channel; left out, the buyer's default.
    pub channel: Option<Channel>,
    /// The fund source; left out, the buyer's default.
    pub fund_source: Option<FundSource>,
    /// The receiving site; left out, the buyer's default site.
    pub site_id: Option<SiteId>,
    /// A framework contract to draw on; left out, the prices of the day.
    pub contract_id: Option<ContractId>,
    /// A word to the supplier; kept beside the journal.
    pub note: Option<FreeText>,
    /// Whether to order all or nothing (that is so unless said), or what can be had.
    pub mode: Option<OrderMode>,
    /// An older way to say `what_is_good`: true. What `mode` says counts.
    pub skip_unavailable: Option<bool>,
}

fn a_line(sku: &str, thousandths: i64) -> Option<NewListLineBody> {
    let sku = sku.parse().ok()?;
    let quantity = Quantity::from_thousandths(thousandths);
    Some(NewListLineBody { sku, quantity })
}

impl Example for NewListBody {
    fn example() -> Self {
        Self {
            name: "每周杂粮".parse().unwrap_or_else(|_| unreachable!("a name")),
            lines: [a_line("GR02", 10_000), a_line("FU02", 2_000)].into_iter().flatten().collect(),
        }
    }
}

impl Example for ListChangeBody {
    fn example() -> Self {
        Self {
            name: None,
            lines: Some(a_line("GR02", 12_000).into_iter().collect()),
        }
    }
}

impl Example for OrderListBody {
    fn example() -> Self {
        Self {
            deliver_on: CivilDate::new(2026, 12, 1).unwrap_or(CivilDate::MIN),
            external_order_no: None,
            channel: None,
            fund_source: None,
            site_id: None,
            contract_id: None,
            note: None,
            mode: Some(OrderMode::WhatIsGood),
            skip_unavailable: None,
        }
    }
}

pub(super) fn lines_of(lines: Vec<NewListLineBody>) -> Vec<ListLine> {
    let line = |line: NewListLineBody| ListLine {
        sku: line.sku.as_str().to_owned(),
        quantity: line.quantity,
    };
    lines.into_iter().map(line).collect()
}

impl From<ListChangeBody> for ListChange {
    fn from(body: ListChangeBody) -> Self {
        Self {
            name: body.name.map(Name::into_string),
            lines: body.lines.map(lines_of),
        }
    }
}

/// A line of a list, with what it is called and costs today.
#[derive(Clone, Debug, Object)]
pub struct ListLineBody {
    /// SKU.
    #[oai(validator(max_length = 40))]
    pub sku: String,
    /// Its name today.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Unit of the quantity.
    #[oai(validator(max_length = 20))]
    pub unit: String,
    /// How much is usually ordered.
    pub quantity: Quantity,
    /// Price at this quantity today, for the channel of the list; null where it cannot be had through it.
    #[oai(nullable)]
    pub price: Option<UnitPrice>,
    /// What the price is for, where it is not the unit.
    #[oai(nullable, validator(max_length = 20))]
    pub price_unit: Option<String>,
    /// Price × quantity, rounded once; null without a price.
    #[oai(nullable)]
    pub amount: Option<Money>,
}

/// A saved list (常购清单), with what it costs today.
#[derive(Clone, Debug, Object)]
pub struct SavedListBody {
    /// Its id.
    pub list_id: ListId,
    /// Its name.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// The channel that prices are for: your default; null where you may use none.
    #[oai(nullable)]
    pub channel: Option<Channel>,
    /// The sum of all lines that have a price. Freight is not in it: try the list to hear of that.
    pub amount: Money,
    /// Its lines.
    #[oai(validator(max_items = 500))]
    pub lines: Vec<ListLineBody>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Since when it is out of use.
    #[oai(nullable)]
    pub archived_at: Option<DateTime<Utc>>,
    /// Row version, as in `ETag`.
    #[oai(validator(minimum(value = "1")))]
    pub version: i64,
}

fn line_body(line: ListLine, pricing: &Pricing) -> ListLineBody {
    let (good, cost) = (pricing.good(&line), pricing.cost(&line));
    ListLineBody {
        name: good.map(|good| good.name.clone()).unwrap_or_default(),
        unit: good.map(|good| good.unit.clone()).unwrap_or_default(),
        price: cost.map(|cost| cost.price),
        price_unit: good.and_then(|good| Some(good.weighed.as_ref()?.price_unit.clone())),
        amount: cost.map(|cost| cost.amount),
        sku: line.sku,
        quantity: line.quantity,
    }
}

impl SavedListBody {
    /// A list with what it costs.
    pub(super) fn of(list: SavedList, pricing: &Pricing) -> Self {
        Self {
            channel: pricing.channel(),
            amount: pricing.sum(&list),
            list_id: list.id,
            name: list.name,
            lines: list.lines.into_iter().map(|line| line_body(line, pricing)).collect(),
            created_at: list.created_at,
            archived_at: list.archived_at,
            version: list.version,
        }
    }
}

crate::page! {
    /// Saved lists, the newest first.
    SavedListPage of SavedListBody
}

/// What ordering from a list would come to; nothing is written or held.
#[derive(Clone, Debug, Object)]
pub struct TriedListBody {
    /// What would be ordered; null where nothing of the list can be had.
    #[oai(nullable)]
    pub order: Option<TrialBody>,
    /// What would be left out, where that is wanted.
    #[oai(validator(max_items = 500))]
    pub skipped: Vec<SkippedBody>,
}
