//! Sites: where goods are received. Who answers the phone there stands beside the journal.

use super::party::{Division, Party, Site};
use crate::access::{Actor, may_change_sites};
use crate::http::fault::{Fault, Faults};
use entity::{DivisionCode, Name, OrganisationId, Role, ShortText};

/// The most sites in use of one organisation.
pub const MAX_SITES: usize = 200;
/// The most characters of an address.
pub const MAX_ADDRESS: usize = 200;

/// Whom to call at a site: personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The name.
    pub name: Name,
    /// The phone number, at most 40 characters.
    pub phone: String,
}

/// A site to be entered.
#[derive(Clone, Debug)]
pub struct NewSite {
    /// Whose; the caller's unless told.
    pub organisation_id: OrganisationId,
    /// Its name.
    pub name: Name,
    /// Its address, 1 to 200 characters.
    pub address: ShortText,
    /// The town it lies in.
    pub town_code: DivisionCode,
    /// When goods are received, in words.
    pub receiving_hours: ShortText,
    /// Whom to call there.
    pub contact: Option<Contact>,
}

impl NewSite {
    /// Everything wrong with it, given its owner, its town and how many sites the owner has in use.
    #[must_use]
    pub fn faults(&self, owner: &Party, town: Option<&Division>, in_use: usize) -> Faults {
        let mut faults = Faults::new();
        faults.check(!owner.archived, || Fault::of("organisation_archived").with("id", owner.id));
        faults.check(in_use < MAX_SITES, || Fault::of("limit_reached").with("limit", MAX_SITES));
        faults.absorb("", self.faults_of_place(town));
        faults
    }

    /// Everything wrong with where it is, whoever it belongs to.
    #[must_use]
    pub fn faults_of_place(&self, town: Option<&Division>) -> Faults {
        let mut faults = Faults::new();
        check_address(&mut faults, Some(&self.address));
        check_town(&mut faults, &self.town_code, town);
        faults
    }
}

fn check_address(faults: &mut Faults, address: Option<&ShortText>) {
    let blank = address.is_some_and(|address| address.as_str().trim().is_empty());
    faults.check(!blank, || {
        Fault::of("invalid_field")
            .at("/address")
            .with("expected", format!("1 to {MAX_ADDRESS} characters"))
    });
}

fn check_town(faults: &mut Faults, code: &DivisionCode, town: Option<&Division>) {
    faults.check(town.is_some_and(|town| !town.archived), || {
        Fault::of("unknown_division").at("/town_code").with("code", code)
    });
}

/// What may be changed; `None` leaves as it is.
#[derive(Clone, Debug, Default)]
pub struct SiteChange {
    /// The new name.
    pub name: Option<Name>,
    /// The new address.
    pub address: Option<ShortText>,
    /// The new town.
    pub town_code: Option<DivisionCode>,
    /// The new hours.
    pub receiving_hours: Option<ShortText>,
    /// The new contact, or none any more.
    pub contact: Option<Option<Contact>>,
}

impl SiteChange {
    /// Everything wrong with it; `town` is what lies at the new town's code.
    #[must_use]
    pub fn faults(&self, site: &Site, town: Option<&Division>) -> Faults {
        let mut faults = Faults::new();
        faults.check(!site.archived, || Fault::of("site_archived").with("id", site.id));
        check_address(&mut faults, self.address.as_ref());
        if let Some(code) = &self.town_code {
            check_town(&mut faults, code, town);
        }
        faults
    }

    /// Whether anything is to be changed at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self {
            name,
            address,
            town_code,
            receiving_hours,
            contact,
        } = self;
        name.is_none() && address.is_none() && town_code.is_none() && receiving_hours.is_none() && contact.is_none()
    }

    /// The site after the change; its version is the caller's to move.
    #[must_use]
    pub fn apply(&self, site: &Site) -> Site {
        let text = |new: Option<&str>, old: &str| new.unwrap_or(old).to_owned();
        Site {
            name: text(self.name.as_ref().map(Name::as_str), &site.name),
            address: text(self.address.as_ref().map(ShortText::as_str), &site.address),
            town_code: text(self.town_code.as_ref().map(DivisionCode::as_str), &site.town_code),
            receiving_hours: text(self.receiving_hours.as_ref().map(ShortText::as_str), &site.receiving_hours),
            ..site.clone()
        }
    }
}

/// Whether the actor may see and change the sites of `owner`: the owner and operators; for others there are none.
pub fn check_owner(actor: &Actor, owner: OrganisationId) -> Result<(), Fault> {
    if actor.organisation != owner && actor.role != Role::Operator {
        return Err(Fault::of("not_found"));
    }
    may_change_sites(actor, owner)
}
