//! Sheets as offices write them: what is understood of each form, as CSV and as a workbook, or why it is refused.

use super::*;
use crate::sheets::{Cell, HiddenRows, SheetRow, Wanted, csv_bytes};
use rust_xlsxwriter::{Format, Workbook, Worksheet};

/// What is written in a sheet.
type Fill<'f> = &'f dyn Fn(&mut Worksheet);
/// A workbook's sheets by name, the one that is asked for, and what is understood.
type BookCase<'f> = (&'f [(&'f str, Fill<'f>)], Option<&'f str>, &'f str);

const BOUNDS: Bounds = Bounds {
    bytes: 1 << 20,
    rows: 20,
    columns: 10,
    cell_chars: 60,
    unpacked_bytes: 4 << 20,
    cells: 200,
    text_bytes: 4_000,
};

const COLUMNS: &[Wanted] = &[
    Wanted {
        name: "货号",
        headings: &["货号", "sku", "货号sku", "商品货号", "产品编号"],
        needed: true,
        figures: false,
    },
    Wanted {
        name: "数量",
        headings: &["quantity", "数量", "采购数量"],
        needed: true,
        figures: true,
    },
];

fn asked(hidden: HiddenRows, sheet: Option<&str>) -> Asked {
    Asked {
        columns: COLUMNS,
        hidden,
        sheet: sheet.map(str::to_owned),
    }
}

/// What was read, in short: `row of headings: rows with code and quantity`, or the refusal with its values.
fn said(file: &[u8], asked: &Asked) -> String {
    match lines(file, asked, BOUNDS, Waiting::default(), None).map(Table::of) {
        Ok(table) => {
            let row = |row: &SheetRow| format!("{} {}×{}", row.number, table.head.cell(row, 0), table.head.cell(row, 1));
            let rows: Vec<String> = table.rows.iter().map(row).collect();
            format!("{}: {}", table.head.row, rows.join(" | "))
        }
        Err(fault) => {
            let values: Vec<&str> = fault.values().values().map(String::as_str).collect();
            format!("{} {}", fault.slug(), values.join(" / "))
        }
    }
}

fn plain() -> Asked {
    asked(HiddenRows::Skip, None)
}

/// A form as CSV and as a workbook.
fn both(rows: &[&[&str]]) -> [Vec<u8>; 2] {
    let head: Vec<String> = rows[0].iter().map(|cell| (*cell).to_owned()).collect();
    let cells = |row: &&[&str]| -> Vec<Cell> { row.iter().map(Cell::text).collect() };
    let below: Vec<Vec<Cell>> = rows[1..].iter().map(cells).collect();
    let csv = csv_bytes(&head, &below).unwrap();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
    [csv, book.save_to_buffer().unwrap()]
}

#[test]
fn forms_are_understood_or_refused_by_name_on_every_door() {
    let cases: [(&[&[&str]], &str); 15] = [
        (&[&["货号", "数量"], &["GR02", "10"]], "1: 2 GR02×10"),
        (
            &[&["示例小学12月订货单"], &[], &["品名", "货号", "数量"], &["黑米", "GR02", "10"]],
            "3: 4 GR02×10",
        ),
        (&[&["*货号（SKU）", "采购数量\n(袋)"], &["GR02", "10"]], "1: 2 GR02×10"),
        (&[&["商品货号：", "数 量【必填】"], &["GR02", "10"]], "1: 2 GR02×10"),
        (
            &[&["货号", "数量"], &["GR02", "1"], &[], &["货号", "数量"], &["GR03", "2"]],
            "1: 2 GR02×1 | 5 GR03×2",
        ),
        (&[&["货号", "订货", ""], &["", "数量", "金额"], &["GR02", "6", "4"]], "1: 3 GR02×6"),
        (
            &[&["货号", "数量", "备注"], &["", "（袋）", ""], &["GR02", "6", "急"]],
            "1: 3 GR02×6",
        ),
        (
            &[&["货号", "数量", ""], &["", "一食堂", "二食堂"], &["GR02", "6", "4"]],
            "sheet_heading_split 数量 / 一食堂、二食堂",
        ),
        (&[&["货号", "数量", ""], &["GR02", "6", "4"]], "sheet_heading_split 数量 / B、C"),
        (
            &[&["货号", "数量", ""], &["GR02", "6", "急"], &["", "共 6", "4"]],
            "1: 2 GR02×6 | 3 ×共 6",
        ),
        (&[&["货号", "", "数量"], &["", "", "一食堂"], &["GR02", "7", "6"]], "1: 3 GR02×6"),
        (
            &[&["货号", "一食堂", "二食堂"], &["", "数量", "数量"], &["GR02", "6", "4"]],
            "sheet_columns 货号, 数量 / 货号, 一食堂 数量, 二食堂 数量 / 数量",
        ),
        (
            &[&["货号", "数量", "采购数量"], &["GR02", "6", "4"]],
            "sheet_columns 货号, 数量 / 货号, 数量, 采购数量 / 数量",
        ),
        (
            &[&["品名", "件数"], &["黑米", "1"]],
            "sheet_columns 货号, 数量 / 品名, 件数 / 货号, 数量",
        ),
        (&[&["货号", "数量"]], "1: "),
    ];
    for (rows, meant) in cases {
        for (file, door) in both(rows).iter().zip(["csv", "xlsx"]) {
            assert_eq!(said(file, &plain()), meant, "{door}: {rows:?}");
        }
    }
}

#[test]
fn a_csv_file_is_read_as_spreadsheets_show_it() {
    for (file, meant) in [
        ("货号,数量\n\nGR02,x\n", "1: 3 GR02×x"),
        ("sep=;\n货号;数量\nGR02;1,5\n", "1: 2 GR02×1,5"),
        ("示例,订货单\n货号\t数量\nGR02\t1,000\n", "2: 3 GR02×1,000"),
        ("货号,数量\n=\"015877\",1\n'-5,2\n", "1: 2 015877×1 | 3 -5×2"),
        ("货号,数量,备注\nGR02,1,\"急\nGR02,2,\nGR02,3,\n", "sheet_quote_open 2"),
        ("货号,数量,备注\nGR02,1,\"一\n二\"\nGR02,2,\n", "1: 2 GR02×1 | 3 GR02×2"),
    ] {
        assert_eq!(said(file.as_bytes(), &plain()), meant, "{file}");
    }
    let damaged = ["货号,数量\nGR".as_bytes(), b"\xff", "02,1\n".as_bytes()].concat();
    assert_eq!(said(&damaged, &plain()), "sheet_byte_wrong 17 / 2");
}

/// A workbook whose sheets are filled one by one.
fn book(sheets: &[(&str, Fill<'_>)]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, fill) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        fill(sheet);
    }
    book.save_to_buffer().unwrap()
}

fn order(sheet: &mut Worksheet, code: &str) {
    for (row, cells) in (0..).zip([["货号", "数量"], [code, "1"]]) {
        sheet.write_string(row, 0, cells[0]).unwrap();
        sheet.write_string(row, 1, cells[1]).unwrap();
    }
}

#[test]
fn the_sheet_that_people_see_is_read_and_no_other() {
    let hidden: Fill<'_> = &|sheet| {
        order(sheet, "HID");
        sheet.set_hidden(true);
    };
    let very_hidden: Fill<'_> = &|sheet| {
        order(sheet, "VERY");
        sheet.set_very_hidden(true);
    };
    let one: Fill<'_> = &|sheet| order(sheet, "ONE");
    // The first sheet of a book can be hidden only where another is in view.
    let in_view: Fill<'_> = &|sheet| {
        order(sheet, "ONE");
        sheet.set_active(true);
    };
    let two: Fill<'_> = &|sheet| order(sheet, "TWO");
    let notes: Fill<'_> = &|sheet| {
        sheet.write_string(0, 0, "填写说明").unwrap();
        sheet.set_active(true);
    };
    let blank: Fill<'_> = &|sheet| {
        sheet.write_string(0, 0, "货号").unwrap();
        sheet.write_string(0, 1, "数量").unwrap();
    };
    let cases: [BookCase<'_>; 7] = [
        (&[("旧", hidden), ("订货", in_view)], None, "1: 2 ONE×1"),
        (&[("旧", very_hidden), ("说明", notes), ("订货", one)], None, "1: 2 ONE×1"),
        (&[("十一月", one), ("十二月", two)], None, "sheet_ambiguous 十一月、十二月"),
        (&[("十一月", one), ("十二月", two)], Some("十二月"), "1: 2 TWO×1"),
        (&[("十一月", one), ("旧", hidden)], Some("旧"), "sheet_unknown 旧 / 十一月"),
        (&[("空表", blank), ("订货", one)], None, "1: 2 ONE×1"),
        (
            &[("说明", notes), ("目录", notes)],
            None,
            "sheet_columns 货号, 数量 / 填写说明 / 货号, 数量",
        ),
    ];
    for (sheets, named, meant) in cases {
        let names: Vec<&str> = sheets.iter().map(|(name, _)| *name).collect();
        assert_eq!(said(&book(sheets), &asked(HiddenRows::Skip, named)), meant, "{names:?} {named:?}");
    }
}

#[test]
fn cells_are_read_as_people_see_them_and_hidden_rows_are_told() {
    let fill: Fill<'_> = &|sheet| {
        order(sheet, "GR02");
        let zeros = Format::new().set_num_format("000000");
        let bags = Format::new().set_num_format("0\"袋\"");
        sheet.write_number_with_format(2, 0, 15_877, &zeros).unwrap();
        sheet.write_number_with_format(2, 1, 10, &bags).unwrap();
        sheet.write_string(3, 0, "GR03\u{3000} ").unwrap();
        sheet.write_number(3, 1, 2).unwrap();
        sheet.set_row_hidden(3).unwrap();
    };
    let file = book(&[("订货", fill)]);
    assert_eq!(said(&file, &plain()), "1: 2 GR02×1 | 3 015877×10袋");
    assert_eq!(
        said(&file, &asked(HiddenRows::Include, None)),
        "1: 2 GR02×1 | 3 015877×10袋 | 4 GR03×2"
    );
    let table = lines(&file, &plain(), BOUNDS, Waiting::default(), None).unwrap();
    assert_eq!(
        (table.head.sheet.as_deref(), table.head.hidden_rows.as_slice()),
        (Some("订货"), &[4][..])
    );
}

#[test]
fn what_else_stands_in_a_sheet_is_told() {
    let file = "订货单\n货号,品名,数量(袋),备注\nGR02,黑米,1,急\n";
    let head = lines(file.as_bytes(), &plain(), BOUNDS, Waiting::default(), None).unwrap().head;
    assert_eq!(
        (head.row, head.rows, head.ignored),
        (2, 1, vec!["品名".to_owned(), "备注".to_owned()])
    );
    assert_eq!(
        (head.places, head.notes),
        (vec![Some(0), Some(2)], vec![None, Some("袋".to_owned())])
    );
}

/// A workbook of one sheet.
fn sheet(fill: Fill<'_>) -> Vec<u8> {
    book(&[("订货", fill)])
}

#[test]
fn what_nobody_sees_or_has_worked_out_is_never_taken_for_nothing() {
    let merged = |rows: &'static [[&'static str; 3]], column: u16, last: u32| {
        sheet(&move |sheet| {
            for (row, cells) in (0..).zip(rows) {
                for (at, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                    sheet.write_string(row, at, *cell).unwrap();
                }
            }
            let value = rows[1][usize::from(column)];
            sheet.merge_range(1, column, last, column, value, &Format::new()).unwrap();
        })
    };
    let two = &[["货号", "数量", "备注"], ["GR02", "6", "急"], ["GR03", "", ""]];
    let words = &[["货号", "数量", "备注"], ["GR02", "6", "急"], ["", "4", ""]];
    let tail = &[["货号", "数量", "备注"], ["GR02", "6", "急"], ["", "", "注"]];
    let hidden = |columns: &'static [u16]| {
        sheet(&move |sheet| {
            for (column, cells) in (0..).zip([["货号", "GR02"], ["数量", "9"], ["采购数量", "2"]]) {
                sheet.write_string(0, column, cells[0]).unwrap();
                sheet.write_string(1, column, cells[1]).unwrap();
            }
            for column in columns {
                sheet.set_column_hidden(*column).unwrap();
            }
        })
    };
    let formula = |result: &'static str| {
        sheet(&move |sheet| {
            order(sheet, "GR02");
            let formula = rust_xlsxwriter::Formula::new("=1+1").set_result(result);
            sheet.write_formula(1, 1, formula).unwrap();
        })
    };
    for (file, meant) in [
        (merged(two, 1, 2), "sheet_cells_merged B2:B3 / 数量"),
        (merged(tail, 1, 2), "1: 2 GR02×6 | 3 ×"),
        (merged(words, 0, 2), "1: 2 GR02×6 | 3 GR02×4"),
        (hidden(&[1]), "1: 2 GR02×2"),
        (hidden(&[0, 2]), "1: 2 GR02×9"),
        (hidden(&[1, 2]), "sheet_column_hidden B / 数量"),
        (formula("2"), "1: 2 GR02×2"),
        (formula("0"), "1: 2 GR02×=1+1"),
        (formula("#N/A"), "1: 2 GR02×#N/A"),
    ] {
        assert_eq!(said(&file, &plain()), meant);
    }
}

#[test]
fn headings_in_two_rows_are_read_whole_though_one_row_would_do() {
    let cases: [(&[&[&str]], &str); 3] = [
        (
            &[&["基本信息", "", "单位"], &["货号", "数量", ""], &["GR02", "6", "箱"]],
            "1 货号 数量 单位",
        ),
        (
            &[&["货号", "数量", "规格"], &["", "", "单位"], &["GR02", "6", "箱"]],
            "1 货号 数量 规格 单位",
        ),
        (
            &[&["订货单", "", "日期"], &["货号", "数量", "备注"], &["GR02", "6", "急"]],
            "2 货号 数量 备注",
        ),
    ];
    for (rows, meant) in cases {
        for file in both(rows) {
            let head = lines(&file, &with_units(), BOUNDS, Waiting::default(), None).unwrap().head;
            let named: Vec<&str> = head
                .headings
                .iter()
                .map(|heading| heading.trim_start_matches("基本信息 "))
                .collect();
            assert_eq!(format!("{} {}", head.row, named.join(" ")), meant);
        }
    }
}

/// With a column that may be left out.
fn with_units() -> Asked {
    static WITH_UNITS: [Wanted; 3] = [
        COLUMNS[0],
        COLUMNS[1],
        Wanted {
            name: "单位",
            headings: &["单位"],
            needed: false,
            figures: false,
        },
    ];
    Asked {
        columns: &WITH_UNITS,
        ..plain()
    }
}
