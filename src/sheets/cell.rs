//! A cell to be written, and the column it stands in.

use crate::http::language::Language;
use serde_json::Value;
use std::fmt::Display;

/// A cell to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words, codes, days: never taken for a number or a formula.
    Text(String),
    /// A decimal number as it is written: `-12.80`. Spreadsheets get it as a number.
    Number(String),
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
}

/// A column of an export: where in an item its value stands, and its heading.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Members from the outside in, with slashes between: `buyer/name`; of a list the `last`.
    path: &'static str,
    zh: &'static str,
    en: &'static str,
    number: bool,
}

impl Column {
    /// A column of words, codes or days.
    #[must_use]
    pub const fn text(path: &'static str, zh: &'static str, en: &'static str) -> Self {
        let number = false;
        Self { path, zh, en, number }
    }

    /// A column of decimal numbers, which the API writes as texts.
    #[must_use]
    pub const fn number(path: &'static str, zh: &'static str, en: &'static str) -> Self {
        let number = true;
        Self { path, zh, en, number }
    }

    /// Its heading.
    #[must_use]
    pub fn heading(&self, language: Language) -> &'static str {
        match language {
            Language::Zh => self.zh,
            Language::En => self.en,
        }
    }

    /// Its cell of an item; several words are put into one with spaces between.
    #[must_use]
    pub fn cell(&self, item: &Value) -> Cell {
        let value = self.path.split('/').try_fold(item, |value, member| match value {
            Value::Array(items) if member == "last" => items.last(),
            _ => value.get(member),
        });
        match value.unwrap_or(&Value::Null) {
            Value::Null | Value::Object(_) => Cell::Empty,
            Value::Bool(flag) => Cell::text(flag),
            Value::Number(number) => Cell::number(number),
            Value::String(text) if self.number => Cell::number(text),
            Value::String(text) => Cell::text(text),
            Value::Array(words) => {
                let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                Cell::text(words.join(" "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_column_takes_its_cell_from_an_item() {
        let item = json!({"buyer": {"name": "=学校"}, "amount": "-12.80", "no": 3, "claims": ["gi", "organic"], "ended_at": null});
        assert_eq!(Column::text("buyer/name", "", "").cell(&item), Cell::text("=学校"));
        assert_eq!(Column::number("amount", "", "").cell(&item), Cell::number("-12.80"));
        assert_eq!(Column::text("no", "", "").cell(&item), Cell::number("3"));
        assert_eq!(Column::text("claims", "", "").cell(&item), Cell::text("gi organic"));
        assert_eq!(Column::text("ended_at", "", "").cell(&item), Cell::Empty);
        assert_eq!(Column::text("gone/away", "", "").cell(&item), Cell::Empty);
    }
}
