//! What people mean by a code, a number or a sum of money, however they have typed it.
//!
//! Generous with the form, never with the meaning: what could be two numbers is none.

use super::columns::folded;
use super::text::{half_width, is_blank, without_formula};
use entity::is_invisible;

/// Units that are the same by another name.
const SAME_UNITS: [&[&str]; 6] = [
    &["kg", "公斤", "千克", "㎏"],
    &["g", "克"],
    &["斤", "市斤"],
    &["t", "吨"],
    &["l", "升", "公升"],
    &["ml", "毫升"],
];
/// What stands before or behind a sum of money.
const MONEY: [&str; 5] = ["¥", "RMB", "CNY", "人民币", "元"];
/// Words that say that a row is the sum of others.
const TOTALS: [&str; 11] = [
    "合计",
    "小计",
    "总计",
    "共计",
    "总数",
    "累计",
    "汇总",
    "total",
    "subtotal",
    "grandtotal",
    "sum",
];
/// What stands beside a heading and is no unit: that a cell must be filled in, that a price has its tax in it.
const REMARKS: [&str; 11] = [
    "必填",
    "选填",
    "可空",
    "可不填",
    "必须",
    "required",
    "optional",
    "含税",
    "含税价",
    "数字",
    "yuan",
];

/// A number as it was typed, and the unit behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// A plain decimal: `-1234.5`, without zeros that say nothing.
    pub number: String,
    /// What stands behind it.
    pub unit: Option<String>,
}

/// A code: half width, without what keeps spreadsheets from taking it for a number, without spaces around it; its case
/// is kept.
#[must_use]
pub fn code(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !is_invisible(*c)).map(half_width).collect();
    let plain = without_formula(plain.trim_matches(is_blank));
    let plain = plain.strip_prefix('\'').unwrap_or(plain);
    plain.trim_matches(is_blank).to_owned()
}

/// A number with or without a unit behind it: `1,000`, `１０`, `10 袋`, `2.50(公斤)`. None where it is no number or could
/// be another.
#[must_use]
pub fn figure(text: &str) -> Option<Figure> {
    let text = code(text);
    let (negative, rest) = signed(&text);
    let (number, behind) = number(rest)?;
    let sign = if negative && number != "0" { "-" } else { "" };
    Some(Figure {
        number: format!("{sign}{number}"),
        unit: unit(behind)?,
    })
}

/// A sum of money, or a price: `￥1,280.00`, `12.8元`, `12.80元/袋`.
#[must_use]
pub fn money(text: &str) -> Option<Figure> {
    let text = code(text);
    let (before, rest) = signed(&text);
    let (behind, rest) = signed(without_money(rest).trim_start_matches(is_blank));
    let (number, unit_text) = number(rest)?;
    let unit_text = without_money(unit_text.trim_start_matches(is_blank));
    let sign = if (before || behind) && number != "0" { "-" } else { "" };
    Some(Figure {
        number: format!("{sign}{number}"),
        unit: unit(unit_text.trim_start_matches('整').trim_start_matches('/'))?,
    })
    .filter(|_| !(before && behind))
}

fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn without_money(text: &str) -> &str {
    let found = MONEY.iter().find_map(|sign| {
        let head = text.get(..sign.len())?;
        head.eq_ignore_ascii_case(sign).then(|| text.get(sign.len()..)).flatten()
    });
    found.unwrap_or(text)
}

/// The number a text begins with, and what stands behind it.
fn number(text: &str) -> Option<(String, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit() && byte != b',' && byte != b'.');
    let (typed, behind) = text.split_at(end.unwrap_or(text.len()));
    let (whole, fraction) = typed.split_once('.').unwrap_or((typed, ""));
    let groups: Vec<&str> = whole.split(',').collect();
    let is_grouped = groups.len() > 1;
    let first_fits = groups.first().is_some_and(|first| (1..=3).contains(&first.len()));
    if is_grouped && !(first_fits && groups.iter().skip(1).all(|group| group.len() == 3)) {
        return None;
    }
    let digits = groups.concat();
    if fraction.contains([',', '.']) || (digits.is_empty() && fraction.is_empty()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let whole = if digits.is_empty() { "0" } else { digits };
    let number = if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    };
    Some((number, behind))
}

/// The unit that a text is, in brackets or not; of signs and figures none is made.
fn unit(text: &str) -> Option<Option<String>> {
    let text = text.trim_matches(is_blank);
    let inside = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let text = inside.unwrap_or(text).trim_matches(is_blank);
    let fits = |c: char| c.is_alphabetic() || matches!(c, '㎏' | '/');
    if !text.chars().all(fits) {
        return None;
    }
    Some((!text.is_empty()).then(|| text.to_owned()))
}

/// The unit that stands beside a heading of figures; none where it is a remark. What is neither is held to be a unit, so
/// that a figure is not read in another unit than it was written in. `read` is how its figures are read.
#[must_use]
pub fn unit_beside(note: &str, read: fn(&str) -> Option<Figure>) -> Option<String> {
    let unit = match read(&format!("1{note}")) {
        Some(one) => one.unit,
        None => Some(note.to_owned()),
    };
    unit.filter(|unit| !REMARKS.contains(&unit.to_lowercase().as_str()))
}

/// Whether two units are one: `kg` is 公斤 is 千克.
#[must_use]
pub fn same_unit(one: &str, other: &str) -> bool {
    let (one, other) = (folded(one), folded(other));
    one == other
        || SAME_UNITS
            .iter()
            .any(|names| names.contains(&one.as_str()) && names.contains(&other.as_str()))
}

/// Whether a text says that its row is the sum of others: `合　计：`, `本页小计`.
#[must_use]
pub fn is_total(text: &str) -> bool {
    let plain = folded(text);
    TOTALS.iter().any(|word| {
        if word.is_ascii() {
            plain == *word
        } else {
            plain.starts_with(*word) || plain.ends_with(*word)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(found: Option<Figure>) -> String {
        found.map_or("-".to_owned(), |one| format!("{}|{}", one.number, one.unit.unwrap_or_default()))
    }

    #[test]
    fn a_number_is_read_as_it_is_typed() {
        for (typed, meant) in [
            ("10", "10|"),
            ("2.50", "2.5|"),
            ("１２", "12|"),
            ("１，２００", "1200|"),
            ("1,200", "1200|"),
            ("3.", "3|"),
            (".5", "0.5|"),
            ("010", "10|"),
            ("-10", "-10|"),
            ("－10", "-10|"),
            ("-0", "0|"),
            ("10袋", "10|袋"),
            ("１０　袋", "10|袋"),
            ("10（袋）", "10|袋"),
            ("2.5 KG", "2.5|KG"),
            ("'10", "10|"),
            ("=\"10\"", "10|"),
            ("\u{202d}10\u{202c}", "10|"),
            ("1\u{200b}0", "10|"),
            ("", "-"),
            ("十", "-"),
            ("1,2", "-"),
            ("1,2000", "-"),
            (",200", "-"),
            ("1.2.3", "-"),
            ("1.000,5", "-"),
            ("2026-01-02", "-"),
            ("10-12", "-"),
            ("1e3", "-"),
            ("--1", "-"),
            ("=1+1", "-"),
            ("10%", "-"),
            ("12:30", "-"),
            ("¥10", "-"),
            ("约10", "-"),
        ] {
            assert_eq!(said(figure(typed)), meant, "{typed}");
        }
    }

    #[test]
    fn money_is_read_as_it_is_typed() {
        for (typed, meant) in [
            ("￥1,280.00", "1280|"),
            ("¥ 12.8", "12.8|"),
            ("12.80元", "12.8|"),
            ("人民币12元整", "12|"),
            ("12.80元/袋", "12.8|袋"),
            ("-￥5", "-5|"),
            ("￥-5", "-5|"),
            ("CNY 5", "5|"),
            ("5万元", "5|万元"),
            ("-￥-5", "-"),
            ("$5", "-"),
            ("元", "-"),
        ] {
            assert_eq!(said(money(typed)), meant, "{typed}");
        }
    }

    #[test]
    fn codes_units_and_totals_are_known() {
        for (typed, meant) in [
            (" ＧＲ０２ ", "GR02"),
            ("'015877", "015877"),
            ("=\"015877\"", "015877"),
            ("GR02\u{3000}", "GR02"),
            ("gr02", "gr02"),
            ("GR\u{200b}02", "GR02"),
        ] {
            assert_eq!(code(typed), meant, "{typed}");
        }
        assert!(same_unit("KG", "公斤") && same_unit("袋", "（袋）") && !same_unit("斤", "公斤") && !same_unit("箱", "袋"));
        for total in ["合计", "合　计：", "本页小计", "Total:", "总计（元）", "粮油汇总", "Grand Total"] {
            assert!(is_total(total), "{total}");
        }
        for no in ["", "黑米", "总务处", "totals of rice"] {
            assert!(!is_total(no), "{no}");
        }
    }
}
