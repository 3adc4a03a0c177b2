//! All SQL of the journal that writes: entries, facts, notes, set by set.

use super::cell;
use super::entry::{Body, NewEntry, instant_text};
use super::fact::{Dimensions, Fact, NewFact, hash_of_facts, measure_code, mode_code};
use super::head::{FORMAT, Head, PAIRING};
use super::merkle::{Hash, leaf_hash};
use super::turn::{Recorded, Turn};
use super::words::{TurnWords, WordKind};
use crate::db::{Kind, Rows, Writes, statement};
use chrono::{DateTime, Utc};
use entity::{EventKind, Measure, Mode, Money, OrganisationId, Quantity};
use rand::Rng as _;
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const ENTRIES: &[(&str, Kind)] = &[
    ("pairing", Kind::Small),
    ("seq", Kind::Big),
    ("kind", Kind::Text),
    ("thing_kind", Kind::Text),
    ("thing_id", Kind::Id),
    ("buyer", Kind::Int),
    ("supplier", Kind::Int),
    ("at", Kind::Instant),
    ("body", Kind::Text),
    ("leaf", Kind::Bytes),
];

const FACTS: &[(&str, Kind)] = &[
    ("pairing", Kind::Small),
    ("seq", Kind::Big),
    ("no", Kind::Int),
    ("line_id", Kind::Id),
    ("measure", Kind::Small),
    ("mode", Kind::Small),
    ("amount", Kind::Big),
    ("quantity", Kind::Big),
    ("weight_grams", Kind::MaybeBig),
    ("lines", Kind::Small),
    ("business_date", Kind::Date),
    ("month", Kind::Int),
    ("concerns", Kind::MaybeDate),
    ("reverses_seq", Kind::MaybeBig),
    ("reverses_no", Kind::MaybeInt),
    ("town", Kind::Int),
    ("department", Kind::Int),
    ("channel", Kind::Int),
    ("fund_source", Kind::Int),
    ("category", Kind::Int),
    ("origin", Kind::Int),
    ("buyer", Kind::Int),
    ("product", Kind::Int),
    ("supplier", Kind::Int),
];

const NOTES: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("thing_id", Kind::Id),
    ("seq", Kind::Big),
    ("salt", Kind::Bytes),
    ("text", Kind::Text),
];

/// All entries of a turn with their facts and cells, to be written; carries the head forward in memory.
pub(super) fn write(
    writes: &mut Writes,
    head: &mut Head,
    words: &TurnWords,
    entries: Vec<(Recorded, NewEntry)>,
) -> Result<Option<(i64, Hash)>, DbErr> {
    let facts = entries.iter().map(|(_, entry)| entry.facts.len()).sum();
    let (mut entry_rows, mut fact_rows) = (Rows::with_room(ENTRIES, entries.len()), Rows::with_room(FACTS, facts));
    let mut note_rows = Rows::new(NOTES);
    let mut all_facts = Vec::with_capacity(facts);
    let mut last = None;
    for (recorded, entry) in entries {
        // What is in no list can be told to nobody: a test meets it, and no turn is lost to it where trade goes on.
        if cfg!(debug_assertions) && entry.kind.parse::<EventKind>().is_err() {
            return Err(DbErr::Custom(format!("{} is no kind of event: enter it in the list", entry.kind)));
        }
        let facts = numbered(recorded.seq, &entry);
        let note = entry
            .note
            .as_deref()
            .map(|text| note(&mut note_rows, recorded.seq, entry.thing.id, text));
        let body = body_of(recorded, &entry, &facts, note).map_err(|e| DbErr::Custom(format!("an entry cannot be written: {e}")))?;
        let leaf = leaf_hash(&body);
        entry_rows.push([
            PAIRING.into(),
            recorded.seq.into(),
            entry.kind.into(),
            entry.thing.kind.into(),
            entry.thing.id.into(),
            party(words, WordKind::Buyer, entry.buyer).into(),
            party(words, WordKind::Supplier, entry.supplier).into(),
            recorded.at.into(),
            body.into(),
            leaf.to_vec().into(),
        ]);
        for fact in &facts {
            push_fact(&mut fact_rows, fact);
        }
        all_facts.extend(facts);
        head.frontier.append(leaf);
        head.seq = recorded.seq;
        head.last_at = recorded.at;
        if entry.in_register {
            head.register_seq = recorded.seq;
        }
        last = Some((recorded.seq, leaf));
    }
    writes.insert("entries", entry_rows, "");
    writes.insert("facts", fact_rows, "");
    writes.insert("notes", note_rows, "");
    cell::add(writes, &all_facts);
    Ok(last)
}

fn numbered(seq: i64, entry: &NewEntry) -> Vec<Fact> {
    (1..).zip(&entry.facts).map(|(no, fact)| Fact { seq, no, fact: *fact }).collect()
}

fn party(words: &TurnWords, kind: WordKind, who: Option<OrganisationId>) -> i32 {
    who.and_then(|id| words.get(kind, &id.to_string())).unwrap_or(0)
}

fn body_of(recorded: Recorded, entry: &NewEntry, facts: &[Fact], note: Option<Hash>) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Body {
        at: instant_text(recorded.at),
        buyer: entry.buyer.map(OrganisationId::uuid),
        content: entry.content.map(hex::encode),
        facts: (!facts.is_empty()).then(|| hex::encode(hash_of_facts(facts))),
        format: FORMAT,
        kind: entry.kind,
        note: note.map(hex::encode),
        pairing: PAIRING,
        reason: entry.reason,
        seq: recorded.seq,
        supplier: entry.supplier.map(OrganisationId::uuid),
        thing: entry.thing,
        what: &entry.what,
        who: entry.who,
    })
}

/// Free text stands beside the journal, which keeps a hash with a salt of its own: without the salt nobody can try
/// out what the text was, and deleting both breaks nothing.
fn note(rows: &mut Rows, seq: i64, thing: Uuid, text: &str) -> Hash {
    let mut salt = [0_u8; 16];
    rand::rng().fill_bytes(&mut salt);
    rows.push([Uuid::now_v7().into(), thing.into(), seq.into(), salt.to_vec().into(), text.into()]);
    Sha256::new().chain_update(salt).chain_update(text.as_bytes()).finalize().into()
}

fn push_fact(rows: &mut Rows, Fact { seq, no, fact }: &Fact) {
    let d = &fact.dimensions;
    rows.push([
        PAIRING.into(),
        (*seq).into(),
        (*no).into(),
        fact.line.uuid().into(),
        measure_code(fact.measure).into(),
        mode_code(fact.mode).into(),
        fact.amount.fen().into(),
        fact.quantity.thousandths().into(),
        fact.weight_grams.into(),
        fact.lines.into(),
        fact.business_date.naive().into(),
        fact.month().yyyymm().into(),
        fact.concerns.map(|date| date.naive()).into(),
        fact.reverses.map(|(seq, _)| seq).into(),
        fact.reverses.map(|(_, no)| no).into(),
        d.town.into(),
        d.department.into(),
        d.channel.into(),
        d.fund_source.into(),
        d.category.into(),
        d.origin.into(),
        d.buyer.into(),
        d.product.into(),
        d.supplier.into(),
    ]);
}

/// Forgets keys of repeated requests that are older than `before`; at most `most` at a time.
pub async fn purge_repeats(turn: &Turn, before: DateTime<Utc>, most: u32) -> Result<u64, DbErr> {
    let sql = "DELETE FROM idempotency WHERE (key_id, key) IN \
        (SELECT key_id, key FROM idempotency WHERE created_at < $1 ORDER BY created_at LIMIT $2)";
    let done = turn
        .tx()
        .execute_raw(statement(turn.engine(), sql, vec![before.into(), i64::from(most).into()]))
        .await?;
    Ok(done.rows_affected())
}

/// The facts of a measure that entries about a thing have established, with their places: what a reversal copies.
pub async fn facts_of(turn: &Turn, thing: Uuid, measure: Measure) -> Result<Vec<((i64, i32), NewFact)>, DbErr> {
    let sql = "SELECT f.* FROM facts f JOIN entries e ON e.pairing = f.pairing AND e.seq = f.seq \
        WHERE e.thing_id = $1 AND f.pairing = $2 AND f.measure = $3 AND f.reverses_seq IS NULL ORDER BY f.seq, f.no";
    let values = vec![thing.into(), PAIRING.into(), measure_code(measure).into()];
    turn.tx()
        .query_all_raw(statement(turn.engine(), sql, values))
        .await?
        .iter()
        .map(|row| read_fact(row, measure))
        .collect()
}

/// The facts that entries in these ranges of numbers have established, with their places: what a reversal copies. A
/// statement for each range: joined to a set of ranges, PostgreSQL goes through all facts for each.
pub async fn facts_between(turn: &Turn, ranges: &[(i64, i64)]) -> Result<Vec<((i64, i32), NewFact)>, DbErr> {
    let mut facts = Vec::new();
    for (first, last) in ranges {
        let sql = "SELECT * FROM facts WHERE pairing = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq, no";
        let values = vec![PAIRING.into(), (*first).into(), (*last).into()];
        for row in turn.tx().query_all_raw(statement(turn.engine(), sql, values)).await? {
            let code: i16 = row.try_get("", "measure")?;
            let measure = Measure::ALL.iter().find(|measure| measure_code(**measure) == code);
            let measure = measure.ok_or_else(|| DbErr::Type(format!("{code} is no measure")))?;
            facts.push(read_fact(&row, *measure)?);
        }
    }
    Ok(facts)
}

fn read_fact(row: &QueryResult, measure: Measure) -> Result<((i64, i32), NewFact), DbErr> {
    let mode: i16 = row.try_get("", "mode")?;
    let fact = NewFact {
        line: row.try_get("", "line_id")?,
        measure,
        mode: if mode == mode_code(Mode::Purchase) {
            Mode::Purchase
        } else {
            Mode::AssistedSale
        },
        amount: Money::from_fen(row.try_get("", "amount")?),
        quantity: Quantity::from_thousandths(row.try_get("", "quantity")?),
        weight_grams: row.try_get("", "weight_grams")?,
        lines: row.try_get("", "lines")?,
        business_date: row.try_get("", "business_date")?,
        concerns: row.try_get("", "concerns")?,
        reverses: None,
        dimensions: Dimensions {
            town: row.try_get("", "town")?,
            department: row.try_get("", "department")?,
            channel: row.try_get("", "channel")?,
            fund_source: row.try_get("", "fund_source")?,
            category: row.try_get("", "category")?,
            origin: row.try_get("", "origin")?,
            buyer: row.try_get("", "buyer")?,
            product: row.try_get("", "product")?,
            supplier: row.try_get("", "supplier")?,
        },
    };
    Ok(((row.try_get("", "seq")?, row.try_get("", "no")?), fact))
}
