//! Revokes a key, and with it the keys it made and those that they made: what a thief has made for later ends with the
//! key that was stolen. From the commit on nothing is written with any of them, in whichever process; reading ends at
//! once in this one and within two seconds in the others.

use super::concern::{address, word_of};
use super::key::Key;
use super::store;
use crate::access::{Actor, may_manage_keys};
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Answered, Desk, NewEntry, Repeat, Turn, TurnError, UseCase};
use chrono::{DateTime, Utc};
use entity::KeyId;
use serde::{Deserialize, Serialize};

/// The most children an answer tells one by one.
pub const MOST_TOLD: usize = 200;

/// A key that is revoked, and what it had made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// The key.
    #[serde(flatten)]
    pub key: Key,
    /// Those it made, and those they made, that were in force: the first of them.
    #[serde(default)]
    pub children: Vec<Key>,
    /// How many of them were taken along.
    #[serde(default)]
    pub children_revoked: u64,
    /// How many of them are still in force.
    #[serde(default)]
    pub children_left: u64,
}

/// Revokes a key, and with `cascade` all keys that came of it. Revoked ones stay as they are, and what came of them is
/// taken along all the same.
///
/// # Errors
/// `forbidden`, `not_found`, `own_key`.
pub async fn revoke_key(
    desk: &Desk,
    actor: &Actor,
    id: KeyId,
    cascade: bool,
    repeat: Option<Repeat>,
) -> Result<Answered<Revoked>, Refusal> {
    let use_case = RevokeKey {
        actor: actor.clone(),
        id,
        cascade,
    };
    desk.gate.run(use_case, repeat).await
}

struct RevokeKey {
    actor: Actor,
    id: KeyId,
    cascade: bool,
}

#[async_trait::async_trait]
impl UseCase for RevokeKey {
    type Answer = Revoked;

    async fn run(&self, turn: &mut Turn) -> Result<Revoked, TurnError> {
        let mut key = store::key(turn.tx(), self.id).await?.ok_or_else(|| Fault::of("not_found"))?;
        may_manage_keys(&self.actor, key.organisation_id)?;
        // Who revokes the key in hand may lock everybody out; another key, or the command line, can do it.
        if self.id == self.actor.key {
            return Err(Fault::of("own_key").into());
        }
        let at = turn.next().at;
        let mut children = store::keys_below(turn.tx(), turn.engine(), self.id).await?;
        children.retain(|child| child.flaw(at).is_none());
        let (mut taken, mut left): (Vec<Key>, Vec<Key>) = children
            .into_iter()
            .partition(|child| self.cascade && may_manage_keys(&self.actor, child.organisation_id).is_ok());
        if taken.iter().any(|child| child.id == self.actor.key) {
            return Err(Fault::of("own_key").at("/cascade").into());
        }
        if key.revoked_at.is_none() {
            self.shut(turn, std::slice::from_mut(&mut key), at).await?;
        }
        self.shut(turn, &mut taken, at).await?;
        let (children_revoked, children_left) = (count(&taken), count(&left));
        let mut children = taken;
        children.append(&mut left);
        children.truncate(MOST_TOLD);
        Ok(Revoked {
            key,
            children,
            children_revoked,
            children_left,
        })
    }
}

fn count<T>(all: &[T]) -> u64 {
    u64::try_from(all.len()).unwrap_or(u64::MAX)
}

impl RevokeKey {
    /// Writes that these are revoked, with an entry for each.
    async fn shut(&self, turn: &mut Turn, keys: &mut [Key], at: DateTime<Utc>) -> Result<(), TurnError> {
        let ids: Vec<KeyId> = keys.iter().map(|key| key.id).collect();
        if store::revoke_keys(turn.tx(), turn.engine(), &ids, at).await? != count(&ids) {
            return Err(Refusal::broken("a key was revoked under a turn").into());
        }
        let words = keys.iter().filter_map(|key| word_of(key.organisation_id, key.role));
        turn.words(words.collect()).await?;
        for key in keys {
            key.revoked_at = Some(at);
            let mut entry = NewEntry::new("key.revoked", "key", key.id.uuid(), self.actor.who())
                .with("organisation_id", key.organisation_id.to_string())
                .shutting_keys();
            if key.id != self.id {
                entry = entry.with("with", self.id.to_string());
            }
            address(&mut entry, key.organisation_id, key.role);
            turn.record(entry);
        }
        Ok(())
    }
}
