//! Reading the cells of a document, and collecting everything that is wrong with them.

use super::document::RowFault;
use crate::http::fault::Fault;
use crate::sheets::{Figure, code, figure, is_no_value, meant, moment, money, same_unit, words_of};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use entity::{Called, CivilDate, ExternalNo, Quantity, SignedQuantity, UnitPrice};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

/// Shanghai is ahead of UTC by so many hours, all year.
const SHANGHAI_HOURS: i64 = 8;

/// The faults found so far by their rows, and the row that is being read. There are never more than a few for each
/// cell, and a document has no more rows than a part.
#[derive(Debug)]
pub struct Cells {
    row: usize,
    faults: BTreeMap<usize, Vec<RowFault>>,
}

impl Cells {
    /// None yet; reading begins at this row.
    pub fn new(row: usize) -> Self {
        Self {
            row,
            faults: BTreeMap::new(),
        }
    }

    /// What is read now stands in this row.
    pub fn at_row(&mut self, row: usize) {
        self.row = row;
    }

    /// All faults in the order of their rows, each once.
    pub fn into_faults(self) -> Vec<RowFault> {
        self.faults.into_values().flatten().collect()
    }

    /// Notes a fault unless the rule holds.
    pub fn check(&mut self, holds: bool, column: &'static str, fault: impl FnOnce() -> Fault) {
        if holds {
            return;
        }
        let fault = RowFault {
            row: self.row,
            column,
            fault: fault(),
        };
        let of_row = self.faults.entry(self.row).or_default();
        if !of_row.contains(&fault) {
            of_row.push(fault);
        }
    }

    /// Notes a cell that cannot be read.
    pub fn wrong(&mut self, column: &'static str, found: &str, expected: impl Display) {
        let found: String = found.chars().take(40).collect();
        if is_no_value(&found) {
            self.check(false, column, || Fault::of("cell_no_value").with("found", found));
            return;
        }
        self.check(false, column, || {
            let fault = Fault::of("import_cell_wrong").with("column", column).with("found", found);
            fault.with("expected", expected)
        });
    }

    /// The document's number.
    pub fn number(&mut self, number: &str) {
        if number.is_empty() {
            self.missing("document_no");
        } else if number.parse::<ExternalNo>().is_err() || is_no_value(number) {
            self.wrong("document_no", number, "1 to 64 characters");
        }
    }

    fn missing(&mut self, column: &'static str) {
        self.check(false, column, || Fault::of("import_cell_missing").with("column", column));
    }

    /// A text that must be there.
    pub fn text<'t>(&mut self, column: &'static str, text: Option<&'t str>) -> Option<&'t str> {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        match text {
            None => self.missing(column),
            Some(none) if is_no_value(none) => {
                self.wrong(column, none, "");
                return None;
            }
            Some(_) => {}
        }
        text
    }

    /// A value that must be there.
    pub fn parsed<T: FromStr>(&mut self, column: &'static str, text: Option<&str>, expected: &str) -> Option<T> {
        let text = self.text(column, text)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.wrong(column, text, expected);
        }
        value
    }

    /// A code as people see it, that must be there.
    pub fn code(&mut self, column: &'static str, text: Option<&str>) -> Option<String> {
        Some(code(self.text(column, text)?)).filter(|code| !code.is_empty())
    }

    /// How much was sold or came back, and the unit that stands behind it.
    pub fn quantity(&mut self, text: Option<&str>) -> Option<Measured<Quantity>> {
        let text = self.text("quantity", text)?;
        let found = figure(text);
        if found.as_ref().is_some_and(|found| found.number.starts_with('-')) {
            self.check(false, "quantity", || Fault::of("import_quantity_negative").with("found", text));
            return None;
        }
        self.measured("quantity", (text, found), "a number, such as 98.6")
    }

    /// By how much stock moved, with its sign.
    pub fn movement(&mut self, text: Option<&str>) -> Option<Measured<SignedQuantity>> {
        let text = self.text("quantity", text)?;
        self.measured("quantity", (text, figure(text)), "a number, such as -98.6")
    }

    /// The price of a unit, and the unit that it is for, where one is told.
    pub fn price(&mut self, text: Option<&str>) -> Option<Measured<UnitPrice>> {
        let text = self.text("price", text)?;
        self.measured("price", (text, money(text)), "a number, such as 2.55")
    }

    fn measured<T: FromStr>(&mut self, column: &'static str, (text, found): (&str, Option<Figure>), expected: &str) -> Option<Measured<T>> {
        let read = found.and_then(|found| {
            let value = found.number.parse().ok()?;
            Some(Measured { value, unit: found.unit })
        });
        if read.is_none() {
            self.wrong(column, text, expected);
        }
        read
    }

    /// A word of a closed list, or what stands for none.
    pub fn word<T: Called + Display + FromStr>(
        &mut self,
        column: &'static str,
        text: Option<&str>,
        default: Option<T>,
        all: &[T],
    ) -> Option<T> {
        let given = text.map(str::trim).filter(|text| !text.is_empty());
        if given.is_none() && default.is_some() {
            return default;
        }
        let text = self.text(column, given)?;
        let word = meant(text, all);
        if word.is_none() {
            self.wrong(column, text, format!("one of: {}", words_of(all)));
        }
        word
    }

    /// A line's number.
    pub fn line_number(&mut self, column: &'static str, text: Option<&str>) -> Option<i32> {
        let text = self.text(column, text)?;
        let line: Measured<i32> = self.measured(column, (text, figure(text)), "a whole number from 1 to 2000")?;
        Some(line.value)
    }

    /// An instant not later than now: RFC 3339, or a date and time as clocks in Shanghai show them.
    pub fn instant(
        &mut self,
        column: &'static str,
        text: Option<&str>,
        default: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let given = text.map(str::trim).filter(|text| !text.is_empty());
        if given.is_none() && default.is_some() {
            return default;
        }
        let text = self.text(column, given)?;
        let Some(instant) = instant_of(text) else {
            self.wrong(column, text, "a date and time, such as 2026-12-01 08:00");
            return None;
        };
        let (past, known) = (instant <= now, instant >= CivilDate::MIN.starts_at());
        self.check(past, column, || Fault::of("import_in_future"));
        self.check(known, column, || {
            Fault::of("import_cell_wrong")
                .with("column", column)
                .with("found", text)
                .with("expected", "≥ 2000")
        });
        (past && known).then_some(instant)
    }
}

/// A figure and the unit that stands with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured<T> {
    /// The figure.
    pub value: T,
    /// The unit behind it.
    pub unit: Option<String>,
}

impl<T> Measured<T> {
    /// The figure, if no unit stands with it but that of the goods.
    pub fn in_unit(self, own: &str, column: &'static str, cells: &mut Cells) -> Option<T> {
        let other = self.unit.filter(|unit| !same_unit(unit, own));
        let fits = other.is_none();
        cells.check(fits, column, || {
            Fault::of("import_unit").with("found", other.unwrap_or_default()).with("unit", own)
        });
        fits.then_some(self.value)
    }
}

/// RFC 3339, else a civil date with or without a time, as in Shanghai.
fn instant_of(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.with_timezone(&Utc));
    }
    let (day, time) = moment(text, false)?;
    let there = day.and_time(time.unwrap_or(NaiveTime::MIN));
    there.and_utc().checked_sub_signed(TimeDelta::hours(SHANGHAI_HOURS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_a_zone_is_shanghais() {
        let utc = |text: &str| instant_of(text).map(|instant| instant.to_rfc3339());
        assert_eq!(utc("2010-12-01T08:26:00+08:00").as_deref(), Some("2010-12-01T00:26:00+00:00"));
        assert_eq!(utc("2010-12-01 08:26:00"), utc("2010-12-01T08:26:00+08:00"));
        for day in ["2010/12/1", "2010年12月1日", "2010.12.1", "20101201"] {
            assert_eq!(utc(day), utc("2010-11-30T16:00:00Z"), "{day}");
        }
        assert_eq!(utc("yesterday"), None);
    }
}
