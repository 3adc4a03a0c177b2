//! A row as it was uploaded: texts by column, not yet held against any rule.

use crate::catalogue::headings;
use crate::sheets::Wanted;
use serde::{Deserialize, Serialize};

/// The most rows of a part, and the most of a document: what fits one turn of the journal.
pub const MOST_ROWS: usize = 2_000;
/// The most characters of a cell.
pub const MOST_CELL: usize = 200;

macro_rules! columns {
    ($($(#[doc = $doc:literal])+ $field:ident: $name:literal, $zh:literal, $needs:ident, $holds:ident, $headings:expr;)+) => {
        /// A row of an import. Every cell may be missing; what a row of its kind needs is told when it is checked.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Row {
            $($(#[doc = $doc])+ #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<String>,)+
            /// Its number in the spreadsheet, where it does not follow the row before it: rows between were left out.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub row_no: Option<u32>,
        }

        /// The columns by their names, in Chinese and in English.
        pub const COLUMNS: &[(&str, &str)] = &[$(($name, $zh)),+];

        /// The same as a file may have them.
        pub static OF_FILES: &[Wanted] = &[$(Wanted {
            name: concat!($zh, " ", $name),
            headings: $headings,
            needed: columns!(@ $needs),
            figures: columns!(@ $holds),
        }),+];

        impl Row {
            /// The cell of a column, by its place in [`COLUMNS`].
            pub fn cell_mut(&mut self, at: usize) -> Option<&mut Option<String>> {
                let mut cells = [$(&mut self.$field),+].into_iter();
                cells.nth(at)
            }

            /// All cells in the order of [`COLUMNS`].
            #[must_use]
            pub fn cells(&self) -> [&str; COLUMNS.len()] {
                [$(self.$field.as_deref().unwrap_or_default()),+]
            }
        }
    };
    (@ needed) => { true };
    (@ optional) => { false };
    (@ figures) => { true };
    (@ words) => { false };
}

columns! {
    /// Order, return, charge or stock.
    kind: "kind", "类型", needed, words, &["类型", "kind", "单据类型", "业务类型", "类型kind"];
    /// The document's own number.
    document_no: "document_no", "单据号", needed, words,
        &["单据号", "document_no", "documentno", "单据编号", "单据号码", "单号", "单据号document_no"];
    /// When it was made out. No heading is its own: of two that may be it, neither is taken.
    at: "at", "时间", needed, words,
        &["at", "时间", "日期", "单据日期", "单据时间", "开单日期", "开单时间", "下单日期", "下单时间", "业务日期", "时间at"];
    /// The buyer, by id, credit code or name.
    buyer: "buyer", "采购单位", optional, words,
        &["采购单位", "buyer", "采购方", "购货单位", "购买单位", "买方", "客户", "客户名称", "采购单位名称", "采购单位buyer"];
    /// The supplier, by id, credit code or name; the goods' seller unless told.
    supplier: "supplier", "供应商", optional, words,
        &["供应商", "supplier", "供应商名称", "供货商", "供货单位", "供货方", "卖方", "供应商supplier"];
    /// The channel; the buyer's default unless told.
    channel: "channel", "渠道", optional, words, &["渠道", "channel", "采购渠道", "销售渠道", "渠道channel"];
    /// The fund source; the buyer's default unless told.
    fund_source: "fund_source", "资金来源", optional, words,
        &["资金来源", "fund_source", "fundsource", "经费来源", "资金来源fund_source"];
    /// The goods.
    sku: "sku", "货号", needed, words, headings::SKU;
    /// How much; with a sign for stock.
    quantity: "quantity", "数量", needed, figures, headings::QUANTITY;
    /// The document's own price.
    price: "price", "单价", optional, figures, headings::PRICE;
    /// When it was shipped; when the order was made out unless told.
    shipped_at: "shipped_at", "发货时间", optional, words, &["发货时间", "shipped_at", "发货日期", "出库日期", "发货时间shipped_at"];
    /// When it was accepted; when it was shipped unless told.
    accepted_at: "accepted_at", "验收时间", optional, words,
        &["验收时间", "accepted_at", "验收日期", "收货日期", "收货时间", "签收日期", "签收时间", "验收时间accepted_at"];
    /// Why goods were returned, or stock moved.
    reason: "reason", "原因", optional, words, &["原因", "reason", "退货原因", "变动原因", "原因reason"];
    /// What became of returned goods.
    fate: "fate", "处置", optional, words, &["处置", "fate", "处置方式", "处理方式", "处置fate"];
    /// Where stock lies.
    place: "place", "仓库", optional, words, &["仓库", "place", "库房", "仓库place"];
    /// The number of the order that returned goods came with.
    sale_document_no: "sale_document_no", "原单据号", optional, words,
        &["原单据号", "sale_document_no", "saledocumentno", "原单据编号", "原单号", "原订单号", "原单据号sale_document_no"];
    /// The line of that order.
    sale_line: "sale_line", "原单据行", optional, words,
        &["原单据行", "sale_line", "saleline", "原单据行号", "原单行号", "原单据行sale_line"];
}

impl Row {
    /// Whether nothing stands in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells().iter().all(|cell| cell.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheets::folded;

    #[test]
    fn cells_stand_in_the_order_of_the_columns() {
        let mut row = Row::default();
        for (at, (name, _)) in COLUMNS.iter().enumerate() {
            *row.cell_mut(at).unwrap() = Some((*name).to_owned());
        }
        let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
        assert_eq!(row.cells().to_vec(), names);
        assert!(Row::default().is_empty() && !row.is_empty());
    }

    #[test]
    fn every_column_is_known_by_its_names_and_no_heading_means_two() {
        let mut all: Vec<&str> = OF_FILES.iter().flat_map(|column| column.headings).copied().collect();
        for ((name, zh), column) in COLUMNS.iter().zip(OF_FILES) {
            assert!(column.headings.contains(name) && column.headings.contains(zh), "{name}");
        }
        assert!(all.iter().all(|heading| folded(heading) == *heading));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
