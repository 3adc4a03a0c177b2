//! Beginning an import, and the next phase of one.

use super::import::{Action, next_state};
use super::store::{self, taken_back};
use crate::http::fault::{Fault, Refusal};
use crate::journal::{NewEntry, Turn, TurnError, UseCase, Who};
use entity::tables::imports;
use entity::{ExternalNo, FreeText, ImportDocumentState, ImportId, ImportMode, ImportState, PersonId};
use sea_orm::DbErr;

/// The entry that an import is begun; its note is the word on it.
pub const CREATED: &str = "import.created";
/// The entry that booking begins; its note is why one person does it alone.
pub const BOOKING: &str = "import.booking";

/// The most missing parts that a problem names.
const MOST_NAMED: usize = 20;

/// Begins an import.
#[derive(Clone, Debug)]
pub struct CreateImport {
    /// Who.
    pub who: Who,
    /// Whose numbers its documents carry.
    pub source: ExternalNo,
    /// A word on it; kept beside the journal.
    pub note: Option<FreeText>,
}

#[async_trait::async_trait]
impl UseCase for CreateImport {
    type Answer = ImportId;

    async fn run(&self, turn: &mut Turn) -> Result<ImportId, TurnError> {
        let at = turn.next().at;
        let import = imports::Model {
            id: ImportId::at(at),
            source: self.source.as_str().to_owned(),
            state: ImportState::Open,
            mode: None,
            created_by: PersonId::from_uuid(self.who.person),
            created_at: at,
            booked_by: None,
            alone: false,
            file_hash: None,
            expected_parts: None,
            parts: 0,
            row_count: 0,
            checked_through: 0,
            booked_through: 0,
            undone_documents: 0,
            stopped_by: None,
            ended_at: None,
            version: 1,
        };
        let id = import.id;
        let mut entry = NewEntry::new(CREATED, "import", id.uuid(), self.who)
            .with("source", import.source.clone())
            .with("state", import.state.as_str());
        entry.note = self.note.as_ref().map(ToString::to_string).filter(|note| !note.is_empty());
        store::insert(turn.tx(), import).await?;
        turn.record(entry);
        Ok(id)
    }
}

/// How an import is to be booked.
#[derive(Clone, Debug)]
pub struct Booking {
    /// What becomes of it where documents are faulty.
    pub mode: ImportMode,
    /// Why who began it, or uploaded of it, books it as well; another person needs no reason.
    pub alone: Option<FreeText>,
}

/// Begins the next phase of an import; asked again while it is at it, it goes on.
#[derive(Clone, Debug)]
pub struct StartPhase {
    /// Who.
    pub who: Who,
    /// Which import.
    pub import: ImportId,
    /// Check, book or undo.
    pub action: Action,
    /// How it is booked, if it is.
    pub booking: Option<Booking>,
}

#[async_trait::async_trait]
impl UseCase for StartPhase {
    type Answer = ImportId;

    async fn run(&self, turn: &mut Turn) -> Result<ImportId, TurnError> {
        let import = store::import(turn.tx(), self.import).await?;
        let mut import = import.ok_or_else(|| Fault::of("not_found"))?;
        let alone = self.is_alone(turn, &import).await?;
        if self.is_at_it(import.state) {
            return Ok(import.id);
        }
        let to = next_state(import.state, self.action).ok_or_else(|| Fault::of("import_state").with("state", import.state))?;
        match self.action {
            Action::Check => may_be_checked(turn, &import).await?,
            Action::Book => may_be_booked(turn, &import, self.mode()).await?,
            Action::Undo => may_be_undone(turn, &import).await?,
            Action::Upload | Action::FinishCheck | Action::FinishBook | Action::FinishUndo => {
                return Err(Refusal::broken("no phase begins so").into());
            }
        }
        import.state = to;
        if let Some(booking) = &self.booking {
            import.mode = Some(booking.mode);
            import.booked_by = Some(PersonId::from_uuid(self.who.person));
            import.alone = alone;
        }
        if !store::change(turn.tx(), turn.engine(), &import).await? {
            return Err(DbErr::Custom("an import moved under its turn".to_owned()).into());
        }
        let entry = self.entry(&import);
        turn.record(entry);
        Ok(import.id)
    }
}

impl StartPhase {
    fn mode(&self) -> Option<ImportMode> {
        self.booking.as_ref().map(|booking| booking.mode)
    }

    fn entry(&self, import: &imports::Model) -> NewEntry {
        let kind = match import.state {
            ImportState::Checking => "import.checking",
            ImportState::Booking => BOOKING,
            _ => "import.undoing",
        };
        let mut entry = NewEntry::new(kind, "import", import.id.uuid(), self.who).with("state", import.state.as_str());
        if let Some(booking) = &self.booking {
            entry = entry.with("mode", booking.mode.as_str());
            if import.alone {
                entry = entry.with("alone", true);
            }
            entry.note = booking.alone.as_ref().map(ToString::to_string);
        }
        entry
    }

    /// Whether who books it has begun it, or uploaded of it. What one person brings, another books: the figure's past is
    /// nobody's alone. Where there is nobody else, who does it says so, and why.
    async fn is_alone(&self, turn: &Turn, import: &imports::Model) -> Result<bool, TurnError> {
        let Some(booking) = &self.booking else {
            return Ok(false);
        };
        let person = PersonId::from_uuid(self.who.person);
        let alone = import.created_by == person || store::has_uploaded(turn.tx(), import.id, person).await?;
        if alone && booking.alone.is_none() {
            return Err(Fault::of("same_person").into());
        }
        Ok(alone)
    }

    fn is_at_it(&self, state: ImportState) -> bool {
        matches!(
            (self.action, state),
            (Action::Check, ImportState::Checking) | (Action::Book, ImportState::Booking) | (Action::Undo, ImportState::Undoing)
        )
    }
}

async fn may_be_checked(turn: &Turn, import: &imports::Model) -> Result<(), TurnError> {
    if import.file_hash.is_some() && import.expected_parts != Some(import.parts) {
        return Err(Fault::of("import_file_unfinished").into());
    }
    if import.parts == 0 {
        return Err(Fault::of("import_empty").into());
    }
    let last = store::last_part(turn.tx(), turn.engine(), import.id).await?;
    if last != import.parts {
        let missing = missing_parts(turn, import.id, last).await?;
        let named: Vec<String> = missing.iter().take(MOST_NAMED).map(ToString::to_string).collect();
        return Err(Fault::of("import_parts_missing").with("missing", named.join(", ")).into());
    }
    Ok(())
}

async fn missing_parts(turn: &Turn, id: ImportId, last: i32) -> Result<Vec<i32>, DbErr> {
    let heads = store::part_heads(turn.tx(), id, 1, last).await?;
    let there: std::collections::HashSet<i32> = heads.iter().map(|head| head.no).collect();
    Ok((1..=last).filter(|no| !there.contains(no)).collect())
}

async fn may_be_booked(turn: &Turn, import: &imports::Model, mode: Option<ImportMode>) -> Result<(), TurnError> {
    let counts = store::documents::counts(turn.tx(), turn.engine(), import.id).await?;
    let count = |state| counts.get(&state).map_or(0, |count| count.documents);
    let faulty = count(ImportDocumentState::Faulty);
    let refused = mode == Some(ImportMode::AllOrNothing) && faulty > 0 || count(ImportDocumentState::Good) == 0;
    if refused && let Some(twice) = store::documents::twice(turn.tx(), import.id).await? {
        return Err(twice.into());
    }
    if mode == Some(ImportMode::AllOrNothing) && faulty > 0 {
        return Err(Fault::of("import_has_faults").with("faulty", faulty).into());
    }
    if count(ImportDocumentState::Good) == 0 {
        return Err(Fault::of("import_nothing_good").into());
    }
    Ok(())
}

async fn may_be_undone(turn: &Turn, import: &imports::Model) -> Result<(), TurnError> {
    let returns = taken_back::returns_of_others(turn.tx(), turn.engine(), import.id).await?;
    if returns > 0 {
        return Err(Fault::of("import_has_returns").with("returns", returns).into());
    }
    Ok(())
}
