//! Keys inside a turn: whoever asked with a key that has been revoked since writes nothing.
//!
//! Owns the second look at a key, not the key. A caller was let in with a key found good as of a number of the register,
//! and a revocation moves that number, so a turn that begins at the same number has nothing to ask; at another it
//! looks at all keys of its batch with one statement. A turn has taken the head, so what it sees then stays so until
//! it is committed. Keys whose time ran out while they waited need no look at all.

use super::gate::Given;
use super::turn::Turn;
use crate::db::{Engine, Params};
use crate::http::asking::{Asking, who_asks};
use crate::http::fault::{Fault, Refusal};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// The most keys remembered as looked at; beyond it all are forgotten, which costs a statement.
const MOST_REMEMBERED: usize = 10_000;
/// Why a key is turned away inside a turn.
const REASONS: [&str; 3] = ["key_revoked", "key_expired", "unauthenticated"];

/// Which keys have been found good inside a turn, and at which number of the register.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<HashMap<Uuid, i64>>);

impl Seen {
    fn memory(&self) -> MutexGuard<'_, HashMap<Uuid, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why each of these is turned away; nothing for those that may go on. A turn asks at its beginning, and again,
    /// of all of them, where it has shut keys itself.
    pub(super) async fn turned_away(&self, turn: &Turn, asking: &[Option<Asking>]) -> Result<Vec<Option<Refusal>>, DbErr> {
        let at = turn.found_register_seq();
        let unsure: Vec<Uuid> = {
            let seen = self.memory();
            let is_sure = |one: &Asking| one.as_of == at || seen.get(&one.key) == Some(&at);
            let all = asking.iter().flatten();
            all.filter(|one| turn.shuts_keys() || !is_sure(one)).map(|one| one.key).collect()
        };
        let flaws = flaws(turn.tx(), turn.engine(), turn.begun_at(), &unsure).await?;
        // What this turn has done itself may yet be taken back.
        if !turn.shuts_keys() {
            let mut seen = self.memory();
            if seen.len() + flaws.len() > MOST_REMEMBERED {
                seen.clear();
            }
            seen.extend(flaws.iter().filter(|(_, flaw)| flaw.is_none()).map(|(key, _)| (*key, at)));
        }
        let reason = |one: &Asking| {
            let flaw = flaws.get(&one.key).copied().flatten();
            let slug = flaw.or((one.expires_at <= turn.begun_at()).then_some("key_expired"))?;
            Some(Fault::of(slug).into())
        };
        Ok(asking.iter().map(|one| one.as_ref().and_then(reason)).collect())
    }
}

/// Whether this was refused because of the key, so that asking again with it is in vain.
#[must_use]
pub fn is_turned_away(refusal: &Refusal) -> bool {
    refusal.faults().iter().any(|fault| REASONS.contains(&fault.slug()))
}

/// Whether an answer of before may take this one's place: nothing yet, or a refusal for another reason than the key.
pub(super) fn is_open(given: &Option<Given>) -> bool {
    match given {
        None => true,
        Some(Ok(_)) => false,
        Some(Err(refusal)) => !is_turned_away(refusal),
    }
}

/// Whether the key behind the work in hand is still good, for who has waited before it is answered.
///
/// # Errors
/// `key_revoked`, `key_expired`.
pub async fn admit_again(db: &impl ConnectionTrait, engine: Engine, now: DateTime<Utc>) -> Result<(), Refusal> {
    let Some(asking) = who_asks() else { return Ok(()) };
    let flaws = flaws(db, engine, now, &[asking.key]).await?;
    match flaws.get(&asking.key).copied().flatten() {
        Some(slug) => Err(Fault::of(slug).into()),
        None => Ok(()),
    }
}

/// What is wrong with each of these keys as they stand there.
async fn flaws(
    db: &impl ConnectionTrait,
    engine: Engine,
    now: DateTime<Utc>,
    keys: &[Uuid],
) -> Result<HashMap<Uuid, Option<&'static str>>, DbErr> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let mut flaws: HashMap<_, _> = keys.iter().map(|key| (*key, Some("unauthenticated"))).collect();
    let mut params = Params::new(engine);
    let ids = params.ids(keys.iter().copied());
    let sql = format!(
        "SELECT k.id, k.expires_at, CASE WHEN k.revoked_at IS NULL AND o.archived_at IS NULL AND p.archived_at IS NULL THEN 0 ELSE 1 END AS shut \
         FROM api_keys k JOIN organisations o ON o.id = k.organisation_id JOIN people p ON p.id = k.person_id WHERE k.id IN ({ids})"
    );
    for row in db.query_all_raw(params.into_statement(&sql)).await? {
        flaws.insert(row.try_get("", "id")?, flaw_of(&row, now)?);
    }
    Ok(flaws)
}

fn flaw_of(row: &QueryResult, now: DateTime<Utc>) -> Result<Option<&'static str>, DbErr> {
    let (shut, expires_at): (i32, DateTime<Utc>) = (row.try_get("", "shut")?, row.try_get("", "expires_at")?);
    Ok(match (shut, expires_at <= now) {
        (0, false) => None,
        (0, true) => Some("key_expired"),
        _ => Some("key_revoked"),
    })
}
