//! Cells: sums of facts in two sizes, and of what imports brought in one more, kept in the same transaction, so that a
//! total never reads orders.

use super::fact::{Fact, NewFact, measure_code, mode_code};
use super::head::PAIRING;
use crate::db::{Kind, Rows, Writes};
use std::collections::BTreeMap;

/// month, measure, mode, town, department, channel, fund source, category, origin
type CoarseKey = (i32, i16, i16, [i32; 6]);
/// month, measure, mode, buyer, product, supplier, channel, fund source
type FineKey = (i32, i16, i16, [i32; 5]);

#[derive(Clone, Copy, Default)]
struct Sum {
    amount: i64,
    quantity: i64,
    weight_grams: i64,
    weighed_lines: i64,
    lines: i64,
}

impl Sum {
    fn add(&mut self, fact: &Fact) {
        let f = &fact.fact;
        self.amount += f.amount.fen();
        self.quantity += f.quantity.thousandths();
        self.lines += i64::from(f.lines);
        if let Some(grams) = f.weight_grams {
            self.weight_grams += grams;
            self.weighed_lines += i64::from(f.lines);
        }
    }
}

const COARSE: &[(&str, Kind)] = &[
    ("pairing", Kind::Small),
    ("month", Kind::Int),
    ("measure", Kind::Small),
    ("mode", Kind::Small),
    ("town", Kind::Int),
    ("department", Kind::Int),
    ("channel", Kind::Int),
    ("fund_source", Kind::Int),
    ("category", Kind::Int),
    ("origin", Kind::Int),
    ("amount", Kind::Big),
    ("weight_grams", Kind::Big),
    ("weighed_lines", Kind::Big),
    ("lines", Kind::Big),
];

const COARSE_ADD: &str = "ON CONFLICT (pairing, month, measure, mode, town, department, channel, fund_source, category, origin) DO UPDATE SET \
    amount = cells_coarse.amount + excluded.amount, weight_grams = cells_coarse.weight_grams + excluded.weight_grams, \
    weighed_lines = cells_coarse.weighed_lines + excluded.weighed_lines, lines = cells_coarse.lines + excluded.lines";

const FINE: &[(&str, Kind)] = &[
    ("pairing", Kind::Small),
    ("month", Kind::Int),
    ("measure", Kind::Small),
    ("mode", Kind::Small),
    ("buyer", Kind::Int),
    ("product", Kind::Int),
    ("supplier", Kind::Int),
    ("channel", Kind::Int),
    ("fund_source", Kind::Int),
    ("amount", Kind::Big),
    ("quantity", Kind::Big),
    ("weight_grams", Kind::Big),
    ("weighed_lines", Kind::Big),
    ("lines", Kind::Big),
];

const FINE_ADD: &str = "ON CONFLICT (pairing, month, measure, mode, buyer, product, supplier, channel, fund_source) DO UPDATE SET \
    amount = cells_fine.amount + excluded.amount, quantity = cells_fine.quantity + excluded.quantity, \
    weight_grams = cells_fine.weight_grams + excluded.weight_grams, weighed_lines = cells_fine.weighed_lines + excluded.weighed_lines, \
    lines = cells_fine.lines + excluded.lines";

/// Adds the facts of a turn to both sizes: two sets of rows, whatever the number of facts.
pub(super) fn add(writes: &mut Writes, facts: &[Fact]) {
    let mut coarse: BTreeMap<CoarseKey, Sum> = BTreeMap::new();
    let mut fine: BTreeMap<FineKey, Sum> = BTreeMap::new();
    for fact in facts {
        let (f, d) = (&fact.fact, &fact.fact.dimensions);
        let (month, measure, mode) = (f.month().yyyymm(), measure_code(f.measure), mode_code(f.mode));
        let places = [d.town, d.department, d.channel, d.fund_source, d.category, d.origin];
        coarse.entry((month, measure, mode, places)).or_default().add(fact);
        let parties = [d.buyer, d.product, d.supplier, d.channel, d.fund_source];
        fine.entry((month, measure, mode, parties)).or_default().add(fact);
    }
    let mut rows = Rows::with_room(COARSE, coarse.len());
    for ((month, measure, mode, [town, department, channel, fund, category, origin]), s) in coarse {
        rows.push([
            PAIRING.into(),
            month.into(),
            measure.into(),
            mode.into(),
            town.into(),
            department.into(),
            channel.into(),
            fund.into(),
            category.into(),
            origin.into(),
            s.amount.into(),
            s.weight_grams.into(),
            s.weighed_lines.into(),
            s.lines.into(),
        ]);
    }
    writes.insert("cells_coarse", rows, COARSE_ADD);
    let mut rows = Rows::with_room(FINE, fine.len());
    for ((month, measure, mode, [buyer, product, supplier, channel, fund]), s) in fine {
        rows.push([
            PAIRING.into(),
            month.into(),
            measure.into(),
            mode.into(),
            buyer.into(),
            product.into(),
            supplier.into(),
            channel.into(),
            fund.into(),
            s.amount.into(),
            s.quantity.into(),
            s.weight_grams.into(),
            s.weighed_lines.into(),
            s.lines.into(),
        ]);
    }
    writes.insert("cells_fine", rows, FINE_ADD);
}

/// month, measure, mode, town, department, channel, buyer, supplier
type ImportedKey = (i32, i16, i16, [i32; 5]);

const IMPORTED: &[(&str, Kind)] = &[
    ("pairing", Kind::Small),
    ("month", Kind::Int),
    ("measure", Kind::Small),
    ("mode", Kind::Small),
    ("town", Kind::Int),
    ("department", Kind::Int),
    ("channel", Kind::Int),
    ("buyer", Kind::Int),
    ("supplier", Kind::Int),
    ("amount", Kind::Big),
    ("lines", Kind::Big),
];

const IMPORTED_ADD: &str = "ON CONFLICT (pairing, month, measure, mode, town, department, channel, buyer, supplier) DO UPDATE SET \
    amount = cells_imported.amount + excluded.amount, lines = cells_imported.lines + excluded.lines";

/// Adds facts to the cells of what imports brought.
pub(super) fn add_imported<'f>(writes: &mut Writes, facts: impl Iterator<Item = &'f NewFact>) {
    let mut cells: BTreeMap<ImportedKey, (i64, i64)> = BTreeMap::new();
    for fact in facts {
        let d = &fact.dimensions;
        let parties = [d.town, d.department, d.channel, d.buyer, d.supplier];
        let key = (fact.month().yyyymm(), measure_code(fact.measure), mode_code(fact.mode), parties);
        let (amount, lines) = cells.entry(key).or_default();
        *amount += fact.amount.fen();
        *lines += i64::from(fact.lines);
    }
    let mut rows = Rows::with_room(IMPORTED, cells.len());
    for ((month, measure, mode, [town, department, channel, buyer, supplier]), (amount, lines)) in cells {
        rows.push([
            PAIRING.into(),
            month.into(),
            measure.into(),
            mode.into(),
            town.into(),
            department.into(),
            channel.into(),
            buyer.into(),
            supplier.into(),
            amount.into(),
            lines.into(),
        ]);
    }
    writes.insert("cells_imported", rows, IMPORTED_ADD);
}
