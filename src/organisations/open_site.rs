//! Enters a site where goods are received.

use super::concern::concerning;
use super::party::Site;
use super::register::Parties;
use super::site::{NewSite, check_owner};
use super::store;
use crate::access::Actor;
use crate::http::fault::{Fault, Faults, Refusal};
use crate::journal::{Answered, Desk, NewEntry, Repeat, Turn, TurnError, UseCase, Who};
use entity::SiteId;
use sea_orm::{ConnectionTrait, DbErr};

/// Enters a site.
///
/// # Errors
/// `forbidden`, `not_found`, or everything wrong with the site.
pub async fn open_site(desk: &Desk, actor: &Actor, new: NewSite, repeat: Option<Repeat>) -> Result<Answered<Site>, Refusal> {
    check_owner(actor, new.organisation_id)?;
    let use_case = OpenSite { who: actor.who(), new };
    desk.gate.run(use_case, repeat).await
}

/// Somebody enters a site.
#[derive(Clone, Debug)]
pub(crate) struct OpenSite {
    pub(crate) who: Who,
    pub(crate) new: NewSite,
}

/// Everything wrong with where a new site is, by what the register knows.
pub(crate) fn faults_by(parties: &Parties, new: &NewSite) -> Faults {
    new.faults_of_place(parties.division(new.town_code.as_str()).map(|one| &**one))
}

/// Everything wrong with where a new site is, as things are now.
pub(crate) async fn faults_of_place(db: &impl ConnectionTrait, new: &NewSite) -> Result<Faults, DbErr> {
    let town = store::division(db, new.town_code.as_str()).await?;
    Ok(new.faults_of_place(town.as_ref()))
}

#[async_trait::async_trait]
impl UseCase for OpenSite {
    type Answer = Site;

    async fn run(&self, turn: &mut Turn) -> Result<Site, TurnError> {
        let new = &self.new;
        let owner = store::organisation(turn.tx(), new.organisation_id).await?;
        let owner = owner.ok_or_else(|| {
            Fault::of("unknown_organisation")
                .at("/organisation_id")
                .with("id", new.organisation_id)
        })?;
        let town = store::division(turn.tx(), new.town_code.as_str()).await?;
        let in_use = store::sites_in_use(turn.tx(), owner.id).await?;
        new.faults(&owner, town.as_ref(), in_use).finish()?;
        let at = turn.next().at;
        let site = Site {
            id: SiteId::at(at),
            organisation_id: owner.id,
            name: new.name.to_string(),
            address: new.address.to_string(),
            town_code: new.town_code.to_string(),
            receiving_hours: new.receiving_hours.to_string(),
            archived: false,
            version: 1,
        };
        let entry = NewEntry::new("site.created", "site", site.id.uuid(), self.who).with("town_code", site.town_code.as_str());
        let entry = concerning(turn, entry, owner.id, owner.role()).await?;
        store::insert_site(turn.tx(), &site, turn.next().seq, at).await?;
        store::put_contact(turn.tx(), site.id, new.contact.as_ref()).await?;
        store::keep_version(turn.tx(), turn.engine(), &site).await?;
        turn.record(entry.of_register());
        Ok(site)
    }
}
