//! Reading the cells of a document, and collecting everything that is wrong with them.

use super::document::RowFault;
use crate::http::fault::Fault;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use entity::{CivilDate, ExternalNo};
use std::collections::BTreeMap;
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
    pub fn wrong(&mut self, column: &'static str, found: &str, expected: impl std::fmt::Display) {
        let found: String = found.chars().take(40).collect();
        self.check(false, column, || {
            let fault = Fault::of("import_cell_wrong").with("column", column).with("found", found);
            fault.with("expected", expected)
        });
    }

    /// The document's number.
    pub fn number(&mut self, number: &str) {
        if number.is_empty() {
            self.missing("document_no");
        } else if number.parse::<ExternalNo>().is_err() {
            self.wrong("document_no", number, "1..64, visible");
        }
    }

    fn missing(&mut self, column: &'static str) {
        self.check(false, column, || Fault::of("import_cell_missing").with("column", column));
    }

    /// A text that must be there.
    pub fn text<'t>(&mut self, column: &'static str, text: Option<&'t str>) -> Option<&'t str> {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        if text.is_none() {
            self.missing(column);
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

    /// A word of a closed list, or what stands for none.
    pub fn word<T: FromStr>(&mut self, column: &'static str, text: Option<&str>, default: Option<T>, words: &[&str]) -> Option<T> {
        let given = text.map(str::trim).filter(|text| !text.is_empty());
        if given.is_none() && default.is_some() {
            return default;
        }
        self.parsed(column, given, &words.join(", "))
    }

    /// A line's number.
    pub fn line_number(&mut self, column: &'static str, text: Option<&str>) -> Option<i32> {
        self.parsed::<i32>(column, text, "1..2000")
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
            self.wrong(column, text, "2026-12-01T08:00:00+08:00, 2026-12-01 08:00");
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

/// RFC 3339, else a civil date with or without a time, as in Shanghai.
fn instant_of(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.with_timezone(&Utc));
    }
    let text = text.replace('/', "-");
    let there = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())
        .or_else(|| {
            let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok()?;
            Some(day.and_time(NaiveTime::MIN))
        })?;
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
        assert_eq!(utc("2010/12/1"), utc("2010-11-30T16:00:00Z"));
        assert_eq!(utc("yesterday"), None);
    }
}
