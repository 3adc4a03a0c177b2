//! Enters an organisation: a buyer, a retailer, a supplier or an office.

use super::concern::concerning;
use super::organisation::{NewOrganisation, Places};
use super::party::{Department, Division, Membership, Party};
use super::register::Parties;
use super::store;
use crate::access::{Actor, may_organise};
use crate::http::fault::{Faults, Refusal};
use crate::journal::{Answered, Desk, NewEntry, Repeat, Turn, TurnError, UseCase, Who};
use entity::{DepartmentId, OrganisationId, Uscc, shanghai_date};
use sea_orm::{ConnectionTrait, DbErr};

/// Enters an organisation.
///
/// # Errors
/// `forbidden`, or everything wrong with the organisation.
pub async fn create_organisation(
    desk: &Desk,
    actor: &Actor,
    new: NewOrganisation,
    repeat: Option<Repeat>,
) -> Result<Answered<Party>, Refusal> {
    may_organise(actor)?;
    let use_case = CreateOrganisation { who: actor.who(), new };
    desk.gate.run(use_case, repeat).await
}

/// An operator enters an organisation.
#[derive(Clone, Debug)]
pub(crate) struct CreateOrganisation {
    pub(crate) who: Who,
    pub(crate) new: NewOrganisation,
}

#[async_trait::async_trait]
impl UseCase for CreateOrganisation {
    type Answer = Party;

    async fn run(&self, turn: &mut Turn) -> Result<Party, TurnError> {
        enter(turn, &self.new, self.who).await
    }
}

/// Everything wrong with a new organisation by what the register knows: no statement, for many at once.
pub(crate) fn faults_by(parties: &Parties, new: &NewOrganisation) -> Faults {
    let division = new.town_code.as_ref().and_then(|code| parties.division(code.as_str()));
    let department = new.department_id.and_then(|id| parties.department(id));
    let holds = |uscc: &Uscc| {
        let mut all = parties.organisations();
        all.find(|one| !one.archived && one.uscc.as_deref() == Some(uscc.as_str()))
            .map(|one| one.id)
    };
    let found = Places {
        division: division.map(|one| &**one).filter(|one| !one.archived),
        department: department.map(|one| &**one).filter(|one| !one.archived),
    };
    new.faults(found, new.uscc.as_ref().and_then(holds))
}

/// Everything wrong with a new organisation as things are now.
pub(crate) async fn faults_now(db: &impl ConnectionTrait, new: &NewOrganisation) -> Result<Faults, DbErr> {
    let town_code = new.town_code.as_ref().map(entity::DivisionCode::as_str);
    let (division, department) = places(db, town_code, new.department_id).await?;
    let holder = match &new.uscc {
        Some(uscc) => store::uscc_holder(db, uscc.as_str()).await?,
        None => None,
    };
    let found = Places {
        division: division.as_ref(),
        department: department.as_ref(),
    };
    Ok(new.faults(found, holder))
}

/// Checks and writes a new organisation inside a turn.
pub(super) async fn enter(turn: &mut Turn, new: &NewOrganisation, who: Who) -> Result<Party, TurnError> {
    faults_now(turn.tx(), new).await?.finish()?;
    let next = turn.next();
    let membership = new.town_code.as_ref().map(|code| Membership {
        from: new.from_date.unwrap_or_else(|| shanghai_date(next.at)),
        town_code: code.to_string(),
        department_id: new.department_id,
    });
    let party = Party {
        id: OrganisationId::at(next.at),
        name: new.name.to_string(),
        kind: new.kind,
        without_canteen: new.without_canteen,
        default_site_id: None,
        archived: false,
        version: 1,
        uscc: new.uscc.clone().map(Uscc::into_string),
        uscc_overridden: new.override_kept().is_some(),
        created_at: next.at,
        archived_at: None,
        successor_id: None,
        memberships: membership.into_iter().collect(),
    };
    store::insert_organisation(turn.tx(), &party, new.override_kept(), next.seq).await?;
    let mut entry = NewEntry::new("organisation.created", "organisation", party.id.uuid(), who)
        .with("kind", party.kind.as_str())
        .with("without_canteen", party.without_canteen)
        .with("uscc_overridden", party.uscc_overridden);
    entry.note = new.override_kept().map(ToString::to_string);
    if let Some(membership) = party.memberships().last() {
        entry = with_membership(entry, membership);
    }
    let entry = concerning(turn, entry, party.id, party.role()).await?;
    turn.record(entry.of_register());
    Ok(party)
}

/// Says in an entry where an organisation belongs.
pub(super) fn with_membership(entry: NewEntry, membership: &Membership) -> NewEntry {
    let department = membership.department_id.map(|id| id.to_string());
    entry
        .with("town_code", membership.town_code.as_str())
        .with("department_id", department)
        .with("from_date", membership.from.to_string())
}

/// What lies in use at a town's code and a department's id.
pub(super) async fn places(
    db: &impl ConnectionTrait,
    town_code: Option<&str>,
    department_id: Option<DepartmentId>,
) -> Result<(Option<Division>, Option<Department>), DbErr> {
    let division = match town_code {
        Some(code) => store::division(db, code).await?.filter(|division| !division.archived),
        None => None,
    };
    let department = match department_id {
        Some(id) => store::department(db, id).await?.filter(|department| !department.archived),
        None => None,
    };
    Ok((division, department))
}
