//! Unit prices in 1/10,000 yuan.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;

use crate::{
    decimal::{self, Form},
    fault::{Fault, Malformed},
    money::Money,
    quantity::Quantity,
    rounding::round_to_fen,
};

const FORM: Form = Form {
    places: 4,
    whole_digits: 8,
    signed: false,
};

/// A price of one unit in 1/10,000 yuan, tax included, from 0 to 10^11 (10,000,000 yuan).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitPrice(i64);

impl UnitPrice {
    pub(crate) const PATTERN: &str = r"^(0|[1-9]\d{0,7})(\.\d{1,4})?$";
    /// A price of nothing, as of samples and gifts.
    pub const ZERO: Self = Self(0);
    /// The highest price: 10^11 ten-thousandths, which is 10,000,000 yuan.
    pub const MAX: Self = Self(100_000_000_000);

    /// A price of so many 1/10,000 yuan; refused below zero and above [`UnitPrice::MAX`].
    pub const fn from_ten_thousandths(ten_thousandths: i64) -> Result<Self, Malformed> {
        if ten_thousandths < 0 || ten_thousandths > Self::MAX.0 {
            return Err(Malformed::new("UnitPrice", Fault::OutOfRange));
        }
        Ok(Self(ten_thousandths))
    }

    /// The price in 1/10,000 yuan.
    #[must_use]
    pub const fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// The amount of a *cumulative* quantity, rounded once ([`round_to_fen`]); `None` beyond
    /// [`Money::MAX_LINE_AMOUNT`].
    ///
    /// The amount of one delivery is the difference of two such amounts, never a product itself.
    #[must_use]
    pub fn times(self, quantity: Quantity) -> Option<Money> {
        // Where the product needs more digits than Decimal has, it is far beyond the limit.
        let price_yuan = Decimal::new(self.0, FORM.places);
        round_to_fen(price_yuan.checked_mul(quantity.decimal())?)
    }
}

impl fmt::Display for UnitPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::print(f, self.0, FORM.places, 2)
    }
}

impl FromStr for UnitPrice {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let count = decimal::parse(text, FORM).map_err(|fault| Malformed::new("UnitPrice", fault))?;
        Self::from_ten_thousandths(count)
    }
}

inline_string_schema!(UnitPrice {
    format: Some("decimal"),
    description: Some("Price of one unit in yuan, tax included, up to 10,000,000; sent with two to four decimals."),
    pattern: Some(UnitPrice::PATTERN.to_owned()),
    max_length: Some(13),
    example: Some("6.25".into()),
});

checked_column!(
    UnitPrice: i64,
    sea_orm::sea_query::ColumnType::BigInteger,
    read: UnitPrice::from_ten_thousandths,
    write: UnitPrice::ten_thousandths
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn price(ten_thousandths: i64) -> UnitPrice {
        UnitPrice::from_ten_thousandths(ten_thousandths).unwrap()
    }

    /// The same rule in integers: half away from zero, and the limit of a line.
    fn reference(ten_thousandths: i64, thousandths: i64) -> Option<i64> {
        let product = i128::from(ten_thousandths) * i128::from(thousandths);
        let magnitude = (product.abs() + 50_000) / 100_000;
        let fen = i64::try_from(magnitude * product.signum()).ok()?;
        (fen.abs() <= Money::MAX_LINE_AMOUNT.fen()).then_some(fen)
    }

    fn fen(ten_thousandths: i64, thousandths: i64) -> Option<i64> {
        let quantity = Quantity::from_thousandths(thousandths);
        price(ten_thousandths).times(quantity).map(Money::fen)
    }

    #[test]
    fn prints_two_to_four_decimals() {
        let printed = |count| price(count).to_string();
        assert_eq!(printed(125_000), "12.50");
        assert_eq!(printed(62_550), "6.255");
        assert_eq!(printed(1), "0.0001");
        assert_eq!(printed(0), "0.00");
        assert_eq!(UnitPrice::MAX.to_string(), "10000000.00");
    }

    #[test]
    fn refuses_signs_and_excess() {
        for text in ["-1", "-0", "1.23456", "10000000.0001", "99999999", "100000000", "01"] {
            assert!(text.parse::<UnitPrice>().is_err(), "{text}");
        }
        assert_eq!("10000000".parse(), Ok(UnitPrice::MAX));
        assert!(UnitPrice::from_ten_thousandths(-1).is_err());
    }

    #[test]
    fn rounds_half_away_from_zero() {
        assert_eq!(fen(50, 1_000), Some(1));
        assert_eq!(fen(49, 1_000), Some(0));
        assert_eq!(fen(50, -1_000), Some(-1));
        assert_eq!(fen(150, 1_000), Some(2));
        assert_eq!(fen(250, 1_000), Some(3));
        assert_eq!(fen(68_000, 98_600), Some(67_048));
    }

    #[test]
    fn an_amount_beyond_the_limit_is_none() {
        assert_eq!(fen(100_000_000_000, 100_000), Some(100_000_000_000));
        assert_eq!(fen(100_000_000_000, 100_001), None);
        assert_eq!(fen(100_000_000_000, i64::MAX), None);
        assert_eq!(fen(100_000_000_000, i64::MIN), None);
    }

    proptest! {
        #[test]
        fn parse_undoes_print(count in 0..=100_000_000_000_i64) {
            prop_assert_eq!(price(count).to_string().parse(), Ok(price(count)));
        }

        #[test]
        fn agrees_with_integers(count in 0..=100_000_000_000_i64, quantity in any::<i64>()) {
            prop_assert_eq!(fen(count, quantity), reference(count, quantity));
        }

        #[test]
        fn agrees_with_integers_in_daily_sizes(count in 0..=10_000_000_i64, quantity in -10_000_000..=10_000_000_i64) {
            prop_assert_eq!(fen(count, quantity), reference(count, quantity));
        }

        #[test]
        fn is_odd_in_the_quantity(count in 0..=10_000_000_i64, quantity in 0..=10_000_000_i64) {
            prop_assert_eq!(fen(count, -quantity), fen(count, quantity).map(|fen| -fen));
        }

        #[test]
        fn grows_with_the_quantity(count in 0..=10_000_000_i64, one in 0..=10_000_000_i64, other in 0..=10_000_000_i64) {
            let (low, high) = (one.min(other), one.max(other));
            prop_assert!(fen(count, low) <= fen(count, high));
        }

        #[test]
        fn partial_deliveries_end_at_the_amount_of_the_line(
            count in 0..=10_000_000_i64,
            parts in prop::collection::vec(-100_000..=1_000_000_i64, 1..30),
        ) {
            let (mut delivered, mut booked, mut posted) = (0, Money::ZERO, Money::ZERO);
            for part in &parts {
                delivered += part;
                let now = price(count).times(Quantity::from_thousandths(delivered)).unwrap();
                let fact = now.checked_sub(booked).unwrap();
                posted = posted.checked_add(fact).unwrap();
                booked = now;
            }
            prop_assert_eq!(Some(posted.fen()), fen(count, parts.iter().sum()));
        }
    }
}
