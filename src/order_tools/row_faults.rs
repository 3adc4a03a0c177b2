//! What is wrong with a cell of an order sheet, said by its true reason: empty is not the same as wrong, and below zero is
//! a number.

use crate::http::fault::Fault;
use crate::sheets::is_no_value;
use entity::{Quantity, Sku};

/// The most characters of a cell that are shown again.
const SHOWN_CHARS: usize = 40;

/// Why a cell is no SKU.
#[must_use]
pub fn of_sku(cell: &str) -> Fault {
    let found = shown(cell);
    if cell.trim().is_empty() {
        Fault::of("row_sku_missing")
    } else if is_no_value(cell) {
        Fault::of("cell_no_value").with("found", found)
    } else if cell.chars().count() > Sku::MAX_LENGTH {
        Fault::of("row_sku_long").with("found", found).with("most", Sku::MAX_LENGTH)
    } else {
        Fault::of("row_sku").with("found", found)
    }
}

/// Why a cell is no quantity that can be ordered. `number` is the cell in plain figures, where it is a number at all.
pub(super) fn of_quantity(cell: &str, number: Option<&str>) -> Fault {
    let found = shown(cell);
    if cell.trim().is_empty() {
        return Fault::of("row_quantity_missing");
    }
    if is_no_value(cell) {
        return Fault::of("cell_no_value").with("found", found);
    }
    let Some(number) = number.filter(|number| is_number(number)) else {
        return Fault::of("row_quantity").with("found", found);
    };
    if number.starts_with('-') {
        return Fault::of("row_quantity_negative").with("found", found);
    }
    let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if decimals > 3 {
        Fault::of("row_quantity_decimals").with("found", found)
    } else {
        Fault::of("row_quantity_range")
            .with("found", found)
            .with("most", Quantity::MAX_INPUT)
    }
}

/// Figures with at most one point, below zero or above.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let figures = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    !whole.is_empty() && figures(whole) && figures(decimals)
}

fn shown(cell: &str) -> String {
    let text: String = cell.trim().chars().filter(|c| !c.is_control()).take(SHOWN_CHARS).collect();
    if cell.trim().chars().count() > SHOWN_CHARS {
        text + "…"
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_hears_its_true_reason() {
        for (cell, slug) in [
            ("", "row_sku_missing"),
            ("  ", "row_sku_missing"),
            ("黑米", "row_sku"),
            ("#N/A", "cell_no_value"),
            ("=\"GR\"&A2", "cell_no_value"),
            (&"x".repeat(41), "row_sku_long"),
        ] {
            assert_eq!(of_sku(cell).slug(), slug, "{cell}");
        }
        for (cell, slug) in [
            ("", "row_quantity_missing"),
            ("x", "row_quantity"),
            ("1e3", "row_quantity"),
            ("-10", "row_quantity_negative"),
            ("1.2345", "row_quantity_decimals"),
            ("=B2*2", "cell_no_value"),
            ("#REF!", "cell_no_value"),
            ("1000001", "row_quantity_range"),
        ] {
            assert_eq!(of_quantity(cell, Some(cell)).slug(), slug, "{cell}");
        }
        assert_eq!(of_quantity("十袋", None).slug(), "row_quantity");
        assert_eq!(of_sku(&"长".repeat(50)).values()["found"].chars().count(), SHOWN_CHARS + 1);
    }
}
