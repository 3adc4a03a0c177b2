//! How many requests a key and its organisation may make, and how many wrong keys an address may show: per process, in
//! memory.
//!
//! Several replicas count each for themselves; the limits protect a process, they are not a bill. Who shows a good key is
//! never refused for the wrong ones that others behind the same address have shown.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use uuid::Uuid;

use super::caller::Known;
use super::fault::Fault;

/// The window of the limits, in seconds.
pub const WINDOW_S: u32 = 60;

/// Full buckets are forgotten after this many checks, so that memory stays bounded by those in use.
const SWEEP_EVERY: u32 = 10_000;
/// The part of an IPv6 address that is one network's; its holder may change the rest at will.
const NETWORK_BITS: u32 = 64;

type Limiter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// What somebody has left, as the `RateLimit` headers say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Whose it is: `key` or `organisation`.
    pub whose: &'static str,
    /// Requests in a window.
    pub quota: u32,
    /// Requests left now.
    pub remaining: u32,
    /// Seconds until all are back (or, when refused, until the next one is).
    pub reset_s: u32,
}

/// The limits that are not a key's own, each in requests a minute.
#[derive(Clone, Copy, Debug)]
pub struct RateBounds {
    /// Of all keys of an organisation together.
    pub organisation: u32,
    /// Answers 401 to one address.
    pub wrong_keys: u32,
}

/// The limits of this process.
#[derive(Debug)]
pub struct RateLimits {
    bounds: RateBounds,
    keys: Buckets<Uuid>,
    organisations: Buckets<Uuid>,
    addresses: Buckets<IpAddr>,
}

impl RateLimits {
    /// Limits, with nothing counted so far.
    #[must_use]
    pub fn new(bounds: RateBounds) -> Self {
        Self {
            bounds,
            keys: Buckets::new("key"),
            organisations: Buckets::new("organisation"),
            addresses: Buckets::new("address"),
        }
    }

    /// Counts a request of a key and of its organisation, and says what is left of both either way.
    ///
    /// # Errors
    /// The fault `rate_limited` with the seconds to wait.
    pub fn take(&self, known: &Known) -> (Vec<Allowance>, Result<(), Fault>) {
        let (key, result) = self.keys.take(known.key_id, known.requests_per_minute);
        if result.is_err() {
            return (vec![key], result);
        }
        let (organisation, result) = self.organisations.take(known.organisation_id, self.bounds.organisation);
        (vec![key, organisation], result)
    }

    /// Counts an answer 401 to an address.
    ///
    /// # Errors
    /// The fault `rate_limited` where there were too many, to be answered instead.
    pub fn take_wrong(&self, address: IpAddr) -> Result<(), Fault> {
        self.addresses.take(network_of(address), self.bounds.wrong_keys).1
    }
}

/// An IPv4 address as it is, of an IPv6 address the network.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> NETWORK_BITS << NETWORK_BITS).into(),
    }
}

/// Buckets of one kind. Those of the same quota share a limiter; there are only a few quotas.
struct Buckets<K: Hash + Eq + Clone> {
    whose: &'static str,
    limiters: Mutex<BTreeMap<u32, Arc<Limiter<K>>>>,
    checks: AtomicU32,
}

impl<K: Hash + Eq + Clone> fmt::Debug for Buckets<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Buckets")
            .field("whose", &self.whose)
            .finish_non_exhaustive()
    }
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn new(whose: &'static str) -> Self {
        Self {
            whose,
            limiters: Mutex::default(),
            checks: AtomicU32::new(0),
        }
    }

    fn take(&self, who: K, requests_per_minute: u32) -> (Allowance, Result<(), Fault>) {
        let limiter = self.limiter(requests_per_minute);
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            limiter.retain_recent();
        }
        let quota = requests_per_minute.max(1);
        let allowance = |remaining, reset_s| Allowance {
            whose: self.whose,
            quota,
            remaining,
            reset_s,
        };
        match limiter.check_key(&who) {
            Ok(snapshot) => {
                let remaining = snapshot.remaining_burst_capacity();
                let spent = u64::from(quota.saturating_sub(remaining));
                let reset_s = (spent * u64::from(WINDOW_S)).div_ceil(u64::from(quota));
                (allowance(remaining, u32::try_from(reset_s).unwrap_or(WINDOW_S)), Ok(()))
            }
            Err(not_until) => {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                let wait_s = u32::try_from(wait.as_secs()).unwrap_or(WINDOW_S).saturating_add(1);
                let fault = Fault::of("rate_limited").with("retry_after_s", wait_s).with("whose", self.whose);
                (allowance(0, wait_s), Err(fault))
            }
        }
    }

    fn limiter(&self, requests_per_minute: u32) -> Arc<Limiter<K>> {
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

    fn limits() -> RateLimits {
        RateLimits::new(RateBounds {
            organisation: 3,
            wrong_keys: 2,
        })
    }

    /// A key of an organisation, with two requests a minute.
    fn known(key: u128, organisation: u128) -> Known {
        Known {
            key_id: Uuid::from_u128(key),
            person_id: Uuid::nil(),
            organisation_id: Uuid::from_u128(organisation),
            role: "tester".to_owned(),
            permissions: Vec::new(),
            remit: None,
            requests_per_minute: 2,
            expires_at: chrono::DateTime::<chrono::Utc>::MAX_UTC,
            as_of: 0,
        }
    }

    fn whose(refused: Result<(), Fault>) -> String {
        let fault = refused.unwrap_err();
        assert_eq!(fault.slug(), "rate_limited");
        fault.values()["whose"].clone()
    }

    #[test]
    fn a_key_runs_dry_alone_and_an_organisation_with_all_its_keys() {
        let limits = limits();
        let (left, result) = limits.take(&known(1, 7));
        assert_eq!((left[0].remaining, left[0].quota, result), (1, 2, Ok(())));
        assert_eq!((left[1].whose, left[1].remaining, left[1].quota), ("organisation", 2, 3));
        limits.take(&known(1, 7)).1.unwrap();
        let (dry, result) = limits.take(&known(1, 7));
        assert_eq!((dry.len(), dry[0].remaining, whose(result).as_str()), (1, 0, "key"));
        assert!((1..=31).contains(&dry[0].reset_s), "{dry:?}");
        limits.take(&known(2, 7)).1.unwrap();
        assert_eq!(
            whose(limits.take(&known(3, 7)).1),
            "organisation",
            "a new key brings no new requests"
        );
        limits.take(&known(4, 8)).1.unwrap();
    }

    #[test]
    fn wrong_keys_count_by_network() {
        let limits = limits();
        let take = |address: &str| limits.take_wrong(address.parse().unwrap());
        for _ in 0..2 {
            take("192.0.2.1").unwrap();
        }
        assert_eq!(whose(take("192.0.2.1")), "address");
        take("192.0.2.2").unwrap();
        take("2001:db8:1:2::1").unwrap();
        take("2001:db8:1:2:ffff::9").unwrap();
        assert_eq!(whose(take("2001:db8:1:2::1")), "address");
        take("2001:db8:1:3::1").unwrap();
    }
}
