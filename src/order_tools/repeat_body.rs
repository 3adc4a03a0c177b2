//! Ordering again, on the wire.

use crate::http::language::Language;
use crate::http::problem::words;
use crate::orders::{OrderGroupBody, PlacedGroup, Reason, Skipped};
use entity::{CivilDate, ContractId, ExternalNo, FreeText, SiteId};
use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};

/// What becomes of an order of which not all can be had: `all_or_nothing`, or `what_is_good`, the rest left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum OrderMode {
    /// All lines or none.
    AllOrNothing,
    /// What can be had.
    WhatIsGood,
}

/// Whether only what is good is ordered; the older word counts where the newer is not said.
#[must_use]
pub fn wants_what_is_good(mode: Option<OrderMode>, skip_unavailable: Option<bool>) -> bool {
    mode.map_or(skip_unavailable.unwrap_or(false), |mode| mode == OrderMode::WhatIsGood)
}

/// For when to order the same again.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct RepeatOrderBody {
    /// The day of delivery, from tomorrow to 400 days ahead.
    pub deliver_on: CivilDate,
    /// The buyer's own number of the new order group.
    pub external_order_no: Option<ExternalNo>,
    /// The receiving site; left out, that of the earlier order or, where that is used no more, your default site.
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

impl Example for RepeatOrderBody {
    fn example() -> Self {
        Self {
            deliver_on: CivilDate::new(2026, 12, 1).unwrap_or(CivilDate::MIN),
            external_order_no: None,
            site_id: None,
            contract_id: None,
            note: None,
            mode: Some(OrderMode::WhatIsGood),
            skip_unavailable: None,
        }
    }
}

/// Why a line was left out.
#[derive(Clone, Debug, Object)]
pub struct ReasonBody {
    /// The kind of problem; stable.
    #[oai(validator(max_length = 100), rename = "type")]
    pub kind: String,
    /// In words, Chinese or English.
    #[oai(validator(max_length = 2000))]
    pub detail: String,
}

/// A line that was left out because it could not be had.
#[derive(Clone, Debug, Object)]
pub struct SkippedBody {
    /// Its place in what was asked for, from 1.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub line_no: i32,
    /// The same, under an older name.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub line: i32,
    /// SKU.
    #[oai(validator(max_length = 400))]
    pub sku: String,
    /// How much, as asked.
    #[oai(validator(max_length = 400))]
    pub quantity: String,
    /// Why.
    #[oai(validator(max_items = 20))]
    pub reasons: Vec<ReasonBody>,
}

/// What was ordered, and what was left out.
#[derive(Clone, Debug, Object)]
pub struct OrderedBody {
    /// The order group.
    pub group: OrderGroupBody,
    /// What was left out.
    #[oai(validator(max_items = 2000))]
    pub skipped: Vec<SkippedBody>,
}

impl ReasonBody {
    /// A reason in words.
    #[must_use]
    pub fn of(reason: &Reason, language: Language) -> Self {
        let values = reason.values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Self {
            kind: format!("/problems/{}", reason.kind),
            detail: words(&reason.kind, values, language),
        }
    }
}

impl SkippedBody {
    /// With its reasons in a language.
    #[must_use]
    pub fn of(skipped: &Skipped, language: Language) -> Self {
        let line_no = i32::try_from(skipped.at + 1).unwrap_or(i32::MAX);
        Self {
            line_no,
            line: line_no,
            sku: skipped.sku.clone(),
            quantity: skipped.quantity.clone(),
            reasons: skipped.reasons.iter().map(|reason| ReasonBody::of(reason, language)).collect(),
        }
    }
}

impl OrderedBody {
    /// What was placed, with its reasons in a language.
    #[must_use]
    pub fn of(mut placed: PlacedGroup, language: Language) -> Self {
        let skipped = std::mem::take(&mut placed.skipped);
        Self {
            group: placed.into(),
            skipped: skipped.iter().map(|one| SkippedBody::of(one, language)).collect(),
        }
    }
}
