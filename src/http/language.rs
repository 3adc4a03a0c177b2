//! Which of our two languages a caller reads, by RFC 9110 `Accept-Language`.

use entity::{Called, event_called};
use std::str::FromStr;

/// A language we answer in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Chinese, unless asked otherwise.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// The value of `Content-Language`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The one of two texts that is in this language.
    #[must_use]
    pub fn choose<'t>(self, zh: &'t str, en: &'t str) -> &'t str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// What a word of a closed list is called.
    #[must_use]
    pub fn call(self, word: impl Called) -> &'static str {
        self.choose(word.zh(), word.en())
    }

    /// The same of a word as it stands in a column or in JSON; none of a word that is not in the list.
    #[must_use]
    pub fn call_word<T: Called + FromStr>(self, word: &str) -> Option<&'static str> {
        word.parse().ok().map(|word: T| self.call(word))
    }

    /// The language the header prefers; the earlier one where two weigh the same.
    #[must_use]
    pub fn negotiate(accept_language: Option<&str>) -> Self {
        let mut best = (Self::default(), 0);
        for item in accept_language.unwrap_or_default().split(',') {
            let mut parts = item.split(';');
            let range = parts.next().unwrap_or_default().trim();
            let Some(language) = Self::of_range(range) else { continue };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(Some(1000), thousandths)
                .unwrap_or_default();
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    fn of_range(range: &str) -> Option<Self> {
        let primary = range.split('-').next().unwrap_or_default();
        if primary == "*" || primary.eq_ignore_ascii_case("zh") {
            Some(Self::Zh)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }
}

/// What a word of a closed list is called, for columns.
#[must_use]
pub fn called<T: Called + FromStr>(word: &str, language: Language) -> Option<&'static str> {
    language.call_word::<T>(word)
}

/// What a kind of event is called, for columns.
#[must_use]
pub fn event(kind: &str, language: Language) -> Option<&'static str> {
    event_called(kind).map(|(zh, en)| language.choose(zh, en))
}

/// A weight such as `0.85` in thousandths; no float is needed for three digits.
fn thousandths(weight: &str) -> Option<u32> {
    let (whole, fraction) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    let fraction: u32 = format!("{fraction:0<3}").parse().ok()?;
    Some((whole.min(1) * 1000 + fraction).min(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weighs_what_the_caller_reads() {
        let cases = [
            (None, Language::Zh),
            (Some(""), Language::Zh),
            (Some("en"), Language::En),
            (Some("en-GB,zh;q=0.9"), Language::En),
            (Some("en;q=0.8, zh-CN"), Language::Zh),
            (Some("fr, de;q=0.9, en;q=0.1"), Language::En),
            (Some("en;q=0, *"), Language::Zh),
            (Some("zh;q=0.5, en;q=0.501"), Language::En),
            (Some("en;q=nonsense"), Language::Zh),
        ];
        for (header, language) in cases {
            assert_eq!(Language::negotiate(header), language, "{header:?}");
        }
    }
}
