//! Days and times of day as people type them. What could be two days is none.

use super::figure::code;
use super::figures;
use chrono::{NaiveDate, NaiveTime};

/// The days from which on, and up to which, a number of five digits is taken for one: 2000 to 2099.
const SERIALS: std::ops::RangeInclusive<u32> = 36_526..=73_050;
/// By so much less a workbook counts that begins in 1904.
const LATER_BEGIN: u32 = 1_462;

/// A day: `2026年11月1日`, `2026.11.1`, `2026/11/01`, `20261101`, or the number by which spreadsheets keep it. None where
/// it is no day, or has a time other than midnight.
#[must_use]
pub fn day(text: &str, from_1904: bool) -> Option<NaiveDate> {
    match moment(text, from_1904)? {
        (day, None) => Some(day),
        // Programs write midnight behind every day.
        (day, Some(time)) => (time == NaiveTime::MIN).then_some(day),
    }
}

/// A day, and the time where one stands behind it.
#[must_use]
pub fn moment(text: &str, from_1904: bool) -> Option<(NaiveDate, Option<NaiveTime>)> {
    let text = code(text);
    if text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() == 8 {
        return NaiveDate::parse_from_str(&text, "%Y%m%d").ok().map(|day| (day, None));
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && let Some(found) = serial(&text, from_1904)
    {
        return Some(found);
    }
    let mut rest = Rest(&text);
    let year = rest.number(4..=4)?;
    let sign = rest.sign(&['年', '-', '/', '.'])?;
    let month = rest.number(1..=2)?;
    let other = rest.sign(&['月', '-', '/', '.'])?;
    // `2026-11.1` is nobody's day.
    if (sign == '年') != (other == '月') || (sign != '年' && sign != other) {
        return None;
    }
    let day = rest.number(1..=2)?;
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let had_word = rest.sign(&['日', '号']).is_some();
    rest.day_of_week();
    if rest.0.trim().is_empty() {
        return Some((day, None));
    }
    // A time is told from the day by something.
    let apart = had_word || rest.0.starts_with([' ', 'T', 't', '上', '下']);
    if !apart {
        return None;
    }
    rest.time().map(|time| (day, Some(time)))
}

/// The number by which spreadsheets keep a day, with the time as its fraction.
fn serial(text: &str, from_1904: bool) -> Option<(NaiveDate, Option<NaiveTime>)> {
    let whole: u32 = text.split('.').next().filter(|whole| whole.len() == 5)?.parse().ok()?;
    let since_1900 = if from_1904 { whole + LATER_BEGIN } else { whole };
    if !SERIALS.contains(&since_1900) {
        return None;
    }
    let shown = figures::day(text, from_1904)?;
    let (day, time) = shown
        .split_once(' ')
        .map_or((shown.as_str(), None), |(day, time)| (day, Some(time)));
    let time = match time {
        Some(time) => Some(NaiveTime::parse_from_str(time, "%H:%M:%S").ok()?),
        None => None,
    };
    Some((NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?, time))
}

/// What is not read yet.
struct Rest<'t>(&'t str);

impl Rest<'_> {
    /// A number of so many digits, with spaces around it.
    fn number(&mut self, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
        let text = self.0.trim_start();
        let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
        let (number, rest) = text.split_at(end);
        self.0 = rest;
        digits.contains(&end).then(|| number.parse().ok()).flatten()
    }

    /// One of these signs.
    fn sign(&mut self, signs: &[char]) -> Option<char> {
        let mut letters = self.0.trim_start().chars();
        let found = letters.next().filter(|sign| signs.contains(sign))?;
        self.0 = letters.as_str();
        Some(found)
    }

    /// Steps over `星期三`, `周三`, in brackets or not: the day says it already.
    fn day_of_week(&mut self) {
        let text = self.0.trim_start().trim_start_matches('(');
        let named = text.strip_prefix("星期").or_else(|| text.strip_prefix('周'));
        if let Some(rest) = named.and_then(|rest| rest.strip_prefix(['一', '二', '三', '四', '五', '六', '日', '天'])) {
            self.0 = rest.strip_prefix(')').unwrap_or(rest);
        }
    }

    /// A time to the end of the text: `8:05`, `08:05:30`, `下午3时5分`.
    fn time(&mut self) -> Option<NaiveTime> {
        let mut text = self.0.trim_start_matches([' ', 'T', 't']);
        let half = [("上午", false), ("下午", true)].iter().find_map(|(word, late)| {
            let rest = text.strip_prefix(*word)?;
            Some((rest, *late))
        });
        if let Some((rest, _)) = half {
            text = rest;
        }
        self.0 = text;
        let hour = self.number(1..=2)?;
        let hour = match half {
            Some((_, true)) if hour < 12 => hour + 12,
            Some((_, false)) if hour > 12 => return None,
            _ => hour,
        };
        self.sign(&[':', '时', '点'])?;
        let minute = if self.0.trim().is_empty() { 0 } else { self.number(1..=2)? };
        let second = match self.sign(&[':', '分']) {
            Some(_) if !self.0.trim().is_empty() => self.number(1..=2)?,
            _ => 0,
        };
        self.sign(&['秒']);
        self.fraction();
        let all_read = self.0.trim().is_empty();
        all_read.then(|| NaiveTime::from_hms_opt(hour, minute, second)).flatten()
    }

    /// Steps over parts of a second.
    fn fraction(&mut self) {
        if let Some(rest) = self.0.strip_prefix('.') {
            self.0 = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_it_is_typed() {
        for (typed, meant) in [
            ("2026-11-01", "2026-11-01"),
            ("2026年11月1日", "2026-11-01"),
            ("2026 年 11 月 1 号", "2026-11-01"),
            ("２０２６年１１月１日 星期日", "2026-11-01"),
            ("2026-11-01（周日）", "2026-11-01"),
            ("2026.11.1", "2026-11-01"),
            ("2026/11/01", "2026-11-01"),
            ("2026年11月1", "2026-11-01"),
            ("20261101", "2026-11-01"),
            ("46327", "2026-11-01"),
            ("2026-11-01 00:00:00", "2026-11-01"),
            ("2026/11/1 0:00", "2026-11-01"),
            ("2026-11-01T00:00:00", "2026-11-01"),
        ] {
            assert_eq!(day(typed, false).map(|day| day.to_string()).as_deref(), Some(meant), "{typed}");
        }
        assert_eq!(day("44865", true).map(|day| day.to_string()).as_deref(), Some("2026-11-01"));
        for none in [
            "",
            "11月1日",
            "26/11/1",
            "1/11/2026",
            "2026-13-01",
            "2026-02-30",
            "2026-11.1",
            "20261301",
            "10",
            "99999",
            "明天",
            "2026-11-01 8:00",
            "2026-11-0108:00",
            "2026年11-1",
        ] {
            assert_eq!(day(none, false), None, "{none}");
        }
    }

    #[test]
    fn a_time_may_stand_behind_the_day() {
        for (typed, meant) in [
            ("2026-11-01 8:05", "08:05:00"),
            ("2026-11-01T08:05:30", "08:05:30"),
            ("2026-11-01 08:05:30.25", "08:05:30"),
            ("2026年11月1日8时5分", "08:05:00"),
            ("2026年11月1日下午3点", "15:00:00"),
            ("2026/11/1 上午 8:05", "08:05:00"),
            ("46327.5", "12:00:00"),
        ] {
            let time = moment(typed, false).and_then(|(_, time)| time);
            assert_eq!(time.map(|time| time.to_string()).as_deref(), Some(meant), "{typed}");
        }
        for none in [
            "2026-11-01 25:00",
            "2026-11-01 8",
            "2026-11-01 08:05+08:00",
            "2026-11-01 上午15:00",
            "2026-11-01 晚上",
        ] {
            assert_eq!(moment(none, false), None, "{none}");
        }
    }
}
