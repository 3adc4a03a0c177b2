//! Revokes a key, at once in this process and within two seconds in the others.

use super::concern::concerning;
use super::key::Key;
use super::store;
use crate::access::{Actor, may_manage_keys};
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Answered, Desk, NewEntry, Repeat, Turn, TurnError, UseCase};
use entity::KeyId;

/// Revokes a key; revoked ones stay as they are.
///
/// # Errors
/// `forbidden`, `not_found`, `own_key`.
pub async fn revoke_key(desk: &Desk, actor: &Actor, id: KeyId, repeat: Option<Repeat>) -> Result<Answered<Key>, Refusal> {
    let use_case = RevokeKey { actor: actor.clone(), id };
    desk.gate.run(use_case, repeat).await
}

struct RevokeKey {
    actor: Actor,
    id: KeyId,
}

#[async_trait::async_trait]
impl UseCase for RevokeKey {
    type Answer = Key;

    async fn run(&self, turn: &mut Turn) -> Result<Key, TurnError> {
        let mut key = store::key(turn.tx(), self.id).await?.ok_or_else(|| Fault::of("not_found"))?;
        may_manage_keys(&self.actor, key.organisation_id)?;
        if key.revoked_at.is_some() {
            return Ok(key);
        }
        // Who revokes the key in hand may lock everybody out; another key, or the command line, can do it.
        if self.id == self.actor.key {
            return Err(Fault::of("own_key").into());
        }
        let at = turn.next().at;
        if !store::revoke_key(turn.tx(), turn.engine(), self.id, at).await? {
            return Err(Refusal::broken("a key was revoked under a turn").into());
        }
        key.revoked_at = Some(at);
        let entry =
            NewEntry::new("key.revoked", "key", self.id.uuid(), self.actor.who()).with("organisation_id", key.organisation_id.to_string());
        let owner = store::organisation(turn.tx(), key.organisation_id).await?;
        let entry = match owner {
            Some(owner) => concerning(turn, entry, owner.id, owner.role()).await?,
            None => entry,
        };
        turn.record(entry);
        Ok(key)
    }
}
