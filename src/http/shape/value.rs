//! What one value of a request should have been, said by example: the people who mend it read no patterns.

use entity::judge::Judge;
use entity::{Fault as Reason, is_invisible};
use serde_json::Value;

use super::{MisfitKind, Shape};
use crate::http::expected::{so_many, such_as};

/// A bound beyond this is no rule of the trade but what a number can hold.
const SAID_BELOW: f64 = 1e12;

impl Shape {
    /// What was expected of the value itself, its parts aside.
    pub(super) fn misfit_here(&self, value: &Value) -> Option<MisfitKind> {
        if let Some(expected) = self.expected_here(value) {
            return Some(MisfitKind::Expected(expected));
        }
        let unseen = value
            .as_str()
            .filter(|_| self.visible)
            .and_then(|text| text.chars().find(|c| is_invisible(*c)));
        unseen.map(MisfitKind::Invisible)
    }

    fn expected_here(&self, value: &Value) -> Option<String> {
        let kind = self.kind.as_deref();
        let fits = match kind {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("boolean") => value.is_boolean(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("number") => value.is_number(),
            _ => true,
        };
        if !self.one_of.is_empty() && !self.one_of.contains(value) {
            let names = self
                .one_of
                .iter()
                .map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned));
            return Some(format!("one of: {}", names.collect::<Vec<_>>().join(" | ")));
        }
        if !fits {
            return kind.map(|kind| self.form_of_kind(kind));
        }
        match value {
            Value::String(text) => self.misfit_of_text(text),
            Value::Number(number) => number.as_f64().and_then(|number| self.misfit_of_number(number)),
            Value::Array(items) => outside(self.counts, items.len()).then(|| so_many(self.counts, "entries")),
            _ => None,
        }
    }

    fn form_of_kind(&self, kind: &str) -> String {
        let number = |form: &str| match self.bounds {
            (Some(least), Some(most)) if most < SAID_BELOW => format!("{form} from {least} to {most}"),
            _ => form.to_owned(),
        };
        match kind {
            "object" => "a JSON object".to_owned(),
            "array" => "a list".to_owned(),
            "boolean" => "true or false".to_owned(),
            "integer" => number("a whole number"),
            "number" => number("a number"),
            _ => {
                let quoted = self.example_shown().map(|example| format!("\"{example}\""));
                such_as("a text in quotes", quoted.as_deref())
            }
        }
    }

    /// What a value of this form looks like.
    fn example_shown(&self) -> Option<&str> {
        let of_format = || match self.format.as_deref() {
            Some("uuid") => Some("0190a6b0-0000-7000-8000-000000000000"),
            Some("date" | "naive-date") => Some("2026-12-05"),
            Some("date-time") => Some("2026-12-05T08:00:00+08:00"),
            _ => None,
        };
        self.example.as_deref().or_else(of_format)
    }

    fn misfit_of_text(&self, text: &str) -> Option<String> {
        let fits = |form: &'static str, holds: bool| (!holds).then(|| such_as(form, self.example_shown()));
        let of_pattern = |text: &str| self.pattern.as_ref().is_none_or(|pattern| pattern.is_match(text));
        match self.format.as_deref() {
            Some("uuid") => return fits("an id that this API gave", of_pattern(text) && uuid::Uuid::try_parse(text).is_ok()),
            Some("date" | "naive-date") => {
                let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d");
                return fits("a date", of_pattern(text) && text.len() == 10 && day.is_ok());
            }
            Some("date-time") => {
                let moment = chrono::DateTime::parse_from_rfc3339(text);
                return fits("a date and time", of_pattern(text) && moment.is_ok());
            }
            _ => {}
        }
        if let Some(judge) = self.judge {
            return self.misfit_by(judge, text);
        }
        let length = text.chars().count();
        if length == 0 && outside(self.lengths, 0) {
            return Some(such_as("a text that is not empty", self.example_shown()));
        }
        if outside(self.lengths, length) {
            let form = format!("{} (there are {length})", so_many(self.lengths, "characters"));
            return Some(such_as(form, self.example_shown()));
        }
        fits("a text of this form", of_pattern(text))
    }

    /// What the rule behind the pattern has against it.
    fn misfit_by(&self, judge: &Judge, text: &str) -> Option<String> {
        let fault = (judge.check)(text).err()?.fault();
        let form = match (judge.number, fault) {
            (None, Reason::CheckDigit) => "a number whose check digit is right".to_owned(),
            (None, _) => "a text of this form".to_owned(),
            (Some((least, most, places)), fault) => {
                let positive = text.strip_prefix('-').filter(|_| !least.starts_with('-'));
                let below = positive.is_some_and(|text| (judge.check)(text).is_ok());
                let (_, decimals) = text.split_once('.').unwrap_or_default();
                if fault == Reason::OutOfRange || below {
                    format!("a number from {least} to {most}")
                } else if decimals.len() > usize::from(places) {
                    format!("a number with at most {places} decimals")
                } else {
                    "a number".to_owned()
                }
            }
        };
        Some(such_as(form, self.example_shown()))
    }

    fn misfit_of_number(&self, number: f64) -> Option<String> {
        let (minimum, maximum) = self.bounds;
        let fits = minimum.is_none_or(|minimum| number >= minimum) && maximum.is_none_or(|maximum| number <= maximum);
        if fits {
            return None;
        }
        Some(match (minimum, maximum) {
            (Some(minimum), Some(maximum)) => {
                let whole = if self.kind.as_deref() == Some("integer") { "whole " } else { "" };
                format!("a {whole}number from {minimum} to {maximum}")
            }
            (Some(minimum), None) => format!("{minimum} or more"),
            (_, maximum) => format!("{} or less", maximum.unwrap_or_default()),
        })
    }
}

/// Whether `size` lies outside.
fn outside((minimum, maximum): (Option<u64>, Option<u64>), size: usize) -> bool {
    let size = u64::try_from(size).unwrap_or(u64::MAX);
    minimum.is_some_and(|minimum| size < minimum) || maximum.is_some_and(|maximum| size > maximum)
}
