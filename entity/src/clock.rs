//! Where `now` comes from.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use crate::date::{CivilDate, shanghai_date};

/// The clock of the process: the system's, or a fixed one for tests and demo data.
///
/// Instants have whole microseconds, because that is what PostgreSQL keeps. Clones of a fixed
/// clock share its hands.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Microseconds since 1970.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The clock of the operating system.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `instant` until it is moved.
    #[must_use]
    pub fn fixed(instant: DateTime<Utc>) -> Self {
        let micros = AtomicI64::new(instant.timestamp_micros());
        Self(Source::Fixed(Arc::new(micros)))
    }

    /// This instant, in whole microseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => Utc::now().trunc_subsecs(6),
            Source::Fixed(micros) => {
                let micros = micros.load(Ordering::SeqCst);
                DateTime::from_timestamp_micros(micros).unwrap_or_default()
            }
        }
    }

    /// The civil date in Shanghai now.
    #[must_use]
    pub fn today(&self) -> CivilDate {
        shanghai_date(self.now())
    }

    /// Moves a fixed clock to `instant`; the system's clock stays as it is.
    pub fn set(&self, instant: DateTime<Utc>) {
        if let Source::Fixed(micros) = &self.0 {
            micros.store(instant.timestamp_micros(), Ordering::SeqCst);
        }
    }

    /// Moves a fixed clock on by `step`; the system's clock stays as it is.
    pub fn advance(&self, step: TimeDelta) {
        if let (Source::Fixed(micros), Some(by)) = (&self.0, step.num_microseconds()) {
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_stands_until_it_is_moved() {
        let start: DateTime<Utc> = "2021-06-18T15:59:59.123456789Z".parse().unwrap();
        let clock = Clock::fixed(start);
        let twin = clock.clone();
        assert_eq!(clock.now(), start.trunc_subsecs(6));
        assert_eq!(clock.today().to_string(), "2021-06-18");
        twin.advance(TimeDelta::seconds(1));
        assert_eq!(clock.today().to_string(), "2021-06-19");
        twin.set(DateTime::UNIX_EPOCH);
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH);
    }

    #[test]
    fn the_system_clock_has_whole_microseconds() {
        let clock = Clock::system();
        clock.set(DateTime::UNIX_EPOCH);
        let now = clock.now();
        assert!(now > DateTime::UNIX_EPOCH);
        assert_eq!(now.timestamp_subsec_nanos() % 1_000, 0);
    }
}
