//! Keys of repeated requests: the key's row is written in the same transaction as the effect.

use crate::db::{Engine, Kind, Rows, Writes, statement};
use crate::http::caller::Caller;
use crate::http::fault::Refusal;
use crate::http::idempotency::{IdempotencyKey, request_hash};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// The key a request carries, with the hash of what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// The API key it came with: keys of two callers never meet.
    pub key_id: Uuid,
    /// The `Idempotency-Key`.
    pub key: String,
    /// Hash of operation and body.
    pub hash: [u8; 32],
}

impl Repeat {
    /// Of a request by `caller`, whose `Idempotency-Key` was `key`; `operation` is its method and path with the ids in
    /// it, `body` what it asks for.
    ///
    /// # Errors
    /// What is wrong with the key.
    pub fn of(caller: &Caller, key: Option<&str>, operation: &str, body: Option<Value>) -> Result<Self, Refusal> {
        let key = IdempotencyKey::from_header(key)?;
        Ok(Self {
            key_id: caller.key_id,
            key: key.as_str().to_owned(),
            hash: request_hash(operation, &body.unwrap_or_default()),
        })
    }
}

/// What was answered before.
#[derive(Clone, Debug)]
pub(super) struct Prior {
    pub(super) hash: Vec<u8>,
    pub(super) answer: String,
}

pub(super) type Priors = HashMap<(Uuid, String), Prior>;

const WANTED: &[(&str, Kind)] = &[("key_id", Kind::Id), ("key", Kind::Text)];

/// All earlier answers to these keys: one statement.
pub(super) async fn find(tx: &impl ConnectionTrait, engine: Engine, keys: &[&Repeat]) -> Result<Priors, DbErr> {
    let mut wanted = Rows::new(WANTED);
    for repeat in keys {
        wanted.push([repeat.key_id.into(), repeat.key.clone().into()]);
    }
    let mut found = Priors::new();
    for (source, values) in wanted.sources(engine) {
        let sql = format!(
            "SELECT i.key_id, i.key, i.request_hash, i.answer FROM {source} JOIN idempotency i ON i.key_id = r.key_id AND i.key = r.key"
        );
        for row in tx.query_all_raw(statement(engine, &sql, values)).await? {
            found.insert(
                (row.try_get("", "key_id")?, row.try_get("", "key")?),
                Prior {
                    hash: row.try_get("", "request_hash")?,
                    answer: row.try_get("", "answer")?,
                },
            );
        }
    }
    Ok(found)
}

const KEPT: &[(&str, Kind)] = &[
    ("key_id", Kind::Id),
    ("key", Kind::Text),
    ("request_hash", Kind::Bytes),
    ("answer", Kind::Text),
    ("created_at", Kind::Instant),
];

/// Keeps the answers of a turn: one set of rows.
pub(super) fn keep(writes: &mut Writes, answers: &[(&Repeat, &str)], now: DateTime<Utc>) {
    let mut rows = Rows::new(KEPT);
    for (repeat, answer) in answers {
        rows.push([
            repeat.key_id.into(),
            repeat.key.clone().into(),
            repeat.hash.to_vec().into(),
            (*answer).into(),
            now.into(),
        ]);
    }
    writes.insert("idempotency", rows, "");
}
