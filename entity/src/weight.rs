//! Weights in grams.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;

use crate::{
    decimal::{self, Form},
    fault::{Fault, Malformed},
    quantity::{Quantity, SignedQuantity},
    rounding::round_to_grams,
};

const FORM: Form = Form {
    places: 3,
    whole_digits: 12,
    signed: true,
};

/// A net weight in grams, of either sign (a difference may be negative), below 10^15.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Grams(i64);

impl Grams {
    /// No weight.
    pub const ZERO: Self = Self(0);
    /// The largest weight: one gram less than 10^12 kilograms.
    pub const MAX: Self = Self(999_999_999_999_999);

    /// A weight of so many grams, or `None` beyond [`Grams::MAX`] either way.
    #[must_use]
    pub const fn from_grams(grams: i64) -> Option<Self> {
        if grams < -Self::MAX.0 || grams > Self::MAX.0 {
            return None;
        }
        Some(Self(grams))
    }

    /// The weight in grams.
    #[must_use]
    pub const fn grams(self) -> i64 {
        self.0
    }

    /// Whether the weight is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The sum, or `None` beyond [`Grams::MAX`].
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(Self::from_grams)
    }

    /// The difference, or `None` beyond [`Grams::MAX`].
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).and_then(Self::from_grams)
    }

    /// The sum of all weights, zero for none, or `None` beyond [`Grams::MAX`].
    #[must_use]
    pub fn checked_total(weights: impl IntoIterator<Item = Self>) -> Option<Self> {
        weights.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// The weight of a *cumulative* quantity of goods of this unit weight, rounded once, half away
    /// from zero; `None` beyond [`Grams::MAX`].
    #[must_use]
    pub fn times(self, quantity: Quantity) -> Option<Self> {
        round_to_grams(Decimal::from(self.0).checked_mul(quantity.decimal())?)
    }

    fn read(grams: i64) -> Result<Self, Malformed> {
        Self::from_grams(grams).ok_or(Malformed::new("Grams", Fault::OutOfRange))
    }
}

impl fmt::Display for Grams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::print(f, self.0, FORM.places, 0)
    }
}

impl FromStr for Grams {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let grams = decimal::parse(text, FORM).map_err(|fault| Malformed::new("Grams", fault))?;
        Ok(Self(grams))
    }
}

inline_string_schema!(Grams {
    format: Some("decimal"),
    description: Some("Net weight in kilograms."),
    pattern: Some(SignedQuantity::PATTERN.to_owned()),
    max_length: Some(17),
    example: Some("4.6".into()),
});

checked_column!(
    Grams: i64,
    sea_orm::sea_query::ColumnType::BigInteger,
    read: Grams::read,
    write: Grams::grams
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn grams(count: i64) -> Grams {
        Grams::from_grams(count).unwrap()
    }

    #[test]
    fn prints_kilograms() {
        assert_eq!(grams(250_000).to_string(), "250");
        assert_eq!(grams(4_600).to_string(), "4.6");
        assert_eq!(grams(-1).to_string(), "-0.001");
        assert_eq!("0.5".parse(), Ok(grams(500)));
        assert!("0.5001".parse::<Grams>().is_err());
    }

    #[test]
    fn multiplies_and_rounds_once() {
        assert_eq!(grams(333).times(Quantity::from_thousandths(500)), Some(grams(167)));
        assert_eq!(grams(500).times(Quantity::from_thousandths(98_600)), Some(grams(49_300)));
        assert_eq!(Grams::MAX.times(Quantity::from_thousandths(1_001)), None);
        assert_eq!(Grams::MAX.checked_add(grams(1)), None);
    }

    proptest! {
        #[test]
        fn parse_undoes_print(count in -999_999_999_999_999..=999_999_999_999_999_i64) {
            prop_assert_eq!(grams(count).to_string().parse(), Ok(grams(count)));
        }

        #[test]
        fn agrees_with_integers(count in 0..=1_000_000_i64, quantity in -1_000_000_000..=1_000_000_000_i64) {
            let product = i128::from(count) * i128::from(quantity);
            let magnitude = (product.abs() + 500) / 1_000 * product.signum();
            let weight = grams(count).times(Quantity::from_thousandths(quantity)).unwrap();
            prop_assert_eq!(i128::from(weight.grams()), magnitude);
        }
    }
}
