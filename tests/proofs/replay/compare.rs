//! Every figure read over HTTP, held to the known totals; no other way to the data.

use super::papers::{COLUMNS, Papers};
use super::send::Sender;
use serde_json::Value;
use std::collections::BTreeMap;

/// What is known of a cell: sale lines, return lines, units sold and returned, pence of both, and the difference.
const SALE_LINES: usize = 0;
const RETURN_LINES: usize = 1;
const SALE_UNITS: usize = 5;
const RETURN_UNITS: usize = 6;
const GROSS: usize = 7;
const RETURNED: usize = 8;
const NET: usize = 9;

type Cells = BTreeMap<String, Vec<i64>>;

/// Lines, hundredths and, where goods are told apart, units of each group.
type Figures = BTreeMap<String, (i64, i64, Option<i64>)>;

fn hundredths(text: &Value) -> i64 {
    let text = text.as_str().expect("an amount is text");
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    sign * digits.replace('.', "").parse::<i64>().expect("an amount has two decimals")
}

fn figures_of(group: &Value) -> (i64, i64, Option<i64>) {
    let units = group["quantity"].as_str().and_then(|text| text.parse().ok());
    (
        group["lines"].as_i64().expect("lines are counted"),
        hundredths(&group["amount"]),
        units,
    )
}

/// Names of a group's keys, joined as the truth joins them.
fn name_of(group: &Value, keys: &[&str]) -> String {
    let name = |key: &&str| match *key {
        "month" | "day" => group[*key].as_str().unwrap_or_default().to_owned(),
        "product" => group[*key]["code"].as_str().unwrap_or_default().to_owned(),
        // A buyer is a customer in a country; customers are compared over all countries.
        "buyer" => {
            let name = group[*key]["name"].as_str().unwrap_or_default();
            name.split(" · ").next().unwrap_or_default().to_owned()
        }
        _ => group[*key]["name"].as_str().unwrap_or_default().to_owned(),
    };
    keys.iter().map(name).collect::<Vec<_>>().join("|")
}

async fn read(sender: &Sender, measure: &str, keys: &[&str]) -> Figures {
    let group_by = if keys.is_empty() {
        String::new()
    } else {
        format!("&group_by={}", keys.join(","))
    };
    let answer = sender.get(&format!("/v1/tally?measure={measure}&limit=10000{group_by}")).await;
    assert_eq!(answer["complete"], true, "{keys:?} has too many groups");
    if keys.is_empty() {
        return Figures::from([(String::new(), figures_of(&answer["total"]))]);
    }
    let mut figures = Figures::new();
    for group in answer["groups"].as_array().expect("a total has groups") {
        let (lines, amount, units) = figures_of(group);
        let sum = figures.entry(name_of(group, keys)).or_insert((0, 0, Some(0)));
        *sum = (sum.0 + lines, sum.1 + amount, sum.2.zip(units).map(|(a, b)| a + b));
    }
    figures
}

/// The truth by name.
fn known(truth: &Value, table: &str) -> Cells {
    let row = |value: &Value| -> Vec<i64> { value.as_array().expect("a row").iter().filter_map(Value::as_i64).collect() };
    match &truth[table] {
        Value::Object(cells) => cells.iter().map(|(name, value)| (name.clone(), row(value))).collect(),
        Value::Array(all) => Cells::from([(String::new(), all.iter().filter_map(Value::as_i64).collect())]),
        other => panic!("{table} is {other}"),
    }
}

/// Customers that the truth names: the hundred best, by net and by gross, and all anonymous ones as one.
fn customers(truth: &Value) -> Cells {
    let mut cells = Cells::from([("ANONYMOUS".to_owned(), known(truth, "anonymous").remove("").unwrap())]);
    for table in ["top_customers_by_net", "top_customers_by_gross"] {
        for row in truth[table].as_array().expect("a list") {
            let numbers: Vec<i64> = row.as_array().unwrap().iter().skip(1).filter_map(Value::as_i64).collect();
            // Their fifth column counts countries, where other tables count buyers: neither is in a total.
            cells.insert(row[0].as_str().unwrap().to_owned(), numbers);
        }
    }
    cells
}

/// Compares what totals tell of all tables, prints how many figures were compared and how many differ; how many differ in all.
pub async fn compare(sender: &Sender, truth: &Value, aloud: bool) -> usize {
    let tables: [(&str, Cells, &[&str], bool); 7] = [
        ("total", known(truth, "total"), &[], true),
        ("month", known(truth, "by_month"), &["month"], true),
        ("country", known(truth, "by_country"), &["town"], true),
        ("month × country", known(truth, "by_month_country"), &["month", "town"], true),
        ("product", known(truth, "by_product"), &["product"], true),
        ("day", known(truth, "by_day"), &["day"], true),
        ("customer", customers(truth), &["buyer"], false),
    ];
    let (mut all, mut wrong) = (0, 0);
    if aloud {
        println!("   {:<18} {:>8} {:>10} {:>10}", "kind", "cells", "compared", "different");
    }
    for (kind, cells, keys, whole) in tables {
        let accepted = read(sender, "accepted", keys).await;
        let returned = read(sender, "returned", keys).await;
        let net = read(sender, "net", keys).await;
        let (mut compared, mut different) = (0, 0);
        let mut hold = |name: &str, what: &str, is: i64, known: i64| {
            compared += 1;
            if is != known {
                different += 1;
                if aloud && different <= 5 {
                    println!("      {kind} {name} {what}: {is}, known {known}");
                }
            }
        };
        for (name, row) in &cells {
            let of = |figures: &Figures| figures.get(name).copied().unwrap_or((0, 0, Some(0)));
            let (sold, back, left) = (of(&accepted), of(&returned), of(&net));
            hold(name, "sale lines", sold.0, row[SALE_LINES]);
            hold(name, "return lines", back.0, row[RETURN_LINES]);
            hold(name, "gross", sold.1, row[GROSS]);
            hold(name, "returned", back.1, row[RETURNED]);
            hold(name, "net", left.1, row[NET]);
            if keys == ["product"] {
                hold(name, "units sold", sold.2.unwrap_or(-1), row[SALE_UNITS]);
                hold(name, "units returned", back.2.unwrap_or(-1), row[RETURN_UNITS]);
            }
        }
        if whole {
            // Nothing is there that is not known.
            let strange = accepted.keys().chain(returned.keys()).filter(|name| !cells.contains_key(*name));
            let strange: std::collections::BTreeSet<_> = strange.collect();
            hold("", "groups that are not known", i64::try_from(strange.len()).unwrap(), 0);
        }
        if aloud {
            println!("   {kind:<18} {:>8} {compared:>10} {different:>10}", cells.len());
        }
        all += compared;
        wrong += different;
    }
    if aloud {
        println!("   {:<18} {:>8} {all:>10} {wrong:>10}", "all", "");
    }
    wrong
}

/// Compares all columns of all tables, counted from the orders and returns that can be read; how many differ.
pub fn compare_papers(papers: &Papers, truth: &Value) -> usize {
    let mut different = 0;
    println!("   {:<18} {:>8} {:>10} {:>10}", "kind", "cells", "compared", "different");
    for (kind, table, known) in [
        ("total", "total", known(truth, "total")),
        ("month", "by_month", known(truth, "by_month")),
        ("country", "by_country", known(truth, "by_country")),
        ("month × country", "by_month_country", known(truth, "by_month_country")),
        ("product", "by_product", known(truth, "by_product")),
        ("day", "by_day", known(truth, "by_day")),
        ("customer", "customers", customers(truth)),
    ] {
        let counted = papers.table(table);
        let (mut compared, mut wrong) = (0, 0);
        for (name, row) in &known {
            let is = counted.get(name).cloned().unwrap_or_else(|| vec![0; COLUMNS.len()]);
            for ((what, is), known) in COLUMNS.iter().zip(&is).zip(row) {
                compared += 1;
                if is != known {
                    wrong += 1;
                    if wrong <= 5 {
                        println!("      {kind} {name} {what}: {is}, known {known}");
                    }
                }
            }
        }
        println!("   {kind:<18} {:>8} {compared:>10} {wrong:>10}", known.len());
        different += wrong;
    }
    // Of all customers and all products only a hash is known: it holds every row, and that there is no other.
    for (kind, table, known) in [
        ("all customers, hash", "customers", &truth["customers_all_sha256"]),
        ("all products, hash", "by_product", &truth["products_all_sha256"]),
    ] {
        let wrong = usize::from(papers.hash(table) != known.as_str().unwrap_or_default());
        println!("   {kind:<18} {:>7} {:>10} {wrong:>10}", papers.table(table).len(), 1);
        different += wrong;
    }
    different
}
