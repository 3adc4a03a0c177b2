//! The cells of a row, read as what their columns mean; every fault of the row is noted.

use crate::http::fault::Fault;
use crate::order_tools::sku_fault;
use crate::sheets::{
    Figure, Head, SheetRow, Wanted, code, day, figure, folded, is_no_value, meant, money, same_unit, unit_beside, words_of,
};
use entity::{Called, CivilDate, Quantity, Sku, UnitPrice};
use std::fmt::Display;
use std::str::FromStr;

/// A row of a sheet with known columns.
#[derive(Debug)]
pub(super) struct Cells<'a> {
    head: &'a Head,
    row: &'a SheetRow,
    columns: &'static [Wanted],
    faults: Vec<Fault>,
}

impl<'a> Cells<'a> {
    pub(super) fn of(head: &'a Head, row: &'a SheetRow, columns: &'static [Wanted]) -> Self {
        Self {
            head,
            row,
            columns,
            faults: Vec::new(),
        }
    }

    /// What stands in a column, without spaces around; none where nothing does.
    pub(super) fn text(&self, at: usize) -> Option<&'a str> {
        let text = self.head.cell(self.row, at).trim();
        (!text.is_empty()).then_some(text)
    }

    /// Notes a fault of the row.
    pub(super) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    fn name(&self, at: usize) -> &'static str {
        self.columns.get(at).map_or("", |column| column.name)
    }

    /// Notes that a cell does not say what its column means. Of what is no value it is said at the end.
    pub(super) fn unreadable(&mut self, at: usize, found: &str, expected: impl Display) {
        if is_no_value(found) {
            return;
        }
        let fault = Fault::of("intake_cell")
            .with("column", self.name(at))
            .with("found", found)
            .with("expected", expected);
        self.fault(fault);
    }

    /// The value, or that it is missing; where it was unreadable, that has been noted.
    pub(super) fn needed<T>(&mut self, at: usize, value: Option<T>) -> Option<T> {
        if value.is_none() && self.text(at).is_none() {
            self.fault(Fault::of("intake_cell_missing").with("column", self.name(at)));
        }
        value
    }

    /// A value read from its plain text.
    pub(super) fn parsed<T: FromStr>(&mut self, at: usize, expected: &str) -> Option<T> {
        let text = self.text(at)?;
        self.read(at, text.parse().ok(), expected)
    }

    /// A value read from a code: half width, without what spreadsheets put around it.
    pub(super) fn code<T: FromStr>(&mut self, at: usize, expected: &str) -> Option<T> {
        let text = self.text(at)?;
        self.read(at, code(text).parse().ok(), expected)
    }

    fn read<T>(&mut self, at: usize, value: Option<T>, expected: &str) -> Option<T> {
        if value.is_none() {
            let found = self.text(at).unwrap_or_default();
            self.unreadable(at, found, expected);
        }
        value
    }

    /// The SKU.
    pub(super) fn sku(&mut self, at: usize) -> Option<Sku> {
        let code = code(self.text(at)?);
        let sku = code.parse().ok();
        if sku.is_none() && !is_no_value(&code) {
            self.fault(sku_fault(&code));
        }
        sku
    }

    /// A number of any kind, in one of these units where it says one.
    pub(super) fn number<T: FromStr>(&mut self, at: usize, units: &[&str], expected: &str) -> Option<T> {
        let text = self.text(at)?;
        let bare = units
            .iter()
            .filter(|unit| !unit.is_empty())
            .find_map(|unit| text.strip_suffix(unit));
        let Measured { value, unit } = self.measured(at, figure(bare.unwrap_or(text)), (figure, expected))?;
        let fits = |unit: &String| units.iter().any(|own| own.is_empty() || same_unit(own, unit));
        let Some(other) = unit.filter(|unit| !fits(unit)) else {
            return Some(value);
        };
        let own = units.first().copied().unwrap_or_default();
        self.fault(another_unit(self.name(at), &other, own));
        None
    }

    /// How much, and in what, where that is said.
    pub(super) fn quantity(&mut self, at: usize) -> Option<Measured<Quantity>> {
        let found = figure(self.text(at)?);
        self.measured(at, found, (figure, "a number with at most 3 decimals"))
    }

    /// A price, and what it is for, where that is said.
    pub(super) fn price(&mut self, at: usize) -> Option<Measured<UnitPrice>> {
        let found = money(self.text(at)?);
        self.measured(at, found, (money, "a number with at most 4 decimals"))
    }

    /// A figure, and the unit that stands behind it or beside its heading.
    fn measured<T: FromStr>(
        &mut self,
        at: usize,
        found: Option<Figure>,
        (reads, expected): (fn(&str) -> Option<Figure>, &str),
    ) -> Option<Measured<T>> {
        let beside = || unit_beside(self.head.notes.get(at)?.as_deref()?, reads);
        let read = found.and_then(|found| {
            let value = found.number.parse().ok()?;
            let unit = found.unit.or_else(beside);
            Some(Measured { value, unit })
        });
        self.read(at, read, expected)
    }

    pub(super) fn day(&mut self, at: usize) -> Option<CivilDate> {
        let text = self.text(at)?;
        let read = day(text, self.head.days_from_1904).and_then(|day| CivilDate::from_naive(day).ok());
        self.read(at, read, "a date, such as 2026-12-05")
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, at: usize) -> Option<bool> {
        let text = self.text(at)?;
        let read = match folded(text).as_str() {
            "是" | "有" | "yes" | "y" | "true" | "1" | "√" | "✓" | "无食堂" => Some(true),
            "否" | "无" | "no" | "n" | "false" | "0" | "×" | "有食堂" => Some(false),
            _ => None,
        };
        self.read(at, read, "one of: 是 | 否")
    }

    /// A word of a closed list, by its code or as people say it.
    pub(super) fn word<T: Called + FromStr + Display>(&mut self, at: usize, all: &[T]) -> Option<T> {
        let text = self.text(at)?;
        let word = meant(text, all);
        if word.is_none() {
            self.unreadable(at, text, format!("one of: {}", words_of(all)));
        }
        word
    }

    /// Several words of a closed list in one cell, with commas, strokes or line ends between; codes also with spaces.
    pub(super) fn words<T: Called + FromStr + Display>(&mut self, at: usize, all: &[T]) -> Vec<T> {
        let Some(text) = self.text(at) else { return Vec::new() };
        let mut found = Vec::new();
        let parts = text.split(['、', ',', '，', ';', '；', '/', '|', '\n']).map(str::trim);
        for part in parts.filter(|part| !part.is_empty()) {
            let split = || part.split_whitespace().map(|word| meant(word, all)).collect::<Option<Vec<T>>>();
            match meant(part, all).map(|word| vec![word]).or_else(split) {
                Some(words) => found.extend(words),
                None => self.unreadable(at, part, format!("one of: {}", words_of(all))),
            }
        }
        found
    }

    /// The one of these that a text means, by code or by name; said where there is none, or several.
    pub(super) fn one_of<T>(&mut self, at: usize, text: &str, fits: impl Iterator<Item = T>, none: Fault) -> Option<T> {
        let mut fits = fits;
        match (fits.next(), fits.next()) {
            (Some(one), None) => Some(one),
            (Some(_), Some(_)) => {
                let fault = Fault::of("intake_ambiguous").with("column", self.name(at)).with("found", text);
                self.fault(fault);
                None
            }
            (None, _) => {
                self.fault(none);
                None
            }
        }
    }

    /// What was read, or all that is wrong with the row.
    pub(super) fn finish<T>(mut self, read: Option<T>) -> Result<T, Vec<Fault>> {
        for at in 0..self.columns.len() {
            if let Some(found) = self.text(at).filter(|text| is_no_value(text)) {
                let found: String = found.chars().take(40).collect();
                self.fault(Fault::of("cell_no_value").with("found", found));
            }
        }
        match read {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(self.faults),
        }
    }
}

/// A figure, and the unit that is said with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Measured<T> {
    pub(super) value: T,
    pub(super) unit: Option<String>,
}

/// That a column is in another unit than it should be.
pub(super) fn another_unit(column: &str, found: &str, unit: &str) -> Fault {
    let fault = Fault::of("intake_unit").with("column", column);
    fault.with("found", found).with("unit", unit)
}
