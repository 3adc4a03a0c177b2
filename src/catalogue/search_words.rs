//! Words of a text that is searched or searched for: folded, and split where the script changes.
//!
//! Chinese and figures typed together are two words (`黑米25kg`), a number and its unit are one, however they were typed
//! (`25 kg`, `25公斤`, `２５㎏`), and so are a number and what is counted by it (`30枚`).

use unicode_normalization::UnicodeNormalization as _;

/// Units that follow a number, and how the word with them is written: the longer of two that begin alike first.
const UNITS: [(&str, &str); 15] = [
    ("公斤", "kg"),
    ("千克", "kg"),
    ("毫升", "ml"),
    ("毫克", "mg"),
    ("厘米", "cm"),
    ("kg", "kg"),
    ("mg", "mg"),
    ("ml", "ml"),
    ("cm", "cm"),
    ("克", "g"),
    ("升", "l"),
    ("斤", "斤"),
    ("g", "g"),
    ("l", "l"),
    ("m", "m"),
];
/// What goods are counted by: one word with the number that stands right before it.
const COUNTED_BY: &str = "枚张袋箱盒瓶桶只把捆筐卷件包罐个吨条块片支根粒头";

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Chinese.
    Han(String),
    /// Latin letters, figures, a number with its unit.
    Latin(String),
}

impl Word {
    /// As it was folded, without a mark.
    pub(super) fn text(&self) -> &str {
        let (Self::Han(text) | Self::Latin(text)) = self;
        text
    }
}

/// Compatibility forms (full width, ㎏, ①), lower case; ü is typed v.
fn fold(text: &str) -> Vec<char> {
    let folded = text.nfkc().flat_map(char::to_lowercase);
    folded.map(|c| if c == 'ü' { 'v' } else { c }).collect()
}

/// Whether a character is Chinese.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇')
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

/// A stretch of one script, and whether it stands right behind the one before.
struct Stretch {
    word: Word,
    adjoins: bool,
}

fn stretches(text: &str) -> Vec<Stretch> {
    let folded = fold(text);
    let mut all: Vec<Stretch> = Vec::new();
    let mut last = Kind::Other;
    for (at, c) in folded.iter().enumerate() {
        let kind = kind_at(&folded, at);
        if kind == Kind::Other {
            last = kind;
            continue;
        }
        if kind == last
            && let Some(Stretch { word, .. }) = all.last_mut()
        {
            let (Word::Han(text) | Word::Latin(text)) = word;
            text.push(*c);
        } else {
            let word = if kind == Kind::Han { Word::Han } else { Word::Latin };
            all.push(Stretch {
                word: word(c.to_string()),
                adjoins: last != Kind::Other,
            });
        }
        last = kind;
    }
    all
}

/// The words of a text, in its order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut all: Vec<Word> = Vec::new();
    for stretch in stretches(text) {
        let number = all.last_mut().filter(|before| is_number(before));
        let Some((unit, rest)) = number.as_ref().and_then(|_| unit_of(&stretch)) else {
            all.push(stretch.word);
            continue;
        };
        if let Some(Word::Latin(number)) = number {
            number.push_str(&unit);
        }
        if !rest.is_empty() {
            all.push(Word::Han(rest));
        }
    }
    all
}

/// The unit that a stretch is or, right behind a number, begins with; and what is behind the unit.
fn unit_of(stretch: &Stretch) -> Option<(String, String)> {
    let whole = |text: &str| UNITS.iter().find(|(unit, _)| *unit == text);
    match &stretch.word {
        Word::Latin(text) => whole(text).map(|(_, written)| ((*written).to_owned(), String::new())),
        Word::Han(text) if !stretch.adjoins => whole(text).map(|(_, written)| ((*written).to_owned(), String::new())),
        Word::Han(text) => {
            let measured = UNITS
                .iter()
                .find_map(|(unit, written)| Some(((*written).to_owned(), text.strip_prefix(unit)?)));
            let counted = || {
                let first = text.chars().next().filter(|first| COUNTED_BY.contains(*first))?;
                Some((first.to_string(), text.strip_prefix(first)?))
            };
            measured.or_else(counted).map(|(unit, rest)| (unit, rest.to_owned()))
        }
    }
}

fn is_number(word: &Word) -> bool {
    matches!(word, Word::Latin(text) if text.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// Splits letters from the number with its unit behind them: `heimi25kg`. A number alone is left: `gr02` is one word.
pub(super) fn before_a_quantity(word: &str) -> Option<(&str, &str)> {
    let at = word.find(|c: char| c.is_ascii_digit()).filter(|at| *at > 0)?;
    let (letters, quantity) = word.split_at_checked(at)?;
    let unit = quantity.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    UNITS.iter().any(|(_, written)| *written == unit).then_some((letters, quantity))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        words(text).iter().map(|word| word.text().to_owned()).collect()
    }

    #[test]
    fn a_script_ends_a_word_and_a_unit_does_not() {
        for text in [
            "黑米25kg",
            "黑米 25 kg",
            "黑米２５㎏",
            "黑米25公斤",
            "黑米25千克",
            "黑米 25 公斤",
            "黑米②⑤KG",
        ] {
            assert_eq!(told(text), ["黑米", "25kg"], "{text}");
        }
        assert_eq!(told("25公斤袋装黑米"), ["25kg", "袋装黑米"]);
        assert_eq!(told("土鸡蛋30枚"), ["土鸡蛋", "30枚"]);
        assert_eq!(told("500g×20/箱"), ["500g", "20", "箱"]);
        assert_eq!(told("5L菜籽油2.5升"), ["5l", "菜籽油", "2.5l"]);
        assert_eq!(told("GR-02 ＧＲ０２"), ["gr", "02", "gr02"]);
        assert_eq!(told("LÜCHA"), ["lvcha"]);
        assert!(told(" -/① ").len() == 1 && told("…").is_empty());
    }

    #[test]
    fn letters_part_from_a_quantity_and_not_from_a_number() {
        assert_eq!(before_a_quantity("heimi25kg"), Some(("heimi", "25kg")));
        assert_eq!(before_a_quantity("hm2.5l"), Some(("hm", "2.5l")));
        for whole in ["gr02", "25kg", "heimi", "gr02a"] {
            assert_eq!(before_a_quantity(whole), None, "{whole}");
        }
    }
}
