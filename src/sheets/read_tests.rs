use super::*;
use crate::sheets::{Cell, HiddenRows, Wanted, xlsx_bytes};
use rust_xlsxwriter::{Format, Formula, Workbook};
use std::io::Write as _;

const BOUNDS: Bounds = Bounds {
    bytes: 1 << 20,
    rows: 20,
    columns: 5,
    cell_chars: 30,
    unpacked_bytes: 4 << 20,
    cells: 100,
    text_bytes: 500,
};

const ORDER: &[Wanted] = &[
    Wanted {
        name: "货号",
        headings: &["sku", "货号"],
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

/// Whatever stands in it is read.
const ANY: &[Wanted] = &[];

fn read_as(bytes: &[u8], columns: &'static [Wanted], bounds: Bounds) -> Result<Table, Fault> {
    let asked = Asked {
        columns,
        hidden: HiddenRows::Skip,
        sheet: None,
    };
    lines(bytes, &asked, bounds, Waiting::default(), None).map(Table::of)
}

fn table(bytes: &[u8], bounds: Bounds) -> Result<Table, Fault> {
    read_as(bytes, ANY, bounds)
}

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
        let table = read_as(text.as_bytes(), ORDER, BOUNDS).unwrap();
        let cells = |row| (table.head.cell(row, 0), table.head.cell(row, 1));
        let rows: Vec<_> = table.rows.iter().map(|row| (row.number, cells(row))).collect();
        assert_eq!(rows, [(2, ("GR02", "10")), (4, ("GR03", "2.5"))], "{text}");
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
    assert_eq!(table.head.headings, ["", "货号", "数量"]);
    let rows: Vec<_> = table.rows.iter().map(|row| (row.number, row.cell(1), row.cell(2))).collect();
    assert_eq!(rows, [(3, "1001", "0.3"), (4, "2025-10-13", "2"), (1_048_576, "GR02", "")]);
}

#[test]
fn what_we_write_we_read_again() {
    let rows = [vec![Cell::text("=1+1"), Cell::number("-12.80")]];
    let bytes = xlsx_bytes("sheet", vec!["sku".to_owned(), "quantity".to_owned()], &rows).unwrap();
    let again = table(&bytes, BOUNDS).unwrap();
    assert_eq!(again.rows[0].cells, ["=1+1", "-12.8"]);
}

#[test]
fn wrong_columns_are_named() {
    let fault = read_as("品名,数量,数量\n黑米,1,2\n".as_bytes(), ORDER, BOUNDS).unwrap_err();
    assert_eq!(fault.values()["expected"], "货号, 数量");
    assert_eq!(fault.values()["missing"], "货号, 数量");
    assert_eq!(fault.values()["found"], "品名, 数量, 数量");
}

#[test]
fn what_is_no_sheet_or_too_much_of_one_is_refused() {
    assert_eq!(slug(b""), "sheet_empty");
    assert_eq!(slug(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"), "sheet_old_excel");
    assert_eq!(slug(b"PK\x03\x04 no zip at all"), "sheet_unreadable");
    assert_eq!(slug(b"\x89PNG\r\n\x1a\n\0\0"), "sheet_other_kind");
    assert_eq!(slug(b"\x01\x02\0\0\x03"), "sheet_unreadable");
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

/// A workbook from its parts, as hand-made as those of an attacker.
fn made_of(parts: &[(&str, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, content) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook with these strings and these rows; `more` are its other parts.
fn small(strings: &str, rows: &str, more: &[(&str, String)]) -> Vec<u8> {
    let relation = |id: u8, kind: &str, path: &str| format!("<Relationship Id=\"r{id}\" Type=\"x/{kind}\" Target=\"{path}\"/>");
    let relations = [
        relation(1, "worksheet", "sheet.xml"),
        relation(2, "sharedStrings", "strings.xml"),
        relation(3, "styles", "styles.xml"),
    ];
    let mut parts = vec![
        (
            "xl/_rels/workbook.xml.rels",
            format!("<Relationships>{}</Relationships>", relations.concat()),
        ),
        (
            "xl/workbook.xml",
            "<workbook xmlns:r=\"r\"><sheets><sheet r:id=\"r1\"/></sheets></workbook>".to_owned(),
        ),
        ("xl/strings.xml", strings.to_owned()),
        ("xl/sheet.xml", format!("<worksheet>{rows}</worksheet>")),
    ];
    parts.extend(more.iter().map(|(name, content)| (*name, content.clone())));
    made_of(&parts)
}

const STRINGS: &str = "<sst><si><t>货号</t></si><si><t>数量</t></si></sst>";
const ROWS: &str = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>\
    <row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><r><t>GR</t></r><rPh><t>no</t></rPh><r><t>02</t></r></is></c><c r=\"B2\"><v>10</v></c></row></sheetData>";

#[test]
fn what_a_part_says_of_itself_is_not_believed() {
    let plain = table(&small(STRINGS, ROWS, &[]), BOUNDS).unwrap();
    assert_eq!(
        (plain.head.headings.as_slice(), plain.rows[0].cells.as_slice()),
        (&["货号", "数量"].map(String::from)[..], &["GR02", "10"].map(String::from)[..])
    );
    let huge = "6000000000000";
    let strings = STRINGS.replace("<sst>", &format!("<sst count=\"{huge}\" uniqueCount=\"{huge}\">"));
    let rows = format!(
        "<dimension ref=\"A1:XFD1048576\"/><cols><col min=\"1\" max=\"{huge}\"/></cols>{ROWS}\
         <mergeCells count=\"{huge}\"><mergeCell ref=\"A1:XFD1048576\"/></mergeCells>"
    );
    let styles = format!("<styleSheet><numFmts count=\"{huge}\"/><cellXfs count=\"{huge}\"><xf numFmtId=\"14\"/></cellXfs></styleSheet>");
    let lying = small(&strings, &rows, &[("xl/styles.xml", styles)]);
    assert_eq!(table(&lying, BOUNDS).unwrap(), plain);
}

#[test]
fn a_text_that_many_cells_name_is_counted_each_time() {
    let long = "x".repeat(3 << 20);
    assert_eq!(
        slug(&small(&format!("<sst><si><t>{long}</t></si></sst>"), ROWS, &[])),
        "sheet_too_large"
    );
    assert_eq!(
        slug(&small(&format!("<sst><si><t>{}</t></si></sst>", "x".repeat(200_000)), ROWS, &[])),
        "sheet_too_large"
    );
    // Longer than a cell may be here, but no longer than a spreadsheet's: only who names it is told.
    let other = format!(
        "<sst><si><t>货号</t></si><si><t>数量</t></si><si><t>{}</t></si></sst>",
        "x".repeat(1_000)
    );
    assert!(table(&small(&other, ROWS, &[]), BOUNDS).is_ok());
    assert_eq!(
        slug(&small(&other, &ROWS.replace("<v>1</v>", "<v>2</v>"), &[])),
        "sheet_cell_too_long"
    );
    let strings = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(30));
    let row = |no: usize| format!("<row r=\"{no}\">{}</row>", "<c t=\"s\"><v>0</v></c>".repeat(4));
    let rows = (1..=10).map(row).collect::<String>();
    assert_eq!(
        slug(&small(&strings, &format!("<sheetData>{rows}</sheetData>"), &[])),
        "sheet_too_large"
    );
    let wide = Bounds {
        text_bytes: 9_000,
        ..BOUNDS
    };
    let rows = (1..=20)
        .map(|no| row(no).replace("</row>", "<c t=\"b\"><v>1</v></c><c t=\"b\"><v/></c></row>"))
        .collect::<String>();
    let full = small(&strings, &format!("<sheetData>{rows}</sheetData>"), &[]);
    assert_eq!(table(&full, wide).unwrap().rows.len(), 19);
    assert_eq!(table(&full, Bounds { cells: 99, ..wide }).unwrap_err().slug(), "sheet_too_large");
}

#[test]
fn what_holds_nothing_costs_nothing_and_depth_and_length_have_an_end() {
    let roomy = Bounds {
        unpacked_bytes: 64 << 20,
        ..BOUNDS
    };
    let empty = ROWS.replace("</sheetData>", &format!("{}</sheetData>", "<row/>".repeat(1_000_000)));
    assert_eq!(table(&small(STRINGS, &empty, &[]), roomy).unwrap().rows.len(), 1);
    let empty = ROWS.replace("</sheetData>", &format!("<row>{}</row></sheetData>", "<c/>".repeat(1_000_000)));
    assert_eq!(table(&small(STRINGS, &empty, &[]), roomy).unwrap().rows.len(), 1);
    let many = |one: &str| {
        slug(&small(
            STRINGS,
            &ROWS.replace("<sheetData>", &format!("{}<sheetData>", one.repeat(200_000))),
            &[],
        ))
    };
    assert_eq!(many("<a>"), "sheet_too_large");
    assert_eq!(
        slug(&small(STRINGS, &format!("<a {}/>{ROWS}", "b=\"c\" ".repeat(100_000)), &[])),
        "sheet_too_large"
    );
    assert_eq!(
        slug(&small(STRINGS, &format!("<!--{}-->{ROWS}", "-".repeat(600_000)), &[])),
        "sheet_too_large"
    );
    let entities = format!("<!DOCTYPE x [<!ENTITY a \"{}\">]>{STRINGS}", "b".repeat(1_000));
    assert!(table(&small(&entities, ROWS, &[]), BOUNDS).is_ok());
    assert_eq!(slug(&small(&entities.replace("货号", "&a;"), ROWS, &[])), "sheet_unreadable");
    for (from, to) in [
        ("r=\"B2\"", "r=\"B99999999999\""),
        ("r=\"B2\"", "r=\"B1048577\""),
        ("r=\"2\"", "r=\"-1\""),
        ("<v>1</v>", "<v>7</v>"),
        ("<v>10</v>", "<v>&#0;</v>"),
        ("GR", "_x0000_"),
    ] {
        assert_eq!(
            slug(&small(STRINGS, &ROWS.replace(from, to), &[])),
            "sheet_unreadable",
            "{from} {to}"
        );
    }
    assert_eq!(
        slug(&small(STRINGS, &ROWS.replace("r=\"B2\"", "r=\"ZZZ2\""), &[])),
        "sheet_too_wide"
    );
}

#[test]
fn a_directory_that_names_more_parts_than_there_are_is_no_room() {
    let mut bytes = small(STRINGS, ROWS, &[]);
    let end = bytes.len() - 22;
    bytes[end + 8..end + 12].copy_from_slice(&[0xff; 4]);
    assert!(["sheet_unreadable", "sheet_unpacks_too_large"].contains(&slug(&bytes)));
    let many: Vec<(String, String)> = (0..1_001).map(|no| (format!("xl/media/{no}"), String::new())).collect();
    let many: Vec<(&str, String)> = many.iter().map(|(name, content)| (name.as_str(), content.clone())).collect();
    assert_eq!(slug(&small(STRINGS, ROWS, &many)), "sheet_unpacks_too_large");
}

#[test]
fn a_file_of_commas_or_quotes_takes_no_room() {
    let commas = format!("货号,数量\nGR02,10{}\n", ",".repeat(1_000_000));
    assert_eq!(table(commas.as_bytes(), BOUNDS).unwrap().rows.len(), 1);
    assert_eq!(slug(format!("{commas},,,,,,x\n").as_bytes()), "sheet_too_wide");
    assert_eq!(slug(format!("货号,\"{}", "米\n".repeat(200_000)).as_bytes()), "sheet_quote_open");
    let full = format!("{}\n", ["x".repeat(30).as_str(); 5].join(",")).repeat(5);
    assert_eq!(slug(full.as_bytes()), "sheet_too_large");
}

#[test]
fn rows_and_cells_out_of_order_are_put_in_order_and_the_last_word_counts() {
    let rows = "<sheetData><row r=\"3\"><c r=\"B3\"><v>7</v></c><c r=\"A3\" t=\"str\"><v>GR03</v></c></row>\
        <row r=\"1\"><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"A1\" t=\"s\"><v>0</v></c></row>\
        <row r=\"3\"><c r=\"B3\"><v>8</v></c></row></sheetData>";
    let table = table(&small(STRINGS, rows, &[]), BOUNDS).unwrap();
    assert_eq!(table.head.headings, ["货号", "数量"]);
    assert_eq!(
        (table.rows.len(), table.rows[0].number, table.rows[0].cells.join(" ")),
        (1, 3, "GR03 8".to_owned())
    );
}

#[test]
fn a_reading_that_nobody_waits_for_is_given_up() {
    let waiting = Waiting::default();
    drop(Waiter::new(&waiting));
    let bytes = small(STRINGS, ROWS, &[]);
    let asked = Asked {
        columns: ANY,
        hidden: HiddenRows::Skip,
        sheet: None,
    };
    assert!(lines(&bytes, &asked, BOUNDS, waiting.clone(), None).is_err());
    assert!(lines(b"a\nb\n", &asked, BOUNDS, waiting, None).is_err());
}
