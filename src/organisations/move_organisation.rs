//! Moves an organisation to another town or department from a day on.

use super::change_organisation::write;
use super::create_organisation::{places, with_membership};
use super::organisation::{Move, Places};
use super::party::{Membership, Party};
use super::store;
use crate::access::{Actor, may_organise};
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Answered, Desk, NewEntry, Repeat, Turn, TurnError, UseCase, Who};
use entity::{OrganisationId, shanghai_date};

/// Moves an organisation. What was recorded before keeps the town and department it had.
///
/// # Errors
/// `forbidden`, `not_found`, or everything wrong with the move.
pub async fn move_organisation(
    desk: &Desk,
    actor: &Actor,
    id: OrganisationId,
    step: Move,
    repeat: Option<Repeat>,
) -> Result<Answered<Party>, Refusal> {
    may_organise(actor)?;
    let use_case = MoveOrganisation {
        who: actor.who(),
        id,
        step,
    };
    desk.gate.run(use_case, repeat).await
}

struct MoveOrganisation {
    who: Who,
    id: OrganisationId,
    step: Move,
}

#[async_trait::async_trait]
impl UseCase for MoveOrganisation {
    type Answer = Party;

    async fn run(&self, turn: &mut Turn) -> Result<Party, TurnError> {
        let found = store::organisation(turn.tx(), self.id).await?;
        let mut party = found.ok_or_else(|| Fault::of("not_found"))?;
        let now = turn.next().at;
        let step = &self.step;
        let from = step.from_date.unwrap_or_else(|| shanghai_date(now));
        let (division, department) = places(turn.tx(), Some(step.town_code.as_str()), step.department_id).await?;
        let found = Places {
            division: division.as_ref(),
            department: department.as_ref(),
        };
        step.faults(&party, found, from).finish()?;
        let membership = Membership {
            from,
            town_code: step.town_code.to_string(),
            department_id: step.department_id,
        };
        store::insert_membership(turn.tx(), self.id, &membership, now).await?;
        let entry = NewEntry::new("organisation.moved", "organisation", self.id.uuid(), self.who);
        let entry = with_membership(entry, &membership);
        party.memberships.push(membership);
        write(turn, party, entry).await
    }
}
