//! Facts: the difference of a line's position before and after, with its dimensions frozen as they were.

use super::merkle::Hash;
use entity::{CivilDate, Measure, Mode, Money, Month, OrderLineId, Quantity};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// What a fact can be told by, each as the number of its word in `dimensions`; 0 is *unassigned*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Dimensions {
    /// The buyer's town.
    pub town: i32,
    /// The buyer's department.
    pub department: i32,
    /// The channel.
    pub channel: i32,
    /// Where the money comes from.
    pub fund_source: i32,
    /// The goods' category.
    pub category: i32,
    /// The town the goods come from.
    pub origin: i32,
    /// Who buys.
    pub buyer: i32,
    /// What is bought.
    pub product: i32,
    /// Who sells.
    pub supplier: i32,
}

/// A fact to be booked with an entry.
#[derive(Clone, Copy, Debug)]
pub struct NewFact {
    /// The line it is about.
    pub line: OrderLineId,
    /// What of it.
    pub measure: Measure,
    /// Used up or sold on.
    pub mode: Mode,
    /// Difference in fen.
    pub amount: Money,
    /// Difference in thousandths of the line's unit.
    pub quantity: Quantity,
    /// Difference in grams; `None` for goods without weight.
    pub weight_grams: Option<i64>,
    /// +1 when the line first has something of this measure, −1 when it has nothing any more, else 0.
    pub lines: i16,
    /// The day it happened.
    pub business_date: CivilDate,
    /// The true day, where the fact is posted in a later period.
    pub concerns: Option<CivilDate>,
    /// Number and place of the fact this one takes back.
    pub reverses: Option<(i64, i32)>,
    /// Its dimensions, as they are now and will stay.
    pub dimensions: Dimensions,
}

/// A fact with its number.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    /// Number of the entry.
    pub seq: i64,
    /// Place in the entry, from 1.
    pub no: i32,
    /// The fact.
    pub fact: NewFact,
}

impl NewFact {
    /// The month it is posted in.
    #[must_use]
    pub fn month(&self) -> Month {
        self.business_date.month()
    }
}

/// The measure's number in tables: 1 ordered, 2 shipped, 3 accepted, 4 returned, 5 invoiced, 6 paid (7 is counted).
#[must_use]
pub fn measure_code(measure: Measure) -> i16 {
    match measure {
        Measure::Ordered => 1,
        Measure::Shipped => 2,
        Measure::Accepted => 3,
        Measure::Returned => 4,
        Measure::Invoiced => 5,
        Measure::Paid => 6,
    }
}

/// The mode's number in tables: 1 purchase, 2 assisted sale.
#[must_use]
pub fn mode_code(mode: Mode) -> i16 {
    match mode {
        Mode::Purchase => 1,
        Mode::AssistedSale => 2,
    }
}

/// The hash an entry carries of its facts: no fact can be changed, dropped or added without the tree telling.
///
/// A fact is written as its columns in the order of the table, `|` between, `-` for none, a newline after each.
#[must_use]
pub fn hash_of_facts(facts: &[Fact]) -> Hash {
    let mut hasher = Sha256::new();
    let mut text = String::with_capacity(160);
    for Fact { no, fact, .. } in facts {
        text.clear();
        let d = &fact.dimensions;
        // Writing to a string cannot fail.
        let _ = write!(text, "{no}|{}|{}|{}|", fact.line, measure_code(fact.measure), mode_code(fact.mode));
        let _ = write!(
            text,
            "{}|{}|{}|{}|",
            fact.amount.fen(),
            fact.quantity.thousandths(),
            Maybe(fact.weight_grams),
            fact.lines
        );
        let _ = write!(text, "{}|{}|{}|", fact.business_date, fact.month().yyyymm(), Maybe(fact.concerns));
        let _ = write!(text, "{}|{}|", Maybe(fact.reverses.map(|r| r.0)), Maybe(fact.reverses.map(|r| r.1)));
        let _ = write!(
            text,
            "{}|{}|{}|{}|{}|{}|",
            d.town, d.department, d.channel, d.fund_source, d.category, d.origin
        );
        let _ = writeln!(text, "{}|{}|{}", d.buyer, d.product, d.supplier);
        hasher.update(text.as_bytes());
    }
    hasher.finalize().into()
}

struct Maybe<T>(Option<T>);

impl<T: std::fmt::Display> std::fmt::Display for Maybe<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Some(value) => value.fmt(f),
            None => f.write_str("-"),
        }
    }
}
