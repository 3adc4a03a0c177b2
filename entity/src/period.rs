//! Stretches of the calendar that people report by.

use std::{fmt, str::FromStr};

use crate::{
    date::Month,
    fault::{Fault, Malformed},
};

/// A month, a quarter or a year of the calendar of Shanghai: `2026-11`, `2026-Q4`, `2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    first: Month,
    last: Month,
}

impl Period {
    /// Its first month.
    #[must_use]
    pub const fn first(self) -> Month {
        self.first
    }

    /// Its last month.
    #[must_use]
    pub const fn last(self) -> Month {
        self.last
    }

    fn of(year: &str, months: (u32, u32)) -> Result<Self, Malformed> {
        let malformed = Malformed::new("Period", Fault::Form);
        if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(malformed);
        }
        let year = year.parse().map_err(|_| malformed)?;
        Ok(Self {
            first: Month::new(year, months.0)?,
            last: Month::new(year, months.1)?,
        })
    }
}

impl From<Month> for Period {
    fn from(month: Month) -> Self {
        Self { first: month, last: month }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first.number(), self.last.number()) {
            (1, 12) => write!(f, "{:04}", self.first.year()),
            (first, last) if first == last => fmt::Display::fmt(&self.first, f),
            (_, last) => write!(f, "{:04}-Q{}", self.first.year(), last / 3),
        }
    }
}

impl FromStr for Period {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let Some((year, part)) = text.split_once('-') else {
            return Self::of(text, (1, 12));
        };
        match part {
            "Q1" => Self::of(year, (1, 3)),
            "Q2" => Self::of(year, (4, 6)),
            "Q3" => Self::of(year, (7, 9)),
            "Q4" => Self::of(year, (10, 12)),
            _ => text.parse::<Month>().map(Self::from),
        }
    }
}

inline_string_schema!(Period {
    description: Some("A month, a quarter or a year in Asia/Shanghai, from 2000 to 2100: `2021-06`, `2021-Q2`, `2021`."),
    pattern: Some(r"^(20\d\d|2100)(-(0[1-9]|1[0-2]|Q[1-4]))?$".to_owned()),
    min_length: Some(4),
    max_length: Some(7),
    example: Some("2021-Q2".into()),
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_has_its_first_and_its_last_month() {
        for (text, first, last) in [
            ("2026", "2026-01", "2026-12"),
            ("2026-Q1", "2026-01", "2026-03"),
            ("2026-Q4", "2026-10", "2026-12"),
            ("2026-11", "2026-11", "2026-11"),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!(
                (period.first().to_string(), period.last().to_string()),
                (first.to_owned(), last.to_owned())
            );
            assert_eq!(period.to_string(), text);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "-",
            "26",
            "1999",
            "2101",
            "2026-",
            "2026-Q5",
            "2026-q4",
            "2026-13",
            "+026",
            "2026-4",
            "11-2026",
            "２０２６",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}
