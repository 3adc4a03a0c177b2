//! Reading and printing scaled integers as decimal texts.

use std::fmt;

use crate::fault::Fault;

/// The decimal texts that a type accepts.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    /// Places after the point; the integer counts units of 10^-places.
    pub places: u32,
    /// Digits before the point at most; with `places` never more than 18, so that `i64` holds it.
    pub whole_digits: usize,
    /// Whether a leading minus is accepted.
    pub signed: bool,
}

/// Reads `^-?(0|[1-9]\d*)(\.\d+)?$` within the form's digits, as a count of its smallest unit.
pub(crate) fn parse(text: &str, form: Form) -> Result<i64, Fault> {
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) if form.signed => (true, rest),
        Some(_) => return Err(Fault::Form),
        None => (false, text),
    };
    let (whole, fraction) = match body.split_once('.') {
        Some((_, "")) => return Err(Fault::Form),
        Some(parts) => parts,
        None => (body, ""),
    };
    let places = form.places as usize;
    let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || leading_zero || !digits_only(whole) || !digits_only(fraction) {
        return Err(Fault::Form);
    }
    if fraction.len() > places {
        return Err(Fault::Form);
    }
    if whole.len() > form.whole_digits {
        return Err(Fault::OutOfRange);
    }
    let padding = std::iter::repeat_n(b'0', places - fraction.len());
    let digits = whole.bytes().chain(fraction.bytes()).chain(padding);
    let magnitude = digits.fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Ok(if negative { -magnitude } else { magnitude })
}

/// Prints `value` units of 10^-`places` with all digits that count, and at least `least` places.
pub(crate) fn print(f: &mut fmt::Formatter<'_>, value: i64, places: u32, least: usize) -> fmt::Result {
    let sign = if value < 0 { "-" } else { "" };
    let one = 10_u64.pow(places);
    let magnitude = value.unsigned_abs();
    let whole = magnitude / one;
    let mut fraction = format!("{:0width$}", magnitude % one, width = places as usize);
    while fraction.len() > least && fraction.ends_with('0') {
        fraction.pop();
    }
    let point = if fraction.is_empty() { "" } else { "." };
    write!(f, "{sign}{whole}{point}{fraction}")
}
