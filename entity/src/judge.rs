//! The value types whose rule says more than their schema can: a range, a check digit. Whoever checks a request against the
//! published schema asks them as well, so that all that is wrong is found in one place and at once.

use crate::{Gtin, Malformed, Money, Quantity, SignedQuantity, UnitPrice};

/// The rule behind a pattern.
#[derive(Debug)]
pub struct Judge {
    /// The pattern in the schema, which is the type's alone.
    pub pattern: &'static str,
    /// The least and the most, where it is a number, and how many decimals it may have.
    pub number: Option<(&'static str, &'static str, u8)>,
    /// Whether a text is a value.
    pub check: fn(&str) -> Result<(), Malformed>,
}

static JUDGES: [Judge; 5] = [
    Judge {
        pattern: Quantity::PATTERN,
        number: Some(("0", "1000000", 3)),
        check: |text| text.parse::<Quantity>().map(drop),
    },
    Judge {
        pattern: SignedQuantity::PATTERN,
        number: Some(("-999999999999.999", "999999999999.999", 3)),
        check: |text| text.parse::<SignedQuantity>().map(drop),
    },
    Judge {
        pattern: UnitPrice::PATTERN,
        number: Some(("0", "10000000", 4)),
        check: |text| text.parse::<UnitPrice>().map(drop),
    },
    Judge {
        pattern: Money::PATTERN,
        number: Some(("-9999999999999.99", "9999999999999.99", 2)),
        check: |text| text.parse::<Money>().map(drop),
    },
    Judge {
        pattern: Gtin::PATTERN,
        number: None,
        check: |text| text.parse::<Gtin>().map(drop),
    },
];

/// The rule behind this pattern, if there is more to it.
#[must_use]
pub fn judge_of(pattern: &str) -> Option<&'static Judge> {
    JUDGES.iter().find(|judge| judge.pattern == pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_told_are_those_that_are_held() {
        for judge in &JUDGES {
            let Some((least, most, places)) = judge.number else { continue };
            let check = judge.check;
            for (text, fine) in [
                (least.to_owned(), true),
                (most.to_owned(), true),
                (format!("{most}1"), false),
                (format!("0.{}1", "0".repeat(usize::from(places))), false),
                (format!("0.{}1", "0".repeat(usize::from(places) - 1)), true),
            ] {
                assert_eq!(check(&text).is_ok(), fine, "{} {text}", judge.pattern);
            }
            assert_eq!(check("-1").is_ok(), least.starts_with('-'), "{}", judge.pattern);
        }
        assert!((judge_of(r"^(\d{8}|\d{12,14})$").unwrap().check)("6901234567890").is_err());
    }
}
