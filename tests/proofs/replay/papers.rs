//! Every order and every return read over HTTP, page by page, and counted here: documents, buyers and pieces, which a
//! total does not tell, and the rest of it a second way.

use super::send::Sender;
use rust_decimal::Decimal;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The columns of the truth: lines, documents, buyers, units, hundredths.
pub const COLUMNS: [&str; 10] = [
    "sale lines",
    "return lines",
    "sale documents",
    "return documents",
    "buyers",
    "units sold",
    "units returned",
    "gross",
    "returned",
    "net",
];

/// What is counted of a cell.
#[derive(Debug, Default)]
struct Sum {
    lines: [i64; 2],
    papers: [BTreeSet<u32>; 2],
    buyers: BTreeSet<String>,
    units: [i64; 2],
    hundredths: [i64; 2],
}

impl Sum {
    fn row(&self) -> Vec<i64> {
        let count = |many: usize| i64::try_from(many).unwrap_or(i64::MAX);
        let [sold, back] = self.hundredths;
        vec![
            self.lines[0],
            self.lines[1],
            count(self.papers[0].len()),
            count(self.papers[1].len()),
            count(self.buyers.len()),
            self.units[0],
            self.units[1],
            sold,
            back,
            sold - back,
        ]
    }
}

/// What was counted, table by table.
#[derive(Debug, Default)]
pub struct Papers {
    tables: BTreeMap<&'static str, BTreeMap<String, Sum>>,
    /// Lines of returns that came back from an order on file.
    pub with_sale: usize,
    /// Lines of returns whose sale is not on file.
    pub origin_unknown: usize,
    papers: u32,
}

/// An order or a return as it matters here.
struct Paper<'a> {
    kind: usize,
    customer: &'a str,
    country: &'a str,
    day: String,
    lines: &'a [Value],
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn whole(value: &Value) -> i64 {
    let number: Decimal = text(value).parse().expect("a quantity is a decimal number");
    i64::try_from(number).expect("pieces are whole")
}

fn hundredths(value: &Value) -> i64 {
    let amount: Decimal = text(value).parse().expect("an amount is a decimal number");
    i64::try_from(amount * Decimal::ONE_HUNDRED).expect("an amount has two decimals")
}

/// The day in Shanghai.
fn day_of(instant: &Value) -> String {
    let utc: chrono::DateTime<chrono::Utc> = text(instant).parse().expect("an instant is RFC 3339");
    (utc + chrono::TimeDelta::hours(8)).date_naive().to_string()
}

/// Customer and country, as the buyer was named.
fn buyer(paper: &Value) -> (&str, &str) {
    text(&paper["buyer"]["name"]).split_once(" · ").expect("a buyer is named by both")
}

impl Papers {
    /// Reads them all.
    pub async fn read(sender: &Sender) -> Self {
        let mut papers = Self::default();
        sender
            .pages("/v1/orders?limit=200", |order| {
                if order["ended_reason"] == "import_undone" {
                    return;
                }
                let (customer, country) = buyer(order);
                papers.add(&Paper {
                    kind: 0,
                    customer,
                    country,
                    day: day_of(&order["placed_at"]),
                    lines: order["lines"].as_array().expect("an order has lines"),
                });
            })
            .await;
        sender
            .pages("/v1/returns?limit=200", |back| {
                if !back["undone_at"].is_null() {
                    return;
                }
                let (customer, country) = buyer(back);
                let lines = back["lines"].as_array().expect("a return has lines");
                let unknown = lines.iter().filter(|line| line["origin_unknown"] == true).count();
                papers.origin_unknown += unknown;
                papers.with_sale += lines.len() - unknown;
                papers.add(&Paper {
                    kind: 1,
                    customer,
                    country,
                    day: text(&back["returned_on"]).to_owned(),
                    lines,
                });
            })
            .await;
        papers
    }

    fn add(&mut self, paper: &Paper<'_>) {
        self.papers += 1;
        let no = self.papers;
        let month = paper.day.get(..7).unwrap_or_default();
        let customer = if paper.customer == "ANONYMOUS" { "" } else { paper.customer };
        for line in paper.lines {
            let (units, hundredths) = (whole(&line["quantity"]), hundredths(&line["amount"]));
            for (table, key) in [
                ("total", String::new()),
                ("by_month", month.to_owned()),
                ("by_country", paper.country.to_owned()),
                ("by_month_country", format!("{month}|{}", paper.country)),
                ("by_product", text(&line["sku"]).to_owned()),
                ("by_day", paper.day.clone()),
                ("customers", paper.customer.to_owned()),
            ] {
                let sum = self.tables.entry(table).or_default().entry(key).or_default();
                sum.lines[paper.kind] += 1;
                sum.units[paper.kind] += units;
                sum.hundredths[paper.kind] += hundredths;
                sum.papers[paper.kind].insert(no);
                if paper.kind == 0 && !customer.is_empty() {
                    sum.buyers.insert(customer.to_owned());
                }
            }
        }
    }

    /// The rows of a table by name.
    pub fn table(&self, name: &str) -> BTreeMap<String, Vec<i64>> {
        let sums = self.tables.get(name).into_iter().flatten();
        sums.map(|(key, sum)| (key.clone(), sum.row())).collect()
    }

    /// All rows of a table as one hash: name and columns with commas between, a line each.
    pub fn hash(&self, name: &str) -> String {
        let mut hasher = Sha256::new();
        for (key, row) in self.table(name) {
            let columns: Vec<String> = row.iter().map(ToString::to_string).collect();
            hasher.update(format!("{key},{}\n", columns.join(",")));
        }
        hex::encode(hasher.finalize())
    }
}
