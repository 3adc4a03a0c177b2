//! Small things that are said of headings, and how columns are named.

use crate::http::fault::Fault;

pub(super) fn split(heading: &str, parts: &str) -> Fault {
    Fault::of("sheet_heading_split")
        .with("heading", short(heading))
        .with("parts", short(parts))
}

/// Words, and no figure: what may stand in a row of headings.
pub(super) fn is_words(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(char::is_numeric)
}

/// Two headings above each other as one.
pub(super) fn joined(above: &str, below: &str) -> String {
    if above.is_empty() || below.is_empty() {
        format!("{above}{below}")
    } else {
        format!("{above} {below}")
    }
}

/// The letters by which a spreadsheet names a column that is counted from 0.
pub(super) fn letters_of(column: usize) -> String {
    let mut left = column + 1;
    let mut letters = Vec::new();
    while left > 0 {
        let place = u8::try_from((left - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + place));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

pub(super) fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Headings for a problem's sentence, bounded.
pub(super) fn shown(head: &[String]) -> String {
    let brief = |heading: &String| heading.chars().take(20).collect::<String>();
    let all: Vec<String> = head.iter().filter(|heading| !heading.is_empty()).take(10).map(brief).collect();
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use super::letters_of;

    #[test]
    fn a_column_is_named_by_letters() {
        for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")] {
            assert_eq!(letters_of(column), letters);
        }
    }
}
