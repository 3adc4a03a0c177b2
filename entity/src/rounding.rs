//! The one rounding of the product: half away from zero.
//!
//! The amount of a line at any moment is its unit price times its *cumulative* quantity, rounded
//! once. A part of a line (one delivery, one return) is the difference of two such amounts and is
//! never rounded by itself; so the parts end exactly at the amount of the whole.

use std::fmt;

use rust_decimal::prelude::{Decimal, RoundingStrategy, ToPrimitive};

use crate::{decimal, money::Money, weight::Grams};

/// Rounds yuan to fen, half away from zero; `None` beyond [`Money::MAX_LINE_AMOUNT`] either way.
#[must_use]
pub fn round_to_fen(yuan: Decimal) -> Option<Money> {
    let fen = half_away_from_zero(yuan.checked_mul(Decimal::ONE_HUNDRED)?)?;
    let within = fen.unsigned_abs() <= Money::MAX_LINE_AMOUNT.fen().unsigned_abs();
    within.then_some(Money::from_fen(fen))
}

/// Money in 万元 (10,000 yuan) with two decimals, as reports print it. It is only shown: nothing is computed with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wan(i64);

impl fmt::Display for Wan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::print(f, self.0, 2, 2)
    }
}

/// Rounds money to hundredths of 万元, half away from zero. Each cell of a report is rounded by itself, and its total
/// from the exact sum: printed parts may differ from a printed total in the last place (尾差).
#[must_use]
pub fn round_to_wan(money: Money) -> Wan {
    const HUNDREDTH: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);
    // A quotient of a 64-bit number fits 64 bits.
    let hundredths = Decimal::from(money.fen()).checked_div(HUNDREDTH).and_then(half_away_from_zero);
    Wan(hundredths.unwrap_or_default())
}

/// Rounds grams to whole ones, half away from zero; `None` beyond the limits of [`Grams`].
pub(crate) fn round_to_grams(grams: Decimal) -> Option<Grams> {
    Grams::from_grams(half_away_from_zero(grams)?)
}

fn half_away_from_zero(value: Decimal) -> Option<i64> {
    value.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousands_are_rounded_half_away_from_zero() {
        for (fen, printed) in [
            (0, "0.00"),
            (4_999, "0.00"),
            (5_000, "0.01"),
            (-5_000, "-0.01"),
            (628_490, "0.63"),
            (123_456_789, "123.46"),
            (i64::MAX, "9223372036854.78"),
        ] {
            assert_eq!(round_to_wan(Money::from_fen(fen)).to_string(), printed, "{fen}");
        }
    }
}
