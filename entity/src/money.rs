//! Money in fen.

use std::{fmt, str::FromStr};

use sea_orm::DeriveValueType;

use crate::{
    decimal::{self, Form},
    fault::Malformed,
};

const FORM: Form = Form {
    places: 2,
    whole_digits: 13,
    signed: true,
};

/// An amount of money in fen (1/100 yuan), tax included, of either sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
pub struct Money(i64);

impl Money {
    pub(crate) const PATTERN: &str = r"^-?(0|[1-9]\d{0,12})(\.\d{1,2})?$";
    /// No money.
    pub const ZERO: Self = Self(0);
    /// The largest amount of one line: 10^11 fen, which is 1,000,000,000 yuan.
    pub const MAX_LINE_AMOUNT: Self = Self(100_000_000_000);

    /// An amount of so many fen.
    #[must_use]
    pub const fn from_fen(fen: i64) -> Self {
        Self(fen)
    }

    /// The amount in fen.
    #[must_use]
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Whether the amount is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The sum, or `None` where 64 bits do not hold it.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or `None` where 64 bits do not hold it.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The amount with the other sign, or `None` where 64 bits do not hold it.
    #[must_use]
    pub fn checked_neg(self) -> Option<Self> {
        self.0.checked_neg().map(Self)
    }

    /// The sum of all amounts, zero for none, or `None` where 64 bits do not hold it.
    #[must_use]
    pub fn checked_total(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::print(f, self.0, FORM.places, 2)
    }
}

impl FromStr for Money {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let fen = decimal::parse(text, FORM).map_err(|fault| Malformed::new("Money", fault))?;
        Ok(Self(fen))
    }
}

inline_string_schema!(Money {
    format: Some("decimal"),
    description: Some("Amount in yuan, tax included; sent with two decimals."),
    pattern: Some(Money::PATTERN.to_owned()),
    max_length: Some(17),
    example: Some("12.80".into()),
});

#[cfg(test)]
mod tests {
    use poem_openapi::types::{ParseFromJSON, ToJSON};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const LARGEST_FEN: i64 = 999_999_999_999_999;

    #[test]
    fn prints_two_decimals() {
        let printed = |fen| Money::from_fen(fen).to_string();
        assert_eq!(printed(1280), "12.80");
        assert_eq!(printed(-5), "-0.05");
        assert_eq!(printed(0), "0.00");
        assert_eq!(printed(i64::MIN), "-92233720368547758.08");
    }

    #[test]
    fn reads_only_the_strict_form() {
        for (text, fen) in [("0", 0), ("-0", 0), ("7", 700), ("7.5", 750), ("-0.05", -5)] {
            assert_eq!(text.parse(), Ok(Money::from_fen(fen)), "{text}");
        }
        let refused = [
            "",
            "-",
            ".5",
            "5.",
            "+1",
            "01",
            "00",
            "1.234",
            "1e3",
            " 1",
            "1 ",
            "1,000",
            "--1",
            "0x1",
            "１",
            "1.2.3",
            "-.1",
            "NaN",
            "12345678901234",
            "1.-1",
        ];
        for text in refused {
            assert!(text.parse::<Money>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn json_numbers_are_refused() {
        assert!(Money::parse_from_json(Some(json!(12.8))).is_err());
        assert!(Money::parse_from_json(Some(json!(12))).is_err());
        assert!(Money::parse_from_json(None).is_err());
        assert!(serde_json::from_value::<Money>(json!(12)).is_err());
        let money = Money::parse_from_json(Some(json!("12.8"))).unwrap();
        assert_eq!(money.to_json(), Some(json!("12.80")));
        assert_eq!(serde_json::to_value(money).unwrap(), json!("12.80"));
    }

    #[test]
    fn a_total_that_does_not_fit_is_none() {
        let amounts = [i64::MAX, 1].map(Money::from_fen);
        assert_eq!(Money::checked_total(amounts), None);
        assert_eq!(Money::checked_total([]), Some(Money::ZERO));
        assert_eq!(Money::from_fen(i64::MIN).checked_neg(), None);
    }

    proptest! {
        #[test]
        fn parse_undoes_print(fen in -LARGEST_FEN..=LARGEST_FEN) {
            let money = Money::from_fen(fen);
            prop_assert_eq!(money.to_string().parse(), Ok(money));
        }

        #[test]
        fn printing_is_odd(fen in 1..=LARGEST_FEN) {
            let minus = format!("-{}", Money::from_fen(fen));
            prop_assert_eq!(Money::from_fen(-fen).to_string(), minus);
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            if let Ok(money) = text.parse::<Money>() {
                prop_assert_eq!(money.to_string().parse(), Ok(money));
            }
        }

        #[test]
        fn the_total_does_not_depend_on_order(fens in prop::collection::vec(-LARGEST_FEN..=LARGEST_FEN, 0..50)) {
            let forwards = Money::checked_total(fens.iter().copied().map(Money::from_fen));
            let backwards = Money::checked_total(fens.iter().rev().copied().map(Money::from_fen));
            prop_assert_eq!(forwards, Some(Money::from_fen(fens.iter().sum())));
            prop_assert_eq!(forwards, backwards);
        }
    }
}
