//! A cell to be written.

use chrono::{NaiveDate, NaiveDateTime};
use std::borrow::Cow;
use std::fmt::Display;

/// A cell to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words and codes: never taken for a number or a formula.
    Text(String),
    /// A decimal number as it is written: `-12.80`. Spreadsheets get it as a number.
    Number(String),
    /// A day of the calendar.
    Day(NaiveDate),
    /// A moment of the clock on the wall.
    Moment(NaiveDateTime),
}

impl Cell {
    /// A text.
    pub fn text(value: impl Display) -> Self {
        Self::Text(value.to_string())
    }

    /// A number.
    pub fn number(value: impl Display) -> Self {
        Self::Number(value.to_string())
    }

    /// As a text file has it, without a guard: a day and a moment as spreadsheets read them for what they are.
    pub(super) fn plain(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Number(text) => Cow::Borrowed(text),
            Self::Day(day) => Cow::Owned(day.format("%Y-%m-%d").to_string()),
            Self::Moment(at) => Cow::Owned(at.format("%Y-%m-%d %H:%M:%S").to_string()),
        }
    }
}

/// What a column holds, which decides how a workbook shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Words. What is too long for its column is shown smaller, and none of it is hidden.
    Text,
    /// Words that go on in another line.
    Words,
    /// Numbers as they come.
    Number,
    /// Money, with two decimals.
    Money,
    /// Prices, with two to four decimals.
    Price,
    /// Days.
    Day,
    /// Moments.
    Moment,
}

impl Shape {
    /// How a workbook shows it; none: as it comes.
    pub(super) fn pattern(self) -> Option<&'static str> {
        match self {
            Self::Text | Self::Words | Self::Number => None,
            Self::Money => Some("#,##0.00"),
            Self::Price => Some("#,##0.00##"),
            Self::Day => Some("yyyy-mm-dd"),
            Self::Moment => Some("yyyy-mm-dd hh:mm:ss"),
        }
    }

    /// How wide such a column is, in letters.
    pub(super) fn width(self) -> u8 {
        match self {
            Self::Text => 16,
            Self::Words => 40,
            Self::Money => 14,
            Self::Number | Self::Price | Self::Day => 12,
            Self::Moment => 20,
        }
    }
}

/// What stands above a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Its words.
    pub text: String,
    /// What the column holds.
    pub shape: Shape,
    /// How wide it is, in letters.
    pub width: u8,
    /// Whether it is for programs: such columns stand last, and are not printed.
    pub aside: bool,
}

impl Heading {
    /// A heading of a column as wide as what it holds asks for.
    pub fn of(text: impl Into<String>, shape: Shape) -> Self {
        let width = shape.width();
        Self {
            text: text.into(),
            shape,
            width,
            aside: false,
        }
    }

    /// The same, so wide.
    #[must_use]
    pub fn wide(mut self, width: u8) -> Self {
        self.width = width;
        self
    }

    /// How many lines words take in its column.
    pub(super) fn lines_of(&self, words: &str) -> usize {
        letters(words).div_ceil(usize::from(self.width).max(1)).max(1)
    }
}

/// How wide a text is, in letters: a Chinese one is as wide as two others.
pub(super) fn letters(text: &str) -> usize {
    text.chars().map(|letter| if letter < '\u{2e80}' { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_file_has_days_and_moments_as_spreadsheets_read_them() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        assert_eq!(Cell::Day(day).plain(), "2026-11-01");
        assert_eq!(Cell::Moment(day.and_hms_opt(0, 30, 0).unwrap()).plain(), "2026-11-01 00:30:00");
        assert_eq!(Cell::number("-12.80").plain(), "-12.80");
    }

    #[test]
    fn words_in_a_column_take_the_lines_they_need() {
        let lines = |text: &str| Heading::of("", Shape::Money).lines_of(text);
        assert_eq!((lines(""), lines("金额(元)"), lines("净额(验收减退货) 金额(元)")), (1, 1, 2));
    }
}
