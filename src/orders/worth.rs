//! What is told of a line in goods and money: what was ordered, what is agreed now, what stands. Pure.

use super::position::{Position, Terms};
use entity::tables::order_lines;
use entity::{Money, OrderState, Quantity};
use poem_openapi::Object;

/// So much, and what it is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    /// In units; none where only price units are counted.
    pub units: Option<Quantity>,
    /// In price units, which are the units of goods that are not weighed.
    pub quantity: Quantity,
    /// What it is worth.
    pub amount: Money,
}

/// A line in three readings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineWorth {
    /// As it was placed.
    pub ordered: Worth,
    /// What buyer and supplier agree on now: less what was closed, nothing of an order that was given up.
    pub agreed: Worth,
    /// Accepted less returned.
    pub standing: Worth,
}

/// Whether an order in this state is given up, and nothing of it is agreed any more.
pub(super) fn is_given_up(state: OrderState) -> bool {
    matches!(state, OrderState::Rejected | OrderState::Declined | OrderState::Cancelled)
}

impl LineWorth {
    /// Of a line; `own_priced` is what came back at prices of credit notes' own.
    #[must_use]
    pub fn of(row: &order_lines::Model, position: &Position, state: OrderState, own_priced: Money) -> Self {
        let terms = Terms::of(row);
        // Each is at most what was ordered and accepted, whose amounts were held to the bounds of a line.
        let amount = |quantity| row.price.times(quantity).unwrap_or(Money::ZERO);
        let agreed_units = match is_given_up(state) {
            true => Quantity::ZERO,
            false => Quantity::from_thousandths(row.quantity.thousandths() - position.closed_units.thousandths()),
        };
        let back = amount(position.at_price).fen() + own_priced.fen();
        Self {
            ordered: Worth {
                units: Some(row.quantity),
                quantity: terms.priced(row.quantity),
                amount: row.amount,
            },
            agreed: Worth {
                units: Some(agreed_units),
                quantity: terms.priced(agreed_units),
                amount: amount(terms.priced(agreed_units)),
            },
            standing: Worth {
                units: None,
                quantity: position.net(),
                amount: Money::from_fen(amount(position.accepted).fen() - back),
            },
        }
    }
}

/// So much of a line, and what it is worth.
#[derive(Clone, Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct WorthBody {
    /// In units of the order; left out of what stands, which is counted in price units alone.
    pub units: Option<Quantity>,
    /// In price units, which are the units where goods are not weighed.
    pub quantity: Quantity,
    /// What it is worth, tax-inclusive yuan.
    pub amount: Money,
}

impl From<Worth> for WorthBody {
    fn from(worth: Worth) -> Self {
        Self {
            units: worth.units,
            quantity: worth.quantity,
            amount: worth.amount,
        }
    }
}

/// What all lines of an order are worth together.
#[derive(Clone, Debug, Object)]
pub struct SumBody {
    /// Tax-inclusive yuan.
    pub amount: Money,
}

impl SumBody {
    /// The sum of one reading of all lines.
    pub(super) fn of(lines: &[LineWorth], reading: impl Fn(&LineWorth) -> Worth) -> Self {
        Self {
            amount: sum_of(lines, reading),
        }
    }

    /// So much.
    pub(super) fn so_much(amount: Money) -> Self {
        Self { amount }
    }
}

/// What one reading of all lines is worth together.
pub(super) fn sum_of(lines: &[LineWorth], reading: impl Fn(&LineWorth) -> Worth) -> Money {
    // 2,000 lines of at most 10^11 fen fit 64 bits with room to spare.
    let amount = Money::checked_total(lines.iter().map(|line| reading(line).amount));
    amount.unwrap_or(Money::ZERO)
}

#[cfg(test)]
#[path = "worth_tests.rs"]
mod tests;
