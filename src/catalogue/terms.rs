//! What a supplier asks of every order: its least value, how many days ahead, on which weekdays, freight; and how long
//! ahead it announces a new price.

use chrono::Datelike;
use entity::{CivilDate, Money, ProductId};
use serde::{Deserialize, Serialize};

/// Days from an order to its delivery, at most.
pub const MOST_LEAD_DAYS: i32 = 90;
/// Days from the announcement of a price to its first day, at most.
pub const MOST_NOTICE_DAYS: i32 = 365;
/// Every day of the week.
pub const EVERY_DAY: i32 = 0b111_1111;

/// The highest freight of an order.
pub const MOST_FREIGHT: Money = Money::from_fen(10_000_000);

/// Freight as a line of its own on every order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freight {
    /// The supplier's product of line kind freight that the line is of; it needs no stock.
    pub product: ProductId,
    /// The fee of an order.
    pub fee: Money,
    /// From this value of its goods on, an order is free of it.
    pub free_from: Option<Money>,
}

impl Freight {
    /// The fee of an order of goods of this value.
    #[must_use]
    pub fn of(&self, goods: Money) -> Money {
        match self.free_from {
            Some(free_from) if goods >= free_from => Money::ZERO,
            Some(_) | None => self.fee,
        }
    }
}

/// Terms of a supplier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The least value of the goods of an order.
    pub minimum_order: Money,
    /// Days from the order to the delivery, from 1.
    pub lead_days: i32,
    /// Weekdays of delivery, a bit each, Monday lowest.
    pub weekdays: i32,
    /// Days from the announcement of a price to its first day.
    pub notice_days: i32,
    /// Freight as a line of its own; inside the price if none.
    pub freight: Option<Freight>,
    /// Version of the row; 1 where the supplier has said nothing.
    pub version: i64,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            minimum_order: Money::ZERO,
            lead_days: 1,
            weekdays: EVERY_DAY,
            notice_days: 7,
            freight: None,
            version: 1,
        }
    }
}

impl Terms {
    /// Whether goods are delivered on that day of the week.
    #[must_use]
    pub fn delivers_on(&self, day: CivilDate) -> bool {
        self.weekdays & (1 << day.naive().weekday().num_days_from_monday()) != 0
    }

    /// The earliest day on which what is ordered today can be delivered.
    #[must_use]
    pub fn earliest(&self, today: CivilDate) -> CivilDate {
        let lead = i64::from(self.lead_days.max(1));
        (lead..lead + 7)
            .filter_map(|days| today.checked_add_days(days))
            .find(|day| self.delivers_on(*day))
            .unwrap_or(CivilDate::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_day_is_a_day_of_delivery() {
        // A Monday.
        let today: CivilDate = "2026-11-23".parse().unwrap();
        assert_eq!(Terms::default().earliest(today).to_string(), "2026-11-24");
        let wednesdays_and_saturdays = Terms {
            weekdays: 0b010_0100,
            ..Terms::default()
        };
        assert_eq!(wednesdays_and_saturdays.earliest(today).to_string(), "2026-11-25");
        let later = Terms {
            lead_days: 3,
            ..wednesdays_and_saturdays
        };
        assert_eq!(later.earliest(today).to_string(), "2026-11-28");
        assert!(!later.delivers_on(today));
    }

    #[test]
    fn freight_is_free_from_its_value_on() {
        let yuan = |yuan: i64| Money::from_fen(yuan * 100);
        let mut freight = Freight {
            product: ProductId::new(),
            fee: yuan(30),
            free_from: Some(yuan(500)),
        };
        assert_eq!(freight.of(Money::from_fen(49_999)), yuan(30));
        assert_eq!(freight.of(yuan(500)), Money::ZERO);
        freight.free_from = None;
        assert_eq!(freight.of(yuan(1_000_000)), yuan(30));
    }
}
