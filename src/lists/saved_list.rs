//! A saved list and its rules.

use crate::http::fault::{Fault, Faults};
use chrono::{DateTime, Utc};
use entity::{ListId, OrganisationId, Quantity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most lines of a list.
pub const MOST_LINES: usize = 500;
/// The most lists of a buyer that are in use.
pub const MOST_LISTS: u64 = 100;

/// A list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedList {
    /// Its id.
    pub id: ListId,
    /// Whose.
    pub buyer_id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Its lines.
    pub lines: Vec<ListLine>,
    /// Version of its row.
    pub version: i64,
    /// Since when it is there.
    pub created_at: DateTime<Utc>,
    /// Since when it is out of use.
    pub archived_at: Option<DateTime<Utc>>,
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListLine {
    /// SKU of the product.
    pub sku: String,
    /// How much is usually ordered.
    pub quantity: Quantity,
}

/// A change of a list: what is none stays.
#[derive(Clone, Debug, Default)]
pub struct ListChange {
    /// Another name.
    pub name: Option<String>,
    /// Other lines, the whole list of them.
    pub lines: Option<Vec<ListLine>>,
}

/// Every rule that the lines of a list break. `on_sale` knows the SKUs that are.
pub fn faults_of(lines: &[ListLine], on_sale: impl Fn(&str) -> bool) -> Faults {
    let mut faults = Faults::new();
    faults.check((1..=MOST_LINES).contains(&lines.len()), || {
        Fault::of("line_count").at("/lines").with("most", MOST_LINES)
    });
    let mut seen = BTreeSet::new();
    for (at, line) in lines.iter().enumerate() {
        let sku = line.sku.as_str();
        faults.check(on_sale(sku), || {
            Fault::of("product_unknown").at(format!("/lines/{at}/sku")).with("sku", sku)
        });
        faults.check(seen.insert(sku), || {
            Fault::of("list_line_twice").at(format!("/lines/{at}/sku")).with("sku", sku)
        });
        faults.check(line.quantity > Quantity::ZERO, || {
            Fault::of("quantity_not_positive").at(format!("/lines/{at}/quantity"))
        });
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_of_the_lines_are_told_at_once() {
        let line = |sku: &str, thousandths| ListLine {
            sku: sku.to_owned(),
            quantity: Quantity::from_thousandths(thousandths),
        };
        let faults = faults_of(&[line("A", 1_000), line("B", 0), line("A", 500)], |sku| sku == "A");
        let told: Vec<_> = faults
            .into_vec()
            .iter()
            .map(|fault| (fault.slug(), fault.pointer().to_owned()))
            .collect();
        let expected = [
            ("product_unknown", "/lines/1/sku"),
            ("quantity_not_positive", "/lines/1/quantity"),
            ("list_line_twice", "/lines/2/sku"),
        ];
        assert_eq!(told, expected.map(|(slug, pointer)| (slug, pointer.to_owned())));
        assert_eq!(faults_of(&[], |_| true).len(), 1);
        assert!(faults_of(&[line("A", 1)], |_| true).is_empty());
    }
}
