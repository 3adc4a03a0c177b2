//! Reading entries in their order: what happened, for those whom it concerns.

use super::content::{NOTED, ROWS};
use super::entry::Who;
use super::head::{self, PAIRING};
use super::merkle::Hash;
use crate::db::{Engine, Params, statement};
use crate::http::fault::Refusal;
use chrono::{DateTime, Utc};
use entity::EventKind;
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A place in the order of events. Numbers mean nothing without their epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The epoch it was given in.
    pub epoch: Uuid,
    /// The number of the last entry seen.
    pub seq: i64,
}

/// Whose events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedFilter {
    /// All: officials with the city's remit, auditors, operators.
    All,
    /// Those that concern this organisation, as buyer or as supplier.
    Party(String),
}

/// An entry as the feed shows it.
#[derive(Clone, Debug)]
pub struct Event {
    /// Number.
    pub seq: i64,
    /// What happened.
    pub kind: String,
    /// Kind of the thing.
    pub thing_kind: String,
    /// The thing.
    pub thing_id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// The entry as it is hashed.
    pub body: String,
    /// The leaf of the tree that it is.
    pub leaf: Hash,
}

impl Event {
    pub(super) fn from_row(row: &QueryResult) -> Result<Self, DbErr> {
        let (seq, leaf): (i64, Vec<u8>) = (row.try_get("", "seq")?, row.try_get("", "leaf")?);
        let unread = |_| DbErr::Custom(format!("entry {seq} cannot be read: run `yangpin verify`"));
        Ok(Self {
            seq,
            kind: row.try_get("", "kind")?,
            thing_kind: row.try_get("", "thing_kind")?,
            thing_id: row.try_get("", "thing_id")?,
            at: row.try_get("", "at")?,
            body: row.try_get("", "body")?,
            leaf: leaf.try_into().map_err(unread)?,
        })
    }
}

impl Event {
    fn part(&self, name: &str) -> Option<serde_json::Value> {
        serde_json::from_str::<serde_json::Value>(&self.body).ok()?.get(name).cloned()
    }

    /// Why, as a code.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        self.part("reason")?.as_str().map(str::to_owned)
    }

    /// Who did it.
    #[must_use]
    pub fn who(&self) -> Option<Who> {
        let who = self.part("who")?;
        let id = |name: &str| who[name].as_str()?.parse().ok();
        Some(Who {
            key: id("key")?,
            organisation: id("organisation")?,
            person: id("person")?,
        })
    }

    /// What of it, as it stands in the entry.
    #[must_use]
    pub fn said(&self) -> serde_json::Map<String, serde_json::Value> {
        match self.part("what") {
            Some(serde_json::Value::Object(what)) => what,
            _ => serde_json::Map::new(),
        }
    }

    /// What of it: names and values, numbers as text; without the hash of its rows, which says nothing to who reads.
    #[must_use]
    pub fn what(&self) -> BTreeMap<String, String> {
        self.said()
            .into_iter()
            .filter(|(name, value)| !value.is_null() && name != ROWS)
            .map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            .collect()
    }
}

/// The most events that are shown of one thing.
const MOST_EVENTS_OF_A_THING: u64 = 200;

/// What happened to these things, oldest first.
pub async fn events_of(db: &impl ConnectionTrait, engine: Engine, things: &[Uuid]) -> Result<Vec<Event>, DbErr> {
    let mut params = Params::new(engine);
    let (pairing, things) = (params.add(PAIRING), params.list(things.iter().copied()));
    let sql = format!(
        "SELECT {EVENT} FROM entries WHERE thing_id IN ({things}) AND pairing = {pairing} \
         AND kind <> '{NOTED}' ORDER BY seq LIMIT {MOST_EVENTS_OF_A_THING}"
    );
    db.query_all_raw(params.into_statement(&sql))
        .await?
        .iter()
        .map(Event::from_row)
        .collect()
}

/// The first note that was written beside the entries of a thing.
pub async fn note_of(db: &impl ConnectionTrait, engine: Engine, thing: Uuid) -> Result<Option<String>, DbErr> {
    let sql = "SELECT text FROM notes WHERE thing_id = $1 ORDER BY seq LIMIT 1";
    let row = db.query_one_raw(statement(engine, sql, vec![thing.into()])).await?;
    row.map(|row| row.try_get("", "text")).transpose()
}

/// A note with the entry it stands beside.
#[derive(Clone, Debug)]
pub struct Noted {
    /// The entry.
    pub event: Event,
    /// The note.
    pub text: String,
}

/// All notes beside entries about these things, oldest first.
pub async fn notes_of(db: &impl ConnectionTrait, engine: Engine, things: &[Uuid]) -> Result<Vec<Noted>, DbErr> {
    if things.is_empty() {
        return Ok(Vec::new());
    }
    let mut params = Params::new(engine);
    let (pairing, things) = (params.add(PAIRING), params.list(things.iter().copied()));
    let sql = format!(
        "SELECT e.seq, e.kind, e.thing_kind, e.thing_id, e.at, e.body, e.leaf, n.text FROM notes n \
         JOIN entries e ON e.pairing = {pairing} AND e.seq = n.seq AND e.thing_id = n.thing_id \
         WHERE n.thing_id IN ({things}) ORDER BY e.seq"
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter().map(Noted::from_row).collect()
}

/// Notes beside entries with these numbers.
pub async fn notes_at(db: &impl ConnectionTrait, engine: Engine, seqs: &[i64]) -> Result<Vec<Noted>, DbErr> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let mut params = Params::new(engine);
    let (pairing, seqs) = (params.add(PAIRING), params.list(seqs.iter().copied()));
    let sql = format!(
        "SELECT e.seq, e.kind, e.thing_kind, e.thing_id, e.at, e.body, e.leaf, n.text FROM entries e \
         JOIN notes n ON n.seq = e.seq AND n.thing_id = e.thing_id WHERE e.pairing = {pairing} AND e.seq IN ({seqs})"
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter().map(Noted::from_row).collect()
}

impl Noted {
    fn from_row(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            event: Event::from_row(row)?,
            text: row.try_get("", "text")?,
        })
    }
}

/// The note that was written beside the first entry of a kind about a thing.
pub async fn note_at(db: &impl ConnectionTrait, engine: Engine, thing: Uuid, kind: &str) -> Result<Option<String>, DbErr> {
    let sql = "SELECT n.text FROM notes n JOIN entries e ON e.seq = n.seq AND e.pairing = $1 \
        WHERE n.thing_id = $2 AND e.kind = $3 ORDER BY n.seq LIMIT 1";
    let values = vec![PAIRING.into(), thing.into(), kind.into()];
    let row = db.query_one_raw(statement(engine, sql, values)).await?;
    row.map(|row| row.try_get("", "text")).transpose()
}

pub(super) const EVENT: &str = "seq, kind, thing_kind, thing_id, at, body, leaf";

/// What is asked of the feed.
#[derive(Clone, Debug)]
pub struct FeedAsk<'a> {
    /// Whose events.
    pub filter: &'a FeedFilter,
    /// Of which kinds; of all where there are none.
    pub kinds: &'a [EventKind],
    /// After this number.
    pub after: i64,
    /// Up to this number.
    pub through: i64,
    /// How many at most.
    pub limit: u64,
}

impl FeedAsk<'_> {
    fn of_kinds(&self, params: &mut Params) -> String {
        if self.kinds.is_empty() {
            return String::new();
        }
        format!(" AND kind IN ({})", params.list(self.kinds.iter().map(|kind| kind.as_str())))
    }
}

/// A page of what concerns an organisation on one side, found by the index of that side. An `OR` over both sides uses
/// neither index and goes through the whole journal. The pairing stands as a range: with an equality the engine may go
/// through the numbers of all entries instead, and of an expression it knows too little to read a large party in order.
fn side_of(params: &mut Params, side: &str, organisation: &str, ask: &FeedAsk<'_>) -> String {
    let (seq, through, word) = (params.add(ask.after), params.add(ask.through), params.add(organisation.to_owned()));
    let (from, to) = (params.add(PAIRING), params.add(PAIRING));
    // Who is on both sides sees it once, as the buyer.
    let once = if side == "supplier" {
        let word = params.add(organisation.to_owned());
        format!(" AND buyer <> COALESCE((SELECT id FROM dimensions WHERE kind = 'buyer' AND word = {word}), -1)")
    } else {
        String::new()
    };
    let (kinds, limit) = (ask.of_kinds(params), ask.limit);
    format!(
        "SELECT {EVENT} FROM (SELECT {EVENT} FROM entries WHERE {side} > 0 AND seq > {seq} AND seq <= {through} \
         AND pairing BETWEEN {from} AND {to} \
         AND {side} = (SELECT id FROM dimensions WHERE kind = '{side}' AND word = {word}){once}{kinds} ORDER BY seq LIMIT {limit}) {side}s"
    )
}

/// Events after a number, oldest first.
pub async fn events(db: &impl ConnectionTrait, engine: Engine, filter: &FeedFilter, after: i64, limit: u64) -> Result<Vec<Event>, DbErr> {
    let ask = FeedAsk {
        filter,
        kinds: &[],
        after,
        through: i64::MAX,
        limit,
    };
    events_of_kinds(db, engine, &ask).await
}

/// Events of some kinds, oldest first. There is no index of kinds: who asks bounds the numbers that are looked at.
pub async fn events_of_kinds(db: &impl ConnectionTrait, engine: Engine, ask: &FeedAsk<'_>) -> Result<Vec<Event>, DbErr> {
    let mut params = Params::new(engine);
    let limit = ask.limit;
    let sql = match ask.filter {
        FeedFilter::All => {
            let (pairing, seq, through) = (params.add(PAIRING), params.add(ask.after), params.add(ask.through));
            let kinds = ask.of_kinds(&mut params);
            format!(
                "SELECT {EVENT} FROM entries WHERE pairing = {pairing} AND seq > {seq} AND seq <= {through}{kinds} ORDER BY seq LIMIT {limit}"
            )
        }
        FeedFilter::Party(organisation) => {
            let sides = ["buyer", "supplier"].map(|side| side_of(&mut params, side, organisation, ask));
            format!(
                "SELECT {EVENT} FROM ({}) sides ORDER BY seq LIMIT {limit}",
                sides.join(" UNION ALL ")
            )
        }
    };
    db.query_all_raw(params.into_statement(&sql))
        .await?
        .iter()
        .map(Event::from_row)
        .collect()
}

/// Entries of one kind that concern the same two parties: all that is needed to know who waits for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// What happened.
    pub kind: String,
    /// The buyer concerned, by id.
    pub buyer: Option<String>,
    /// The supplier concerned, by id.
    pub supplier: Option<String>,
    /// The number of the last of them.
    pub seq: i64,
}

/// What has come after one number and up to another.
pub async fn news(db: &impl ConnectionTrait, engine: Engine, after: i64, through: i64) -> Result<Vec<News>, DbErr> {
    let sql = "SELECT n.kind, n.seq, b.word AS buyer, s.word AS supplier FROM \
        (SELECT kind, buyer, supplier, MAX(seq) AS seq FROM entries WHERE pairing = $1 AND seq > $2 AND seq <= $3 \
        GROUP BY kind, buyer, supplier) n \
        LEFT JOIN dimensions b ON b.id = n.buyer AND b.kind = 'buyer' \
        LEFT JOIN dimensions s ON s.id = n.supplier AND s.kind = 'supplier'";
    let values = vec![PAIRING.into(), after.into(), through.into()];
    let rows = db.query_all_raw(statement(engine, sql, values)).await?;
    rows.iter()
        .map(|row| {
            Ok(News {
                kind: row.try_get("", "kind")?,
                buyer: row.try_get("", "buyer")?,
                supplier: row.try_get("", "supplier")?,
                seq: row.try_get("", "seq")?,
            })
        })
        .collect()
}

/// Where a reader may go on who was at `position`: there, or, when a restore took back what came after it, an error
/// with the place up to which both histories are one.
pub async fn position_at(db: &impl ConnectionTrait, engine: Engine, position: Position) -> Result<Result<i64, Position>, Refusal> {
    let head = head::read(db, engine, false).await?;
    if position.epoch == head.epoch {
        let same = position.seq <= head.seq;
        return Ok(if same {
            Ok(position.seq)
        } else {
            Err(Position {
                epoch: head.epoch,
                seq: head.seq,
            })
        });
    }
    // The first epoch begun after the reader's own took back whatever came after its beginning.
    let row = db
        .query_one_raw(statement(
            engine,
            "SELECT MIN(later.began_after) AS common FROM journal_epochs mine \
             JOIN journal_epochs later ON later.pairing = mine.pairing AND later.number > mine.number \
             WHERE mine.epoch = $1 AND mine.pairing = $2",
            vec![position.epoch.into(), PAIRING.into()],
        ))
        .await?;
    let common: Option<i64> = match row {
        Some(row) => row.try_get("", "common")?,
        None => None,
    };
    Ok(match common {
        Some(common) if position.seq <= common => Ok(position.seq),
        Some(common) => Err(Position {
            epoch: head.epoch,
            seq: common,
        }),
        None => Err(Position { epoch: head.epoch, seq: 0 }),
    })
}
