//! What was there before rows were hashed is noted once, as it is then: an entry `register.noted` for each thing. No
//! entry of before is written anew; until a thing is noted, `verify` can only say that it is not.

use super::content;
use super::entry::{NewEntry, Who};
use super::turn::{Turn, TurnError};
use crate::db::{Engine, Params, statement};
use entity::hashed::{self, Is, Table};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use uuid::Uuid;

/// Things noted in a turn, at most.
const AT_ONCE: usize = 2_000;

/// A kind of thing of which some are not noted yet.
struct Noting {
    thing: String,
    /// Things of which something was said after this number are hashed already.
    through_seq: i64,
    /// The key of the last one that is noted.
    after: Option<String>,
}

/// Notes some things; whether there may be more. `id_of_code` gives the id of a thing that its tables name by a code.
///
/// # Errors
/// Only the database's.
pub async fn note_some(turn: &mut Turn, id_of_code: fn(&str, &str) -> Uuid) -> Result<bool, TurnError> {
    let Some(noting) = next(turn).await? else {
        return Ok(false);
    };
    let keys = match hashed::tables_of(&noting.thing).next() {
        Some(own) => {
            let keys = keys(turn, own, &noting).await?;
            for key in &keys {
                turn.record(noted(own, key, id_of_code));
            }
            keys
        }
        None => Vec::new(),
    };
    note_place(turn, &noting, &keys).await?;
    Ok(true)
}

fn noted(own: &Table, key: &str, id_of_code: fn(&str, &str) -> Uuid) -> NewEntry {
    // The service itself does it: no key, no person.
    let (key_id, organisation, person) = (Uuid::nil(), Uuid::nil(), Uuid::nil());
    let who = Who {
        key: key_id,
        organisation,
        person,
    };
    match key.parse().ok().filter(|_| own.key.1 == Is::Id) {
        Some(id) => NewEntry::new(content::NOTED, own.thing, id, who),
        None => NewEntry::new(content::NOTED, own.thing, id_of_code(own.thing, key), who).with("code", key),
    }
}

async fn next(turn: &Turn) -> Result<Option<Noting>, DbErr> {
    let sql = "SELECT thing, through_seq, after_key FROM register_notings WHERE ended_at IS NULL ORDER BY thing LIMIT 1";
    let row = turn.tx().query_one_raw(statement(turn.engine(), sql, Vec::new())).await?;
    row.map(|row| {
        Ok(Noting {
            thing: row.try_get("", "thing")?,
            through_seq: row.try_get("", "through_seq")?,
            after: row.try_get("", "after_key")?,
        })
    })
    .transpose()
}

/// The next keys, in their order.
async fn keys(turn: &Turn, own: &Table, noting: &Noting) -> Result<Vec<String>, DbErr> {
    let engine = turn.engine();
    let mut params = Params::new(engine);
    let (name, (key, is)) = (own.name, own.key);
    let after = noting.after.clone().unwrap_or_default();
    let mut wanted = if is == Is::Id {
        let after = params.add(after.parse().unwrap_or_else(|_| Uuid::nil()));
        let (thing, seq) = (params.add(own.thing), params.add(noting.through_seq));
        format!(
            "t.{key} > {after} AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.thing_id = t.{key} AND e.thing_kind = {thing} AND e.seq > {seq}) \
             ORDER BY t.{key}"
        )
    } else {
        let bytes = if engine == Engine::Postgres { " COLLATE \"C\"" } else { "" };
        let after = params.add(after);
        format!("t.{key}{bytes} > {after} ORDER BY t.{key}{bytes}")
    };
    wanted.push_str(&format!(" LIMIT {AT_ONCE}"));
    let sql = format!("SELECT t.{key} AS key FROM {name} t WHERE {wanted}");
    let read = |row: &QueryResult| match is {
        Is::Id => row.try_get::<Uuid>("", "key").map(|id| id.to_string()),
        _ => row.try_get("", "key"),
    };
    let rows = turn.tx().query_all_raw(params.into_statement(&sql)).await?;
    rows.iter().map(read).collect()
}

/// Keeps how far it has come; a short set is the last.
async fn note_place(turn: &Turn, noting: &Noting, keys: &[String]) -> Result<(), DbErr> {
    let last = keys.last().or(noting.after.as_ref()).cloned();
    let ended = (keys.len() < AT_ONCE).then(|| turn.next().at);
    let sql = "UPDATE register_notings SET after_key = $1, ended_at = $2 WHERE thing = $3";
    let values = vec![last.into(), ended.into(), noting.thing.clone().into()];
    turn.tx().execute_raw(statement(turn.engine(), sql, values)).await.map(|_| ())
}
