//! Quantities in 1/1,000 of a unit.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use sea_orm::DeriveValueType;

use crate::{
    decimal::{self, Form},
    fault::{Fault, Malformed},
};

const PLACES: u32 = 3;

/// A quantity in 1/1,000 of a unit; what comes from outside is 0 to 10^9 (1,000,000 units).
///
/// Arithmetic may go below zero. What may be negative when it is sent, or be the total of many
/// lines, is sent as a [`SignedQuantity`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
pub struct Quantity(i64);

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One unit.
    pub const ONE: Self = Self(1_000);
    /// The largest quantity accepted from outside: 10^9 thousandths, which is 1,000,000 units.
    pub const MAX_INPUT: Self = Self(1_000_000_000);
    pub(crate) const PATTERN: &str = r"^(0|[1-9]\d{0,6})(\.\d{1,3})?$";

    /// A quantity of so many thousandths, of either sign.
    #[must_use]
    pub const fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// The quantity in thousandths.
    #[must_use]
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// Whether the quantity is below zero.
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

    /// The quantity with the other sign, or `None` where 64 bits do not hold it.
    #[must_use]
    pub fn checked_neg(self) -> Option<Self> {
        self.0.checked_neg().map(Self)
    }

    /// The sum of all quantities, zero for none, or `None` where 64 bits do not hold it.
    #[must_use]
    pub fn checked_total(quantities: impl IntoIterator<Item = Self>) -> Option<Self> {
        quantities.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Whether the quantity is a whole number of steps; never, for a step of zero or below.
    #[must_use]
    pub const fn is_multiple_of(self, step: Self) -> bool {
        step.0 > 0 && self.0 % step.0 == 0
    }

    pub(crate) fn decimal(self) -> Decimal {
        Decimal::new(self.0, PLACES)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::print(f, self.0, PLACES, 0)
    }
}

impl FromStr for Quantity {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let form = Form {
            places: PLACES,
            whole_digits: 7,
            signed: false,
        };
        let refused = |fault| Malformed::new("Quantity", fault);
        let quantity = Self(decimal::parse(text, form).map_err(refused)?);
        if quantity > Self::MAX_INPUT {
            return Err(refused(Fault::OutOfRange));
        }
        Ok(quantity)
    }
}

inline_string_schema!(Quantity {
    format: Some("decimal"),
    description: Some("Quantity in the unit named beside it, from 0 to 1,000,000."),
    pattern: Some(Quantity::PATTERN.to_owned()),
    max_length: Some(11),
    example: Some("98.6".into()),
});

/// A quantity of either sign in 1/1,000 of a unit: a movement, a difference, a total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
pub struct SignedQuantity(i64);

impl SignedQuantity {
    pub(crate) const PATTERN: &str = r"^-?(0|[1-9]\d{0,11})(\.\d{1,3})?$";

    /// The same as a plain quantity, for arithmetic.
    #[must_use]
    pub const fn quantity(self) -> Quantity {
        Quantity(self.0)
    }
}

impl From<Quantity> for SignedQuantity {
    fn from(quantity: Quantity) -> Self {
        Self(quantity.0)
    }
}

impl fmt::Display for SignedQuantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::print(f, self.0, PLACES, 0)
    }
}

impl FromStr for SignedQuantity {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let form = Form {
            places: PLACES,
            whole_digits: 12,
            signed: true,
        };
        let refused = |fault| Malformed::new("SignedQuantity", fault);
        Ok(Self(decimal::parse(text, form).map_err(refused)?))
    }
}

inline_string_schema!(SignedQuantity {
    format: Some("decimal"),
    description: Some("Change or total of a quantity in the unit named beside it."),
    pattern: Some(SignedQuantity::PATTERN.to_owned()),
    max_length: Some(17),
    example: Some("-1.4".into()),
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prints_without_trailing_zeros() {
        let printed = |count| Quantity::from_thousandths(count).to_string();
        assert_eq!(printed(98_600), "98.6");
        assert_eq!(printed(10_000), "10");
        assert_eq!(printed(1), "0.001");
        assert_eq!(printed(-1_500), "-1.5");
        assert_eq!(printed(0), "0");
    }

    #[test]
    fn refuses_what_is_negative_too_fine_or_too_much() {
        for text in ["-1", "1.2345", "1000000.001", "1000001", "10000000", "", "1."] {
            assert!(text.parse::<Quantity>().is_err(), "{text}");
        }
        assert_eq!("1000000".parse(), Ok(Quantity::MAX_INPUT));
        assert_eq!("1.50".parse(), Ok(Quantity::from_thousandths(1_500)));
    }

    #[test]
    fn knows_whole_steps() {
        let of = |count, step| Quantity::from_thousandths(count).is_multiple_of(Quantity::from_thousandths(step));
        assert!(of(7_500, 2_500));
        assert!(of(0, 2_500));
        assert!(!of(7_501, 2_500));
        assert!(!of(7_500, 0));
        assert!(!of(7_500, -2_500));
    }

    proptest! {
        #[test]
        fn parse_undoes_print(count in 0..=1_000_000_000_i64) {
            let quantity = Quantity::from_thousandths(count);
            prop_assert_eq!(quantity.to_string().parse(), Ok(quantity));
        }

        #[test]
        fn signed_parse_undoes_print(count in -999_999_999_999_999..=999_999_999_999_999_i64) {
            let signed = SignedQuantity::from(Quantity::from_thousandths(count));
            prop_assert_eq!(signed.to_string().parse(), Ok(signed));
        }

        #[test]
        fn sub_undoes_add(one in -1_000_000_000..=1_000_000_000_i64, other in -1_000_000_000..=1_000_000_000_i64) {
            let (one, other) = (Quantity::from_thousandths(one), Quantity::from_thousandths(other));
            let sum = one.checked_add(other).unwrap();
            prop_assert_eq!(sum.checked_sub(other), Some(one));
            prop_assert_eq!(Quantity::checked_total([one, other]), Some(sum));
        }
    }
}
