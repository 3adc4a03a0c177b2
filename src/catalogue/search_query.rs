//! What is searched for: the words of a query, each in the ways in which it may have been meant.
//!
//! People type words without a space between (`有机黑米25kg`, `谢村黑米`) and codes with one (`gr 02`, `GR-02`). So a group of
//! what was typed has alternatives: as it is, parted, or joined. A product is found if each group is found by one of its
//! alternatives, with all its pieces. Where a piece first stands in a document says how well the product fits, in the
//! same words on both engines.

use super::search::{MARK, SECTIONS, form, other_word};
use super::search_words::{Word, before_a_quantity, words};
use std::ops::Range;

/// What a piece weighs by where it is found: as the SKU, at the end of a word of the name (洋县黑米 is 黑米, 黑米醋 is
/// not), at the beginning of one, within one, in the name as it is spelled, elsewhere. The sum over all groups is the
/// relevance, the least first.
const WEIGHTS: [u8; 6] = [0, 1, 2, 3, 4, 6];
/// The longest stretch of Chinese that may be several words typed together, in characters.
const LONGEST_PARTED: usize = 8;
/// The fewest characters of a word that is parted from others.
const SHORTEST_PART: usize = 2;
/// So many Latin words in a row may be one code.
const MOST_JOINED: usize = 3;
/// Alternatives of a whole query; what is typed after them is taken as it is.
const MOST_ALTERNATIVES: usize = 40;

/// A word as it is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    /// Its form, a substring of the document.
    form: String,
    /// The form by which it is another word for the goods.
    other: String,
}

impl Piece {
    fn of(word: &Word) -> Self {
        Self {
            form: form(word),
            other: other_word(word.text()),
        }
    }

    fn latin(text: &str) -> Self {
        Self::of(&Word::Latin(text.to_owned()))
    }

    fn han(characters: &[char]) -> Self {
        Self::of(&Word::Han(characters.iter().collect()))
    }
}

/// All of these.
type Alternative = Vec<Piece>;

/// A query, ready to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Each of them by one of its alternatives, the first being what was typed.
    groups: Vec<Vec<Alternative>>,
}

impl Query {
    /// From what was typed. A query of nothing but punctuation finds nothing, an empty one everything.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let words = words(text);
        let mut groups: Vec<Vec<Alternative>> = Vec::new();
        let mut latin: Vec<&str> = Vec::new();
        for word in &words {
            match word {
                Word::Latin(text) => {
                    latin.push(text);
                    if latin.len() == MOST_JOINED {
                        groups.push(of_latin(&latin));
                        latin.clear();
                    }
                }
                Word::Han(text) => {
                    if !latin.is_empty() {
                        groups.push(of_latin(&latin));
                        latin.clear();
                    }
                    groups.push(of_han(text));
                }
            }
        }
        if !latin.is_empty() {
            groups.push(of_latin(&latin));
        }
        if groups.is_empty() && !text.trim().is_empty() {
            let nowhere = MARK.to_string().repeat(2);
            groups.push(vec![vec![Piece::latin(&nowhere)]]);
        }
        bound(&mut groups);
        Self { groups }
    }

    /// Whether a document has what is asked: what the stores ask the engine with `LIKE`.
    #[must_use]
    pub fn matches(&self, document: &str) -> bool {
        let has = |piece: &Piece| document.contains(&piece.form) || document.contains(&piece.other);
        self.groups
            .iter()
            .all(|group| group.iter().any(|alternative| alternative.iter().all(has)))
    }

    /// The conditions on documents in `column`, all of which must hold. `param` takes a value and answers with its
    /// placeholder. No value holds anything that `LIKE` treats specially.
    pub fn conditions(&self, column: &str, mut param: impl FnMut(String) -> String) -> Vec<String> {
        let mut has = |piece: &Piece| {
            let (form, other) = (param(like_pattern(&piece.form)), param(like_pattern(&piece.other)));
            format!("({column} LIKE {form} OR {column} LIKE {other})")
        };
        let groups = self.groups.iter().map(|group| {
            let alternatives = group.iter().map(|all| all.iter().map(&mut has).collect::<Vec<_>>().join(" AND "));
            format!("({})", alternatives.collect::<Vec<_>>().join(" OR "))
        });
        groups.collect()
    }

    /// How well a document fits, as SQL for either engine: a whole number, the least the best. `position` writes the
    /// engine's search for a text in the document.
    pub fn relevance_sql(&self, position: impl Fn(&str) -> String, mut param: impl FnMut(String) -> String) -> String {
        let terms: Vec<String> = self.groups.iter().map(|group| group_sql(group, &position, &mut param)).collect();
        if terms.is_empty() { "0".to_owned() } else { terms.join(" + ") }
    }
}

/// How `LIKE` asks for a form.
fn like_pattern(form: &str) -> String {
    format!("%{form}%")
}

/// The weight of the first alternative that is there whole.
fn group_sql(group: &[Alternative], position: &dyn Fn(&str) -> String, param: &mut dyn FnMut(String) -> String) -> String {
    if let [only] = group {
        return all_sql(only, position, param);
    }
    let elsewhere = WEIGHTS[WEIGHTS.len() - 1];
    let cases: Vec<String> = group
        .iter()
        .map(|all| {
            let there: Vec<String> = all
                .iter()
                .map(|piece| {
                    let (form, other) = (position(&param(piece.form.clone())), position(&param(piece.other.clone())));
                    format!("({form} > 0 OR {other} > 0)")
                })
                .collect();
            format!("WHEN {} THEN {}", there.join(" AND "), all_sql(all, position, param))
        })
        .collect();
    format!("(CASE {} ELSE {elsewhere} END)", cases.join(" "))
}

/// What all pieces of an alternative weigh together.
fn all_sql(all: &[Piece], position: &dyn Fn(&str) -> String, param: &mut dyn FnMut(String) -> String) -> String {
    let pieces: Vec<String> = all.iter().map(|piece| piece_sql(piece, position, param)).collect();
    pieces.join(" + ")
}

/// What a piece weighs.
fn piece_sql(piece: &Piece, position: &dyn Fn(&str) -> String, param: &mut dyn FnMut(String) -> String) -> String {
    let [sku, ends_word, starts, within, spelled, elsewhere] = WEIGHTS;
    let ends = SECTIONS.map(|end| position(&format!("'{end}'")));
    let form = &piece.form;
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
}

/// Chinese as it was typed, or as two or three words typed together.
fn of_han(text: &str) -> Vec<Alternative> {
    let characters: Vec<char> = text.chars().collect();
    let piece = |part: Range<usize>| characters.get(part).map(Piece::han);
    let mut all: Vec<Alternative> = vec![vec![Piece::han(&characters)]];
    let length = characters.len();
    if length > LONGEST_PARTED {
        return all;
    }
    for first in SHORTEST_PART..length {
        if first + SHORTEST_PART <= length {
            all.push([0..first, first..length].into_iter().filter_map(piece).collect());
        }
        for second in first + SHORTEST_PART..length {
            if second + SHORTEST_PART <= length {
                let parts = [0..first, first..second, second..length];
                all.push(parts.into_iter().filter_map(piece).collect());
            }
        }
    }
    all
}

/// Latin words in a row: as they were typed, letters parted from a quantity behind them, or some of them as one code.
fn of_latin(words: &[&str]) -> Vec<Alternative> {
    let mut all: Vec<Alternative> = vec![words.iter().map(|word| Piece::latin(word)).collect()];
    if words.iter().any(|word| before_a_quantity(word).is_some()) {
        let parted = words.iter().flat_map(|word| match before_a_quantity(word) {
            Some((letters, quantity)) => vec![Piece::latin(letters), Piece::latin(quantity)],
            None => vec![Piece::latin(word)],
        });
        all.push(parted.collect());
    }
    let gaps = words.len().saturating_sub(1);
    for joined in 1..(1_usize << gaps) {
        let mut codes: Vec<String> = Vec::new();
        for (at, word) in words.iter().enumerate() {
            match codes.last_mut() {
                Some(code) if (joined >> (at - 1)) & 1 == 1 => code.push_str(word),
                _ => codes.push((*word).to_owned()),
            }
        }
        all.push(codes.iter().map(|code| Piece::latin(code)).collect());
    }
    all
}

/// Keeps alternatives to so many, however long a query is.
fn bound(groups: &mut [Vec<Alternative>]) {
    let mut left = MOST_ALTERNATIVES;
    for group in groups {
        group.truncate(left.max(1));
        left = left.saturating_sub(group.len());
    }
}

#[cfg(test)]
mod tests {
    use super::super::search::{Findable, document};
    use super::*;

    fn alternatives(text: &str) -> Vec<Vec<String>> {
        let told = |all: &Alternative| all.iter().map(|piece| piece.form.clone()).collect::<Vec<_>>().join(" ");
        let groups = Query::of(text).groups;
        groups.iter().map(|group| group.iter().map(told).collect()).collect()
    }

    #[test]
    fn what_was_typed_together_may_be_several_words_and_what_was_parted_one() {
        assert_eq!(alternatives("黑米25kg"), [vec!["黑米"], vec!["|25kg"]]);
        assert_eq!(alternatives("有机黑米"), [vec!["有机黑米", "有机 黑米"]]);
        assert_eq!(alternatives("gr 02"), [vec!["|gr |02", "|gr02"]]);
        assert_eq!(alternatives("GR-02"), alternatives("gr 02"));
        assert_eq!(alternatives("heimi25kg"), [vec!["|heimi25kg", "|heimi |25kg"]]);
        assert_eq!(alternatives("a b c"), [vec!["|a |b |c", "|ab |c", "|a |bc", "|abc"]]);
        assert_eq!(
            alternatives("甲乙丙丁戊己"),
            [vec![
                "甲乙丙丁戊己",
                "甲乙 丙丁戊己",
                "甲乙 丙丁 戊己",
                "甲乙丙 丁戊己",
                "甲乙丙丁 戊己"
            ]]
        );
        assert_eq!(alternatives("%_"), [vec!["|||"]]);
        assert!(alternatives(" \u{3000}").is_empty());
    }

    #[test]
    fn a_long_query_stays_bounded() {
        let long = Query::of(&"谢村黑米粮食袋装 a b ".repeat(8));
        let count: usize = long.groups.iter().map(Vec::len).sum();
        assert!(count <= MOST_ALTERNATIVES + long.groups.len(), "{count}");
    }

    #[test]
    fn another_word_is_found_only_as_it_is() {
        let document = document(Findable {
            sku: "VE01",
            name: "高山土豆",
            category_zh: "蔬菜",
            category_en: "Vegetables",
            town: "谢村镇",
            unit: "袋",
            pack: "20kg",
            other_words: &["洋芋".to_owned()],
        });
        for query in ["洋芋", "yangyu", "YangYu 土豆", "谢村洋芋", "洋芋20公斤"] {
            assert!(Query::of(query).matches(&document), "{query}");
        }
        for query in ["洋", "芋", "yang", "洋芋粉", "6d0b"] {
            assert!(!Query::of(query).matches(&document), "{query}");
        }
    }
}
