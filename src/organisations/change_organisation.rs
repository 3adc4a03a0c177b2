//! Changes what an organisation is called, whether it has a canteen, and where its goods go.

use super::concern::concerning;
use super::organisation::{OrganisationChange, may_see};
use super::party::Party;
use super::store;
use crate::access::{Actor, may_change_sites, may_organise};
use crate::http::conditional::stale;
use crate::http::fault::{Fault, Faults, Refusal};
use crate::journal::{Desk, NewEntry, Turn, TurnError, UseCase};
use entity::{OrganisationId, shanghai_date};

/// Changes an organisation that is at `version`.
///
/// # Errors
/// `not_found`, `forbidden`, `precondition_failed`, or everything wrong with the change.
pub async fn change_organisation(
    desk: &Desk,
    actor: &Actor,
    id: OrganisationId,
    version: i64,
    change: OrganisationChange,
) -> Result<Party, Refusal> {
    let use_case = ChangeOrganisation {
        actor: actor.clone(),
        id,
        version,
        change,
    };
    Ok(desk.gate.run(use_case, None).await?.answer)
}

/// Somebody changes an organisation.
#[derive(Clone, Debug)]
pub(crate) struct ChangeOrganisation {
    pub(crate) actor: Actor,
    pub(crate) id: OrganisationId,
    pub(crate) version: i64,
    pub(crate) change: OrganisationChange,
}

impl ChangeOrganisation {
    /// The name and the canteen are the operators' to change, the default site also the organisation's own.
    fn check_may(&self) -> Result<(), Fault> {
        if self.change.is_official() {
            return may_organise(&self.actor);
        }
        may_change_sites(&self.actor, self.id)
    }

    async fn faults(&self, turn: &Turn, before: &Party) -> Result<Faults, TurnError> {
        let mut faults = Faults::new();
        faults.check(!before.archived, || Fault::of("organisation_archived").with("id", before.id));
        if let Some(Some(site_id)) = self.change.default_site_id {
            let site = store::site(turn.tx(), site_id).await?;
            let fits = site.is_some_and(|site| site.organisation_id == self.id && !site.archived);
            faults.check(fits, || Fault::of("unknown_site").at("/default_site_id").with("id", site_id));
        }
        Ok(faults)
    }
}

#[async_trait::async_trait]
impl UseCase for ChangeOrganisation {
    type Answer = Party;

    async fn run(&self, turn: &mut Turn) -> Result<Party, TurnError> {
        let today = shanghai_date(turn.next().at);
        let before = store::organisation(turn.tx(), self.id)
            .await?
            .filter(|party| may_see(&self.actor, party, today))
            .ok_or_else(|| Fault::of("not_found"))?;
        self.check_may()?;
        if before.version != self.version {
            return Err(stale().into());
        }
        self.faults(turn, &before).await?.finish()?;
        let after = self.change.apply(&before);
        if after == before {
            return Ok(before);
        }
        let renamed = after.name != before.name;
        let entry = NewEntry::new("organisation.changed", "organisation", self.id.uuid(), self.actor.who())
            .with("renamed", renamed)
            .with("without_canteen", after.without_canteen)
            .with("default_site_id", after.default_site_id.map(|id| id.to_string()));
        write(turn, after, entry).await
    }
}

/// Writes an organisation with its next version and says so; inside a turn.
pub(super) async fn write(turn: &mut Turn, mut after: Party, entry: NewEntry) -> Result<Party, TurnError> {
    after.version += 1;
    let entry = concerning(turn, entry, after.id, after.role()).await?;
    let seq = turn.next().seq;
    if !store::update_organisation(turn.tx(), turn.engine(), &after, seq).await? {
        return Err(stale().into());
    }
    turn.record(entry.of_register());
    Ok(after)
}
