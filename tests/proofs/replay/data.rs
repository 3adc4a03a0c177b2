//! The year as it lies in the folder, and as documents of an import.

use super::super::harness::{count, dice};
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
    pub truth: Value,
    pub countries: BTreeSet<String>,
    /// Customer and country; no customer is the anonymous buyer of the country.
    pub buyers: BTreeSet<(String, String)>,
    pub skus: BTreeSet<String>,
}

/// What was entered: ids by name.
#[derive(Debug, Default)]
pub struct World {
    pub buyers: HashMap<(String, String), String>,
    pub place: String,
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
const FIRST: &str = "2010-12-01T00:00:00+08:00";

impl Year {
    pub fn read(folder: &Path) -> Self {
        let mut unpacking = Command::new("gzip")
            .arg("-dc")
            .arg(folder.join("online_retail.csv.gz"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("gzip can be started");
        let mut reader = csv::Reader::from_reader(unpacking.stdout.take().expect("gzip has an output"));
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record.expect("the year is CSV");
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
        }
        unpacking.wait().expect("gzip ends");
        let truth = std::fs::read(folder.join("online_retail_truth.json")).expect("the truth is there");
        Self {
            truth: serde_json::from_slice(&truth).expect("the truth is JSON"),
            countries: lines.iter().map(|line| line.country.clone()).collect(),
            buyers: lines.iter().map(|line| (line.customer.clone(), line.country.clone())).collect(),
            skus: lines.iter().map(|line| line.sku.clone()).collect(),
            lines,
        }
    }

    /// All documents; one plain sale is held back.
    pub fn documents(&self, world: &World) -> (Document, Vec<Document>) {
        let mut by_number: BTreeMap<&str, Document> = BTreeMap::new();
        let mut needed: BTreeMap<&str, i64> = BTreeMap::new();
        for line in self.lines.iter().filter(|line| !line.invoice.starts_with('A')) {
            let row = self.row(line, world);
            if row["kind"] == "stock" {
                // So much that no order of movements ever takes more than there is.
                *needed.entry(&line.sku).or_default() += (-line.quantity).max(0);
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
        let held_back = by_number.remove("536365").expect("the year begins with 536365");
        let share = count(by_number.len());
        let mut all = vec![opening];
        all.extend(by_number.into_values().take(share));
        (held_back, all)
    }

    fn row(&self, line: &Line, world: &World) -> Value {
        let priced = line.price.parse::<rust_decimal::Decimal>().expect("prices are decimal");
        if priced.is_zero() {
            return json!({"kind": "stock", "document_no": line.invoice, "at": line.at, "sku": line.sku,
                "quantity": line.quantity.to_string(), "place": world.place, "reason": "count"});
        }
        let returned = line.invoice.starts_with('C');
        let buyer = &world.buyers[&(line.customer.clone(), line.country.clone())];
        json!({"kind": if returned { "return" } else { "order" }, "document_no": line.invoice, "at": line.at, "buyer": buyer,
            "sku": line.sku, "quantity": line.quantity.abs().to_string(), "price": line.price})
    }
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
