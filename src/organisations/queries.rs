//! Reading: lists and single things for those who may see them.
//!
//! All but keys and contacts is answered from the register, brought up to the journal's head first: so a reader
//! sees the own write that was just acknowledged, and search means the same on both engines.

use super::key::Key;
use super::organisation::may_see;
use super::party::{Department, Division, Party, Site};
use super::register::{Parties, Register};
use super::store;
use crate::access::{Actor, may_manage_keys};
use crate::db::Engine;
use crate::http::fault::{Fault, Refusal};
use crate::journal::Desk;
use chrono::{DateTime, Utc};
use entity::{CivilDate, DepartmentId, DivisionRole, KeyId, OrganisationId, OrganisationKind, PersonId, Role, SiteId};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;
use std::sync::Arc;

/// Which organisations.
#[derive(Clone, Debug, Default)]
pub struct OrganisationFilter {
    /// Of this kind.
    pub kind: Option<OrganisationKind>,
    /// That belong to this town today.
    pub town_code: Option<String>,
    /// Whose name or credit code holds this, whatever its case.
    pub q: Option<String>,
    /// Archived ones too.
    pub archived: bool,
}

/// A list's window: after which item, and how many.
#[derive(Clone, Copy, Debug)]
pub struct Window<K> {
    /// After this one.
    pub after: Option<K>,
    /// At most so many.
    pub most: u64,
}

impl<K: PartialOrd> Window<K> {
    fn cut<T>(&self, all: impl Iterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<T> {
        let most = usize::try_from(self.most).unwrap_or(usize::MAX);
        let beyond = |item: &T| self.after.as_ref().is_none_or(|after| key(item) > *after);
        all.filter(beyond).take(most).collect()
    }
}

/// The register at the journal's head.
///
/// # Errors
/// Only the database's.
pub async fn now(desk: &Desk, register: &Register) -> Result<Arc<Parties>, Refusal> {
    Ok(register.refresh(&desk.db).await?)
}

/// Organisations the actor sees, in the order they were entered.
#[must_use]
pub fn organisations(
    parties: &Parties,
    actor: &Actor,
    filter: &OrganisationFilter,
    today: CivilDate,
    window: Window<OrganisationId>,
) -> Vec<Arc<Party>> {
    let q = filter.q.as_deref().map(str::to_lowercase);
    let fits = |party: &&Arc<Party>| {
        let in_town = |code: &String| party.membership_on(today).is_some_and(|place| place.town_code == *code);
        (filter.archived || !party.archived)
            && filter.kind.is_none_or(|kind| party.kind == kind)
            && filter.town_code.as_ref().is_none_or(in_town)
            && q.as_deref().is_none_or(|q| holds(party, q))
            && may_see(actor, party, today)
    };
    window.cut(parties.organisations().filter(fits).cloned(), |party| party.id)
}

fn holds(party: &Party, q: &str) -> bool {
    let code = party.uscc.as_deref().unwrap_or_default();
    party.name.to_lowercase().contains(q) || code.to_lowercase().contains(q)
}

/// An organisation the actor sees.
///
/// # Errors
/// `not_found`.
pub fn organisation(parties: &Parties, actor: &Actor, id: OrganisationId, today: CivilDate) -> Result<Arc<Party>, Refusal> {
    let found = parties.organisation(id).filter(|party| may_see(actor, party, today));
    found.cloned().ok_or_else(|| Refusal::fault("not_found"))
}

/// Which divisions.
#[derive(Clone, Copy, Debug, Default)]
pub struct DivisionFilter<'a> {
    /// That are this to the pairing.
    pub role: Option<DivisionRole>,
    /// That lie in the one of this code.
    pub parent: Option<&'a str>,
    /// Archived ones too.
    pub archived: bool,
}

/// Divisions by their code.
#[must_use]
pub fn divisions(parties: &Parties, filter: DivisionFilter<'_>, window: Window<String>) -> Vec<Arc<Division>> {
    let fits = |division: &&Arc<Division>| {
        (filter.archived || !division.archived)
            && filter.role.is_none_or(|role| division.role == role)
            && filter.parent.is_none_or(|parent| division.parent_code.as_deref() == Some(parent))
    };
    window.cut(parties.divisions().filter(fits).cloned(), |division| division.code.clone())
}

/// Departments in the order they were entered.
#[must_use]
pub fn departments(parties: &Parties, archived: bool, window: Window<DepartmentId>) -> Vec<Arc<Department>> {
    let fits = |department: &&Arc<Department>| archived || !department.archived;
    window.cut(parties.departments().filter(fits).cloned(), |department| department.id)
}

/// Whether the actor may read the sites and keys of an organisation: its own, and operators those of all.
fn check_reader(actor: &Actor, owner: OrganisationId) -> Result<(), Fault> {
    if actor.organisation == owner || actor.role == Role::Operator {
        Ok(())
    } else {
        Err(Fault::of("not_found"))
    }
}

/// Sites of an organisation in the order they were entered.
///
/// # Errors
/// `not_found` for those of others.
pub fn sites(
    parties: &Parties,
    actor: &Actor,
    owner: OrganisationId,
    archived: bool,
    window: Window<SiteId>,
) -> Result<Vec<Arc<Site>>, Refusal> {
    check_reader(actor, owner)?;
    let fits = |site: &&Arc<Site>| site.organisation_id == owner && (archived || !site.archived);
    Ok(window.cut(parties.sites().filter(fits).cloned(), |site| site.id))
}

/// A site of the actor's own organisation; operators see all.
///
/// # Errors
/// `not_found`.
pub fn site(parties: &Parties, actor: &Actor, id: SiteId) -> Result<Arc<Site>, Refusal> {
    let site = parties.site(id).ok_or_else(|| Refusal::fault("not_found"))?;
    check_reader(actor, site.organisation_id)?;
    Ok(Arc::clone(site))
}

/// The contacts of these sites, name and phone: for those who may read the sites.
///
/// # Errors
/// Only the database's.
pub async fn contacts(desk: &Desk, sites: &[SiteId]) -> Result<HashMap<SiteId, (String, String)>, Refusal> {
    Ok(store::contacts(desk.read(), sites).await?)
}

/// Which keys are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyFilter {
    /// Of this organisation; the actor's own unless told.
    pub owner: Option<OrganisationId>,
    /// Made by this key.
    pub made_by: Option<KeyId>,
}

/// Keys of an organisation in the order they were made, never their secrets. Operators who ask what one key has made
/// and name no organisation see it wherever it is.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn keys(desk: &Desk, actor: &Actor, filter: KeyFilter, window: Window<KeyId>) -> Result<Vec<Key>, Refusal> {
    let everywhere = filter.owner.is_none() && filter.made_by.is_some() && actor.role == Role::Operator;
    let owner = filter.owner.unwrap_or(actor.organisation);
    may_manage_keys(actor, owner)?;
    let owner = (!everywhere).then_some(owner);
    Ok(store::keys_of(desk.read(), owner, filter.made_by, window.after, window.most).await?)
}

/// The names of those who hold keys, for those who manage them.
///
/// # Errors
/// Only the database's.
pub async fn holder_names(desk: &Desk, people: &[PersonId]) -> Result<HashMap<PersonId, String>, Refusal> {
    Ok(store::holder_names(desk.read(), people).await?)
}

/// Somebody who holds a key in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyHolder {
    /// The person or machine.
    pub person: PersonId,
    /// For which organisation it acts.
    pub organisation: OrganisationId,
    /// Whether it is a machine.
    pub machine: bool,
    /// Since when it is known here.
    pub since: DateTime<Utc>,
}

/// Whoever may act for these organisations in one of these roles now: who holds a key in force.
///
/// # Errors
/// Only the database's.
pub async fn key_holders(
    db: &impl ConnectionTrait,
    engine: Engine,
    organisations: &[OrganisationId],
    roles: &[Role],
    now: DateTime<Utc>,
) -> Result<Vec<KeyHolder>, DbErr> {
    store::key_holders(db, engine, organisations, roles, now).await
}

/// Whether this is a machine and no person.
///
/// # Errors
/// Only the database's.
pub async fn is_machine(db: &impl ConnectionTrait, id: PersonId) -> Result<bool, DbErr> {
    store::is_machine(db, id).await
}

/// Until when a key is good, should it not be revoked before; none where there is no such key, as for the machine itself.
///
/// # Errors
/// Only the database's.
pub async fn key_expires_at(db: &impl ConnectionTrait, id: KeyId) -> Result<Option<DateTime<Utc>>, DbErr> {
    Ok(store::key(db, id).await?.map(|key| key.expires_at))
}
