//! Order sheets on the wire.

use super::repeat_body::ReasonBody;
use super::upload::{SheetOutcome, Uploaded};
use crate::http::language::Language;
use crate::orders::OrderGroupBody;
use entity::Money;
use poem_openapi::Object;

/// A row that could not be had.
#[derive(Clone, Debug, Object)]
pub struct FailedRowBody {
    /// Its number as a spreadsheet shows it.
    #[oai(validator(minimum(value = "1"), maximum(value = "1048576")))]
    pub row: u32,
    /// SKU, as typed.
    #[oai(validator(max_length = 400))]
    pub sku: String,
    /// Quantity, as typed.
    #[oai(validator(max_length = 400))]
    pub quantity: String,
    /// Why.
    #[oai(validator(max_items = 20))]
    pub reasons: Vec<ReasonBody>,
}

/// What became of an order sheet. Rows that are not among the failed ones are good.
#[derive(Clone, Debug, Object)]
pub struct OrderSheetBody {
    /// What became of it.
    pub outcome: SheetOutcome,
    /// How many rows it has.
    #[oai(validator(minimum(value = "0"), maximum(value = "2000")))]
    pub rows: u32,
    /// Numbers of the rows that are good: placed, or could be.
    #[oai(validator(max_items = 2000))]
    pub good_rows: Vec<u32>,
    /// The rows that are not, and why.
    #[oai(validator(max_items = 2000))]
    pub failed_rows: Vec<FailedRowBody>,
    /// The sum of the good rows, at today's prices.
    pub amount: Money,
    /// What was placed.
    #[oai(nullable)]
    pub group: Option<OrderGroupBody>,
}

impl OrderSheetBody {
    pub(super) fn of(uploaded: &Uploaded, language: Language) -> Self {
        let rows = &uploaded.table.rows;
        let number = |at: usize| rows.get(at).map_or(1, |row| row.number);
        let failed_rows: Vec<FailedRowBody> = uploaded
            .failed
            .iter()
            .map(|failed| FailedRowBody {
                row: number(failed.at),
                sku: failed.sku.clone(),
                quantity: failed.quantity.clone(),
                reasons: failed.reasons.iter().map(|reason| ReasonBody::of(reason, language)).collect(),
            })
            .collect();
        Self {
            outcome: uploaded.outcome,
            rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            good_rows: (0..rows.len())
                .filter(|at| uploaded.failed.iter().all(|failed| failed.at != *at))
                .map(number)
                .collect(),
            failed_rows,
            amount: uploaded.amount,
            group: uploaded.group.clone().map(Into::into),
        }
    }
}
