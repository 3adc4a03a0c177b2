//! How many requests a key may make: per key, per process, in memory.
//!
//! Several replicas count each for themselves; the limit protects a process, it is not a bill.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use uuid::Uuid;

use super::fault::Fault;

/// The window of the limits, in seconds.
pub const WINDOW_S: u32 = 60;

/// Full buckets are forgotten after this many checks, so that memory stays bounded by the keys in use.
const SWEEP_EVERY: u32 = 10_000;

type Limiter = RateLimiter<Uuid, DefaultKeyedStateStore<Uuid>, DefaultClock, StateInformationMiddleware>;

/// What a key has left, as the `RateLimit` headers say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Requests in a window.
    pub quota: u32,
    /// Requests left now.
    pub remaining: u32,
    /// Seconds until all are back (or, when refused, until the next one is).
    pub reset_s: u32,
}

/// The limits of all keys in this process.
#[derive(Debug, Default)]
pub struct RateLimits {
    limiters: Mutex<BTreeMap<u32, Arc<Limiter>>>,
    checks: AtomicU32,
}

impl RateLimits {
    /// Counts a request of `key`, and says what is left either way.
    ///
    /// # Errors
    /// The fault `rate_limited` with the seconds to wait.
    pub fn take(&self, key: Uuid, requests_per_minute: u32) -> (Allowance, Result<(), Fault>) {
        let limiter = self.limiter(requests_per_minute);
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            limiter.retain_recent();
        }
        let quota = requests_per_minute.max(1);
        match limiter.check_key(&key) {
            Ok(snapshot) => {
                let remaining = snapshot.remaining_burst_capacity();
                let spent = u64::from(quota.saturating_sub(remaining));
                let reset_s = (spent * u64::from(WINDOW_S)).div_ceil(u64::from(quota));
                (
                    Allowance {
                        quota,
                        remaining,
                        reset_s: u32::try_from(reset_s).unwrap_or(WINDOW_S),
                    },
                    Ok(()),
                )
            }
            Err(not_until) => {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                let wait_s = u32::try_from(wait.as_secs()).unwrap_or(WINDOW_S).saturating_add(1);
                let fault = Fault::of("rate_limited").with("retry_after_s", wait_s);
                (
                    Allowance {
                        quota,
                        remaining: 0,
                        reset_s: wait_s,
                    },
                    Err(fault),
                )
            }
        }
    }

    /// Keys share a limiter with all others of the same quota; there are only a few quotas.
    fn limiter(&self, requests_per_minute: u32) -> Arc<Limiter> {
        let quota = NonZeroU32::new(requests_per_minute).unwrap_or(NonZeroU32::MIN);
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        let limiter = limiters
            .entry(quota.get())
            .or_insert_with(|| Arc::new(RateLimiter::keyed(Quota::per_minute(quota)).with_middleware::<StateInformationMiddleware>()));
        Arc::clone(limiter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_runs_dry_alone() {
        let limits = RateLimits::default();
        let (busy, quiet) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let (first, result) = limits.take(busy, 2);
        assert_eq!((first.remaining, first.quota, result), (1, 2, Ok(())));
        limits.take(busy, 2).1.unwrap();
        let (dry, result) = limits.take(busy, 2);
        assert_eq!(dry.remaining, 0);
        assert_eq!(result.unwrap_err().slug(), "rate_limited");
        assert!((1..=31).contains(&dry.reset_s), "{dry:?}");
        assert!(limits.take(quiet, 2).1.is_ok());
    }
}
