//! Reading imports.

use super::chunk::PartRows;
use super::failed::FailedRow;
use super::row::Row;
use super::start::{BOOKING, CREATED};
use super::store::{self, documents::Count};
use super::told::FileTold;
use crate::http::fault::Refusal;
use crate::http::language::Language;
use crate::journal::{Desk, note_at};
use entity::tables::{import_documents, import_faults, imports};
use entity::{ImportDocumentState, ImportId};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// An import with what is counted of it.
#[derive(Clone, Debug)]
pub struct Counted {
    /// Its row.
    pub import: imports::Model,
    /// Documents and rows by state.
    pub counts: HashMap<ImportDocumentState, Count>,
    /// Numbers up to the last that have not come.
    pub missing: Vec<i32>,
    /// The word on it.
    pub note: Option<String>,
    /// Why it was booked by one person alone.
    pub alone_reason: Option<String>,
    /// What is told of its file.
    pub told: Option<FileTold>,
}

/// The most missing parts that are named.
const MOST_MISSING: usize = 200;

/// One import.
pub async fn counted(desk: &Desk, import: imports::Model) -> Result<Counted, Refusal> {
    let (db, engine, id) = (desk.read(), desk.engine(), import.id);
    let last = store::last_part(db, engine, id).await?;
    let missing = if last == import.parts {
        Vec::new()
    } else {
        let there: BTreeSet<i32> = store::part_heads(db, id, 1, last).await?.iter().map(|head| head.no).collect();
        (1..=last).filter(|no| !there.contains(no)).take(MOST_MISSING).collect()
    };
    Ok(Counted {
        counts: store::documents::counts(db, engine, id).await?,
        note: note_at(db, engine, id.uuid(), CREATED).await?,
        alone_reason: if import.alone {
            note_at(db, engine, id.uuid(), BOOKING).await?
        } else {
            None
        },
        told: store::told(db, id).await?,
        missing,
        import,
    })
}

/// One import by its id.
pub async fn one(desk: &Desk, id: ImportId) -> Result<Counted, Refusal> {
    let import = store::import(desk.read(), id).await?;
    counted(desk, import.ok_or_else(|| Refusal::fault("not_found"))?).await
}

/// Where in the list of faults one stands: part, row, number.
pub type FaultPlace = (i32, i32, i32);

/// Faults with the rows that have them.
pub async fn faults(desk: &Desk, id: ImportId, after: Option<FaultPlace>, limit: u64) -> Result<Vec<(import_faults::Model, Row)>, Refusal> {
    let found = store::documents::faults(desk.read(), id, after, limit).await?;
    let numbers: BTreeSet<i32> = found.iter().map(|fault| fault.part).collect();
    let mut rows: HashMap<i32, Vec<Row>> = HashMap::new();
    for part in store::parts_at(desk.read(), id, numbers.into_iter().collect()).await? {
        rows.insert(part.no, PartRows::of(&part)?.rows);
    }
    let row_of = |fault: &import_faults::Model| {
        let at = usize::try_from(fault.place - 1).ok()?;
        rows.get(&fault.part)?.get(at).cloned()
    };
    Ok(found
        .into_iter()
        .map(|fault| {
            let row = row_of(&fault).unwrap_or_default();
            (fault, row)
        })
        .collect())
}

/// The rows of a part whose documents have a fault.
#[derive(Clone, Debug)]
pub struct FailedPart {
    /// The part.
    pub no: i32,
    /// Its failed rows, in their order.
    pub rows: Vec<FailedRow>,
}

impl FailedPart {
    /// As they are written, in the reader's language.
    pub fn told(&self, told: Option<&FileTold>, language: Language) -> Vec<Value> {
        self.rows.iter().map(|row| row.told(told, language)).collect()
    }
}

/// The next part after this one that has failed rows, if there is one.
pub async fn failed_part(desk: &Desk, id: ImportId, after: i32) -> Result<Vec<FailedPart>, Refusal> {
    let db = desk.read();
    let Some(no) = store::documents::next_faulty_part(db, desk.engine(), id, after).await? else {
        return Ok(Vec::new());
    };
    let documents = store::documents::of_parts(db, id, (no, no), ImportDocumentState::Faulty).await?;
    let Some(part) = store::parts_at(db, id, vec![no]).await?.first().map(PartRows::of).transpose()? else {
        return Ok(Vec::new());
    };
    let mut faults: HashMap<usize, Vec<import_faults::Model>> = HashMap::new();
    for fault in store::documents::faults_of_part(db, id, no).await? {
        faults.entry(usize::try_from(fault.place - 1).unwrap_or(0)).or_default().push(fault);
    }
    let group_of = |document: &import_documents::Model| part.groups.get(usize::try_from(document.place - 1).ok()?);
    let places: BTreeSet<usize> = documents
        .iter()
        .filter_map(group_of)
        .flat_map(|group| &group.rows)
        .copied()
        .collect();
    let rows = places.into_iter().filter_map(|at| {
        Some(FailedRow {
            number: part.number(at),
            cells: part.rows.get(at)?.clone(),
            faults: faults.remove(&at).unwrap_or_default(),
        })
    });
    Ok(vec![FailedPart { no, rows: rows.collect() }])
}
