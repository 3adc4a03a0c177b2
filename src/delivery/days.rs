//! Business dates (T7): never later than recorded, never before what they follow, and more than 30 days late only with
//! a word why.

use crate::http::fault::{Fault, Faults};
use entity::CivilDate;

/// Days after which a late record needs a reason.
pub const LATE_AFTER_DAYS: i64 = 30;

/// Checks the day something happened against today, the day of what it follows, and whether a reason is told.
pub fn check(day: CivilDate, today: CivilDate, earliest: CivilDate, told_why: bool, pointer: &str, faults: &mut Faults) {
    faults.check((earliest..=today).contains(&day), || {
        Fault::of("business_date_out_of_range")
            .at(pointer)
            .with("earliest", earliest)
            .with("latest", today)
    });
    faults.check(today.days_since(day) <= LATE_AFTER_DAYS || told_why, || {
        Fault::of("late_without_reason").at("/note").with("days", LATE_AFTER_DAYS)
    });
}
