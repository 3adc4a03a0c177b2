//! The file of failed rows: every row of the documents at fault, once and as it came, with what is wrong with it. Rows
//! that are held back with others of their document are in it too, so that the file, put right, is whole documents.

use super::row::Row;
use super::told::FileTold;
use crate::http::language::Language;
use crate::http::problem::words;
use crate::sheets::Column;
use entity::tables::import_faults;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Columns that tell what is wrong. Uploaded again they are ignored, since they are none of a row.
const TOLD: [Column; 4] = [
    Column::number("row", "行号", "Row"),
    Column::text("columns", "错误列", "Wrong column").wide(20),
    Column::sentences("details", "错误", "What is wrong").wide(60),
    Column::text("problems", "错误代码", "Kind of fault").wide(20),
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
    /// As it is written, in the reader's language, with columns called as the file calls them.
    #[must_use]
    pub fn told(&self, told: Option<&FileTold>, language: Language) -> Value {
        let column = |fault: &import_faults::Model| called(told, &fault.column_name).to_owned();
        json!({
            "row": self.number,
            "columns": self.faults.iter().map(column).collect::<Vec<_>>(),
            "details": self.faults.iter().map(|fault| detail_of(fault, told, language)).collect::<Vec<_>>(),
            "problems": self.faults.iter().map(|fault| fault.slug.clone()).collect::<Vec<_>>(),
            "cells": self.cells,
        })
    }
}

fn called<'c>(told: Option<&'c FileTold>, column: &'c str) -> &'c str {
    told.map_or(column, |told| told.called(column))
}

/// A fault in words, with columns called as the file calls them.
#[must_use]
pub fn detail_of(fault: &import_faults::Model, told: Option<&FileTold>, language: Language) -> String {
    let values: BTreeMap<String, String> = serde_json::from_str(&fault.fault_values).unwrap_or_default();
    let values = values.iter().map(|(name, value)| match name.as_str() {
        "column" => ("column", called(told, value)),
        name => (name, value.as_str()),
    });
    words(&fault.slug, values, language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::row::{COLUMNS as OF_A_ROW, OF_FILES};
    use crate::sheets::folded;

    #[test]
    fn the_file_can_be_read_again() {
        let headings: Vec<[&str; 2]> = COLUMNS
            .iter()
            .map(|column| [column.heading(Language::En), column.heading(Language::Zh)])
            .collect();
        let of_a_row: Vec<[&str; 2]> = OF_A_ROW.iter().map(|(name, zh)| [*name, *zh]).collect();
        assert_eq!(headings[4..], of_a_row);
        let known: Vec<&str> = OF_FILES.iter().flat_map(|column| column.headings).copied().collect();
        let tells = headings.iter().take(4).flatten().map(|heading| folded(heading));
        assert!(tells.into_iter().all(|heading| !known.contains(&heading.as_str())));
    }
}
