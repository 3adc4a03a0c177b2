//! Archives an organisation: it takes part no more, its keys open nothing, and another may take its place.

use super::change_organisation::write;
use super::organisation::check_successor;
use super::party::Party;
use super::store;
use crate::access::{Actor, may_organise};
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Answered, Desk, NewEntry, Repeat, Turn, TurnError, UseCase, Who};
use entity::OrganisationId;

/// Archives an organisation; archived ones with the same successor stay as they are.
///
/// # Errors
/// `forbidden`, `not_found`, `successor_unfit`, `organisation_archived`, `own_organisation`.
pub async fn archive_organisation(
    desk: &Desk,
    actor: &Actor,
    id: OrganisationId,
    successor_id: Option<OrganisationId>,
    repeat: Option<Repeat>,
) -> Result<Answered<Party>, Refusal> {
    may_organise(actor)?;
    if actor.organisation == id {
        // Nobody would be left to take it back.
        return Err(Refusal::fault("own_organisation"));
    }
    let use_case = ArchiveOrganisation {
        who: actor.who(),
        id,
        successor_id,
    };
    desk.gate.run(use_case, repeat).await
}

/// An operator archives an organisation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ArchiveOrganisation {
    pub(crate) who: Who,
    pub(crate) id: OrganisationId,
    pub(crate) successor_id: Option<OrganisationId>,
}

#[async_trait::async_trait]
impl UseCase for ArchiveOrganisation {
    type Answer = Party;

    async fn run(&self, turn: &mut Turn) -> Result<Party, TurnError> {
        let found = store::organisation(turn.tx(), self.id).await?;
        let mut party = found.ok_or_else(|| Fault::of("not_found"))?;
        if party.archived && party.successor_id == self.successor_id {
            return Ok(party);
        }
        if party.archived {
            return Err(Fault::of("organisation_archived").with("id", self.id).into());
        }
        if let Some(id) = self.successor_id {
            let successor = store::organisation(turn.tx(), id).await?;
            check_successor(&party, id, successor.as_ref())?;
        }
        party.archived = true;
        party.archived_at = Some(turn.next().at);
        party.successor_id = self.successor_id;
        let entry = NewEntry::new("organisation.archived", "organisation", self.id.uuid(), self.who)
            .with("successor_id", self.successor_id.map(|id| id.to_string()))
            .shutting_keys();
        write(turn, party, entry).await
    }
}
