//! Numbers and days as a workbook keeps them, and as people see them.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// The last day a spreadsheet knows, the end of the year 9999, counted from 1900.
const LAST_DAY: u64 = 2_958_465;
/// A day in seconds.
const DAY_S: Decimal = Decimal::from_parts(86_400, 0, 0, false, 0);

/// Spreadsheets keep 15 digits; what a binary fraction has beyond them is no part of the number. None where it is no
/// number.
pub(super) fn decimal(text: &str) -> Option<String> {
    let number: f64 = text.trim().parse().ok()?;
    if !number.is_finite() {
        return None;
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    Some(rounded.to_string())
}

/// A number of days since 1900 or 1904 as the day it means, with the time where it has one.
pub(super) fn day(text: &str, from_1904: bool) -> Option<String> {
    let text = text.trim();
    let number: Decimal = text.parse().or_else(|_| Decimal::from_scientific(text)).ok()?;
    let seconds = (number.fract() * DAY_S).round().to_u64()?;
    let (days, seconds) = (number.trunc().to_u64()? + seconds / 86_400, seconds % 86_400);
    if days > LAST_DAY {
        return None;
    }
    // Spreadsheets believe that there was a 29 February 1900.
    let first = match (from_1904, days) {
        (true, _) => NaiveDate::from_ymd_opt(1904, 1, 1),
        (false, 0..60) => NaiveDate::from_ymd_opt(1899, 12, 31),
        (false, _) => NaiveDate::from_ymd_opt(1899, 12, 30),
    };
    let date = first?.checked_add_days(Days::new(days))?;
    if seconds == 0 {
        return Some(date.format("%Y-%m-%d").to_string());
    }
    let time = NaiveTime::MIN
        .overflowing_add_signed(TimeDelta::seconds(i64::try_from(seconds).ok()?))
        .0;
    Some(format!("{} {}", date.format("%Y-%m-%d"), time.format("%H:%M:%S")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_digits_that_were_typed() {
        for (kept, seen) in [
            ("10", "10"),
            ("0.30000000000000004", "0.3"),
            ("1.5E3", "1500"),
            (" 2 ", "2"),
            ("-12.80", "-12.8"),
        ] {
            assert_eq!(decimal(kept).as_deref(), Some(seen), "{kept}");
        }
        for none in ["", "NaN", "inf", "1e999", "1,5", "十"] {
            assert_eq!(decimal(none), None, "{none}");
        }
    }

    #[test]
    fn a_day_is_counted_from_1900_or_1904() {
        assert_eq!(day("45943", false).as_deref(), Some("2025-10-13"));
        assert_eq!(day("44481", true).as_deref(), Some("2025-10-13"));
        assert_eq!(day("45943.5", false).as_deref(), Some("2025-10-13 12:00:00"));
        assert_eq!(day("45943.9999999", false).as_deref(), Some("2025-10-14"));
        assert_eq!(day("61", false).as_deref(), Some("1900-03-01"));
        assert_eq!(day("1", false).as_deref(), Some("1900-01-01"));
        assert_eq!(day("4.5943E4", false).as_deref(), Some("2025-10-13"));
        for none in ["-1", "2958466", "1e300", "x", "", "99999999999999999999999999999999"] {
            assert_eq!(day(none, false), None, "{none}");
        }
    }
}
