//! Ordering again, on the wire.

use crate::http::language::Language;
use crate::http::problem::words;
use crate::orders::{OrderGroupBody, PlacedGroup, Reason, Skipped};
use entity::{CivilDate, ContractId, ExternalNo, FreeText};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// For when to order the same again.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct RepeatOrderBody {
    /// The day of delivery, from tomorrow to 400 days ahead.
    pub deliver_on: CivilDate,
    /// The buyer's own number of the new order group.
    pub external_order_no: Option<ExternalNo>,
    /// A framework contract to draw on; left out, the prices of the day.
    pub contract_id: Option<ContractId>,
    /// A word to the supplier; kept beside the journal.
    pub note: Option<FreeText>,
    /// Whether to leave out what cannot be had; left out or false, everything is ordered or nothing.
    pub skip_unavailable: Option<bool>,
}

impl Example for RepeatOrderBody {
    fn example() -> Self {
        Self {
            deliver_on: CivilDate::new(2026, 12, 1).unwrap_or(CivilDate::MIN),
            external_order_no: None,
            contract_id: None,
            note: None,
            skip_unavailable: Some(true),
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
    pub(super) fn of(reason: &Reason, language: Language) -> Self {
        let values = reason.values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Self {
            kind: format!("/problems/{}", reason.kind),
            detail: words(&reason.kind, values, language),
        }
    }
}

impl SkippedBody {
    fn of(skipped: &Skipped, language: Language) -> Self {
        Self {
            line: i32::try_from(skipped.at + 1).unwrap_or(i32::MAX),
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
