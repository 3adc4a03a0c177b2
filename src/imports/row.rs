//! A row as it was uploaded: texts by column, not yet held against any rule.

use serde::{Deserialize, Serialize};

/// The most rows of a part, and the most of a document: what fits one turn of the journal.
pub const MOST_ROWS: usize = 2_000;
/// The most characters of a cell.
pub const MOST_CELL: usize = 200;

macro_rules! columns {
    ($($(#[doc = $doc:literal])+ $field:ident: $name:literal, $zh:literal;)+) => {
        /// A row of an import. Every cell may be missing; what a row of its kind needs is told when it is checked.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Row {
            $($(#[doc = $doc])+ #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<String>,)+
        }

        /// The columns by their names, in Chinese and in English.
        pub const COLUMNS: &[(&str, &str)] = &[$(($name, $zh)),+];

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
}

columns! {
    /// Order, return or stock.
    kind: "kind", "类型";
    /// The document's own number.
    document_no: "document_no", "单据号";
    /// When it was made out.
    at: "at", "时间";
    /// The buyer, by id or credit code.
    buyer: "buyer", "采购单位";
    /// The supplier, by id or credit code; the goods' seller unless told.
    supplier: "supplier", "供应商";
    /// The channel; the buyer's default unless told.
    channel: "channel", "渠道";
    /// The fund source; the buyer's default unless told.
    fund_source: "fund_source", "资金来源";
    /// The goods.
    sku: "sku", "货号";
    /// How much; with a sign for stock.
    quantity: "quantity", "数量";
    /// The document's own price.
    price: "price", "单价";
    /// When it was shipped; when the order was made out unless told.
    shipped_at: "shipped_at", "发货时间";
    /// When it was accepted; when it was shipped unless told.
    accepted_at: "accepted_at", "验收时间";
    /// Why goods were returned, or stock moved.
    reason: "reason", "原因";
    /// What became of returned goods.
    fate: "fate", "处置";
    /// Where stock lies.
    place: "place", "仓库";
    /// The number of the order that returned goods came with.
    sale_document_no: "sale_document_no", "原单据号";
    /// The line of that order.
    sale_line: "sale_line", "原单据行";
}

impl Row {
    /// Whether nothing stands in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells().iter().all(|cell| cell.is_empty())
    }
}

/// The column a heading names, in either language.
#[must_use]
pub fn column_of(heading: &str) -> Option<usize> {
    let wanted = heading.trim().trim_start_matches('\u{feff}');
    COLUMNS
        .iter()
        .position(|(name, zh)| name.eq_ignore_ascii_case(wanted) || *zh == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn headings_are_known_in_both_languages() {
        assert_eq!(column_of("\u{feff}Kind"), Some(0));
        assert_eq!(column_of(" 货号 "), column_of("sku"));
        assert_eq!(column_of("price_gbp"), None);
    }
}
