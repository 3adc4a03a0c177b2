//! Codes that may have been meant where somebody typed another: by their case and signs, by zeros in front that a
//! spreadsheet has dropped, by one letter.

use super::Goods;
use std::cmp::Reverse;

/// The most that are named.
const MOST: usize = 3;
/// Shorter codes differ by a letter from many.
const LEAST_FOR_A_SLIP: usize = 4;

/// Codes of goods on sale that are like this one, the most alike first.
#[must_use]
pub fn similar(code: &str, goods: &Goods) -> Vec<String> {
    let on_sale = goods.all().filter(|good| !good.archived);
    let mut found: Vec<(Reverse<u8>, &str)> = on_sale
        .filter_map(|good| likeness(code, &good.sku).map(|likeness| (Reverse(likeness), good.sku.as_str())))
        .collect();
    found.sort_unstable();
    // Beside codes that differ by their look only, one letter is far away.
    if let Some((best, _)) = found.first().copied().filter(|(best, _)| best.0 > 1) {
        found.retain(|(likeness, _)| *likeness == best);
    }
    found.into_iter().take(MOST).map(|(_, sku)| sku.to_owned()).collect()
}

/// How much a code is like another; none where it is not.
fn likeness(typed: &str, sku: &str) -> Option<u8> {
    let (one, other) = (plain(typed), plain(sku));
    if one.is_empty() {
        None
    } else if one == other {
        Some(3)
    } else if one.trim_start_matches('0') == other.trim_start_matches('0') {
        Some(2)
    } else if one.len().min(other.len()) >= LEAST_FOR_A_SLIP && is_a_slip(one.as_bytes(), other.as_bytes()) {
        Some(1)
    } else {
        None
    }
}

/// Letters and figures, those that look alike as one.
fn plain(code: &str) -> String {
    let kept = code.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    })
    .collect()
}

/// Whether two differ by one letter that is another, too many, missing, or changed places with the next.
fn is_a_slip(one: &[u8], other: &[u8]) -> bool {
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.get(same..).unwrap_or_default(), other.get(same..).unwrap_or_default());
    match (one, other) {
        ([a, b, rest @ ..], [c, d, others @ ..]) if a == d && b == c && rest == others => true,
        ([_, rest @ ..], [_, others @ ..]) if rest == others => true,
        ([_, rest @ ..], _) if rest == other => true,
        (_, [_, others @ ..]) => one == others,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::likeness;

    #[test]
    fn what_was_meant_is_found_by_case_signs_zeros_and_one_letter() {
        for (typed, sku, like) in [
            ("gr02", "GR02", Some(3)),
            ("GR-02", "GR02", Some(3)),
            ("GRO2", "GR02", Some(3)),
            ("15877", "015877", Some(2)),
            ("GR022", "GR02", Some(1)),
            ("YX-HM-50", "YX-HM-500", Some(1)),
            ("RG02", "GR02", Some(1)),
            ("GR03", "GR02", Some(1)),
            ("NONE", "GR02", None),
            ("A1", "A2", None),
            ("--", "GR02", None),
            ("GR0234", "GR02", None),
        ] {
            assert_eq!(likeness(typed, sku), like, "{typed} {sku}");
        }
    }
}
