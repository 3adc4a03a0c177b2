//! Organisations on the wire.

use super::{EXAMPLE_ID, example};
use crate::organisations::organisation::{Move, NewOrganisation, OrganisationChange};
use crate::organisations::party::{Membership, Party};
use chrono::{DateTime, Utc};
use entity::{CivilDate, DepartmentId, DivisionCode, Name, OrganisationId, OrganisationKind, Role, SiteId, Uscc};
use poem_openapi::Object;
use poem_openapi::types::{Example, MaybeUndefined};

/// Which town and department an organisation belongs to, from a day until the next.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct MembershipBody {
    /// The first day.
    pub from_date: CivilDate,
    /// The town's division code.
    #[oai(validator(max_length = 16))]
    pub town_code: String,
    /// The department; null is *unassigned*.
    #[oai(nullable)]
    pub department_id: Option<DepartmentId>,
}

impl From<&Membership> for MembershipBody {
    fn from(membership: &Membership) -> Self {
        Self {
            from_date: membership.from,
            town_code: membership.town_code.clone(),
            department_id: membership.department_id,
        }
    }
}

impl Example for MembershipBody {
    fn example() -> Self {
        Self {
            from_date: example("2021-03-01"),
            town_code: "320682104".to_owned(),
            department_id: Some(example(EXAMPLE_ID)),
        }
    }
}

/// A buyer, a retailer, a supplier or an office.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct OrganisationBody {
    /// Its id.
    pub organisation_id: OrganisationId,
    /// Its name.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Its kind.
    pub kind: OrganisationKind,
    /// The role of its kind.
    pub role: Role,
    /// Its unified social credit code (统一社会信用代码).
    #[oai(nullable, validator(max_length = 18))]
    pub uscc: Option<String>,
    /// Whether a person let a wrong check digit of the code pass.
    pub uscc_overridden: bool,
    /// Marked 无食堂: canteen measures are not applicable to it.
    pub without_canteen: bool,
    /// Where goods go unless an order says otherwise.
    #[oai(nullable)]
    pub default_site_id: Option<SiteId>,
    /// Where it belonged and belongs, the earliest first.
    #[oai(validator(max_items = 100))]
    pub memberships: Vec<MembershipBody>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it was archived.
    #[oai(nullable)]
    pub archived_at: Option<DateTime<Utc>>,
    /// Who took its place.
    #[oai(nullable)]
    pub successor_id: Option<OrganisationId>,
    /// Its version.
    pub version: i64,
}

impl From<&Party> for OrganisationBody {
    fn from(party: &Party) -> Self {
        Self {
            organisation_id: party.id,
            name: party.name.clone(),
            kind: party.kind,
            role: party.role(),
            uscc: party.uscc.clone(),
            uscc_overridden: party.uscc_overridden,
            without_canteen: party.without_canteen,
            default_site_id: party.default_site_id,
            memberships: party.memberships().iter().map(MembershipBody::from).collect(),
            created_at: party.created_at,
            archived_at: party.archived_at,
            successor_id: party.successor_id,
            version: party.version,
        }
    }
}

impl Example for OrganisationBody {
    fn example() -> Self {
        Self {
            organisation_id: example(EXAMPLE_ID),
            name: "如皋市白蒲小学".to_owned(),
            kind: OrganisationKind::School,
            role: Role::Buyer,
            uscc: Some("12320682468500043J".to_owned()),
            uscc_overridden: false,
            without_canteen: false,
            default_site_id: None,
            memberships: vec![MembershipBody::example()],
            created_at: example("2021-03-01T01:00:00Z"),
            archived_at: None,
            successor_id: None,
            version: 1,
        }
    }
}

crate::page! {
    /// Organisations in the order they were entered, a page at a time.
    OrganisationPage of OrganisationBody
}

/// An organisation to be entered.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewOrganisationBody {
    /// Its name.
    pub name: Name,
    /// Its kind; it cannot be changed later.
    pub kind: OrganisationKind,
    /// Its unified social credit code. Both check digits are checked.
    pub uscc: Option<Uscc>,
    /// Why a wrong check digit is let pass: some early real codes have one. Kept with who said so.
    pub uscc_override: Option<Name>,
    /// Marked 无食堂: it has no canteen.
    #[oai(default)]
    pub without_canteen: bool,
    /// The town it belongs to: of the city's side for buyers and retailers, of the county's for suppliers. Only
    /// offices may do without.
    pub town_code: Option<DivisionCode>,
    /// The department it reports to.
    pub department_id: Option<DepartmentId>,
    /// Since when it belongs there; today unless told.
    pub from_date: Option<CivilDate>,
}

impl Example for NewOrganisationBody {
    fn example() -> Self {
        Self {
            name: example("如皋市白蒲小学"),
            kind: OrganisationKind::School,
            uscc: Some(example("12320682468500043J")),
            uscc_override: None,
            without_canteen: false,
            town_code: Some(example("320682104")),
            department_id: Some(example(EXAMPLE_ID)),
            from_date: Some(example("2021-03-01")),
        }
    }
}

impl From<NewOrganisationBody> for NewOrganisation {
    fn from(body: NewOrganisationBody) -> Self {
        Self {
            name: body.name,
            kind: body.kind,
            uscc: body.uscc,
            uscc_override: body.uscc_override,
            without_canteen: body.without_canteen,
            town_code: body.town_code,
            department_id: body.department_id,
            from_date: body.from_date,
        }
    }
}

/// What to change; what is left out stays as it is.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct OrganisationChangeBody {
    /// The new name; for operators.
    #[oai(skip_serializing_if_is_none)]
    pub name: Option<Name>,
    /// Whether it has no canteen; for operators.
    #[oai(skip_serializing_if_is_none)]
    pub without_canteen: Option<bool>,
    /// The new default site, one of its own in use; null for none.
    #[oai(nullable)]
    pub default_site_id: MaybeUndefined<SiteId>,
}

impl Example for OrganisationChangeBody {
    fn example() -> Self {
        Self {
            name: Some(example("如皋市白蒲中心小学")),
            without_canteen: None,
            default_site_id: MaybeUndefined::Value(example(EXAMPLE_ID)),
        }
    }
}

impl From<OrganisationChangeBody> for OrganisationChange {
    fn from(body: OrganisationChangeBody) -> Self {
        Self {
            name: body.name,
            without_canteen: body.without_canteen,
            default_site_id: body.default_site_id.as_opt_ref().map(|site| site.copied()),
        }
    }
}

/// Where an organisation belongs from a day on.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewMembershipBody {
    /// The town.
    pub town_code: DivisionCode,
    /// The department; left out, *unassigned*.
    pub department_id: Option<DepartmentId>,
    /// The first day, after that of the membership before; today unless told.
    pub from_date: Option<CivilDate>,
}

impl Example for NewMembershipBody {
    fn example() -> Self {
        Self {
            town_code: example("320682105"),
            department_id: Some(example(EXAMPLE_ID)),
            from_date: Some(example("2021-09-01")),
        }
    }
}

impl From<NewMembershipBody> for Move {
    fn from(body: NewMembershipBody) -> Self {
        Self {
            town_code: body.town_code,
            department_id: body.department_id,
            from_date: body.from_date,
        }
    }
}

/// Who takes the place of an organisation that is archived.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct ArchiveOrganisationBody {
    /// Another organisation of the same role, in use.
    pub successor_id: Option<OrganisationId>,
}

impl Example for ArchiveOrganisationBody {
    fn example() -> Self {
        Self {
            successor_id: Some(example(EXAMPLE_ID)),
        }
    }
}
