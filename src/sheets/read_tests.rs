use super::*;
use crate::sheets::{Cell, Wanted, xlsx_bytes};
use rust_xlsxwriter::{Format, Formula, Workbook};
use std::io::Write as _;

const BOUNDS: Bounds = Bounds {
    bytes: 1 << 20,
    rows: 20,
    columns: 5,
    cell_chars: 30,
    unpacked_bytes: 4 << 20,
};

const SKU: Wanted = Wanted {
    name: "货号",
    headings: &["sku", "货号"],
};
const QUANTITY: Wanted = Wanted {
    name: "数量",
    headings: &["quantity", "数量"],
};

fn slug(bytes: &[u8]) -> &'static str {
    table(bytes, BOUNDS).unwrap_err().slug()
}

fn book(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

#[test]
fn a_csv_file_is_read_with_its_row_numbers() {
    for text in [
        "货号,数量\nGR02,10\n\n GR03 , 2.5 ,\n",
        "\u{feff}SKU;Quantity\r\nGR02;10\r\n;\r\n\"GR03\";2.5\r\n",
        "sku\tquantity\nGR02\t10\n\t\nGR03\t2.5\n",
    ] {
        let table = table(text.as_bytes(), BOUNDS).unwrap();
        let [sku, quantity] = table.columns([SKU, QUANTITY]).unwrap();
        let rows: Vec<_> = table.rows.iter().map(|row| (row.cell(sku), row.cell(quantity))).collect();
        assert_eq!(rows, [("GR02", "10"), ("GR03", "2.5")], "{text}");
    }
}

#[test]
fn a_workbook_is_read_as_people_see_it() {
    let bytes = book(|sheet| {
        sheet.write_string(1, 1, "货号").unwrap();
        sheet.write_string(1, 2, "数量").unwrap();
        sheet.write_number(2, 1, 1001.0).unwrap();
        sheet.write_number(2, 2, 0.1 + 0.2).unwrap();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_number_with_format(3, 1, 45943.0, &day).unwrap();
        sheet.write_formula(3, 2, Formula::new("=1+1").set_result("2")).unwrap();
        sheet.write_string(1_048_575, 1, "GR02").unwrap();
    });
    let table = table(&bytes, BOUNDS).unwrap();
    assert_eq!(table.head, ["", "货号", "数量"]);
    let rows: Vec<_> = table.rows.iter().map(|row| (row.number, row.cell(1), row.cell(2))).collect();
    assert_eq!(rows, [(3, "1001", "0.3"), (4, "2025-10-13", "2"), (1_048_576, "GR02", "")]);
}

#[test]
fn what_we_write_we_read_again() {
    let rows = [vec![Cell::text("=1+1"), Cell::number("-12.80")]];
    let bytes = xlsx_bytes(vec!["sku".to_owned(), "quantity".to_owned()], &rows).unwrap();
    let again = table(&bytes, BOUNDS).unwrap();
    assert_eq!(again.rows[0].cells, ["=1+1", "-12.8"]);
}

#[test]
fn wrong_columns_are_named() {
    let table = table("品名,数量,数量\n黑米,1,2\n".as_bytes(), BOUNDS).unwrap();
    let fault = table.columns([SKU, QUANTITY]).unwrap_err();
    assert_eq!(fault.values()["expected"], "货号, 数量");
    assert_eq!(fault.values()["missing"], "货号, 数量");
    assert_eq!(fault.values()["found"], "品名, 数量, 数量");
}

#[test]
fn what_is_no_sheet_or_too_much_of_one_is_refused() {
    assert_eq!(slug(b""), "sheet_empty");
    assert_eq!(slug(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"), "sheet_old_excel");
    assert_eq!(slug(b"PK\x03\x04 no zip at all"), "sheet_unreadable");
    assert_eq!(slug(b"\x89PNG\r\n\x1a\n\0\0"), "sheet_unreadable");
    assert_eq!(slug("a\n".repeat(22).as_bytes()), "sheet_too_long");
    assert!(table("a\n".repeat(21).as_bytes(), BOUNDS).is_ok());
    assert_eq!(slug(b"a,b,c,d,e,f\n"), "sheet_too_wide");
    assert_eq!(slug("米".repeat(31).as_bytes()), "sheet_cell_too_long");
    let wide = book(|sheet| {
        sheet.write_string(0, 16_383, "far out").unwrap();
    });
    assert_eq!(slug(&wide), "sheet_too_wide");
}

#[test]
fn a_zip_bomb_is_refused_before_it_unpacks() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    zip.start_file("xl/sharedStrings.xml", options).unwrap();
    for _ in 0..64 {
        zip.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < BOUNDS.bytes);
    assert_eq!(slug(&bytes), "sheet_unpacks_too_large");
    // What the file says of its size does not matter: the one in its directory is made small.
    let mut lying = bytes.clone();
    let size = u32::to_le_bytes(64 << 20);
    let mut at = 0;
    while let Some(found) = lying[at..].windows(4).position(|four| four == size) {
        lying[at + found..at + found + 4].copy_from_slice(&[9, 0, 0, 0]);
        at += found + 4;
    }
    assert_ne!(lying, bytes);
    assert!(["sheet_unpacks_too_large", "sheet_unreadable"].contains(&slug(&lying)));
}
