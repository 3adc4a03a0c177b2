//! What a supplier asks of every order: its least value, how many days ahead, on which weekdays; and how long ahead
//! it announces a new price.

use chrono::Datelike;
use entity::{CivilDate, Money};
use serde::{Deserialize, Serialize};

/// Days from an order to its delivery, at most.
pub const MOST_LEAD_DAYS: i32 = 90;
/// Days from the announcement of a price to its first day, at most.
pub const MOST_NOTICE_DAYS: i32 = 365;
/// Every day of the week.
pub const EVERY_DAY: i32 = 0b111_1111;

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
}
