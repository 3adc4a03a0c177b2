//! What suppliers say to an inquiry, on the wire.

use super::answer::{Answer, AnswerLine};
use crate::catalogue::example;
use entity::{CivilDate, DeclineReason, FreeText, Money, Quantity, Sku, UnitPrice};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// Goods offered for a line.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct AnswerInquiryLineBody {
    /// The line of the inquiry.
    #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
    pub line_no: i32,
    /// Your product; each stands once.
    pub sku: Sku,
    /// How much, in the product's unit: at least what is asked for, where the two can be compared.
    pub quantity: Quantity,
    /// Price of a unit in yuan, tax included.
    pub price: UnitPrice,
}

/// A supplier's answer to an inquiry.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct AnswerInquiryBody {
    /// A line for each line you can deliver; what is left out you do not quote for.
    #[oai(validator(min_items = 1, max_items = 200))]
    pub lines: Vec<AnswerInquiryLineBody>,
    /// Freight for all of it; none, if left out.
    pub freight: Option<Money>,
    /// Where there is freight: your product of line kind freight that its line will be of; left out, that of your terms.
    pub freight_sku: Option<Sku>,
    /// The day of delivery.
    pub deliver_on: CivilDate,
    /// The last day on which an order may be placed by it: after the last day for answers, at most 180 days.
    pub valid_until: CivilDate,
    /// A word to the buyer; kept beside the journal.
    pub note: Option<FreeText>,
}

impl Example for AnswerInquiryBody {
    fn example() -> Self {
        let line = AnswerInquiryLineBody {
            line_no: 1,
            sku: example("GR02"),
            quantity: example("20"),
            price: example("198.00"),
        };
        Self {
            lines: vec![line],
            freight: Some(example("120.00")),
            freight_sku: Some(example("YF01")),
            deliver_on: example("2026-12-15"),
            valid_until: example("2026-12-31"),
            note: None,
        }
    }
}

impl From<AnswerInquiryBody> for Answer {
    fn from(body: AnswerInquiryBody) -> Self {
        let line = |line: AnswerInquiryLineBody| AnswerLine {
            line_no: line.line_no,
            sku: line.sku.as_str().to_owned(),
            quantity: line.quantity,
            price: line.price,
        };
        Self {
            lines: body.lines.into_iter().map(line).collect(),
            freight: body.freight.unwrap_or(Money::ZERO),
            freight_sku: body.freight_sku.map(Sku::into_string),
            deliver_on: body.deliver_on,
            valid_until: body.valid_until,
            note: body.note.map(FreeText::into_string),
        }
    }
}

/// Why a supplier gives no quote.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct DeclineInquiryBody {
    /// As a code.
    pub reason: DeclineReason,
}

impl Example for DeclineInquiryBody {
    fn example() -> Self {
        Self {
            reason: DeclineReason::OutOfStock,
        }
    }
}
