//! How many exports run at a time: each reads page after page for as long as its client reads on.
//!
//! Two for a key and a few for a process, so that who takes long lists leaves the database to the others as well.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::fault::Fault;

/// Seconds after which it is worth asking for an export again.
const RETRY_AFTER_S: u32 = 5;

/// How many may run at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportBounds {
    /// Of one key.
    pub of_a_key: usize,
    /// Of this process.
    pub at_once: usize,
}

/// The exports that run in this process.
#[derive(Debug)]
pub struct Exports {
    bounds: ExportBounds,
    running: Mutex<BTreeMap<Uuid, usize>>,
}

impl Exports {
    /// None running.
    #[must_use]
    pub fn new(bounds: ExportBounds) -> Self {
        Self {
            bounds,
            running: Mutex::default(),
        }
    }

    /// Begins an export of a key; it runs until what is returned is dropped.
    ///
    /// # Errors
    /// `too_many_exports`.
    pub fn begin(self: &Arc<Self>, key: Uuid) -> Result<Running, Fault> {
        let ExportBounds { of_a_key, at_once } = self.bounds;
        let mut running = self.running();
        let own = running.get(&key).copied().unwrap_or_default();
        if own >= of_a_key || running.values().sum::<usize>() >= at_once {
            return Err(Fault::of("too_many_exports")
                .with("of_a_key", of_a_key)
                .with("at_once", at_once)
                .with("retry_after_s", RETRY_AFTER_S));
        }
        running.insert(key, own + 1);
        Ok(Running {
            exports: Arc::clone(self),
            key,
        })
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<Uuid, usize>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An export that runs.
#[derive(Debug)]
pub struct Running {
    exports: Arc<Exports>,
    key: Uuid,
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut running = self.exports.running();
        if let Some(own) = running.get_mut(&self.key) {
            *own -= 1;
            if *own == 0 {
                running.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_its_share_and_the_process_its_bound() {
        let bounds = ExportBounds { of_a_key: 2, at_once: 3 };
        let exports = Arc::new(Exports::new(bounds));
        let (one, other, third) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let first = exports.begin(one).unwrap();
        let _second = exports.begin(one).unwrap();
        assert_eq!(exports.begin(one).unwrap_err().slug(), "too_many_exports");
        let _third = exports.begin(other).unwrap();
        assert!(exports.begin(third).is_err(), "the process has enough");
        drop(first);
        let _fourth = exports.begin(third).unwrap();
        assert!(exports.begin(one).is_err());
    }
}
