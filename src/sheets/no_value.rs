//! Cells that hold no value although something stands in them: errors of formulas, and formulas without their results.

use super::text::half_width;

/// Errors of formulas as spreadsheets show them; the last is a cell too narrow for what it holds.
const ERRORS: [&str; 10] = [
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "####",
];
/// The most characters of a formula that are shown.
const SHOWN_CHARS: usize = 30;

/// Whether a text is an error of a formula, or a formula: no value of anything.
#[must_use]
pub fn is_no_value(text: &str) -> bool {
    let plain: String = text.trim().chars().map(half_width).collect();
    let is_error = plain.starts_with('#') && ERRORS.iter().any(|error| plain.to_ascii_uppercase().starts_with(error));
    is_error || plain.starts_with('=')
}

/// What stands for a formula that a program has written without its result.
pub(super) fn shown(formula: &str) -> String {
    let formula = formula.trim();
    let mut text: String = formula.chars().take(SHOWN_CHARS).collect();
    if formula.chars().count() > SHOWN_CHARS {
        text.push('…');
    }
    format!("={text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_formulas_are_no_values() {
        for none in ["#N/A", "＃REF!", "#div/0!", "=A1*2", "=", "########"] {
            assert!(is_no_value(none), "{none}");
        }
        for value in ["", "#1", "1#楼", "GR02", "-5", "№1"] {
            assert!(!is_no_value(value), "{value}");
        }
        assert_eq!(shown(" SUM(A1:A2) "), "=SUM(A1:A2)");
        assert_eq!(shown(&"A".repeat(31)).chars().count(), 32);
    }
}
