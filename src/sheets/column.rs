//! A column of an export: where in an item its value stands, its heading, and how people read what stands there.

use super::cell::{Cell, Heading, Shape};
use crate::http::language::Language;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Utc};
use serde_json::Value;

/// What a code is called; none of one it does not know.
pub type Call = fn(&str, Language) -> Option<&'static str>;

/// How a value becomes a cell.
#[derive(Clone, Copy, Debug)]
enum Reading {
    /// As its shape asks for.
    Plain,
    /// As what it is called.
    Called(Call),
}

/// A column of an export.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Members from the outside in, with slashes between: `buyer/name`; of a list the `last`.
    path: &'static str,
    zh: &'static str,
    en: &'static str,
    shape: Shape,
    reading: Reading,
    width: u8,
    aside: bool,
}

impl Column {
    const fn of(path: &'static str, zh: &'static str, en: &'static str, shape: Shape) -> Self {
        Self {
            path,
            zh,
            en,
            shape,
            reading: Reading::Plain,
            width: 0,
            aside: false,
        }
    }

    /// A column of words or codes.
    #[must_use]
    pub const fn text(path: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self::of(path, zh, en, Shape::Text)
    }

    /// A column of decimal numbers, which the API writes as texts.
    #[must_use]
    pub const fn number(path: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self::of(path, zh, en, Shape::Number)
    }

    /// A column of money: numbers with two decimals.
    #[must_use]
    pub const fn money(path: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self::of(path, zh, en, Shape::Money)
    }

    /// A column of prices: numbers with two to four decimals.
    #[must_use]
    pub const fn price(path: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self::of(path, zh, en, Shape::Price)
    }

    /// A column of days.
    #[must_use]
    pub const fn day(path: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self::of(path, zh, en, Shape::Day)
    }

    /// A column of moments, shown as the clocks of Shanghai showed them.
    #[must_use]
    pub const fn moment(path: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self::of(path, zh, en, Shape::Moment)
    }

    /// A column of codes, each shown as what it is called.
    #[must_use]
    pub const fn word(path: &'static str, zh: &'static str, en: &'static str, call: Call) -> Self {
        let mut column = Self::of(path, zh, en, Shape::Text);
        column.reading = Reading::Called(call);
        column
    }

    /// A column of lists of codes, each shown as what it is called.
    #[must_use]
    pub const fn words(path: &'static str, zh: &'static str, en: &'static str, call: Call) -> Self {
        let mut column = Self::word(path, zh, en, call);
        column.shape = Shape::Words;
        column
    }

    /// A column of sentences.
    #[must_use]
    pub const fn sentences(path: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self::of(path, zh, en, Shape::Words)
    }

    /// A column of ids for programs: they stand last, and are not printed.
    #[must_use]
    pub const fn id(path: &'static str, zh: &'static str, en: &'static str) -> Self {
        let mut column = Self::text(path, zh, en).wide(38);
        column.aside = true;
        column
    }

    /// A column of codes for programs beside the names that people read.
    #[must_use]
    pub const fn code(path: &'static str, zh: &'static str, en: &'static str) -> Self {
        let mut column = Self::id(path, zh, en);
        column.width = 14;
        column
    }

    /// The same, so wide, in letters.
    #[must_use]
    pub const fn wide(mut self, width: u8) -> Self {
        self.width = width;
        self
    }

    /// Its heading.
    #[must_use]
    pub fn heading(&self, language: Language) -> &'static str {
        language.choose(self.zh, self.en)
    }

    /// The same with what it holds and how wide it is.
    #[must_use]
    pub(super) fn head(&self, language: Language) -> Heading {
        let mut heading = Heading::of(self.heading(language), self.shape);
        heading.aside = self.aside;
        if self.width == 0 { heading } else { heading.wide(self.width) }
    }

    /// Its cell of an item; several words are put into one.
    #[must_use]
    pub fn cell(&self, item: &Value, language: Language) -> Cell {
        let value = self.path.split('/').try_fold(item, |value, member| match value {
            Value::Array(items) if member == "last" => items.last(),
            _ => value.get(member),
        });
        match value.unwrap_or(&Value::Null) {
            Value::Null | Value::Object(_) => Cell::Empty,
            Value::Bool(flag) => Cell::text(if *flag {
                language.choose("是", "yes")
            } else {
                language.choose("否", "no")
            }),
            Value::Number(number) => Cell::number(number),
            Value::String(text) => self.read(text, language),
            Value::Array(words) => {
                let words = words.iter().filter_map(Value::as_str);
                let words: Vec<&str> = words.map(|word| self.call(word, language)).collect();
                let between = match self.reading {
                    Reading::Plain => " ",
                    Reading::Called(_) => language.choose("、", ", "),
                };
                Cell::text(words.join(between))
            }
        }
    }

    fn call<'t>(&self, word: &'t str, language: Language) -> &'t str {
        match self.reading {
            Reading::Plain => word,
            Reading::Called(call) => call(word, language).unwrap_or(word),
        }
    }

    fn read(&self, text: &str, language: Language) -> Cell {
        let read = match self.shape {
            Shape::Text | Shape::Words => None,
            Shape::Number | Shape::Money | Shape::Price => Some(Cell::Number(text.to_owned())),
            Shape::Day => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(Cell::Day),
            Shape::Moment => DateTime::parse_from_rfc3339(text)
                .ok()
                .map(|at| Cell::Moment(in_shanghai(at.to_utc()))),
        };
        read.unwrap_or_else(|| Cell::text(self.call(text, language)))
    }
}

/// What the clocks of Shanghai show at a moment.
#[must_use]
pub fn in_shanghai(at: DateTime<Utc>) -> NaiveDateTime {
    FixedOffset::east_opt(8 * 3600).map_or_else(|| at.naive_utc(), |shanghai| at.with_timezone(&shanghai).naive_local())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ZH: Language = Language::Zh;

    fn call(word: &str, language: Language) -> Option<&'static str> {
        (word == "gi").then(|| language.choose("地理标志", "indication"))
    }

    #[test]
    fn a_column_takes_its_cell_from_an_item() {
        let item =
            json!({"buyer": {"name": "=学校"}, "amount": "-12.80", "no": 3, "claims": ["gi", "organic"], "ended_at": null, "is": true});
        assert_eq!(Column::text("buyer/name", "", "").cell(&item, ZH), Cell::text("=学校"));
        assert_eq!(Column::money("amount", "", "").cell(&item, ZH), Cell::number("-12.80"));
        assert_eq!(Column::text("no", "", "").cell(&item, ZH), Cell::number("3"));
        assert_eq!(Column::text("claims", "", "").cell(&item, ZH), Cell::text("gi organic"));
        assert_eq!(
            Column::word("claims", "", "", call).cell(&item, Language::En),
            Cell::text("indication, organic")
        );
        assert_eq!(Column::text("is", "", "").cell(&item, ZH), Cell::text("是"));
        assert_eq!(Column::moment("ended_at", "", "").cell(&item, ZH), Cell::Empty);
        assert_eq!(Column::text("gone/away", "", "").cell(&item, ZH), Cell::Empty);
    }

    #[test]
    fn a_moment_is_what_the_clocks_of_shanghai_showed() {
        let item = json!({"at": "2026-10-31T16:30:00Z", "on": "2026-11-01"});
        let day = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        let at = day.and_hms_opt(0, 30, 0).unwrap();
        assert_eq!(Column::moment("at", "", "").cell(&item, ZH), Cell::Moment(at));
        assert_eq!(Column::day("on", "", "").cell(&item, ZH), Cell::Day(day));
    }
}
