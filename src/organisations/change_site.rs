//! Changes a site, or archives it.

use super::change_organisation;
use super::concern::concerning;
use super::party::{Party, Site};
use super::site::{SiteChange, check_owner};
use super::store;
use crate::access::Actor;
use crate::http::conditional::stale;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Answered, Desk, NewEntry, Repeat, Turn, TurnError, UseCase};
use entity::SiteId;

/// Changes a site that is at `version`.
///
/// # Errors
/// `not_found`, `forbidden`, `precondition_failed`, or everything wrong with the change.
pub async fn change_site(desk: &Desk, actor: &Actor, id: SiteId, version: i64, change: SiteChange) -> Result<Site, Refusal> {
    let use_case = ChangeSite {
        actor: actor.clone(),
        id,
        version,
        change,
    };
    Ok(desk.gate.run(use_case, None).await?.answer)
}

struct ChangeSite {
    actor: Actor,
    id: SiteId,
    version: i64,
    change: SiteChange,
}

#[async_trait::async_trait]
impl UseCase for ChangeSite {
    type Answer = Site;

    async fn run(&self, turn: &mut Turn) -> Result<Site, TurnError> {
        let (before, owner) = find(turn, &self.actor, self.id).await?;
        if before.version != self.version {
            return Err(stale().into());
        }
        let town = match &self.change.town_code {
            Some(code) => store::division(turn.tx(), code.as_str()).await?,
            None => None,
        };
        self.change.faults(&before, town.as_ref()).finish()?;
        if self.change.is_empty() {
            return Ok(before);
        }
        if let Some(contact) = &self.change.contact {
            store::put_contact(turn.tx(), self.id, contact.as_ref()).await?;
        }
        let after = self.change.apply(&before);
        let entry = NewEntry::new("site.changed", "site", self.id.uuid(), self.actor.who())
            .with("town_code", after.town_code.as_str())
            .with("renamed", after.name != before.name)
            .with("readdressed", after.address != before.address)
            .with("contact_changed", self.change.contact.is_some());
        write(turn, after, &owner, entry).await
    }
}

/// Archives a site; where it was its owner's default, the owner has none any more.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn archive_site(desk: &Desk, actor: &Actor, id: SiteId, repeat: Option<Repeat>) -> Result<Answered<Site>, Refusal> {
    let use_case = ArchiveSite { actor: actor.clone(), id };
    desk.gate.run(use_case, repeat).await
}

/// Somebody archives a site.
#[derive(Clone, Debug)]
pub(crate) struct ArchiveSite {
    pub(crate) actor: Actor,
    pub(crate) id: SiteId,
}

#[async_trait::async_trait]
impl UseCase for ArchiveSite {
    type Answer = Site;

    async fn run(&self, turn: &mut Turn) -> Result<Site, TurnError> {
        let (mut site, owner) = find(turn, &self.actor, self.id).await?;
        if site.archived {
            return Ok(site);
        }
        site.archived = true;
        let who = self.actor.who();
        let entry = NewEntry::new("site.archived", "site", self.id.uuid(), who);
        let site = write(turn, site, &owner, entry).await?;
        if owner.default_site_id == Some(self.id) {
            let entry = NewEntry::new("organisation.changed", "organisation", owner.id.uuid(), who).with("default_site_id", None::<String>);
            let homeless = Party {
                default_site_id: None,
                ..owner
            };
            change_organisation::write(turn, homeless, entry).await?;
        }
        Ok(site)
    }
}

/// The site and its owner, if the actor may change them.
async fn find(turn: &Turn, actor: &Actor, id: SiteId) -> Result<(Site, Party), TurnError> {
    let site = store::site(turn.tx(), id).await?.ok_or_else(|| Fault::of("not_found"))?;
    check_owner(actor, site.organisation_id)?;
    let owner = store::organisation(turn.tx(), site.organisation_id).await?;
    let owner = owner.ok_or_else(|| Refusal::broken("a site has no owner"))?;
    Ok((site, owner))
}

async fn write(turn: &mut Turn, mut after: Site, owner: &Party, entry: NewEntry) -> Result<Site, TurnError> {
    after.version += 1;
    let entry = concerning(turn, entry, owner.id, owner.role()).await?;
    let next = turn.next();
    if !store::update_site(turn.tx(), turn.engine(), &after, next.seq, next.at).await? {
        return Err(stale().into());
    }
    store::keep_version(turn.tx(), turn.engine(), &after).await?;
    turn.record(entry.of_register());
    Ok(after)
}
