//! Search by characters, pinyin and initials: one document a product, one form a word of the query.
//!
//! A product's document lists everything it can be found by; what is asked of it stands in
//! [`Query`](super::search_query::Query), which splits a query into words, each a form, and finds a product if **its forms
//! are substrings of the document**. In SQL that is `LIKE`, in memory `contains`, so both engines and the tests give the
//! same answers.
//!
//! The mark `|` stands before every Latin word and number, and before everything spelled in pinyin. So Chinese
//! matches anywhere in a name, while Latin text, figures and pinyin match from the beginning of a word or a syllable:
//! `heimi` finds 黑米, `eimi` does not, `5kg` does not find 25kg. Each stretch of Chinese is spelled once from every
//! one of its characters on, in full and by initials. Other words for the goods (synonyms) stand
//! hidden between marks of their own and are found only whole, so that they change nothing of what else is found.
//!
//! A document has four [sections](SECTIONS), best first: SKU, words of the name, the name as it is spelled, all else.

use super::search_words::{Word, is_han, words};
use pinyin::ToPinyin;
use std::collections::BTreeSet;

/// Raise it when documents are made in another way; those of an older version are made anew.
pub const VERSION: u32 = 3;

/// A spelling covers so many syllables; nobody types more.
const MOST_SYLLABLES: usize = 12;
/// So many spellings of one stretch, where characters are read in several ways.
const MOST_SPELLINGS: usize = 8;
/// Stands before Latin words, numbers and spellings. Never part of what is typed.
pub(super) const MARK: char = '|';
/// Stands around other words for the goods. Never part of what is typed.
const OTHER_WORD: char = '=';
/// Before a document that is to be made anew; what is in it is found all the same.
pub(super) const STALE: &str = "~";
/// What ends the sections of a document but the last: SKU, words of the name, the name spelled. No form contains one.
pub const SECTIONS: [&str; 3] = ["!", ";", "/"];

/// Characters on labels of food that people read in another way than the one listed first.
const OTHER_READINGS: [(char, &str); 12] = [
    ('糁', "san"),
    ('糁', "shen"),
    ('薄', "bo"),
    ('薄', "bao"),
    ('长', "chang"),
    ('重', "chong"),
    ('朝', "chao"),
    ('炸', "zha"),
    ('血', "xie"),
    ('壳', "ke"),
    ('核', "he"),
    ('参', "shen"),
];

/// What of a product it is found by.
#[derive(Clone, Copy, Debug)]
pub struct Findable<'a> {
    /// SKU.
    pub sku: &'a str,
    /// Name.
    pub name: &'a str,
    /// Name of its category in Chinese.
    pub category_zh: &'a str,
    /// Name of its category in English.
    pub category_en: &'a str,
    /// Name of the town it comes from.
    pub town: &'a str,
    /// Its unit.
    pub unit: &'a str,
    /// How it is packed.
    pub pack: &'a str,
    /// Other words for it, as people type them.
    pub other_words: &'a [String],
}

/// How documents of this version begin.
#[must_use]
pub fn version_prefix() -> String {
    format!("#{VERSION} ")
}

/// The search document of a product.
#[must_use]
pub fn document(product: Findable<'_>) -> String {
    // A name is also found as it is spoken, without the space before its variety: 洋县黑米真空装.
    let spoken: String = product.name.split_whitespace().collect();
    let mut name = forms(product.name);
    name.extend(forms(&spoken));
    let mut spelled = BTreeSet::new();
    spell_all(product.name, &mut spelled);
    let mut others = BTreeSet::new();
    for text in [product.category_zh, product.category_en, product.town, product.unit, product.pack] {
        others.extend(forms(text));
    }
    for text in [product.category_zh, product.town] {
        spell_all(text, &mut others);
    }
    for text in product.other_words {
        others.extend(as_other_word(text));
    }
    let mut document = version_prefix();
    for (part, end) in [
        (sku_forms(product.sku), SECTIONS[0]),
        (name, SECTIONS[1]),
        (spelled, SECTIONS[2]),
        (others, ""),
    ] {
        for word in part {
            document.push_str(&word);
            document.push(' ');
        }
        document.push_str(end);
        document.push(' ');
    }
    document
}

/// The form of a word.
pub(super) fn form(word: &Word) -> String {
    match word {
        Word::Han(text) => text.clone(),
        Word::Latin(text) => format!("{MARK}{text}"),
    }
}

/// The form by which a word is found where it is another word for the goods: no Chinese character of it stands as itself,
/// since one would be found alone.
pub(super) fn other_word(text: &str) -> String {
    let hidden: String = text
        .chars()
        .map(|c| {
            if c.is_ascii() {
                c.to_string()
            } else {
                format!(".{:x}", u32::from(c))
            }
        })
        .collect();
    format!("{OTHER_WORD}{hidden}{OTHER_WORD}")
}

/// The folded text of what is one word to a reader, however it is written; empty for nothing but punctuation.
#[must_use]
pub fn folded(text: &str) -> String {
    words(text).iter().map(Word::text).collect()
}

/// Forms of the words of a text.
pub(super) fn forms(text: &str) -> BTreeSet<String> {
    words(text).iter().map(form).collect()
}

/// An SKU is found by its parts and, hyphens or not, in one piece.
fn sku_forms(sku: &str) -> BTreeSet<String> {
    let mut all = forms(sku);
    all.insert(format!("{MARK}{}", folded(sku)));
    all
}

/// Another word for the goods, as it is written and as it is spelled in full.
fn as_other_word(text: &str) -> BTreeSet<String> {
    let folded = folded(text);
    let syllables: Vec<Vec<String>> = folded.chars().map(readings).collect();
    let spelled = spellings(&syllables).into_iter().map(|spelling| other_word(&spelling.concat()));
    let mut all: BTreeSet<String> = spelled.collect();
    all.insert(other_word(&folded));
    all
}

/// Spells each stretch of Chinese in the text from every one of its characters on.
fn spell_all(text: &str, parts: &mut BTreeSet<String>) {
    for stretch in text.split(|c| !is_han(c)) {
        let syllables: Vec<Vec<String>> = stretch.chars().map(readings).collect();
        for from in 0..syllables.len() {
            let until = syllables.len().min(from + MOST_SYLLABLES);
            for spelling in spellings(&syllables[from..until]) {
                parts.insert(format!("{MARK}{}", spelling.concat()));
                let initials: String = spelling.iter().filter_map(|syllable| syllable.chars().next()).collect();
                parts.insert(format!("{MARK}{initials}"));
            }
        }
    }
}

/// All ways to spell the syllables, as far as bounded.
fn spellings(syllables: &[Vec<String>]) -> Vec<Vec<&str>> {
    let mut all: Vec<Vec<&str>> = vec![Vec::new()];
    for readings in syllables {
        let mut next = Vec::new();
        for spelling in &all {
            for reading in readings {
                let mut longer = spelling.clone();
                longer.push(reading.as_str());
                next.push(longer);
            }
        }
        next.truncate(MOST_SPELLINGS);
        all = next;
    }
    all
}

/// The usual reading of a character, and others from the list; the character itself where it has none.
fn readings(c: char) -> Vec<String> {
    let usual = c
        .to_pinyin()
        .map_or_else(|| c.to_string(), |pinyin| pinyin.plain().replace('ü', "v"));
    let mut all = vec![usual];
    for (_, reading) in OTHER_READINGS.iter().filter(|(other, _)| *other == c) {
        if all.iter().all(|known| known != reading) {
            all.push((*reading).to_owned());
        }
    }
    all
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
