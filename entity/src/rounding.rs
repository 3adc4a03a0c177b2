//! The one rounding of the product: half away from zero.
//!
//! The amount of a line at any moment is its unit price times its *cumulative* quantity, rounded
//! once. A part of a line (one delivery, one return) is the difference of two such amounts and is
//! never rounded by itself; so the parts end exactly at the amount of the whole.

use rust_decimal::prelude::{Decimal, RoundingStrategy, ToPrimitive};

use crate::{money::Money, weight::Grams};

/// Rounds yuan to fen, half away from zero; `None` beyond [`Money::MAX_LINE_AMOUNT`] either way.
#[must_use]
pub fn round_to_fen(yuan: Decimal) -> Option<Money> {
    let fen = half_away_from_zero(yuan.checked_mul(Decimal::ONE_HUNDRED)?)?;
    let within = fen.unsigned_abs() <= Money::MAX_LINE_AMOUNT.fen().unsigned_abs();
    within.then_some(Money::from_fen(fen))
}

/// Rounds grams to whole ones, half away from zero; `None` beyond the limits of [`Grams`].
pub(crate) fn round_to_grams(grams: Decimal) -> Option<Grams> {
    Grams::from_grams(half_away_from_zero(grams)?)
}

fn half_away_from_zero(value: Decimal) -> Option<i64> {
    value.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64()
}
