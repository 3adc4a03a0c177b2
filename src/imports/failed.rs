//! The file of failed rows: every row of the documents at fault, once and as it came, with what is wrong with it. Rows
//! that are held back with others of their document are in it too, so that the file, put right, is whole documents.

use super::row::Row;
use crate::http::language::Language;
use crate::http::problem::words;
use crate::sheets::Column;
use entity::tables::import_faults;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Columns that tell what is wrong. Uploaded again, they are passed over.
const TOLD: [Column; 4] = [
    Column::number("row", "行号", "Row"),
    Column::text("columns", "错误列", "Wrong column"),
    Column::text("details", "错误", "What is wrong"),
    Column::text("problems", "错误代码", "Kind of fault"),
];

/// Columns of the file: what is wrong first, then the row as it came.
pub const COLUMNS: [Column; 21] = {
    let [row, columns, details, problems] = TOLD;
    [
        row,
        columns,
        details,
        problems,
        Column::text("cells/kind", "类型", "kind"),
        Column::text("cells/document_no", "单据号", "document_no"),
        Column::text("cells/at", "时间", "at"),
        Column::text("cells/buyer", "采购单位", "buyer"),
        Column::text("cells/supplier", "供应商", "supplier"),
        Column::text("cells/channel", "渠道", "channel"),
        Column::text("cells/fund_source", "资金来源", "fund_source"),
        Column::text("cells/sku", "货号", "sku"),
        Column::text("cells/quantity", "数量", "quantity"),
        Column::text("cells/price", "单价", "price"),
        Column::text("cells/shipped_at", "发货时间", "shipped_at"),
        Column::text("cells/accepted_at", "验收时间", "accepted_at"),
        Column::text("cells/reason", "原因", "reason"),
        Column::text("cells/fate", "处置", "fate"),
        Column::text("cells/place", "仓库", "place"),
        Column::text("cells/sale_document_no", "原单据号", "sale_document_no"),
        Column::text("cells/sale_line", "原单据行", "sale_line"),
    ]
};

/// Whether a heading is of a column that tells what is wrong.
#[must_use]
pub fn tells(heading: &str) -> bool {
    let heading = heading.trim().trim_start_matches('\u{feff}');
    let named = |column: &Column| {
        [Language::Zh, Language::En]
            .map(|language| column.heading(language))
            .contains(&heading)
    };
    TOLD.iter().any(named)
}

/// A row of a document at fault; held back with others, it has no fault of its own.
#[derive(Clone, Debug)]
pub struct FailedRow {
    /// As the spreadsheet numbers it for a file, from 1 in its part else.
    pub number: i64,
    /// As it came.
    pub cells: Row,
    /// What is wrong with it.
    pub faults: Vec<import_faults::Model>,
}

impl FailedRow {
    /// As it is written, in the reader's language.
    #[must_use]
    pub fn told(&self, language: Language) -> Value {
        let of_each = |tell: fn(&import_faults::Model) -> String| self.faults.iter().map(tell).collect::<Vec<_>>();
        let detail = |fault: &import_faults::Model| {
            let values: BTreeMap<String, String> = serde_json::from_str(&fault.fault_values).unwrap_or_default();
            let values = values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            words(&fault.slug, values, language)
        };
        json!({
            "row": self.number,
            "columns": of_each(|fault| fault.column_name.clone()),
            "details": self.faults.iter().map(detail).collect::<Vec<_>>(),
            "problems": of_each(|fault| fault.slug.clone()),
            "cells": self.cells,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::row::COLUMNS as OF_A_ROW;

    #[test]
    fn the_file_can_be_read_again() {
        let headings: Vec<[&str; 2]> = COLUMNS
            .iter()
            .map(|column| [column.heading(Language::En), column.heading(Language::Zh)])
            .collect();
        assert!(headings.iter().take(4).flatten().all(|heading| tells(heading)));
        let of_a_row: Vec<[&str; 2]> = OF_A_ROW.iter().map(|(name, zh)| [*name, *zh]).collect();
        assert_eq!(headings[4..], of_a_row);
        assert!(!OF_A_ROW.iter().any(|(name, zh)| tells(name) || tells(zh)));
    }
}
