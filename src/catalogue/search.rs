//! Search by characters, pinyin and initials: one document a product, one form a word of the query.
//!
//! A product's document lists everything it can be found by; a query is split into words, each word has one form, and
//! a product is found if **every form is a substring of its document**. In SQL that is `LIKE`, in memory `contains`,
//! so both engines and the tests give the same answers.
//!
//! The mark `|` stands before every Latin word and number, and before everything spelled in pinyin. So Chinese
//! matches anywhere in a name, while Latin text, figures and pinyin match from the beginning of a word or a syllable:
//! `heimi` finds 黑米, `eimi` does not, `5kg` does not find 25kg. Each stretch of Chinese is spelled once from every
//! one of its characters on, in full and by initials.
//!
//! A document has four [sections](SECTIONS), best first: SKU, words of the name, the name as it is spelled, all else. Where
//! a form first stands says how well the product fits ([`relevance_sql`]), in the same words on both engines.

use pinyin::ToPinyin;
use std::collections::BTreeSet;

/// Raise it when documents are made in another way; those of an older version are made anew.
pub const VERSION: u32 = 2;

/// A spelling covers so many syllables; nobody types more.
const MOST_SYLLABLES: usize = 12;
/// So many spellings of one stretch, where characters are read in several ways.
const MOST_SPELLINGS: usize = 8;
/// Stands before Latin words, numbers and spellings. Never part of what is typed.
const MARK: char = '|';
/// What ends the sections of a document but the last: SKU, words of the name, the name spelled. No form contains one.
pub const SECTIONS: [&str; 3] = ["!", ";", "/"];
/// What a form weighs by where it is found: as the SKU, at the end of a word of the name (洋县黑米 is 黑米, 黑米醋 is
/// not), at the beginning of one, within one, in the name as it is spelled, elsewhere. The sum over all forms is the
/// relevance, the least first.
const WEIGHTS: [u8; 6] = [0, 1, 2, 3, 4, 6];

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

/// Units that follow a number, and are one word with it: `25 kg` is `25kg`.
const UNITS: [&str; 11] = ["kg", "g", "mg", "l", "ml", "cm", "m", "斤", "公斤", "千克", "克"];

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
    let mut document = version_prefix();
    for (part, end) in [
        (forms(product.sku), SECTIONS[0]),
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

/// How well a document fits, as SQL for either engine: a whole number, the least the best. `position` writes the
/// engine's search for a text in `column`; `param` takes a value and answers with its placeholder.
pub fn relevance_sql(forms: &[String], position: impl Fn(&str) -> String, mut param: impl FnMut(String) -> String) -> String {
    let [sku, ends_word, starts, within, spelled, elsewhere] = WEIGHTS;
    let ends = SECTIONS.map(|end| position(&format!("'{end}'")));
    let terms = forms.iter().map(|form| {
        let whole = position(&param(format!(" {form} ")));
        let head = position(&param(format!("{form} ")));
        let word = position(&param(format!(" {form}")));
        let any = position(&param(form.clone()));
        let before = |found: &str, end: &str| format!("({found} > 0 AND {found} < {end})");
        format!(
            "(CASE WHEN {} THEN {sku} WHEN {} THEN {ends_word} WHEN {} THEN {starts} WHEN {} THEN {within} WHEN {} THEN {spelled} ELSE {elsewhere} END)",
            before(&whole, &ends[0]),
            before(&head, &ends[1]),
            before(&word, &ends[1]),
            before(&any, &ends[1]),
            before(&any, &ends[2]),
        )
    });
    let terms: Vec<String> = terms.collect();
    if terms.is_empty() { "0".to_owned() } else { terms.join(" + ") }
}

/// The forms of a query, all of which must be substrings of a document. They hold nothing that `LIKE` treats
/// specially. A query of nothing but punctuation has a form that no document contains.
#[must_use]
pub fn query_forms(query: &str) -> Vec<String> {
    let mut found: Vec<String> = forms(query).into_iter().collect();
    if found.is_empty() && !query.trim().is_empty() {
        found.push(MARK.to_string().repeat(2));
    }
    found
}

/// Whether a document has all forms: what the stores ask the engine with `LIKE`.
#[must_use]
pub fn matches(document: &str, forms: &[String]) -> bool {
    forms.iter().all(|form| document.contains(form))
}

/// How `LIKE` asks for a form.
#[must_use]
pub fn like_pattern(form: &str) -> String {
    format!("%{form}%")
}

/// Words of a text: lower case, half width, a mark before each Latin word and number.
fn forms(text: &str) -> BTreeSet<String> {
    let folded: Vec<char> = text.chars().flat_map(fold).collect();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut last = Kind::Other;
    for (at, c) in folded.iter().enumerate() {
        let kind = kind_at(&folded, at);
        if kind == Kind::Other {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        } else {
            if kind == Kind::Latin && last != Kind::Latin {
                word.push(MARK);
            }
            word.push(*c);
        }
        last = kind;
    }
    if !word.is_empty() {
        words.push(word);
    }
    join_units(words).into_iter().collect()
}

/// A number and the unit after it are one word, however they were typed.
fn join_units(words: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for word in words {
        let is_unit = UNITS.contains(&word.trim_start_matches(MARK));
        let number = joined.last_mut().filter(|before| is_number(before));
        match number {
            Some(number) if is_unit => number.push_str(word.trim_start_matches(MARK)),
            _ => joined.push(word),
        }
    }
    joined
}

fn is_number(word: &str) -> bool {
    let digits = word.trim_start_matches(MARK);
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Han,
    Latin,
    Other,
}

fn kind_at(text: &[char], at: usize) -> Kind {
    let is_digit = |at: usize| text.get(at).is_some_and(char::is_ascii_digit);
    match text.get(at) {
        Some(c) if is_han(*c) => Kind::Han,
        Some(c) if c.is_alphanumeric() => Kind::Latin,
        // The point in 2.5kg belongs to the number.
        Some('.') if at > 0 && is_digit(at - 1) && is_digit(at + 1) => Kind::Latin,
        _ => Kind::Other,
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇')
}

/// Lower case, half width; ü is typed v.
fn fold(c: char) -> impl Iterator<Item = char> {
    let half = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    };
    half.to_lowercase().map(|c| if c == 'ü' { 'v' } else { c })
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
