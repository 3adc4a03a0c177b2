//! How a format shows a number, as far as it makes another code or another meaning of it: zeros in front, words around it,
//! a percentage, a day. Colours, separators of thousands and rounding do not.

use super::figures::{day, decimal};
use rust_decimal::Decimal;

/// How a number is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The number itself.
    AsItIs,
    /// A day, or a time.
    Day,
    /// In hundredths.
    Percent,
    /// In places of their own, with words between.
    Places(Vec<Place>),
}

/// A place of a format for whole numbers, from left to right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A figure; zero where the number has none.
    Zero,
    /// A figure, where the number has one.
    Figure,
    /// The rest of the number behind its point stands here.
    Point,
    /// What is shown as it is.
    Words(char),
}

impl Shown {
    /// By a format that every program knows by its number; days of East Asia among them.
    pub(super) fn known(id: u32) -> Self {
        match id {
            14..=22 | 27..=36 | 45..=47 | 50..=58 => Self::Day,
            9 | 10 => Self::Percent,
            _ => Self::AsItIs,
        }
    }

    /// By a format as it is written.
    pub(super) fn by(code: &str) -> Self {
        if shows_days(code) {
            return Self::Day;
        }
        places_of(code)
    }

    /// A number as people see it; none where it is no number.
    pub(super) fn show(&self, value: &str, from_1904: bool) -> Option<String> {
        match self {
            Self::AsItIs => decimal(value),
            Self::Day => day(value, from_1904).or_else(|| decimal(value)),
            Self::Percent => {
                let number: Decimal = decimal(value)?.parse().ok()?;
                Some(format!("{}%", number.checked_mul(Decimal::ONE_HUNDRED)?.normalize()))
            }
            Self::Places(places) => decimal(value).map(|number| placed(&number, places)),
        }
    }
}

/// Whether a format has a letter of year, month, day, hour, minute or second outside quotes, brackets and escapes.
fn shows_days(code: &str) -> bool {
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => while letters.next().is_some_and(|one| one != '"') {},
            '\\' | '_' | '*' => {
                letters.next();
            }
            '[' => {
                let inside: String = letters.by_ref().take_while(|one| *one != ']').collect();
                // `[h]` counts hours beyond a day; colours and countries stand in brackets as well.
                if !inside.is_empty() && inside.chars().all(|one| matches!(one, 'h' | 'H' | 'm' | 'M' | 's' | 'S')) {
                    return true;
                }
            }
            // What a negative number or a zero looks like says no more.
            ';' => return false,
            // `General` has letters of its own.
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return true,
            _ => {}
        }
    }
    false
}

/// The places of a format's first part. What changes more than the look (fractions, powers, thousands left out) is none of
/// ours: the number stays as it is.
fn places_of(code: &str) -> Shown {
    let code = code.replace("General", "#").replace("G/通用格式", "#");
    let mut places = Vec::new();
    let (mut behind_point, mut before_comma) = (false, false);
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        // Commas behind the last figure leave out thousands.
        if std::mem::take(&mut before_comma) && !matches!(letter, '0' | '#' | '?') {
            return Shown::AsItIs;
        }
        match letter {
            '"' => places.extend(letters.by_ref().take_while(|one| *one != '"').map(Place::Words)),
            '\\' => places.extend(letters.next().map(Place::Words)),
            '_' | '*' => {
                letters.next();
            }
            '[' => {
                let inside: String = letters.by_ref().take_while(|one| *one != ']').collect();
                let sign = inside.strip_prefix('$').and_then(|rest| rest.split('-').next());
                places.extend(sign.unwrap_or_default().chars().map(Place::Words));
            }
            ';' => break,
            '%' => return Shown::Percent,
            '0' | '#' | '?' if behind_point => {}
            '0' => places.push(Place::Zero),
            '#' | '?' => places.push(Place::Figure),
            '.' => {
                places.push(Place::Point);
                behind_point = true;
            }
            ',' => before_comma = true,
            '@' | 'E' | 'e' | '/' => return Shown::AsItIs,
            other => places.push(Place::Words(other)),
        }
    }
    let zeros = places.iter().filter(|place| **place == Place::Zero).count();
    let figures = places.iter().any(|place| matches!(place, Place::Zero | Place::Figure));
    let words = places
        .iter()
        .any(|place| matches!(place, Place::Words(word) if !word.is_whitespace()));
    if before_comma || !figures || (zeros < 2 && !words) {
        return Shown::AsItIs;
    }
    if !behind_point {
        let last = places.iter().rposition(|place| matches!(place, Place::Zero | Place::Figure));
        places.insert(last.map_or(0, |last| last + 1), Place::Point);
    }
    Shown::Places(places)
}

/// A plain decimal in places, filled from the right; what is left over stands before the first of them.
fn placed(number: &str, places: &[Place]) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut figures: Vec<char> = whole.chars().collect();
    let first = places.iter().position(|place| matches!(place, Place::Zero | Place::Figure));
    let mut shown: Vec<char> = Vec::new();
    for (at, place) in places.iter().enumerate().rev() {
        match place {
            Place::Words(word) => shown.push(*word),
            Place::Point if fraction.is_empty() => {}
            Place::Point => {
                shown.extend(fraction.chars().rev());
                shown.push('.');
            }
            Place::Zero => shown.push(figures.pop().unwrap_or('0')),
            Place::Figure => shown.extend(figures.pop()),
        }
        if Some(at) == first {
            shown.extend(figures.drain(..).rev());
        }
    }
    let shown: String = shown.iter().rev().collect();
    format!("{sign}{shown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_of_days_is_told_from_one_of_numbers() {
        for day in [
            "yyyy-mm-dd",
            "yyyy\"年\"m\"月\"d\"日\"",
            "[$-804]m\"月\"d\"日\";@",
            "[h]:mm",
            "h:mm AM/PM",
        ] {
            assert_eq!(Shown::by(day), Shown::Day, "{day}");
        }
        for number in [
            "General",
            "0.00",
            "#,##0.00\"d\"",
            "[Red]0",
            "\\d0",
            "0_d",
            "000000",
            "¥0;[Red]d",
            "\"unclosed",
        ] {
            assert_ne!(Shown::by(number), Shown::Day, "{number}");
        }
    }

    #[test]
    fn a_number_is_shown_as_people_see_it() {
        for (code, value, seen) in [
            ("000000", "15877", "015877"),
            ("000000", "1234567", "1234567"),
            ("\"GR\"00", "2", "GR02"),
            ("0\"袋\"", "10", "10袋"),
            ("General\"袋\"", "2.5", "2.5袋"),
            ("000\\-00", "12345", "123-45"),
            ("000-00", "345", "003-45"),
            ("[$￥-804]#,##0.00", "1234.5", "￥1234.5"),
            ("_ ¥* #,##0.00_ ;-0", "12.8", "¥12.8"),
            ("0.00", "2.5", "2.5"),
            ("#,##0", "1000", "1000"),
            ("0.0,", "1000", "1000"),
            ("0%", "0.5", "50%"),
            ("0.00E+00", "1000", "1000"),
            ("# ?/?", "0.5", "0.5"),
            ("@", "7", "7"),
            ("[Red]000", "-7", "-007"),
            ("yyyy-mm-dd", "46327", "2026-11-01"),
        ] {
            assert_eq!(Shown::by(code).show(value, false).as_deref(), Some(seen), "{code}");
        }
        assert_eq!(Shown::known(10).show("0.125", false).as_deref(), Some("12.5%"));
        assert_eq!(Shown::by("000").show("x", false), None);
    }
}
