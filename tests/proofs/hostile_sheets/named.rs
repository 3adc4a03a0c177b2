//! Files made to end a reader, each by one trick.

use super::mutate::{office_files, packed, parts_of};

/// A file, and what becomes of it.
pub struct Made {
    pub name: &'static str,
    pub file: Vec<u8>,
    /// Whether there is nothing wrong with it but what it claims, so that it is read like any other.
    pub readable: bool,
}

const HUGE: &str = "6000000000000";
const SHEET: &str = "sheet1.xml";

/// All of them.
pub fn named() -> Vec<Made> {
    let mut all = claims();
    all.extend(repetitions());
    all.extend(shapes());
    all
}

/// A workbook of an office, with one part changed.
fn made(part: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let parts = parts_of(&original("xlsxwriter.xlsx")).expect("it is a workbook");
    let changed = parts.into_iter().map(|(name, content)| {
        let content = if name.ends_with(part) {
            change(&String::from_utf8_lossy(&content)).into_bytes()
        } else {
            content
        };
        (name, content)
    });
    packed(&changed.collect::<Vec<_>>())
}

fn original(wanted: &str) -> Vec<u8> {
    let mut files = office_files().into_iter();
    files.find(|(name, _)| name == wanted).expect("the file is among them").1
}

fn before(end: &str, more: &str) -> impl Fn(&str) -> String {
    let (end, more) = (end.to_owned(), more.to_owned());
    move |text| text.replacen(&end, &format!("{more}{end}"), 1)
}

fn good(name: &'static str, file: Vec<u8>) -> Made {
    let readable = true;
    Made { name, file, readable }
}

fn bad(name: &'static str, file: Vec<u8>) -> Made {
    let readable = false;
    Made { name, file, readable }
}

/// Whatever is counted there, there are said to be far more.
fn claims() -> Vec<Made> {
    let counts = |text: &str| text.replace("ount=\"", &format!("ount=\"{HUGE}"));
    let name = "<definedName name=\"a\">Sheet!$A$1:$XFD$1048576</definedName>".repeat(100_000);
    let merged = "<mergeCell ref=\"A1:XFD1048576\"/>".repeat(100_000);
    vec![
        good("count and uniqueCount of 6 * 10^12", made("sharedStrings.xml", counts)),
        good("styles counted 6 * 10^12", made("styles.xml", counts)),
        good(
            "a dimension of the whole sheet",
            made(SHEET, |text| text.replacen("A1:G5", "A1:XFD1048576", 1)),
        ),
        good(
            "100,000 defined names",
            made(
                "workbook.xml",
                before("</workbook>", &format!("<definedNames>{name}</definedNames>")),
            ),
        ),
        good(
            "100,000 merged cells of the whole sheet",
            made(
                SHEET,
                before("</worksheet>", &format!("<mergeCells count=\"{HUGE}\">{merged}</mergeCells>")),
            ),
        ),
    ]
}

fn repetitions() -> Vec<Made> {
    let row = |no: usize| format!("<row r=\"{no}\">{}</row>", "<c t=\"s\"><v>0</v></c>".repeat(25));
    let rows: String = (6..40_000).map(row).collect();
    let cells = format!("<row>{}</row>", "<c/>".repeat(1_000_000));
    let long = format!("<si><t>{}</t></si>", "x".repeat(4 << 20));
    let named = format!("<row r=\"9\">{}</row>", "<c t=\"s\"><v>15</v></c>".repeat(6_000));
    let parts = parts_of(&made("sharedStrings.xml", before("</sst>", &long))).expect("it is a workbook");
    let both = parts.into_iter().map(|(name, content)| {
        let text = String::from_utf8_lossy(&content).into_owned();
        let text = if name.ends_with(SHEET) {
            before("</sheetData>", &named)(&text)
        } else {
            text
        };
        (name, text.into_bytes())
    });
    vec![
        good("10^6 empty rows", made(SHEET, before("</sheetData>", &"<row/>".repeat(1_000_000)))),
        good("10^6 empty cells", made(SHEET, before("</sheetData>", &cells))),
        bad("a string of 4 MB", made("sharedStrings.xml", before("</sst>", &long))),
        bad("a string of 4 MB named by 6,000 cells", packed(&both.collect::<Vec<_>>())),
        bad("a string named by a million cells", made(SHEET, before("</sheetData>", &rows))),
    ]
}

fn shapes() -> Vec<Made> {
    let cell = |place: &str, row: &str| format!("<row r=\"{row}\"><c r=\"{place}\"><v>1</v></c></row>");
    let attributes: String = (0..100_000).map(|no| format!("a{no}=\"\" ")).collect();
    let csv = original("utf8.csv");
    vec![
        bad(
            "a row far out",
            made(SHEET, before("</sheetData>", &cell("A4294967295", "4294967295"))),
        ),
        bad("a column far out", made(SHEET, before("</sheetData>", &cell("ZZZ9", "9")))),
        bad("200,000 elements deep", made(SHEET, before("</sheetData>", &"<a>".repeat(200_000)))),
        bad(
            "100,000 attributes",
            made(SHEET, before("</sheetData>", &format!("<row {attributes}/>"))),
        ),
        good("a million commas", [&csv[..], &b",".repeat(1_000_000)].concat()),
        bad("a quote without an end", [&csv[..], b"\"", &b"x\n".repeat(300_000)].concat()),
    ]
}
