//! Whose key asks: known to whatever is done for a request, so that no use case has to hand it on and none can forget.
//!
//! Owns the word, not the rule: what becomes of a key that is good no more is said where a turn begins.

use super::caller::Known;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The key behind the work in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    /// The key.
    pub key: Uuid,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// At which number of the register it was found good.
    pub as_of: i64,
}

impl From<&Known> for Asking {
    fn from(known: &Known) -> Self {
        Self {
            key: known.key_id,
            expires_at: known.expires_at,
            as_of: known.as_of,
        }
    }
}

tokio::task_local! {
    static ASKING: Asking;
}

/// Does `work` for the holder of a key.
pub async fn asking<F: Future>(asking: Asking, work: F) -> F::Output {
    ASKING.scope(asking, work).await
}

/// The key behind the work in hand; none for what the service does by itself and for the command line.
#[must_use]
pub fn who_asks() -> Option<Asking> {
    ASKING.try_with(|asking| *asking).ok()
}
