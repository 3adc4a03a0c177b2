//! Checking a chunk of what was uploaded: every document of it, every fault of every row.

use super::chunk::{PartRows, fault_rows, faulty_rows};
use super::claim::{Claim, claims, taken};
use super::document::{Around, Document, Group, RowFault};
use super::import::{Action, next_state};
use super::reading::read;
use super::store::claims::Held;
use super::store::{self, documents::Standing};
use crate::http::fault::Fault;
use crate::journal::{NewEntry, Turn, TurnError, UseCase, Who};
use entity::tables::{import_documents, import_faults, imports};
use entity::{ImportDocumentState, ImportId, ImportRowKind, ImportState};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What was found in a chunk.
#[derive(Clone, Debug)]
pub struct Findings {
    /// Its documents.
    pub documents: Vec<import_documents::Model>,
    /// What is wrong with them.
    pub faults: Vec<import_faults::Model>,
}

type Numbers = HashMap<(ImportRowKind, String), Standing>;

/// A document with its place, as it is read.
#[derive(Debug)]
pub struct Read<'p> {
    part: &'p PartRows,
    place: i32,
    group: &'p Group,
    document: Result<Document, Vec<RowFault>>,
}

impl Read<'_> {
    /// The numbers that it claims, by what it says of itself.
    pub fn claims(&self) -> BTreeSet<Claim> {
        let document = self.document.as_ref().ok();
        document.map_or_else(BTreeSet::new, |document| claims(document, &self.group.document_no, &HashMap::new()))
    }
}

/// Reads all documents of some parts.
pub fn read_all<'p>(parts: &'p [PartRows], around: &Around) -> Vec<Read<'p>> {
    let of_part = |part: &'p PartRows| {
        (1..).zip(&part.groups).map(move |(place, group)| Read {
            part,
            place,
            group,
            document: read(group, &part.rows, around),
        })
    };
    parts.iter().flat_map(of_part).collect()
}

/// What is wrong with documents, held against what stands in the books.
pub fn findings(import: &imports::Model, all: Vec<Read<'_>>, (standing, held): (&Numbers, &Held)) -> Findings {
    let mut found = Findings {
        documents: Vec::new(),
        faults: Vec::new(),
    };
    let mut met: HashSet<(ImportRowKind, &str)> = HashSet::new();
    for one in all {
        let (part, group, claims) = (one.part, one.group, one.claims());
        let kind = group.kind;
        let mut faults = one.document.err().unwrap_or_default();
        let number = group.document_no.as_str();
        if let Some(kind) = kind.filter(|_| !number.is_empty()) {
            let before = standing.get(&(kind, number.to_owned()));
            let twice = !met.insert((kind, number)) || before.is_some_and(|one| one.import_id == import.id);
            let known = before.filter(|one| one.import_id != import.id).map(|one| {
                let fault = Fault::of("import_document_taken").with("document_no", number);
                fault.with("import_id", one.import_id)
            });
            let twice = twice.then(|| Fault::of("import_document_twice").with("document_no", number));
            faults.extend(known.or(twice).or_else(|| taken(&claims, held)).map(|fault| RowFault {
                row: group.rows.first().copied().unwrap_or(0),
                column: "document_no",
                fault,
            }));
        }
        found.faults.extend(fault_rows(import.id, part, number, &faults));
        found.documents.push(import_documents::Model {
            import_id: import.id,
            part: part.no,
            place: one.place,
            source: import.source.clone(),
            kind: kind.unwrap_or(ImportRowKind::Order),
            document_no: number.chars().take(MOST_SHOWN).collect(),
            state: if faults.is_empty() {
                ImportDocumentState::Good
            } else {
                ImportDocumentState::Faulty
            },
            row_count: i32::try_from(group.rows.len()).unwrap_or(i32::MAX),
            faulty_rows: faulty_rows(&faults),
            thing_id: None,
            first_seq: None,
            last_seq: None,
        });
    }
    found
}

/// The most characters kept of a number that may be none.
const MOST_SHOWN: usize = 64;

/// Keeps the findings of a chunk.
#[derive(Clone, Debug)]
pub struct NoteFindings {
    /// The import.
    pub import: ImportId,
    /// The part after which the chunk begins.
    pub after: i32,
    /// Its last part.
    pub through: i32,
    /// What was found.
    pub findings: Findings,
}

/// Whether a step was taken, or somebody else was further.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Taken {
    /// Whether it was.
    pub taken: bool,
}

#[async_trait::async_trait]
impl UseCase for NoteFindings {
    type Answer = Taken;

    async fn run(&self, turn: &mut Turn) -> Result<Taken, TurnError> {
        let (tx, engine) = (turn.tx(), turn.engine());
        let import = store::import(tx, self.import).await?;
        let Some(mut import) = import.filter(|one| one.state == ImportState::Checking && one.checked_through == self.after) else {
            return Ok(Taken { taken: false });
        };
        store::documents::insert(tx, engine, &self.findings.documents).await?;
        store::documents::insert_faults(tx, engine, &self.findings.faults).await?;
        import.checked_through = self.through;
        Ok(Taken {
            taken: store::change(tx, engine, &import).await?,
        })
    }
}

/// Ends a phase of an import when nothing of it is left.
#[derive(Clone, Copy, Debug)]
pub struct Finish {
    /// Who had it done.
    pub who: Who,
    /// The import.
    pub import: ImportId,
    /// Which phase.
    pub action: Action,
}

#[async_trait::async_trait]
impl UseCase for Finish {
    type Answer = Taken;

    async fn run(&self, turn: &mut Turn) -> Result<Taken, TurnError> {
        let (tx, engine) = (turn.tx(), turn.engine());
        let Some(mut import) = store::import(tx, self.import).await? else {
            return Ok(Taken { taken: false });
        };
        let Some(to) = next_state(import.state, self.action) else {
            return Ok(Taken { taken: false });
        };
        import.state = to;
        let kind = match to {
            ImportState::Checked => "import.checked",
            ImportState::Booked => "import.booked",
            ImportState::Open | ImportState::Checking | ImportState::Booking | ImportState::Undoing | ImportState::Undone => {
                "import.undone"
            }
        };
        if to != ImportState::Checked {
            import.ended_at = Some(turn.next().at);
        }
        let counts = store::documents::counts(tx, engine, import.id).await?;
        if !store::change(tx, engine, &import).await? {
            return Ok(Taken { taken: false });
        }
        let mut entry = NewEntry::new(kind, "import", import.id.uuid(), self.who).with("state", to.as_str());
        for state in ImportDocumentState::ALL {
            let documents = counts.get(state).map_or(0, |count| count.documents);
            entry = entry.with(state.as_str(), documents);
        }
        turn.record(entry);
        Ok(Taken { taken: true })
    }
}
