//! A hundred thousand rows as people keep them, one in a hundred at fault, and what is to become of them.

use super::super::harness::count;
use super::super::replay::send::{Names, World};
use rust_decimal::{Decimal, RoundingStrategy};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::collections::{BTreeMap, BTreeSet};

/// One row in so many is at fault.
const EACH: usize = 100;
const HEADINGS: [&str; 9] = ["类型", "单据号", "时间", "采购单位", "货号", "数量", "单价", "原因", "仓库"];
const COUNTRIES: [&str; 4] = ["东城", "西城", "南城", "北城"];

/// How a file is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// CSV in GBK, days as clocks show them.
    Gbk,
    /// A workbook, numbers and days as Excel keeps them.
    Workbook,
    /// CSV in UTF-8 with its mark, days as RFC 3339.
    Marked,
}

impl Kept {
    pub const ALL: [Self; 3] = [Self::Gbk, Self::Workbook, Self::Marked];

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Gbk | Self::Marked => "text/csv",
            Self::Workbook => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A day and a time, or what stands in their place.
#[derive(Clone, Debug)]
enum At {
    Day(u16, u8, u8, u16),
    Text(&'static str),
}

#[derive(Clone, Debug)]
struct Row {
    kind: &'static str,
    number: String,
    at: At,
    buyer: String,
    sku: String,
    quantity: String,
    price: String,
    reason: &'static str,
    place: String,
    /// The kind of fault it has.
    problem: Option<&'static str>,
}

/// The rows.
#[derive(Debug)]
pub struct Sheet {
    rows: Vec<Row>,
}

/// What must come of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Expected {
    pub good_documents: i64,
    pub faulty_documents: i64,
    pub good_rows: i64,
    pub faulty_rows: i64,
    pub held_back_rows: i64,
    /// Lines and hundredths, of orders and of returns.
    pub accepted: (i64, i64),
    pub returned: (i64, i64),
    pub movements: i64,
    /// By the row's number in the sheet.
    pub faults: BTreeMap<i64, &'static str>,
    /// Numbers of all rows of faulty documents.
    pub failed: BTreeSet<i64>,
}

/// Who trades, and with what.
pub fn names() -> Names {
    let buyers = |country: &str| (0..5).map(move |no| (format!("{no}"), country.to_owned())).collect::<Vec<_>>();
    Names {
        countries: COUNTRIES.iter().map(ToString::to_string).collect(),
        buyers: COUNTRIES.iter().flat_map(|country| buyers(country)).collect(),
        skus: (0..200).map(|no| format!("SKU-{no:03}")).collect(),
    }
}

impl Sheet {
    pub fn of(world: &World) -> Self {
        let mut buyers: Vec<&String> = world.buyers.values().collect();
        buyers.sort_unstable();
        let most = count(100_000);
        let mut rows = Vec::with_capacity(most);
        let mut document = 0;
        while rows.len() < most {
            document += 1;
            let (kind, lines) = match document {
                no if no % 50 == 0 => ("stock", 1),
                no if no % 10 == 0 => ("return", 1 + no % 3),
                no => ("order", 1 + no % 9),
            };
            for line in 0..lines.min(most - rows.len()) {
                rows.push(good_row((document, line), kind, buyers[document % buyers.len()], &world.place));
            }
        }
        for (turn, row) in rows.iter_mut().skip(57).step_by(EACH).enumerate() {
            spoil(row, turn);
        }
        Self { rows }
    }

    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    pub fn expected(&self) -> Expected {
        let mut expected = Expected::default();
        let mut documents: BTreeMap<(&str, &str), Vec<(i64, &Row)>> = BTreeMap::new();
        // The headings are the sheet's first row.
        for (number, row) in (2..).zip(&self.rows) {
            documents.entry((row.kind, row.number.as_str())).or_default().push((number, row));
            if let Some(problem) = row.problem {
                expected.faults.insert(number, problem);
            }
        }
        for rows in documents.values() {
            let (all, faulty) = (long(rows.len()), long(rows.iter().filter(|(_, row)| row.problem.is_some()).count()));
            if faulty > 0 {
                expected.faulty_documents += 1;
                expected.faulty_rows += faulty;
                expected.held_back_rows += all - faulty;
                expected.failed.extend(rows.iter().map(|(number, _)| *number));
                continue;
            }
            expected.good_documents += 1;
            expected.good_rows += all;
            for (_, row) in rows {
                match row.kind {
                    "stock" => expected.movements += 1,
                    "return" => add(&mut expected.returned, row),
                    _ => add(&mut expected.accepted, row),
                }
            }
        }
        expected
    }

    /// The file.
    pub fn bytes(&self, kept: Kept) -> Vec<u8> {
        match kept {
            Kept::Gbk => encoding_rs::GBK.encode(&self.csv(At::on_the_clock)).0.into_owned(),
            Kept::Marked => [b"\xef\xbb\xbf".as_slice(), self.csv(At::in_rfc_3339).as_bytes()].concat(),
            Kept::Workbook => self.workbook(),
        }
    }

    fn csv(&self, at: impl Fn(&At) -> String) -> String {
        let mut text = HEADINGS.join(",");
        text.push_str("\r\n");
        for row in &self.rows {
            let at = at(&row.at);
            text.push_str(&format!(
                "{},{},{at},{},{},{},{},{},{}\r\n",
                row.kind, row.number, row.buyer, row.sku, row.quantity, row.price, row.reason, row.place
            ));
        }
        text
    }

    fn workbook(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory().expect("a workbook takes a sheet");
        let day = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        for (column, heading) in (0..).zip(HEADINGS) {
            sheet.write(0, column, heading).expect("a heading can be written");
        }
        for (no, row) in (1..).zip(&self.rows) {
            let mut texts = vec![
                (0, row.kind),
                (1, row.number.as_str()),
                (3, row.buyer.as_str()),
                (4, row.sku.as_str()),
                (7, row.reason),
                (8, row.place.as_str()),
            ];
            // A number where it is one, as Excel keeps it.
            let mut numbers = Vec::new();
            for (column, text) in [(5, row.quantity.as_str()), (6, row.price.as_str())] {
                match text.parse::<f64>() {
                    Ok(number) => numbers.push((column, number)),
                    Err(_) => texts.push((column, text)),
                }
            }
            match &row.at {
                At::Text(text) => texts.push((2, *text)),
                At::Day(year, month, date, minute) => {
                    let at = ExcelDateTime::from_ymd(*year, *month, *date).and_then(|at| at.and_hms(minute / 60, (minute % 60) as u8, 0));
                    sheet
                        .write_with_format(no, 2, at.expect("it is a day"), &day)
                        .expect("a day can be written");
                }
            }
            for (column, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
                sheet.write(no, column, text).expect("a text can be written");
            }
            for (column, number) in numbers {
                sheet.write(no, column, number).expect("a number can be written");
            }
        }
        book.save_to_buffer().expect("a workbook can be written")
    }
}

impl At {
    fn on_the_clock(&self) -> String {
        match self {
            Self::Text(text) => (*text).to_owned(),
            Self::Day(year, month, date, minute) => format!("{year}/{month}/{date} {:02}:{:02}", minute / 60, minute % 60),
        }
    }

    fn in_rfc_3339(&self) -> String {
        match self {
            Self::Text(text) => (*text).to_owned(),
            Self::Day(year, month, date, minute) => {
                format!("{year}-{month:02}-{date:02}T{:02}:{:02}:00+08:00", minute / 60, minute % 60)
            }
        }
    }
}

fn good_row((document, line): (usize, usize), kind: &'static str, buyer: &str, place: &str) -> Row {
    let mixed = document * 31 + line * 7;
    let is_stock = kind == "stock";
    let part = |modulo: usize| u8::try_from(document % modulo).unwrap_or(0) + 1;
    Row {
        kind,
        number: format!("甲{document}"),
        at: At::Day(2026, part(10), part(28), 480 + u16::try_from(document % 480).unwrap_or(0)),
        buyer: if is_stock { String::new() } else { buyer.to_owned() },
        sku: format!("SKU-{:03}", mixed % 200),
        quantity: (1 + mixed % 12).to_string(),
        price: if is_stock {
            String::new()
        } else {
            format!("{}.{:03}", mixed % 40, 1 + mixed % 999)
        },
        reason: if is_stock { "receipt" } else { "" },
        place: if is_stock { place.to_owned() } else { String::new() },
        problem: None,
    }
}

/// Spoils a cell of a row, each time another.
fn spoil(row: &mut Row, turn: usize) {
    let of_stock = row.kind == "stock";
    let problem = match turn % 8 {
        1 => {
            row.quantity = "0".to_owned();
            if of_stock {
                "quantity_out_of_range"
            } else {
                "quantity_not_positive"
            }
        }
        2 => {
            row.quantity = "三".to_owned();
            "import_cell_wrong"
        }
        3 => {
            row.quantity.clear();
            "import_cell_missing"
        }
        4 => {
            row.at = At::Day(2037, 1, 1, 0);
            "import_in_future"
        }
        5 => {
            row.at = At::Text("gestern");
            "import_cell_wrong"
        }
        6 if !of_stock => {
            row.price = "-1".to_owned();
            "import_cell_wrong"
        }
        7 if !of_stock => {
            row.price.clear();
            "import_cell_missing"
        }
        _ => {
            row.sku = "NONE".to_owned();
            "product_unknown"
        }
    };
    row.problem = Some(problem);
}

fn add((lines, hundredths): &mut (i64, i64), row: &Row) {
    let number = |text: &str| text.parse::<Decimal>().expect("a good row's numbers are decimal");
    let amount = (number(&row.price) * number(&row.quantity)).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    *lines += 1;
    *hundredths += i64::try_from(amount * Decimal::ONE_HUNDRED).expect("an amount has two decimals");
}

fn long(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}
