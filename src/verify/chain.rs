//! The chain of entries: numbers without a gap, leaves that fit their bodies, a root that fits the head, facts and
//! rows that fit what their entry says of them.

use super::Report;
use super::anchors::{Anchor, Watch};
use super::content;
use super::register::Register;
use crate::db::{Engine, Snapshot, statement};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use uuid::Uuid;

/// Entries are read in ranges of so many numbers.
const RANGE: i64 = 2_000;

struct Head {
    seq: i64,
    register_seq: i64,
    frontier: Vec<u8>,
    last_at: DateTime<Utc>,
    epoch: Uuid,
    format: i32,
    fold: i32,
}

/// How facts are added to cells: there has been one way.
const FOLD: i32 = 1;

pub(super) struct Entry {
    pub(super) seq: i64,
    pub(super) kind: String,
    pub(super) thing: Uuid,
    pub(super) said: Value,
}

pub(super) async fn check(
    db: &Snapshot,
    engine: Engine,
    kept: &[Anchor],
    report: &mut Report,
    progress: &mut impl FnMut(u64, u64),
) -> Result<(), DbErr> {
    let Some(head) = head(db, engine).await? else {
        report.find("journal_heads", "there is no head");
        return Ok(());
    };
    let words = words(db, engine).await?;
    let mut tree = Tree::default();
    let mut anchors = Watch::new(db, engine, kept, report).await?;
    let mut register = Register::new();
    anchors.see(0, || tree.root(), report);
    let (mut last_at, mut format) = (None, None);
    let mut expected = 1;
    while let Some(rows) = range(db, engine, expected).await? {
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let seq: i64 = row.try_get("", "seq")?;
            for gap in expected..seq {
                report.find(format!("entries seq={gap}"), "is missing");
            }
            expected = seq + 1;
            report.entries += 1;
            let at: DateTime<Utc> = row.try_get("", "at")?;
            if last_at.is_some_and(|last| at <= last) {
                report.find(format!("entries seq={seq}"), "is not later than the one before");
            }
            last_at = Some(at);
            let entry = check_entry(&row, seq, at, &words, &mut tree, report)?;
            format = entry.as_ref().and_then(|entry| entry.said["format"].as_i64()).or(format);
            entries.extend(entry);
            anchors.see(seq, || tree.root(), report);
        }
        for entry in &entries {
            register.hear(entry.thing, &entry.said);
        }
        content::check(db, engine, &entries, report).await?;
        progress(report.entries, u64::try_from(head.seq).unwrap_or_default());
    }
    anchors.end(expected - 1, report);
    check_head(&head, expected - 1, last_at, &tree, report);
    if format.is_some_and(|format| format != i64::from(head.format)) || head.fold != FOLD {
        report.find("journal_heads", "has a format or a fold that is not the entries'");
    }
    epochs(db, engine, &head, report).await?;
    report.root = hex::encode(tree.root());
    strays(db, engine, report).await?;
    register.check(db, engine, report).await
}

async fn head(db: &Snapshot, engine: Engine) -> Result<Option<Head>, DbErr> {
    let sql = "SELECT seq, register_seq, frontier, last_at, epoch, format, fold FROM journal_heads WHERE pairing = 1";
    let row = db.query_one_raw(statement(engine, sql, Vec::new())).await?;
    row.map(|row| {
        Ok(Head {
            seq: row.try_get("", "seq")?,
            register_seq: row.try_get("", "register_seq")?,
            frontier: row.try_get("", "frontier")?,
            last_at: row.try_get("", "last_at")?,
            epoch: row.try_get("", "epoch")?,
            format: row.try_get("", "format")?,
            fold: row.try_get("", "fold")?,
        })
    })
    .transpose()
}

fn check_head(head: &Head, last: i64, last_at: Option<DateTime<Utc>>, tree: &Tree, report: &mut Report) {
    if head.seq != last {
        report.find("journal_heads", format!("is at {}, the last entry is {last}", head.seq));
    }
    if head.frontier != tree.peaks.concat() {
        report.find("journal_heads", "has a frontier that is not that of the entries");
    }
    if last_at.is_some_and(|at| at != head.last_at) {
        report.find("journal_heads", "has a last time that is not the last entry's");
    }
    if head.register_seq < 0 || head.register_seq > last {
        report.find(
            "journal_heads",
            format!("has register_seq {} beyond its entries", head.register_seq),
        );
    }
}

/// Epochs are numbered without a gap, each begins where the journal then was, and the head is in the last.
async fn epochs(db: &Snapshot, engine: Engine, head: &Head, report: &mut Report) -> Result<(), DbErr> {
    let sql = "SELECT epoch, number, began_after, began_at, reason FROM journal_epochs WHERE pairing = 1 ORDER BY number";
    let (mut number, mut began, mut last) = (0, (0, None), None);
    for row in db.query_all_raw(statement(engine, sql, Vec::new())).await? {
        let epoch: Uuid = row.try_get("", "epoch")?;
        let (found, after): (i32, i64) = (row.try_get("", "number")?, row.try_get("", "began_after")?);
        let (at, reason): (DateTime<Utc>, String) = (row.try_get("", "began_at")?, row.try_get("", "reason")?);
        number += 1;
        let first = number == 1;
        let fits = found == number
            && (first == (reason == "first"))
            && if first { after == 0 } else { after >= began.0 && after <= head.seq }
            && began.1.is_none_or(|earlier| at >= earlier);
        if !fits {
            report.find(format!("journal_epochs epoch={epoch}"), "does not follow from the one before");
        }
        (began, last) = ((after, Some(at)), Some(epoch));
    }
    if last != Some(head.epoch) {
        report.find("journal_heads", "is in an epoch that is not the last");
    }
    Ok(())
}

async fn words(db: &Snapshot, engine: Engine) -> Result<HashMap<i32, (String, String)>, DbErr> {
    let rows = db
        .query_all_raw(statement(engine, "SELECT id, kind, word FROM dimensions", Vec::new()))
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "id")?, (row.try_get("", "kind")?, row.try_get("", "word")?))))
        .collect()
}

async fn range(db: &Snapshot, engine: Engine, from: i64) -> Result<Option<Vec<QueryResult>>, DbErr> {
    let sql = format!(
        "SELECT seq, kind, thing_kind, thing_id, buyer, supplier, at, body, leaf FROM entries \
         WHERE pairing = 1 AND seq >= $1 ORDER BY seq LIMIT {RANGE}"
    );
    let rows = db.query_all_raw(statement(engine, &sql, vec![from.into()])).await?;
    Ok((!rows.is_empty()).then_some(rows))
}

fn check_entry(
    row: &QueryResult,
    seq: i64,
    at: DateTime<Utc>,
    words: &HashMap<i32, (String, String)>,
    tree: &mut Tree,
    report: &mut Report,
) -> Result<Option<Entry>, DbErr> {
    let place = format!("entries seq={seq}");
    let body: String = row.try_get("", "body")?;
    let leaf: Vec<u8> = row.try_get("", "leaf")?;
    let counted = hash(&[&[0], body.as_bytes()]);
    tree.append(counted);
    if leaf != counted {
        report.find(&place, "has a body that does not fit its leaf");
    }
    let Ok(said) = serde_json::from_str::<Value>(&body) else {
        report.find(&place, "has a body that is not JSON");
        return Ok(None);
    };
    let (kind, thing): (String, Uuid) = (row.try_get("", "kind")?, row.try_get("", "thing_id")?);
    let thing_kind: String = row.try_get("", "thing_kind")?;
    let party = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let word = |column: &str, kind: &str| -> Result<String, DbErr> {
        let id: i32 = row.try_get("", column)?;
        Ok(words
            .get(&id)
            .filter(|(of, _)| of == kind)
            .map(|(_, word)| word.clone())
            .unwrap_or_default())
    };
    let fits = said["seq"] == seq
        && said["kind"] == kind.as_str()
        && said["thing"]["id"] == thing.to_string()
        && said["thing"]["kind"] == thing_kind.as_str()
        && said["at"].as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok()) == Some(at)
        && word("buyer", "buyer")? == party("buyer")
        && word("supplier", "supplier")? == party("supplier");
    if !fits {
        report.find(&place, "has columns that do not fit its body");
    }
    Ok(Some(Entry { seq, kind, thing, said }))
}

/// Facts that belong to no entry at all.
async fn strays(db: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
    let sql =
        "SELECT f.seq, f.no FROM facts f LEFT JOIN entries e ON e.pairing = f.pairing AND e.seq = f.seq WHERE e.seq IS NULL LIMIT 100";
    for row in db.query_all_raw(statement(engine, sql, Vec::new())).await? {
        let (seq, no): (i64, i32) = (row.try_get("", "seq")?, row.try_get("", "no")?);
        report.find(format!("facts seq={seq} no={no}"), "belongs to no entry");
    }
    Ok(())
}

pub(super) fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().into()
}

/// The tree of RFC 9162, counted anew: the full subtrees with their sizes, largest first.
#[derive(Default)]
struct Tree {
    peaks: Vec<[u8; 32]>,
    sizes: Vec<u64>,
}

impl Tree {
    fn append(&mut self, leaf: [u8; 32]) {
        self.peaks.push(leaf);
        self.sizes.push(1);
        while let [.., left, right] = self.sizes.as_slice() {
            if left != right {
                break;
            }
            let joined = left + right;
            self.sizes.truncate(self.sizes.len() - 2);
            self.sizes.push(joined);
            let (right, left) = (self.peaks.pop().unwrap_or_default(), self.peaks.pop().unwrap_or_default());
            self.peaks.push(hash(&[&[1], &left, &right]));
        }
    }

    fn root(&self) -> [u8; 32] {
        let mut root: Option<[u8; 32]> = None;
        for peak in self.peaks.iter().rev() {
            root = Some(root.map_or(*peak, |right| hash(&[&[1], peak, &right])));
        }
        root.unwrap_or_else(|| hash(&[]))
    }
}
