//! An organisation's rules: what makes a good one, where it may belong, who sees it, how it moves and ends.

use super::party::{Department, Division, Party};
use crate::access::{Actor, Remit};
use crate::http::fault::{Fault, Faults};
use entity::{CivilDate, DepartmentId, DivisionCode, DivisionRole, Name, OrganisationId, OrganisationKind, Role, SiteId, Uscc};

/// The most memberships of one organisation: more moves than any has made in a hundred years.
pub const MAX_MEMBERSHIPS: usize = 100;

/// An organisation to be entered.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    /// Its name.
    pub name: Name,
    /// Its kind.
    pub kind: OrganisationKind,
    /// Its unified social credit code.
    pub uscc: Option<Uscc>,
    /// Why a wrong check digit is let pass.
    pub uscc_override: Option<Name>,
    /// Marked 无食堂.
    pub without_canteen: bool,
    /// The town it belongs to; offices may do without.
    pub town_code: Option<DivisionCode>,
    /// The department it reports to.
    pub department_id: Option<DepartmentId>,
    /// Since when; today unless told.
    pub from_date: Option<CivilDate>,
}

/// What was found at the places that a request names; `None` where there is nothing, or nothing any more.
#[derive(Clone, Copy, Debug, Default)]
pub struct Places<'a> {
    /// The town.
    pub division: Option<&'a Division>,
    /// The department.
    pub department: Option<&'a Department>,
}

impl NewOrganisation {
    /// An office that belongs nowhere in particular: who runs the service.
    #[must_use]
    pub fn office(name: Name) -> Self {
        Self {
            name,
            kind: OrganisationKind::Office,
            uscc: None,
            uscc_override: None,
            without_canteen: true,
            town_code: None,
            department_id: None,
            from_date: None,
        }
    }

    /// Everything wrong with it. `holder` is who has its credit code already.
    #[must_use]
    pub fn faults(&self, places: Places<'_>, holder: Option<OrganisationId>) -> Faults {
        let mut faults = Faults::new();
        match &self.town_code {
            Some(code) => check_place(&mut faults, self.kind.role(), code, self.department_id, places),
            None => {
                let office = self.kind == OrganisationKind::Office;
                faults.check(office, || Fault::of("missing_field").at("/town_code").with("name", "town_code"));
                let homeless = self.department_id.is_some() || self.from_date.is_some();
                let alone = || Fault::of("missing_field").at("/town_code").with("name", "town_code");
                faults.check(!(office && homeless), alone);
            }
        }
        if let Some(uscc) = &self.uscc {
            check_uscc(&mut faults, uscc, self.uscc_override.as_ref());
            if let Some(holder) = holder {
                let taken = Fault::of("uscc_taken").at("/uscc").with("organisation_id", holder);
                faults.push(taken);
            }
        }
        faults
    }

    /// The reason to keep: only where there is a wrong check digit to let pass.
    #[must_use]
    pub fn override_kept(&self) -> Option<&Name> {
        let wrong = self.uscc.as_ref().is_some_and(|uscc| !uscc.faults().is_empty());
        self.uscc_override.as_ref().filter(|_| wrong)
    }
}

/// GB 32100-2015 has two check digits. Some early real codes break them, so a person may let a code pass, with a
/// reason; a wrong alphabet or length is refused before it comes here.
fn check_uscc(faults: &mut Faults, uscc: &Uscc, reason: Option<&Name>) {
    if reason.is_some() {
        return;
    }
    for fault in uscc.faults() {
        faults.push(Fault::of("uscc_check_digit").at("/uscc").with("which", fault));
    }
}

/// Buyers and retailers belong to the city's side, suppliers to the county's; offices to either.
#[must_use]
pub fn side_fits(role: Role, division: DivisionRole) -> bool {
    match role {
        Role::Buyer | Role::Retailer => matches!(division, DivisionRole::BuyerTown | DivisionRole::BuyerCity),
        Role::Supplier => matches!(division, DivisionRole::OriginTown | DivisionRole::OriginCounty),
        Role::Official | Role::Auditor | Role::Operator => true,
    }
}

fn check_place(faults: &mut Faults, role: Role, code: &DivisionCode, department_id: Option<DepartmentId>, places: Places<'_>) {
    match places.division {
        None => faults.push(Fault::of("unknown_division").at("/town_code").with("code", code)),
        Some(division) => faults.check(side_fits(role, division.role), || {
            Fault::of("division_of_other_side").at("/town_code").with("code", code)
        }),
    }
    if let Some(id) = department_id {
        faults.check(places.department.is_some(), || {
            Fault::of("unknown_department").at("/department_id").with("id", id)
        });
    }
}

/// A move: another town or department from a day on. Facts recorded before keep theirs (a mistake is corrected, not
/// moved).
#[derive(Clone, Debug)]
pub struct Move {
    /// The town.
    pub town_code: DivisionCode,
    /// The department; none is *unassigned*.
    pub department_id: Option<DepartmentId>,
    /// The first day; today unless told.
    pub from_date: Option<CivilDate>,
}

impl Move {
    /// Everything wrong with it.
    #[must_use]
    pub fn faults(&self, party: &Party, places: Places<'_>, from: CivilDate) -> Faults {
        let mut faults = Faults::new();
        faults.check(!party.archived, || Fault::of("organisation_archived").with("id", party.id));
        check_place(&mut faults, party.role(), &self.town_code, self.department_id, places);
        if let Some(last) = party.memberships().last() {
            faults.check(from > last.from, || {
                Fault::of("move_before_last").at("/from_date").with("last", last.from)
            });
        }
        faults.check(party.memberships().len() < MAX_MEMBERSHIPS, || {
            Fault::of("limit_reached").with("limit", MAX_MEMBERSHIPS)
        });
        faults
    }
}

/// What may be changed; `None` leaves as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganisationChange {
    /// The new name.
    pub name: Option<Name>,
    /// Whether it has no canteen.
    pub without_canteen: Option<bool>,
    /// The new default site, or none any more.
    pub default_site_id: Option<Option<SiteId>>,
}

impl OrganisationChange {
    /// Whether it touches what only operators may change.
    #[must_use]
    pub fn is_official(&self) -> bool {
        self.name.is_some() || self.without_canteen.is_some()
    }

    /// The party after the change; its version is the caller's to move.
    #[must_use]
    pub fn apply(&self, party: &Party) -> Party {
        let mut after = party.clone();
        if let Some(name) = &self.name {
            name.as_str().clone_into(&mut after.name);
        }
        after.without_canteen = self.without_canteen.unwrap_or(after.without_canteen);
        after.default_site_id = self.default_site_id.unwrap_or(after.default_site_id);
        after
    }
}

/// Whether `successor` may take the place of `party`: another one, alive, in the same role.
pub fn check_successor(party: &Party, successor_id: OrganisationId, successor: Option<&Party>) -> Result<(), Fault> {
    let fits = |other: &Party| other.id != party.id && !other.archived && other.role() == party.role();
    if successor.is_some_and(fits) {
        Ok(())
    } else {
        Err(Fault::of("successor_unfit").at("/successor_id").with("id", successor_id))
    }
}

/// Whether the actor sees the organisation. All see suppliers and themselves; the city, the county, auditors and
/// operators see all; an official of a town or department sees those that belong there today.
#[must_use]
pub fn may_see(actor: &Actor, party: &Party, today: CivilDate) -> bool {
    if party.id == actor.organisation || party.role() == Role::Supplier || actor.sees_all() {
        return true;
    }
    let Some(place) = party.membership_on(today).or(party.memberships().first()) else {
        return false;
    };
    match (actor.role, &actor.remit) {
        (Role::Official, Some(Remit::Town(code))) => place.town_code == *code,
        (Role::Official, Some(Remit::Department(id))) => place.department_id.is_some_and(|department| department.to_string() == *id),
        _ => false,
    }
}

#[cfg(test)]
#[path = "organisation_tests.rs"]
mod tests;
