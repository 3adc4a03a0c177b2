//! The rows of each thing against the hash that the last entry about it carries: columns and tables by the one table of
//! what is hashed of what, values read and printed by code of its own.

use super::Report;
use super::chain::hash;
use crate::db::{Engine, Params, Snapshot, statement};
use chrono::{DateTime, NaiveDate, Utc};
use entity::hashed::{self, Is, Table};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use uuid::Uuid;

/// Things are gone through in ranges of so many.
const RANGE: usize = 2_000;
/// Of an order that was only placed, which its own text tells whole.
const AS_PLACED: &str = "orders {}";
/// The one row that a step of the schema makes, which nobody has told of.
const AS_MADE: &str = r#"categories {"created_at":1795564800000000,"name_en":"Freight","name_zh":"运费"}"#;

/// What entries say of the rows of things; the last word holds.
#[derive(Default)]
pub(super) struct Register {
    said: HashMap<(&'static str, Uuid), [u8; 32]>,
    things: Vec<&'static str>,
}

impl Register {
    pub(super) fn new() -> Self {
        Self {
            said: HashMap::new(),
            things: hashed::things(),
        }
    }

    /// Keeps what an entry says of the rows of its thing.
    pub(super) fn hear(&mut self, thing: Uuid, said: &Value) {
        let Some(rows) = said["what"]["rows"].as_str() else {
            return;
        };
        let kind = said["thing"]["kind"].as_str().unwrap_or_default();
        let Some(kind) = self.things.iter().find(|one| **one == kind) else {
            return;
        };
        let mut told = [0; 32];
        // What is no hash equals none.
        if hex::decode_to_slice(rows, &mut told).is_ok() {
            let by_code = hashed::tables_of(kind).any(|own| own.own && own.key.1 == Is::Text);
            let key = said["what"]["code"].as_str().filter(|_| by_code).map_or(thing, of_code);
            self.said.insert((kind, key), told);
        }
    }

    /// Holds all things to it.
    pub(super) async fn check(mut self, db: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
        let waiting = waiting(db, engine).await?;
        for thing in std::mem::take(&mut self.things) {
            let mut not_yet = 0;
            self.check_things(thing, (db, engine), waiting.contains(thing), (&mut not_yet, report))
                .await?;
            if not_yet > 0 {
                report.note(thing, format!("{not_yet} of them are not yet noted"));
            }
        }
        let mut missing: Vec<_> = self.said.into_keys().collect();
        missing.sort_unstable();
        for (thing, key) in missing {
            let table = hashed::tables_of(thing).next().map_or(thing, |own| own.name);
            report.find(format!("{table} id={key}"), "is missing, though an entry tells of it");
        }
        Ok(())
    }

    async fn check_things(
        &mut self,
        thing: &'static str,
        (db, engine): (&Snapshot, Engine),
        waits: bool,
        (not_yet, report): (&mut u64, &mut Report),
    ) -> Result<(), DbErr> {
        let mut after = None;
        loop {
            let found = range(db, engine, thing, after.as_deref()).await?;
            for (key, lines) in &found {
                let text = text_of(lines);
                let id = key.parse().unwrap_or_else(|_| of_code(key));
                match self.said.remove(&(thing, id)) {
                    Some(said) if said == hash(&[text.as_bytes()]) => {}
                    Some(_) => report.find(place(thing, key), "or a row of it is not as its last entry says"),
                    None if text == AS_PLACED || (key == "freight" && text == AS_MADE) => {}
                    None if waits => *not_yet += 1,
                    None => report.find(place(thing, key), "is told of by no entry"),
                }
            }
            if found.len() < RANGE {
                return Ok(());
            }
            after = found.into_keys().next_back();
        }
    }
}

/// Codes are short and ids are not codes: a code has the id of its hash here.
fn of_code(code: &str) -> Uuid {
    let digest = hash(&[b"code ", code.as_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Uuid::from_bytes(bytes)
}

fn place(thing: &str, key: &str) -> String {
    match hashed::tables_of(thing).next() {
        Some(own) => format!("{} {}={key}", own.name, own.key.0),
        None => format!("{thing} {key}"),
    }
}

fn text_of(lines: &[String]) -> String {
    let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// Kinds of things of which some are still to be noted. A database of before has no such table, and everything waits.
async fn waiting(db: &Snapshot, engine: Engine) -> Result<HashSet<String>, DbErr> {
    let there = match engine {
        Engine::Sqlite => "SELECT name AS thing FROM sqlite_master WHERE type = 'table' AND name = 'register_notings'",
        Engine::Postgres => {
            "SELECT table_name::text AS thing FROM information_schema.tables \
             WHERE table_schema = current_schema() AND table_name = 'register_notings'"
        }
    };
    if db.query_one_raw(statement(engine, there, Vec::new())).await?.is_none() {
        return Ok(hashed::things().into_iter().map(str::to_owned).collect());
    }
    let sql = "SELECT thing FROM register_notings WHERE ended_at IS NULL";
    let rows = db.query_all_raw(statement(engine, sql, Vec::new())).await?;
    rows.iter().map(|row| row.try_get("", "thing")).collect()
}

type Found = BTreeMap<String, Vec<String>>;

/// The next things in the order of their keys, with the lines of all their rows.
async fn range(db: &Snapshot, engine: Engine, thing: &str, after: Option<&str>) -> Result<Found, DbErr> {
    let mut found = Found::new();
    for table in hashed::tables_of(thing) {
        let mut params = Params::new(engine);
        let bound = |key: &str, params: &mut Params| match table.key.1 {
            Is::Id => params.add(key.parse().unwrap_or_else(|_| Uuid::nil())),
            _ => params.add(key),
        };
        let key = printed_key(engine, table);
        let wanted = if table.own {
            let after = bound(after.unwrap_or_default(), &mut params);
            format!("{key} > {after} ORDER BY {key} LIMIT {RANGE}")
        } else {
            let (Some(first), Some(last)) = (found.keys().next(), found.keys().next_back()) else {
                break;
            };
            let (first, last) = (bound(first, &mut params), bound(last, &mut params));
            format!("{key} BETWEEN {first} AND {last}")
        };
        let sql = format!("SELECT {key} AS of_thing{} FROM {} WHERE {wanted}", columns(table), from(table));
        for row in db.query_all_raw(params.into_statement(&sql)).await? {
            let key = match table.key.1 {
                Is::Id => row.try_get::<Uuid>("", "of_thing")?.to_string(),
                _ => row.try_get("", "of_thing")?,
            };
            found.entry(key).or_default().push(line(table, &row)?);
        }
    }
    Ok(found)
}

/// Ids sort as their texts do; codes are made to.
fn printed_key(engine: Engine, table: &Table) -> String {
    let key = match table.via {
        Some((_, owner)) => format!("v.{owner}"),
        None => format!("t.{}", table.key.0),
    };
    match (engine, table.key.1) {
        (Engine::Postgres, Is::Text) => format!("{key} COLLATE \"C\""),
        _ => key,
    }
}

fn columns(table: &Table) -> String {
    table.columns.iter().map(|(name, _)| format!(", t.{name}")).collect()
}

fn from(table: &Table) -> String {
    match table.via {
        Some((other, _)) => format!("{} t JOIN {other} v ON v.id = t.{}", table.name, table.key.0),
        None => format!("{} t", table.name),
    }
}

/// A row as it is hashed: its table and its values by the names of their columns, those that are none left out.
fn line(table: &Table, row: &QueryResult) -> Result<String, DbErr> {
    let mut line = format!("{} {{", table.name);
    let mut comma = "";
    for (name, is) in &table.columns {
        if let Some(value) = printed(row, name, *is)? {
            let _ = write!(line, "{comma}\"{name}\":{value}");
            comma = ",";
        }
    }
    line.push('}');
    Ok(line)
}

fn printed(row: &QueryResult, name: &str, is: Is) -> Result<Option<String>, DbErr> {
    let quoted = |text: String| Value::String(text).to_string();
    Ok(match is {
        Is::Id => row.try_get::<Option<Uuid>>("", name)?.map(|id| format!("\"{id}\"")),
        Is::Text => row.try_get::<Option<String>>("", name)?.map(quoted),
        Is::Small => row.try_get::<Option<i16>>("", name)?.map(|number| number.to_string()),
        Is::Int => row.try_get::<Option<i32>>("", name)?.map(|number| number.to_string()),
        Is::Big => row.try_get::<Option<i64>>("", name)?.map(|number| number.to_string()),
        Is::Flag => row.try_get::<Option<bool>>("", name)?.map(|flag| flag.to_string()),
        Is::Date => row.try_get::<Option<NaiveDate>>("", name)?.map(|day| format!("\"{day}\"")),
        Is::Instant => row
            .try_get::<Option<DateTime<Utc>>>("", name)?
            .map(|at| at.timestamp_micros().to_string()),
        Is::Bytes => row
            .try_get::<Option<Vec<u8>>>("", name)?
            .map(|bytes| format!("\"{}\"", hex::encode(bytes))),
    })
}
