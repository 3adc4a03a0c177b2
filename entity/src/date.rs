//! Civil dates and months of Shanghai (UTC+8; no summer time since 1991).

use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::fault::{Fault, Malformed};

const SHANGHAI_AHEAD_OF_UTC: TimeDelta = TimeDelta::hours(8);

const fn known_date(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => panic!("no such date"),
    }
}

fn has_form(text: &str, form: &str) -> bool {
    let fits = |(byte, model): (u8, u8)| match model {
        b'-' => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
}

/// A civil date in Shanghai, from 2000-01-01 to 2100-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CivilDate(NaiveDate);

impl CivilDate {
    /// The first date: 2000-01-01.
    pub const MIN: Self = Self(known_date(2000, 1, 1));
    /// The last date: 2100-12-31.
    pub const MAX: Self = Self(known_date(2100, 12, 31));

    /// The date of that year, month (1 to 12) and day (from 1).
    pub fn new(year: i32, month: u32, day: u32) -> Result<Self, Malformed> {
        let date = NaiveDate::from_ymd_opt(year, month, day);
        date.map_or(Err(Malformed::new("CivilDate", Fault::Form)), Self::from_naive)
    }

    /// The same date; refused before [`CivilDate::MIN`] and after [`CivilDate::MAX`].
    pub fn from_naive(date: NaiveDate) -> Result<Self, Malformed> {
        if date < Self::MIN.0 || date > Self::MAX.0 {
            return Err(Malformed::new("CivilDate", Fault::OutOfRange));
        }
        Ok(Self(date))
    }

    /// The date as chrono has it.
    #[must_use]
    pub const fn naive(self) -> NaiveDate {
        self.0
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The month the date lies in.
    #[must_use]
    pub fn month(self) -> Month {
        Month::of(self)
    }

    /// The date so many days later (earlier, if negative); `None` outside the limits.
    #[must_use]
    pub fn checked_add_days(self, days: i64) -> Option<Self> {
        let later = self.0.checked_add_signed(TimeDelta::try_days(days)?)?;
        Self::from_naive(later).ok()
    }

    /// Days from `earlier` to this date; negative if this date is the earlier one.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }

    /// The instant at which the date begins in Shanghai.
    #[must_use]
    pub fn starts_at(self) -> DateTime<Utc> {
        self.0.and_time(NaiveTime::MIN).and_utc() - SHANGHAI_AHEAD_OF_UTC
    }

    /// The instant at which the date ends in Shanghai: its 24:00, the first of the next date.
    #[must_use]
    pub fn ends_at(self) -> DateTime<Utc> {
        self.starts_at() + TimeDelta::days(1)
    }
}

/// The civil date in Shanghai at that instant; the nearest limit where it is outside the limits.
#[must_use]
pub fn shanghai_date(instant: DateTime<Utc>) -> CivilDate {
    let there = instant.checked_add_signed(SHANGHAI_AHEAD_OF_UTC).unwrap_or(instant);
    let date = there.date_naive();
    CivilDate(date.clamp(CivilDate::MIN.0, CivilDate::MAX.0))
}

impl fmt::Display for CivilDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for CivilDate {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let refused = Malformed::new("CivilDate", Fault::Form);
        if !has_form(text, "yyyy-mm-dd") {
            return Err(refused);
        }
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| refused)?;
        Self::from_naive(date)
    }
}

inline_string_schema!(CivilDate {
    format: Some("date"),
    description: Some("Civil date in Asia/Shanghai, from 2000-01-01 to 2100-12-31."),
    pattern: Some(r"^(20\d\d|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$".to_owned()),
    min_length: Some(10),
    max_length: Some(10),
    example: Some("2026-12-05".into()),
});

checked_column!(
    CivilDate: NaiveDate,
    sea_orm::sea_query::ColumnType::Date,
    read: CivilDate::from_naive,
    write: CivilDate::naive
);

/// A civil month in Shanghai, from 2000-01 to 2100-12; stored as the number yyyymm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(NaiveDate);

impl Month {
    /// The first month: 2000-01.
    pub const MIN: Self = Self(known_date(2000, 1, 1));
    /// The last month: 2100-12.
    pub const MAX: Self = Self(known_date(2100, 12, 1));

    /// That month (1 to 12) of that year.
    pub fn new(year: i32, month: u32) -> Result<Self, Malformed> {
        let date = NaiveDate::from_ymd_opt(year, month, 1);
        let date = date.ok_or(Malformed::new("Month", Fault::Form))?;
        if date < Self::MIN.0 || date > Self::MAX.0 {
            return Err(Malformed::new("Month", Fault::OutOfRange));
        }
        Ok(Self(date))
    }

    /// The month the date lies in.
    #[must_use]
    pub fn of(date: CivilDate) -> Self {
        Self(date.0.with_day(1).unwrap_or(date.0))
    }

    /// The month of the number yyyymm, such as 202106.
    pub fn from_yyyymm(yyyymm: i32) -> Result<Self, Malformed> {
        let month = u32::try_from(yyyymm % 100).unwrap_or(0);
        Self::new(yyyymm / 100, month)
    }

    /// The number yyyymm, such as 202106.
    #[must_use]
    pub fn yyyymm(self) -> i32 {
        self.year() * 100 + self.0.month().cast_signed()
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The number of the month in its year, 1 to 12.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0.month()
    }

    /// The first date of the month.
    #[must_use]
    pub const fn first_day(self) -> CivilDate {
        CivilDate(self.0)
    }

    /// The last date of the month.
    #[must_use]
    pub fn last_day(self) -> CivilDate {
        let days_after_first = self.0.num_days_in_month() - 1;
        CivilDate(self.0 + TimeDelta::days(days_after_first.into()))
    }

    /// The next month; `None` after 2100-12.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        let next = self.0.checked_add_months(Months::new(1)).map(Self);
        next.filter(|next| *next <= Self::MAX)
    }

    /// The month before; `None` before 2000-01.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        let previous = self.0.checked_sub_months(Months::new(1)).map(Self);
        previous.filter(|previous| *previous >= Self::MIN)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

impl FromStr for Month {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let refused = Malformed::new("Month", Fault::Form);
        if !has_form(text, "yyyy-mm") {
            return Err(refused);
        }
        let year = text[..4].parse().map_err(|_| refused)?;
        let month = text[5..].parse().map_err(|_| refused)?;
        Self::new(year, month)
    }
}

inline_string_schema!(Month {
    description: Some("Civil month in Asia/Shanghai, from 2000-01 to 2100-12."),
    pattern: Some(r"^(20\d\d|2100)-(0[1-9]|1[0-2])$".to_owned()),
    min_length: Some(7),
    max_length: Some(7),
    example: Some("2026-12".into()),
});

checked_column!(
    Month: i32,
    sea_orm::sea_query::ColumnType::Integer,
    read: Month::from_yyyymm,
    write: Month::yyyymm
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    #[test]
    fn only_real_iso_dates_within_the_limits() {
        assert_eq!(date("2024-02-29").to_string(), "2024-02-29");
        assert_eq!(CivilDate::new(2000, 1, 1), Ok(CivilDate::MIN));
        let refused = [
            "",
            "2023-02-29",
            "1999-12-31",
            "2101-01-01",
            "2021-6-18",
            "20210618",
            "2021/06/18",
            "2021-06-18T00:00:00Z",
            "+021-06-18",
            "2021-13-01",
            " 2021-6-18",
            "二零二一年-",
        ];
        for text in refused {
            assert!(text.parse::<CivilDate>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_day_in_shanghai_turns_at_sixteen_utc() {
        let at = |text: &str| shanghai_date(text.parse().unwrap()).to_string();
        assert_eq!(at("2021-06-18T15:59:59.999999Z"), "2021-06-18");
        assert_eq!(at("2021-06-18T16:00:00Z"), "2021-06-19");
        assert_eq!(at("1990-01-01T00:00:00Z"), "2000-01-01");
        assert_eq!(shanghai_date(DateTime::<Utc>::MAX_UTC), CivilDate::MAX);
        assert_eq!(shanghai_date(DateTime::<Utc>::MIN_UTC), CivilDate::MIN);
    }

    #[test]
    fn months_know_their_days_and_neighbours() {
        let february: Month = "2024-02".parse().unwrap();
        assert_eq!(february.yyyymm(), 202_402);
        assert_eq!(february.last_day(), date("2024-02-29"));
        assert_eq!(february.first_day(), date("2024-02-01"));
        assert_eq!(date("2024-02-29").month(), february);
        assert_eq!(Month::MIN.previous(), None);
        assert_eq!(Month::MAX.next(), None);
        assert_eq!(Month::MAX.last_day(), CivilDate::MAX);
        let december = Month::from_yyyymm(202_112).unwrap();
        assert_eq!(december.next().unwrap().to_string(), "2022-01");
        for text in ["2021-13", "2021-00", "1999-12", "2101-01", "202106", "2021-6", "+021-06"] {
            assert!(text.parse::<Month>().is_err(), "{text}");
        }
        for number in [0, -202_106, 202_100, 202_113, i32::MIN, i32::MAX] {
            assert!(Month::from_yyyymm(number).is_err(), "{number}");
        }
    }

    proptest! {
        #[test]
        fn a_day_holds_its_own_instants(days in 0..=36_889_i64, micros in 0..86_400_000_000_i64) {
            let day = CivilDate::MIN.checked_add_days(days).unwrap();
            let instant = day.starts_at() + TimeDelta::microseconds(micros);
            prop_assert_eq!(shanghai_date(instant), day);
            prop_assert!(instant < day.ends_at());
            prop_assert_eq!(day.days_since(CivilDate::MIN), days);
            prop_assert_eq!(day.to_string().parse(), Ok(day));
            let month = day.month();
            prop_assert!(month.first_day() <= day && day <= month.last_day());
            prop_assert_eq!(Month::from_yyyymm(month.yyyymm()), Ok(month));
        }
    }
}
