//! The words of notices in both languages, from `notices.toml`: a title, a sentence, and the way to the thing.

use super::telling::{EXTERNAL, VARIANT, What};
use crate::http::language::Language;
use entity::{CancelReason, DeclineReason, NoticeKind, NoticeLanguage, TerminationReason};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use uuid::Uuid;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    notices: BTreeMap<String, Told>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    title: Both,
    text: Both,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Both {
    zh: String,
    en: String,
}

impl Both {
    fn within(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// All words, read once. A file that does not parse fails the tests, so the empty book is never used.
fn book() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| toml::from_str(include_str!("notices.toml")).unwrap_or_default())
}

/// What a notice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) title: String,
    pub(super) text: String,
}

/// A notice in words.
pub(super) fn say(kind: NoticeKind, what: &What, language: Language) -> Said {
    let special = what.get(VARIANT).map(|variant| format!("{kind}-{variant}"));
    let told = special
        .and_then(|key| book().notices.get(&key))
        .or_else(|| book().notices.get(kind.as_str()));
    let said = |both: fn(&Told) -> &Both| told.map_or_else(String::new, |told| fill(both(told).within(language), what, language));
    Said {
        title: said(|told| &told.title),
        text: said(|told| &told.text),
    }
}

/// Puts values into a sentence, in one pass: what a value says is never read as a place for another.
fn fill(pattern: &str, what: &What, language: Language) -> String {
    let mut parts = pattern.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        text += value(name, what, language);
        text += &beside(name, what, language);
        text += rest;
    }
    text
}

/// What stands in brackets behind a value: behind our number of an order, the buyer's own.
fn beside(name: &str, what: &What, language: Language) -> String {
    match (what.get(EXTERNAL).filter(|_| name == "order_no"), language) {
        (Some(number), Language::Zh) => format!("（{number}）"),
        (Some(number), Language::En) => format!(" ({number})"),
        (None, _) => String::new(),
    }
}

fn value<'w>(name: &str, what: &'w What, language: Language) -> &'w str {
    let Some(value) = what.get(name) else { return "—" };
    if name == "reason" { reason(value, language) } else { value }
}

/// What the reasons of cancelling, declining and terminating are called; a word of none of these speaks for itself.
fn reason(word: &str, language: Language) -> &str {
    let called = language.call_word::<CancelReason>(word);
    let called = called.or_else(|| language.call_word::<DeclineReason>(word));
    called.or_else(|| language.call_word::<TerminationReason>(word)).unwrap_or(word)
}

/// Where a thing is read.
pub(super) fn link(thing_kind: &str, id: Uuid) -> String {
    let collection = match thing_kind {
        "shipment" => "shipments",
        "return" => "returns",
        "offer" => "offers",
        "contract" => "contracts",
        "quote" => "quotes",
        "inquiry" => "inquiries",
        // The import itself is for operators; a party reads its own orders of it.
        "import" => return format!("/v1/orders?import_id={id}"),
        _ => "orders",
    };
    format!("/v1/{collection}/{id}")
}

/// The language of letters, in the words of the edge.
pub(super) fn spoken(language: NoticeLanguage) -> Language {
    match language {
        NoticeLanguage::Zh => Language::Zh,
        NoticeLanguage::En => Language::En,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect()
    }

    #[test]
    fn every_kind_has_words_in_both_languages_with_the_same_values() {
        let parsed: Result<Book, _> = toml::from_str(include_str!("notices.toml"));
        let book = parsed.unwrap();
        for kind in NoticeKind::WORDS {
            assert!(book.notices.contains_key(*kind), "{kind}");
        }
        let known = [
            "amount",
            "answer_by",
            "contract_no",
            "day",
            "deliver_by",
            "deliver_on",
            "documents",
            "lines",
            "name",
            "number",
            "order_no",
            "party",
            "reason",
            "return_no",
            "shipment_no",
            "short",
            "source",
            "to_date",
        ];
        for (key, told) in &book.notices {
            let kind = key.split('-').next().unwrap();
            assert!(kind.parse::<NoticeKind>().is_ok(), "{key} is of no kind");
            for both in [&told.title, &told.text] {
                assert_eq!(places(&both.zh), places(&both.en), "{key}");
                assert!(places(&both.en).iter().all(|place| known.contains(place)), "{key}");
                assert!(!both.zh.is_empty() && !both.en.is_empty(), "{key}");
            }
        }
    }

    #[test]
    fn every_reason_has_words() {
        for reason in [DeclineReason::WORDS, CancelReason::WORDS, TerminationReason::WORDS].concat() {
            assert_ne!(super::reason(reason, Language::Zh), reason);
        }
    }

    #[test]
    fn a_value_is_never_read_as_a_place_for_another() {
        let what = What::from([
            ("party".to_owned(), "{order_no}{".to_owned()),
            ("order_no".to_owned(), "YP1".to_owned()),
        ]);
        assert_eq!(
            fill("{party} and {order_no}: {lines}", &what, Language::En),
            "{order_no}{ and YP1: —"
        );
    }

    #[test]
    fn a_variant_that_has_no_words_is_told_plainly() {
        let what = |variant: &str| What::from([(VARIANT.to_owned(), variant.to_owned())]);
        let plain = say(NoticeKind::OrderShort, &What::new(), Language::Zh);
        assert_eq!(say(NoticeKind::OrderShort, &what("unheard_of"), Language::Zh), plain);
        assert_ne!(say(NoticeKind::OrderShort, &what("kept"), Language::Zh), plain);
    }
}
