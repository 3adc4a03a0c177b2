//! Taking back what a sheet brought: the last first, in slices, as long as nothing uses it. Organisations, sites and
//! products are archived, offers withdrawn; what somebody has archived meanwhile stays so.

use super::new_thing::{Made, Thing};
use super::store;
use super::used::{Used, used};
use crate::access::{Actor, Permission};
use crate::catalogue::{ArchiveProduct, end_offer, queries};
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Answered, Desk, NewEntry, Repeat, Turn, TurnError, UseCase};
use crate::organisations::archive_organisation::ArchiveOrganisation;
use crate::organisations::change_site::ArchiveSite;
use entity::tables::intakes;
use entity::{IntakeId, IntakeKind, OfferId, OrganisationId, ProductId, Role, SiteId};
use sea_orm::DbErr;

/// Things taken back in a turn.
const AT_ONCE: u64 = 100;
/// The most rows that a refusal names.
const MOST_NAMED: u64 = 100;

/// What one may do to intakes of a kind: what one may do to the things themselves.
pub(super) fn permission(kind: IntakeKind) -> Permission {
    match kind {
        IntakeKind::Organisations => Permission::Organise,
        IntakeKind::Products | IntakeKind::Offers => Permission::Catalogue,
    }
}

/// An intake that the actor may see: its own organisation's, operators those of all.
pub(super) fn seen(actor: &Actor, intake: Option<intakes::Model>) -> Result<intakes::Model, Fault> {
    let sees = |one: &intakes::Model| one.organisation_id == actor.organisation || actor.role == Role::Operator;
    intake.filter(sees).ok_or_else(|| Fault::of("not_found"))
}

/// Takes an intake back, whole; asked again, it goes on where it was.
///
/// # Errors
/// `not_found`, `forbidden`, `intake_used` for each row that is used.
pub(super) async fn undo(desk: &Desk, actor: &Actor, id: IntakeId, repeat: Option<Repeat>) -> Result<Answered<IntakeId>, Refusal> {
    let slice = UndoSlice { actor: actor.clone(), id };
    let mut done = desk.gate.run(slice.clone(), repeat).await?;
    let replayed = done.replayed;
    while done.answer {
        done = desk.gate.run(slice.clone(), None).await?;
    }
    Ok(Answered { answer: id, replayed })
}

#[derive(Clone, Debug)]
struct UndoSlice {
    actor: Actor,
    id: IntakeId,
}

#[async_trait::async_trait]
impl UseCase for UndoSlice {
    /// Whether there is more.
    type Answer = bool;

    async fn run(&self, turn: &mut Turn) -> Result<bool, TurnError> {
        let mut intake = seen(&self.actor, store::intake(turn.tx(), self.id).await?)?;
        self.actor.must(permission(intake.kind))?;
        if intake.undone_at.is_some() {
            return Ok(false);
        }
        let in_use = used(turn.tx(), turn.engine(), self.id, MOST_NAMED).await?;
        if !in_use.is_empty() {
            return Err(TurnError::Refused(in_use.iter().map(fault).collect::<Vec<_>>().into()));
        }
        let things = store::last_things(turn.tx(), self.id, AT_ONCE).await?;
        for one in &things {
            self.take_back(turn, one.made).await?;
        }
        let numbers: Vec<i32> = things.iter().map(|one| one.no).collect();
        if !numbers.is_empty() {
            store::mark_taken_back(turn.tx(), turn.engine(), self.id, &numbers).await?;
        }
        if u64::try_from(numbers.len()).unwrap_or_default() == AT_ONCE {
            return Ok(true);
        }
        intake.undone_at = Some(turn.next().at);
        intake.version += 1;
        if !store::end(turn.tx(), turn.engine(), &intake).await? {
            return Err(DbErr::Custom("an intake moved under its turn".to_owned()).into());
        }
        turn.record(NewEntry::new("intake.undone", "intake", self.id.uuid(), self.actor.who()));
        Ok(false)
    }
}

fn fault(used: &Used) -> Fault {
    Fault::of("intake_used").with("row", used.row).with("used_by", &used.by)
}

impl UndoSlice {
    async fn take_back(&self, turn: &mut Turn, made: Made) -> Result<(), TurnError> {
        let actor = self.actor.clone();
        match made.thing {
            Thing::Organisation => {
                let archive = ArchiveOrganisation {
                    who: actor.who(),
                    id: OrganisationId::from_uuid(made.id),
                    successor_id: None,
                };
                unless_ended(archive.run(turn).await)
            }
            Thing::Site => {
                let id = SiteId::from_uuid(made.id);
                unless_ended(ArchiveSite { actor, id }.run(turn).await)
            }
            Thing::Product => {
                let id = ProductId::from_uuid(made.id);
                let Some(product) = queries::product(turn.tx(), id).await? else {
                    return Ok(());
                };
                let archive = ArchiveProduct {
                    actor,
                    id,
                    version: product.version,
                    successor_id: None,
                };
                unless_ended(archive.run(turn).await)
            }
            Thing::Offer => unless_ended(end_offer::withdraw(turn, &actor, OfferId::from_uuid(made.id)).await),
        }
    }
}

/// What somebody has ended meanwhile stays as it is.
fn unless_ended<T>(done: Result<T, TurnError>) -> Result<(), TurnError> {
    match done {
        Err(TurnError::Refused(Refusal::Faults(faults)))
            if faults
                .iter()
                .all(|fault| ["organisation_archived", "product_archived"].contains(&fault.slug())) =>
        {
            Ok(())
        }
        Err(other) => Err(other),
        Ok(_) => Ok(()),
    }
}
