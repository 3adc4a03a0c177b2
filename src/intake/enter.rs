//! Entering a sheet: the intake is opened, then its good rows are entered in slices, one turn each.

use super::new_thing::{Made, NewThing};
use super::store;
use crate::access::Actor;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::tables::intakes;
use entity::{ImportMode, IntakeId, IntakeKind, PersonId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// Opens the intake of a file, or finds the one that is open: a file is entered once, whoever of the organisation sends
/// it and with whatever key.
#[derive(Clone, Debug)]
pub(super) struct OpenIntake {
    pub(super) actor: Actor,
    pub(super) kind: IntakeKind,
    pub(super) mode: ImportMode,
    pub(super) file_hash: Vec<u8>,
    pub(super) rows: usize,
}

#[async_trait::async_trait]
impl UseCase for OpenIntake {
    type Answer = IntakeId;

    async fn run(&self, turn: &mut Turn) -> Result<IntakeId, TurnError> {
        let owner = self.actor.organisation;
        if let Some(there) = store::intake_of_file(turn.tx(), owner, self.kind, &self.file_hash).await? {
            return Ok(there.id);
        }
        let at = turn.next().at;
        let row = intakes::Model {
            id: IntakeId::at(at),
            kind: self.kind,
            organisation_id: owner,
            made_by: PersonId::from_uuid(self.actor.who().person),
            mode: self.mode,
            file_hash: self.file_hash.clone(),
            row_count: i32::try_from(self.rows).map_err(|_| Fault::of("sheet_too_long").with("limit", i32::MAX))?,
            created_at: at,
            undone_at: None,
            version: 1,
        };
        let entry = NewEntry::new("intake.opened", "intake", row.id.uuid(), self.actor.who())
            .with("kind", self.kind.as_str())
            .with("mode", self.mode.as_str())
            .with("lines", row.row_count)
            .with("file", hex::encode(&self.file_hash));
        let id = row.id;
        store::insert(turn.tx(), row).await?;
        turn.record(entry);
        Ok(id)
    }
}

/// Enters some rows, those that are not in already.
#[derive(Clone, Debug)]
pub(super) struct EnterSlice {
    pub(super) actor: Actor,
    pub(super) intake: IntakeId,
    pub(super) rows: Vec<(u32, NewThing)>,
    /// Whether a row that is refused refuses the slice.
    pub(super) whole: bool,
}

/// A row that was good when it was checked and is not any more: what came between is told by its kinds of faults.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Refused {
    pub(super) row: u32,
    pub(super) reasons: Vec<crate::orders::Reason>,
}

#[async_trait::async_trait]
impl UseCase for EnterSlice {
    type Answer = Vec<Refused>;

    async fn run(&self, turn: &mut Turn) -> Result<Vec<Refused>, TurnError> {
        let intake = store::intake(turn.tx(), self.intake).await?;
        let intake = intake.ok_or_else(|| Fault::of("not_found"))?;
        if intake.undone_at.is_some() {
            return Err(Fault::of("intake_undone").into());
        }
        let there = store::things(turn.tx(), self.intake).await?;
        let is_in: HashSet<u32> = there.iter().filter(|one| !one.taken_back).map(|one| one.row).collect();
        let last = there.last().map_or(0, |one| one.no);
        let (mut made, mut refused): (BTreeMap<u32, Vec<Made>>, Vec<Refused>) = (BTreeMap::new(), Vec::new());
        for (row, thing) in self.rows.iter().filter(|(row, _)| !is_in.contains(row)) {
            match thing.enter(turn, &self.actor).await {
                Ok(things) => {
                    made.insert(*row, things);
                }
                Err(TurnError::Refused(Refusal::Faults(faults))) if self.whole => {
                    let placed = faults.into_iter().map(|fault| fault.under(&format!("/rows/{row}")));
                    return Err(TurnError::Refused(Refusal::Faults(placed.collect())));
                }
                Err(TurnError::Refused(Refusal::Faults(faults))) => refused.push(Refused {
                    row: *row,
                    reasons: faults.iter().map(Into::into).collect(),
                }),
                Err(other) => return Err(other),
            }
        }
        if !made.is_empty() {
            store::insert_things(turn.tx(), turn.engine(), (self.intake, last), &made).await?;
            let entry = NewEntry::new("intake.entered", "intake", self.intake.uuid(), self.actor.who()).with("lines", made.len());
            turn.record(entry);
        }
        Ok(refused)
    }
}
