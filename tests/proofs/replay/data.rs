//! The year as it lies in the folder, and as documents of an import.

use super::super::harness::{count, dice};
use super::send::{Names, World};
use rand::seq::SliceRandom as _;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::process::{Command, Stdio};

/// A line of the file.
#[derive(Debug)]
pub struct Line {
    invoice: String,
    sku: String,
    quantity: i64,
    at: String,
    price: String,
    customer: String,
    country: String,
}

/// The year, and what is known of it.
#[derive(Debug)]
pub struct Year {
    lines: Vec<Line>,
    /// Rows of returns whose goods all came with one line, each with the row of that sale.
    sales: HashMap<usize, usize>,
    pub truth: Value,
    pub names: Names,
}

/// A document as rows of an import.
#[derive(Clone, Debug)]
pub struct Document {
    number: String,
    pub rows: Vec<Value>,
}

impl Document {
    pub fn lines(&self) -> usize {
        self.rows.len()
    }

    /// How many rows are of a kind.
    pub fn of_kind(&self, kind: &str) -> usize {
        self.rows.iter().filter(|row| row["kind"] == kind).count()
    }

    pub fn is_opening(&self) -> bool {
        self.number == OPENING
    }

    /// The same with its first price a penny higher, under a number of its own.
    pub fn with_another_price(&self) -> Self {
        let mut other = self.clone();
        let price: rust_decimal::Decimal = other.rows[0]["price"].as_str().unwrap().parse().unwrap();
        other.rows[0]["price"] = json!((price + rust_decimal::Decimal::new(1, 2)).to_string());
        other
    }
}

const OPENING: &str = "OPENING";
/// A plain sale that is booked last; no return names it.
const HELD_BACK: &str = "536365";
const FIRST: &str = "2010-12-01T00:00:00+08:00";

impl Year {
    pub fn read(folder: &Path) -> Self {
        let mut lines = Vec::new();
        unpack(&folder.join("online_retail.csv.gz"), |record| {
            let text = |at: usize| record[at].to_owned();
            lines.push(Line {
                invoice: text(0),
                sku: text(1),
                quantity: record[3].parse().expect("quantities are whole"),
                at: format!("{}+08:00", record[4].replacen(' ', "T", 1)),
                price: text(5),
                customer: text(6),
                country: text(7),
            });
        });
        let mut links: HashMap<usize, Vec<(usize, i64)>> = HashMap::new();
        unpack(&folder.join("online_retail_return_links.csv.gz"), |record| {
            let number = |at: usize| record[at].parse::<usize>().expect("links are numbers");
            let units = record[2].parse().expect("units are whole");
            links.entry(number(0)).or_default().push((number(1), units));
        });
        let truth = std::fs::read(folder.join("online_retail_truth.json")).expect("the truth is there");
        Self {
            truth: serde_json::from_slice(&truth).expect("the truth is JSON"),
            names: Names {
                countries: lines.iter().map(|line| line.country.clone()).collect(),
                buyers: lines.iter().map(|line| (line.customer.clone(), line.country.clone())).collect(),
                skus: lines.iter().map(|line| line.sku.clone()).collect(),
            },
            sales: links
                .into_iter()
                .filter_map(|(row, to)| Some((row, one_sale(&lines, row, &to)?)))
                .collect(),
            lines,
        }
    }

    /// How many lines are the ledger's own adjustments: the only ones left out.
    pub fn left_out(&self) -> usize {
        self.lines.iter().filter(|line| line.invoice.starts_with('A')).count()
    }

    /// All documents; one plain sale is held back.
    pub fn documents(&self, world: &World) -> (Document, Vec<Document>) {
        let mut by_number: BTreeMap<&str, Document> = BTreeMap::new();
        let mut needed: BTreeMap<&str, i64> = BTreeMap::new();
        let line_nos = self.line_nos();
        let mut sale_of: HashMap<&str, &str> = HashMap::new();
        for (at, line) in self.lines.iter().enumerate().filter(|(_, line)| !line.invoice.starts_with('A')) {
            let mut row = self.row(line, world);
            if row["kind"] == "stock" {
                // So much that no order of movements ever takes more than there is.
                *needed.entry(&line.sku).or_default() += (-line.quantity).max(0);
            }
            if let Some(sale) = self.sales.get(&at) {
                let invoice = &self.lines[*sale].invoice;
                // A return document comes back from one order; what came with another is without a sale.
                if *sale_of.entry(&line.invoice).or_insert(invoice) == invoice {
                    row["sale_document_no"] = json!(invoice);
                    row["sale_line"] = json!(line_nos[*sale].to_string());
                }
            }
            let document = by_number.entry(&line.invoice).or_insert_with(|| Document {
                number: line.invoice.clone(),
                rows: Vec::new(),
            });
            document.rows.push(row);
        }
        let opening = needed.iter().filter(|(_, quantity)| **quantity > 0).map(|(sku, quantity)| {
            json!({"kind": "stock", "document_no": OPENING, "at": FIRST, "sku": sku, "quantity": quantity.to_string(),
                "place": world.place, "reason": "opening"})
        });
        let opening = Document {
            number: OPENING.to_owned(),
            rows: opening.collect(),
        };
        let held_back = by_number.remove(HELD_BACK).expect("the year begins with it");
        let share = count(by_number.len());
        let mut all = vec![opening];
        all.extend(by_number.into_values().take(share));
        (held_back, all)
    }

    /// The place of each sale line in its order.
    fn line_nos(&self) -> Vec<u32> {
        let mut so_far: HashMap<&str, u32> = HashMap::new();
        let mut nos = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            let no = so_far.entry(&line.invoice).or_default();
            *no += u32::from(!is_free(line));
            nos.push(*no);
        }
        nos
    }

    fn row(&self, line: &Line, world: &World) -> Value {
        if is_free(line) {
            return json!({"kind": "stock", "document_no": line.invoice, "at": line.at, "sku": line.sku,
                "quantity": line.quantity.to_string(), "place": world.place, "reason": "count"});
        }
        let returned = line.invoice.starts_with('C');
        let buyer = &world.buyers[&(line.customer.clone(), line.country.clone())];
        json!({"kind": if returned { "return" } else { "order" }, "document_no": line.invoice, "at": line.at, "buyer": buyer,
            "sku": line.sku, "quantity": line.quantity.abs().to_string(), "price": line.price})
    }
}

/// Without a price it is no sale.
fn is_free(line: &Line) -> bool {
    line.price.parse::<rust_decimal::Decimal>().expect("prices are decimal").is_zero()
}

/// The one sale that all of a returned line came with, where there is one, to the same buyer.
fn one_sale(lines: &[Line], row: usize, to: &[(usize, i64)]) -> Option<usize> {
    let [(sale, units)] = to else { return None };
    let (back, sold) = (&lines[row], &lines[*sale]);
    let whole = *units == -back.quantity && back.customer == sold.customer && back.country == sold.country;
    (whole && sold.invoice != HELD_BACK).then_some(*sale)
}

fn unpack(file: &Path, mut each: impl FnMut(&csv::StringRecord)) {
    let mut unpacking = Command::new("gzip")
        .arg("-dc")
        .arg(file)
        .stdout(Stdio::piped())
        .spawn()
        .expect("gzip can be started");
    let mut reader = csv::Reader::from_reader(unpacking.stdout.take().expect("gzip has an output"));
    for record in reader.records() {
        each(&record.expect("the file is CSV"));
    }
    unpacking.wait().expect("gzip ends");
}

/// Of these rows those of the documents with these numbers, their sales left out: origin unknown.
pub fn without_sales(rows: &[Value], numbers: &BTreeSet<String>) -> Vec<Value> {
    let wanted = |row: &&Value| row["kind"] == "return" && row["document_no"].as_str().is_some_and(|no| numbers.contains(no));
    let mut rows: Vec<Value> = rows.iter().filter(wanted).cloned().collect();
    for row in rows.iter_mut().filter_map(Value::as_object_mut) {
        row.remove("sale_document_no");
        row.remove("sale_line");
    }
    rows
}

/// Puts documents into an order of chance, the same each time.
pub fn shuffle(documents: &mut [Document]) {
    documents.shuffle(&mut dice(32));
}

/// Parts of whole documents, at most 2,000 rows each.
pub fn parts(documents: &[Document]) -> Vec<Vec<Value>> {
    let mut parts: Vec<Vec<Value>> = Vec::new();
    for document in documents {
        match parts.last_mut() {
            Some(part) if part.len() + document.rows.len() <= 2_000 => part.extend(document.rows.iter().cloned()),
            _ => parts.push(document.rows.clone()),
        }
    }
    parts
}
