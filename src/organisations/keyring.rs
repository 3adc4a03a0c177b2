//! The keyring: finds the key of a secret for every request, and notes when keys were used.
//!
//! A key found is remembered for two seconds, so a busy caller costs two reads a second at most and a key revoked in
//! another process stops opening within that time. It writes nothing from the moment of its revocation: each key is
//! found as of a number of the register, and a turn that begins at another number looks again. Unknown secrets are never remembered: they would push out good
//! ones.

use super::key::{Key, hash_of, is_plausible};
use super::note_use::Uses;
use super::store;
use crate::http::caller::{Keyring, Known};
use crate::http::fault::Refusal;
use crate::journal::Desk;
use async_trait::async_trait;
use entity::KeyId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a key found is remembered.
const MEMORY: Duration = Duration::from_secs(2);
/// The most keys remembered at a time.
const MOST_REMEMBERED: usize = 10_000;

/// The keys in the database. Clones share what they remember.
#[derive(Clone)]
pub struct StoredKeyring {
    desk: Desk,
    remembered: Arc<Mutex<HashMap<[u8; 32], Remembered>>>,
    uses: Arc<Uses>,
}

impl std::fmt::Debug for StoredKeyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredKeyring").finish_non_exhaustive()
    }
}

#[derive(Clone)]
struct Remembered {
    key: Arc<Key>,
    orphaned: bool,
    as_of: i64,
    until: Instant,
}

impl StoredKeyring {
    /// A keyring over the database. A task of its own, which ends with the last clone, notes when keys were used.
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self {
            uses: Arc::new(Uses::new(desk.gate.clone())),
            remembered: Arc::default(),
            desk,
        }
    }

    /// Forgets a key, so that its next use reads it again: for one just revoked.
    pub fn forget(&self, id: KeyId) {
        self.memory().retain(|_, one| one.key.id != id);
    }

    /// Forgets all keys: for when an organisation was archived.
    pub fn forget_all(&self) {
        self.memory().clear();
    }

    fn memory(&self) -> MutexGuard<'_, HashMap<[u8; 32], Remembered>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recall(&self, hash: &[u8; 32]) -> Option<Remembered> {
        self.memory().get(hash).filter(|one| one.until > Instant::now()).cloned()
    }

    fn remember(&self, hash: [u8; 32], one: Remembered) {
        let now = Instant::now();
        let mut memory = self.memory();
        if memory.len() >= MOST_REMEMBERED {
            memory.retain(|_, one| one.until > now);
        }
        if memory.len() < MOST_REMEMBERED {
            memory.insert(hash, one);
        }
    }

    async fn look_up(&self, hash: [u8; 32]) -> Result<Remembered, Refusal> {
        if let Some(known) = self.recall(&hash) {
            return Ok(known);
        }
        let found = store::key_by_hash(self.desk.read(), self.desk.engine(), &hash).await?;
        let found = found.ok_or_else(|| Refusal::fault("unauthenticated"))?;
        let one = Remembered {
            key: Arc::new(found.key),
            orphaned: found.orphaned,
            as_of: found.as_of,
            until: Instant::now() + MEMORY,
        };
        self.remember(hash, one.clone());
        Ok(one)
    }
}

#[async_trait]
impl Keyring for StoredKeyring {
    async fn find(&self, secret: &str) -> Result<Known, Refusal> {
        if !is_plausible(secret) {
            return Err(Refusal::fault("unauthenticated"));
        }
        let Remembered { key, orphaned, as_of, .. } = self.look_up(hash_of(secret)).await?;
        let now = self.desk.clock.now();
        if let Some(slug) = key.flaw(now) {
            return Err(Refusal::fault(slug));
        }
        if orphaned {
            // Its organisation or its holder takes part no more.
            return Err(Refusal::fault("key_revoked"));
        }
        self.uses.note(&key, now);
        Ok(known_of(&key, as_of))
    }
}

fn known_of(key: &Key, as_of: i64) -> Known {
    Known {
        key_id: key.id.uuid(),
        person_id: key.person_id.uuid(),
        organisation_id: key.organisation_id.uuid(),
        role: key.role.as_str().to_owned(),
        permissions: key.permissions.clone(),
        remit: key
            .remit
            .as_ref()
            .map(|remit| (remit.kind.as_str().to_owned(), remit.code.clone().unwrap_or_default())),
        requests_per_minute: key.requests_per_minute,
        expires_at: key.expires_at,
        as_of,
    }
}
