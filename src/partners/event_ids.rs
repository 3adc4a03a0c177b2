//! Ids of events: made of the entry's leaf with a key of their own, so that they tell no number, are the same whenever they
//! are read, and never come again for another entry, whatever a restore took back.

use crate::secrets::{MasterSecret, purpose};
use ring::hmac::{self, HMAC_SHA256, Key};
use std::sync::Arc;

/// Bytes of an id: 128 bits.
const BYTES: usize = 16;

/// What makes ids of events. Cheap to clone.
#[derive(Clone)]
pub struct EventIds(Arc<Key>);

impl std::fmt::Debug for EventIds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EventIds(…)")
    }
}

impl EventIds {
    /// With a key of their own, made of the master secret.
    #[must_use]
    pub fn of(secret: &MasterSecret) -> Self {
        Self(Arc::new(Key::new(HMAC_SHA256, secret.derive(purpose::EVENTS).bytes())))
    }

    /// The id of the event that is the entry with this leaf.
    pub(super) fn id(&self, leaf: &[u8; 32]) -> String {
        let tag = hmac::sign(&self.0, leaf);
        let bytes: Vec<u8> = tag.as_ref().iter().take(BYTES).copied().collect();
        format!("evt_{}", hex::encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_of_one_leaf_and_one_secret() {
        let ids = |secret: &str| EventIds::of(&secret.parse().unwrap());
        let (ours, theirs) = (ids(&"a".repeat(40)), ids(&"b".repeat(40)));
        assert_eq!(ours.id(&[1; 32]), ours.clone().id(&[1; 32]));
        assert_ne!(ours.id(&[1; 32]), ours.id(&[2; 32]));
        assert_ne!(ours.id(&[1; 32]), theirs.id(&[1; 32]));
        assert_eq!(ours.id(&[1; 32]).len(), 36);
    }
}
