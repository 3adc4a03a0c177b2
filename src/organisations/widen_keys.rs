//! Gives keys of before the words of permission that came since: whoever held every word of its role holds every word
//! afterwards, narrower keys stay as they are. The journal says so, key by key; run at each start, it does nothing
//! where nothing is left.

use super::concern::{address, word_of};
use super::key::{Key, WORDS};
use super::keys::command_line;
use super::store;
use crate::access::Permission;
use crate::http::fault::Refusal;
use crate::journal::{Desk, NewEntry, Turn, TurnError, UseCase};
use std::time::Duration;

/// Keys gone through in one turn.
const AT_ONCE: u64 = 500;
/// Nobody waits at the other end of a line.
const PATIENCE: Duration = Duration::from_secs(60);
/// The words that keys of before could not have held.
const SINCE: [Permission; 3] = [Permission::Unit, Permission::Inbox, Permission::Jobs];

/// Goes through all keys that were made when there were fewer words; answers how many were widened.
///
/// # Errors
/// Only the database's.
pub async fn widen_keys(desk: &Desk) -> Result<u64, Refusal> {
    let gate = desk.gate.with_patience(PATIENCE);
    let mut widened = 0;
    while store::has_keys_of_before(desk.read(), WORDS).await? {
        widened += gate.run(WidenKeys, None).await?.answer;
    }
    Ok(widened)
}

/// Some of them, in one turn.
struct WidenKeys;

#[async_trait::async_trait]
impl UseCase for WidenKeys {
    type Answer = u64;

    async fn run(&self, turn: &mut Turn) -> Result<u64, TurnError> {
        let mut widened = 0;
        let keys = store::keys_of_before(turn.tx(), WORDS, AT_ONCE).await?;
        let words = keys.iter().filter_map(|key| word_of(key.organisation_id, key.role));
        turn.words(words.collect()).await?;
        for mut key in keys {
            let fuller = fuller(&key);
            if let Some(words) = &fuller {
                key.permissions.clone_from(words);
            }
            store::set_words(turn.tx(), turn.engine(), &key, WORDS).await?;
            if fuller.is_some() {
                let mut entry = NewEntry::new("key.widened", "key", key.id.uuid(), command_line().who())
                    .with("organisation_id", key.organisation_id.to_string())
                    .with("permissions", key.permissions.join(" "));
                address(&mut entry, key.organisation_id, key.role);
                turn.record(entry);
                widened += 1;
            }
        }
        Ok(widened)
    }
}

/// All words of the role, for a key that held all there were; nothing for narrower ones and for those that are
/// revoked, which stay as they are.
fn fuller(key: &Key) -> Option<Vec<String>> {
    let of_role = Permission::of_role(key.role);
    let holds = |permission: &Permission| key.permissions.iter().any(|word| word == permission.as_str());
    let of_before = of_role.iter().filter(|permission| !SINCE.contains(permission));
    let all = of_before.into_iter().all(holds);
    (all && key.revoked_at.is_none()).then(|| of_role.iter().map(|permission| permission.as_str().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::Role;

    #[test]
    fn the_words_of_before_are_all_but_those_that_came_since() {
        let before: Vec<_> = Permission::ALL.iter().filter(|one| !SINCE.contains(one)).collect();
        assert_eq!(before.len(), 9);
        let held = |role: Role| Permission::of_role(role).iter().filter(|one| !SINCE.contains(one)).count();
        assert_eq!(
            [held(Role::Buyer), held(Role::Supplier), held(Role::Auditor), held(Role::Operator)],
            [3, 5, 1, 4]
        );
    }
}
