//! 大写金额: an amount as it is written out on papers that are signed, so that no figure can be changed.
//!
//! By the rules for bills: zeros between figures are one 零, none stands before 元 or 万, 整 ends what has no 分, and 零 stands
//! for missing 角 before 分.

use entity::Money;

const FIGURES: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const PLACES: [(u64, &str); 4] = [(1_000, "仟"), (100, "佰"), (10, "拾"), (1, "")];
/// Each group of figures and the least that fills all its places: below it, a zero is said.
const GROUPS: [(u64, &str); 2] = [(100_000_000, "亿"), (10_000, "万")];

/// The amount in words.
pub(super) fn in_capitals(amount: Money) -> String {
    let fen = amount.fen().unsigned_abs();
    let (yuan, jiao, fen) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut text = String::new();
    if amount.is_negative() {
        text.push('负');
    }
    if yuan > 0 {
        text.push_str(&number(yuan));
        text.push('元');
    }
    match (yuan, jiao, fen) {
        (0, 0, 0) => text.push_str("零元整"),
        (_, 0, 0) => text.push('整'),
        (_, jiao, 0) => text.push_str(&format!("{}角整", figure(jiao))),
        (0, 0, fen) => text.push_str(&format!("{}分", figure(fen))),
        (_, 0, fen) => text.push_str(&format!("零{}分", figure(fen))),
        (_, jiao, fen) => text.push_str(&format!("{}角{}分", figure(jiao), figure(fen))),
    }
    text
}

fn figure(digit: u64) -> &'static str {
    usize::try_from(digit)
        .ok()
        .and_then(|at| FIGURES.get(at))
        .copied()
        .unwrap_or_default()
}

/// A whole number above zero.
fn number(whole: u64) -> String {
    for (size, name) in GROUPS {
        if whole >= size {
            let rest = whole % size;
            let zero = if rest > 0 && rest < size / 10 { "零" } else { "" };
            let rest = if rest > 0 { number(rest) } else { String::new() };
            return format!("{}{name}{zero}{rest}", number(whole / size));
        }
    }
    group(whole)
}

/// Four figures at most.
fn group(whole: u64) -> String {
    let mut text = String::new();
    let mut zero = false;
    for (size, name) in PLACES {
        let digit = whole / size % 10;
        if digit == 0 {
            zero = !text.is_empty();
            continue;
        }
        if zero {
            text.push('零');
        }
        zero = false;
        text.push_str(figure(digit));
        text.push_str(name);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_out_by_the_rules_for_bills() {
        for (amount, words) in [
            ("0", "零元整"),
            ("0.05", "伍分"),
            ("0.50", "伍角整"),
            ("0.55", "伍角伍分"),
            ("1", "壹元整"),
            ("10", "壹拾元整"),
            ("15.60", "壹拾伍元陆角整"),
            ("325.04", "叁佰贰拾伍元零肆分"),
            ("1409.50", "壹仟肆佰零玖元伍角整"),
            ("6007.14", "陆仟零柒元壹角肆分"),
            ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
            ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
            ("107000.53", "壹拾万柒仟元伍角叁分"),
            ("100005", "壹拾万零伍元整"),
            ("1000000", "壹佰万元整"),
            ("20050.00", "贰万零伍拾元整"),
            ("100000000", "壹亿元整"),
            ("100100000.10", "壹亿零壹拾万元壹角整"),
            ("150000000", "壹亿伍仟万元整"),
            ("9999999999999.99", "玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
            ("-205.00", "负贰佰零伍元整"),
        ] {
            assert_eq!(in_capitals(amount.parse().unwrap()), words, "{amount}");
        }
    }
}
