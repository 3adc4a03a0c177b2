//! What an entry says of the rows of its thing: a hash of them as the turn leaves them, by the table of what is hashed
//! of what. It stands as `rows` among what is said, beside the hash of an own text that some entries carry.

use super::entry::NewEntry;
use super::turn::Recorded;
use crate::db::{Engine, Params};
use chrono::{DateTime, NaiveDate, Utc};
use entity::hashed::{self, Is, Table};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value as SqlValue};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Under this name it stands among what is said.
pub(super) const ROWS: &str = "rows";
/// What a thing of before is noted by.
pub(super) const NOTED: &str = "register.noted";
/// The text of its own that this entry carries is all there is of an order that was only placed; nothing slows placing.
const PLACED: &str = "order.placed";
/// Things asked for by one statement.
const AT_ONCE: usize = 1_000;

/// What names a thing in its tables.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Id(Uuid),
    Code(String),
}

impl From<&Key> for SqlValue {
    fn from(key: &Key) -> Self {
        match key {
            Key::Id(id) => (*id).into(),
            Key::Code(code) => code.clone().into(),
        }
    }
}

/// Things with rows, by their kind.
pub(super) type Things = BTreeMap<&'static str, BTreeSet<Key>>;

/// The things with rows that these entries are about.
pub(super) fn things_of(entries: &[(Recorded, NewEntry)]) -> Things {
    let mut things = Things::new();
    for (_, entry) in entries {
        if let Some(key) = key_of(entry) {
            things.entry(entry.thing.kind).or_default().insert(key);
        }
    }
    things
}

/// Says of each entry what the rows of its thing are now. All that the turn writes of them must be written.
pub(super) async fn say_rows(
    db: &impl ConnectionTrait,
    engine: Engine,
    things: Things,
    entries: &mut [(Recorded, NewEntry)],
) -> Result<(), DbErr> {
    let mut hashes = BTreeMap::new();
    for (thing, keys) in things {
        let keys: Vec<Key> = keys.into_iter().collect();
        for some in keys.chunks(AT_ONCE) {
            for (key, mut lines) in lines_of(db, engine, thing, some).await? {
                lines.sort_unstable();
                hashes.insert((thing, key), hex::encode(Sha256::digest(lines.join("\n").as_bytes())));
            }
        }
    }
    for (_, entry) in entries {
        let hash = key_of(entry).and_then(|key| hashes.get(&(entry.thing.kind, key)));
        if let Some(hash) = hash {
            entry.what.insert(ROWS.to_owned(), hash.clone().into());
        }
    }
    Ok(())
}

/// What names the thing of an entry in its tables, where it has rows. Where that is a code, the entry says it.
fn key_of(entry: &NewEntry) -> Option<Key> {
    if entry.kind == PLACED {
        return None;
    }
    let own = hashed::tables_of(entry.thing.kind).next()?;
    match own.key.1 {
        Is::Text => entry.what.get("code")?.as_str().map(|code| Key::Code(code.to_owned())),
        _ => Some(Key::Id(entry.thing.id)),
    }
}

type Lines = BTreeMap<Key, Vec<String>>;

async fn lines_of(db: &impl ConnectionTrait, engine: Engine, thing: &str, keys: &[Key]) -> Result<Lines, DbErr> {
    let mut lines = Lines::new();
    for table in hashed::tables_of(thing) {
        let mut params = Params::new(engine);
        let marks = match table.key.1 {
            Is::Id => params.ids(keys.iter().filter_map(|key| match key {
                Key::Id(id) => Some(*id),
                Key::Code(_) => None,
            })),
            _ => params.list(keys),
        };
        let sql = select(table, &marks);
        for row in db.query_all_raw(params.into_statement(&sql)).await? {
            let key = match table.key.1 {
                Is::Text => Key::Code(row.try_get("", "of_thing")?),
                _ => Key::Id(row.try_get("", "of_thing")?),
            };
            lines.entry(key).or_default().push(line(table, &row)?);
        }
    }
    Ok(lines)
}

fn select(table: &Table, marks: &str) -> String {
    let columns: String = table.columns.iter().map(|(name, _)| format!(", t.{name}")).collect();
    let (name, key) = (table.name, table.key.0);
    match table.via {
        Some((other, owner)) => {
            format!("SELECT v.{owner} AS of_thing{columns} FROM {name} t JOIN {other} v ON v.id = t.{key} WHERE v.{owner} IN ({marks})")
        }
        None => format!("SELECT t.{key} AS of_thing{columns} FROM {name} t WHERE t.{key} IN ({marks})"),
    }
}

/// A row as it is hashed.
fn line(table: &Table, row: &QueryResult) -> Result<String, DbErr> {
    let mut values = Map::new();
    for (name, is) in &table.columns {
        if let Some(value) = value(row, name, *is)? {
            values.insert((*name).to_owned(), value);
        }
    }
    Ok(format!("{} {}", table.name, Value::Object(values)))
}

fn value(row: &QueryResult, name: &str, is: Is) -> Result<Option<Value>, DbErr> {
    Ok(match is {
        Is::Id => row.try_get::<Option<Uuid>>("", name)?.map(|id| id.to_string().into()),
        Is::Text => row.try_get::<Option<String>>("", name)?.map(Into::into),
        Is::Small => row.try_get::<Option<i16>>("", name)?.map(Into::into),
        Is::Int => row.try_get::<Option<i32>>("", name)?.map(Into::into),
        Is::Big => row.try_get::<Option<i64>>("", name)?.map(Into::into),
        Is::Flag => row.try_get::<Option<bool>>("", name)?.map(Into::into),
        Is::Date => row.try_get::<Option<NaiveDate>>("", name)?.map(|day| day.to_string().into()),
        Is::Instant => row
            .try_get::<Option<DateTime<Utc>>>("", name)?
            .map(|at| at.timestamp_micros().into()),
        Is::Bytes => row.try_get::<Option<Vec<u8>>>("", name)?.map(|bytes| hex::encode(bytes).into()),
    })
}
