//! Order sheets on the wire.

use super::order_sheet::PassedOver;
use super::repeat_body::ReasonBody;
use super::upload::{SheetOutcome, Uploaded};
use crate::http::language::Language;
use crate::orders::OrderGroupBody;
use crate::sheets::SheetRow;
use entity::Money;
use poem_openapi::Object;
use std::collections::BTreeSet;

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

/// A row that is no order of anything.
#[derive(Clone, Debug, Object)]
pub struct PassedRowBody {
    /// Its number as a spreadsheet shows it.
    #[oai(validator(minimum(value = "1"), maximum(value = "1048576")))]
    pub row: u32,
    /// What it was taken for.
    pub why: PassedOver,
    /// What it says, as far as it needs to be known again.
    #[oai(validator(max_length = 100))]
    pub text: String,
}

/// What became of an order sheet, and how it was read: every row is good, failed, unwanted, passed over or hidden.
#[derive(Clone, Debug, Object)]
pub struct OrderSheetBody {
    /// What became of it.
    pub outcome: SheetOutcome,
    /// The name of the sheet that was read; null for CSV.
    #[oai(nullable, validator(max_length = 64))]
    pub sheet: Option<String>,
    /// The number of the row that was read as headings, as a spreadsheet shows it; of two rows the upper.
    #[oai(validator(minimum(value = "1"), maximum(value = "1048576")))]
    pub heading_row: u32,
    /// Headings of columns that were left alone, as written.
    #[oai(validator(max_items = 64))]
    pub ignored_columns: Vec<String>,
    /// How many rows under the headings hold something, hidden ones not counted unless they were asked for.
    #[oai(validator(minimum(value = "0"), maximum(value = "5000")))]
    pub rows: u32,
    /// Numbers of the rows that are good: placed, or could be.
    #[oai(validator(max_items = 2000))]
    pub good_rows: Vec<u32>,
    /// The rows that ask for something and are not good, and why.
    #[oai(validator(max_items = 2000))]
    pub failed_rows: Vec<FailedRowBody>,
    /// Numbers of the rows that name goods and no quantity, or none: they are not wanted.
    #[oai(validator(max_items = 5000))]
    pub unwanted_rows: Vec<u32>,
    /// The rows that are no order of anything: sums, categories, signatures, notes.
    #[oai(validator(max_items = 5000))]
    pub passed_rows: Vec<PassedRowBody>,
    /// Numbers of the rows that are hidden, by a filter or by hand; left out unless `hidden=include`.
    #[oai(validator(max_items = 5000))]
    pub hidden_rows: Vec<u32>,
    /// The sum of the good rows, at today's prices.
    pub amount: Money,
    /// What was placed.
    #[oai(nullable)]
    pub group: Option<OrderGroupBody>,
}

impl OrderSheetBody {
    pub(super) fn of(uploaded: &Uploaded, language: Language) -> Self {
        let (rows, head, told) = (&uploaded.table.rows, &uploaded.table.head, &uploaded.told);
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
        let failed: BTreeSet<usize> = uploaded.failed.iter().map(|failed| failed.at).collect();
        let good = told.wanted.iter().filter(|at| !failed.contains(*at));
        let passed = told.passed.iter().map(|(at, why)| PassedRowBody {
            row: number(*at),
            why: *why,
            text: rows.get(*at).map(text_of).unwrap_or_default(),
        });
        Self {
            outcome: uploaded.outcome,
            sheet: head.sheet.clone(),
            heading_row: head.row,
            ignored_columns: head.ignored.clone(),
            rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            good_rows: good.map(|at| number(*at)).collect(),
            failed_rows,
            unwanted_rows: told.unwanted.iter().map(|at| number(*at)).collect(),
            passed_rows: passed.collect(),
            hidden_rows: head.hidden_rows.clone(),
            amount: uploaded.amount,
            group: uploaded.group.clone().map(Into::into),
        }
    }
}

/// The words of a row, by which people know it again.
fn text_of(row: &SheetRow) -> String {
    let words: Vec<&str> = row.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    words.join(" ").chars().take(100).collect()
}
