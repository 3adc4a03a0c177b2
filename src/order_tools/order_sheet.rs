//! An order sheet (订货表): rows of SKU and quantity, and what is wrong with each.

use crate::http::fault::Fault;
use crate::orders::{NewLine, Reason, Skipped};
use crate::sheets::{Bounds, Door, SheetRow, Table, Wanted};
use entity::{Quantity, Sku};

/// What an order sheet may be at most: as many rows as an order has lines, 2 MiB. Two are read at a time.
pub(super) static DOOR: Door = Door::new(
    Bounds {
        bytes: 2 << 20,
        rows: 2_000,
        columns: 64,
        cell_chars: 400,
        unpacked_bytes: 32 << 20,
        cells: 130_000,
        text_bytes: 8 << 20,
    },
    2,
);

const SKU: Wanted = Wanted {
    name: "货号 SKU",
    headings: &["sku", "货号", "货号sku", "商品编码", "产品编码", "编码"],
};
const QUANTITY: Wanted = Wanted {
    name: "数量 quantity",
    headings: &["quantity", "qty", "数量", "数量quantity", "订货数量", "订购数量"],
};

/// The rows of a sheet as far as they can be asked for.
#[derive(Clone, Debug)]
pub(super) struct OrderSheet {
    /// The lines to ask for.
    pub(super) lines: Vec<NewLine>,
    /// For each of them, its row among the rows of the sheet, from 0.
    pub(super) rows: Vec<usize>,
    /// Rows that say nothing that could be asked for.
    pub(super) unreadable: Vec<Skipped>,
}

impl OrderSheet {
    /// From a table.
    ///
    /// # Errors
    /// `sheet_columns` where SKU or quantity is missing; `sheet_empty` without a row.
    pub(super) fn of(table: &Table) -> Result<Self, Fault> {
        let [sku, quantity] = table.columns([SKU, QUANTITY])?;
        if table.rows.is_empty() {
            return Err(Fault::of("sheet_empty"));
        }
        let mut sheet = Self {
            lines: Vec::new(),
            rows: Vec::new(),
            unreadable: Vec::new(),
        };
        for (at, row) in table.rows.iter().enumerate() {
            match line_of(row, sku, quantity) {
                Ok(line) => {
                    sheet.lines.push(line);
                    sheet.rows.push(at);
                }
                Err(faults) => sheet.unreadable.push(Skipped {
                    at,
                    sku: row.cell(sku).to_owned(),
                    quantity: row.cell(quantity).to_owned(),
                    reasons: faults.iter().map(Reason::from).collect(),
                }),
            }
        }
        Ok(sheet)
    }
}

/// All faults of a row at once.
fn line_of(row: &SheetRow, sku: usize, quantity: usize) -> Result<NewLine, Vec<Fault>> {
    let (sku, quantity) = (row.cell(sku), row.cell(quantity));
    let mut faults = Vec::new();
    let read_sku = sku.parse::<Sku>().ok();
    if read_sku.is_none() {
        faults.push(Fault::of("row_sku"));
    }
    let read_quantity = number_of(quantity);
    if read_quantity.is_none() {
        faults.push(Fault::of("row_quantity").with("found", quantity));
    }
    match (read_sku, read_quantity) {
        (Some(sku), Some(quantity)) => Ok(NewLine { sku, quantity }),
        _ => Err(faults),
    }
}

/// A quantity as people type it: with full-width figures, with commas between thousands, with zeros behind the point.
fn number_of(text: &str) -> Option<Quantity> {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '．' => '.',
            '，' => ',',
            other => other,
        })
        .collect();
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain.as_str(), ""));
    let groups: Vec<&str> = whole.split(',').collect();
    if groups.len() > 1 && groups.iter().skip(1).any(|group| group.len() != 3) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let number = groups.concat();
    if fraction.is_empty() {
        number.parse().ok()
    } else {
        format!("{number}.{fraction}").parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_read_as_it_is_typed() {
        let read = |text: &str| number_of(text).map(|quantity| quantity.to_string());
        for (typed, meant) in [("10", "10"), ("2.50", "2.5"), ("１２", "12"), ("1,200", "1200"), ("3.", "3")] {
            assert_eq!(read(typed).as_deref(), Some(meant), "{typed}");
        }
        for nonsense in ["", "十", "1,2", "2026-01-02", "1e3", "0.0001", "--1", "=1+1"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn every_row_is_a_line_or_says_what_is_wrong() {
        let row = |number, cells: [&str; 3]| SheetRow {
            number,
            cells: cells.map(str::to_owned).to_vec(),
        };
        let table = Table {
            head: ["品名", "货号", "数量"].map(str::to_owned).to_vec(),
            rows: vec![row(2, ["米", "GR02", "10"]), row(3, ["?", "", "x"]), row(4, ["米", "GR03", "1.5"])],
        };
        let sheet = OrderSheet::of(&table).unwrap();
        assert_eq!((sheet.lines.len(), sheet.rows), (2, vec![0, 2]));
        let kinds: Vec<&str> = sheet.unreadable[0].reasons.iter().map(|reason| reason.kind.as_str()).collect();
        assert_eq!((sheet.unreadable[0].at, kinds), (1, vec!["row_sku", "row_quantity"]));
    }
}
