//! Rows of a sheet that bring nothing: sums, categories between the rows, signatures and notes under them.

use crate::sheets::{Head, SheetRow, Wanted, code, is_total};
use entity::{IntakeKind, Sku};

/// Whether a row is none of those that the sheet is for. What names a thing and lacks the rest is one that is not finished.
pub(super) fn is_aside(kind: IntakeKind, head: &Head, row: &SheetRow, columns: &[Wanted]) -> bool {
    // The first column names the thing.
    let key = head.cell(row, 0);
    if is_total(key) || (key.is_empty() && row.cells.iter().any(|cell| is_total(cell))) {
        return true;
    }
    let is_said = |cell: &str| cell.contains([':', '：']);
    if row.cells.iter().filter(|cell| !cell.is_empty()).all(|cell| is_said(cell)) {
        return true;
    }
    let mut others = columns.iter().enumerate().skip(1).filter(|(_, column)| column.needed);
    let has_others = others.any(|(at, _)| !head.cell(row, at).is_empty());
    let names_a_thing = match kind {
        IntakeKind::Organisations => !key.is_empty(),
        IntakeKind::Products | IntakeKind::Offers => code(key).parse::<Sku>().is_ok(),
    };
    !has_others && !names_a_thing
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Wanted; 2] = [
        Wanted {
            name: "货号",
            headings: &["货号"],
            needed: true,
            figures: false,
        },
        Wanted {
            name: "单价",
            headings: &["单价"],
            needed: true,
            figures: true,
        },
    ];

    #[test]
    fn sums_categories_and_signatures_bring_nothing() {
        let head = Head {
            sheet: None,
            row: 1,
            rows: 1,
            headings: Vec::new(),
            places: vec![Some(0), Some(1)],
            notes: vec![None, None],
            ignored: Vec::new(),
            hidden_rows: Vec::new(),
            repeated_rows: Vec::new(),
            days_from_1904: false,
        };
        for (cells, kind, aside) in [
            (["合计", "12", ""], IntakeKind::Offers, true),
            (["", "12", "合计"], IntakeKind::Offers, true),
            (["粮油类", "", ""], IntakeKind::Offers, true),
            (["", "", "共三页"], IntakeKind::Offers, true),
            (["制表人：", "审核：", ""], IntakeKind::Organisations, true),
            (["GR02", "", ""], IntakeKind::Offers, false),
            (["黑米", "12", ""], IntakeKind::Offers, false),
            (["", "12", ""], IntakeKind::Offers, false),
            (["示例小学", "", ""], IntakeKind::Organisations, false),
        ] {
            let row = SheetRow {
                number: 2,
                cells: cells.map(str::to_owned).to_vec(),
            };
            assert_eq!(is_aside(kind, &head, &row, &COLUMNS), aside, "{cells:?}");
        }
    }
}
