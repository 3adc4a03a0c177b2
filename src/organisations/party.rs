//! Organisations, sites, divisions and departments as other rooms see them: what the trade needs, nothing personal.

use super::kind;
use crate::http::fault::Fault;
use chrono::{DateTime, Utc};
use entity::{Channel, CivilDate, DepartmentId, DivisionRole, FundSource, OrganisationId, OrganisationKind, Role, SiteId};
use serde::{Deserialize, Serialize};
use std::fmt::Display;

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: OrganisationKind,
    /// Marked 无食堂: it has no canteen, so canteen measures do not apply to it.
    pub without_canteen: bool,
    /// Where goods go unless an order says otherwise.
    pub default_site_id: Option<SiteId>,
    /// Whether it takes part no more.
    pub archived: bool,
    /// Its version.
    pub version: i64,
    /// Its unified social credit code.
    pub uscc: Option<String>,
    /// Whether a person let a wrong check digit of the code pass.
    pub uscc_overridden: bool,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
    /// Who took its place.
    pub successor_id: Option<OrganisationId>,
    /// Sorted by their first day.
    pub(super) memberships: Vec<Membership>,
}

/// Which town and department an organisation belongs to, from a day on until the next membership.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The first day.
    pub from: CivilDate,
    /// The town's division code.
    pub town_code: String,
    /// The department it reports to; none is *unassigned*.
    pub department_id: Option<DepartmentId>,
}

/// The membership that holds on a day, of memberships sorted by their first day.
#[must_use]
pub fn membership_on(memberships: &[Membership], day: CivilDate) -> Option<&Membership> {
    let began = memberships.partition_point(|membership| membership.from <= day);
    memberships.get(began.checked_sub(1)?)
}

impl Party {
    /// The membership that holds on a day; none before the first.
    #[must_use]
    pub fn membership_on(&self, day: CivilDate) -> Option<&Membership> {
        membership_on(&self.memberships, day)
    }

    /// All memberships, the earliest first.
    #[must_use]
    pub fn memberships(&self) -> &[Membership] {
        &self.memberships
    }

    /// The role of its kind.
    #[must_use]
    pub fn role(&self) -> Role {
        self.kind.role()
    }

    /// The channels it may order through now, the default first: those of its kind, its canteen only if it has one.
    #[must_use]
    pub fn channels(&self) -> Vec<Channel> {
        let usable = |channel: &Channel| !(self.without_canteen && kind::is_canteen(*channel));
        kind::channels_of(self.kind).iter().copied().filter(usable).collect()
    }

    /// The fund sources it may pay from now, the default first: a unit without a canteen pays for no meals.
    #[must_use]
    pub fn fund_sources(&self) -> Vec<FundSource> {
        let usable = |source: &FundSource| !(self.without_canteen && kind::feeds_canteen(*source));
        kind::fund_sources_of(self.kind).iter().copied().filter(usable).collect()
    }

    /// The channel of an order or a document that names this one, or none: the default of those it may use.
    pub fn channel(&self, named: Option<Channel>) -> Result<Channel, Fault> {
        let usable = self.channels();
        match named.or_else(|| usable.first().copied()) {
            Some(channel) if usable.contains(&channel) => Ok(channel),
            // It is a channel of its kind: what it lacks is the canteen.
            Some(channel) if kind::channels_of(self.kind).contains(&channel) => {
                Err(Fault::of("without_canteen").at("/channel").with("channel", channel))
            }
            Some(channel) => Err(Fault::of("channel_not_allowed")
                .at("/channel")
                .with("channel", channel)
                .with("allowed", in_a_row(&usable))),
            None => Err(Fault::of("channel_needed").at("/channel").with("allowed", in_a_row(&usable))),
        }
    }

    /// The fund source of an order or a document that names this one, or none: the default of those it may use.
    pub fn fund_source(&self, named: Option<FundSource>) -> Result<FundSource, Fault> {
        let usable = self.fund_sources();
        match named.or_else(|| usable.first().copied()) {
            Some(source) if usable.contains(&source) => Ok(source),
            Some(source) => Err(Fault::of("fund_source_not_allowed")
                .at("/fund_source")
                .with("fund_source", source)
                .with("allowed", in_a_row(&usable))),
            None => Err(Fault::of("fund_source_needed")
                .at("/fund_source")
                .with("allowed", in_a_row(&usable))),
        }
    }
}

fn in_a_row<T: Display>(words: &[T]) -> String {
    words.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A place where goods are received, without the people there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Whose.
    pub organisation_id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// The town it lies in, by division code.
    pub town_code: String,
    /// When goods are received, in words.
    pub receiving_hours: String,
    /// Whether it is used no more.
    pub archived: bool,
    /// Its version.
    pub version: i64,
}

/// A county, a city or a town.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Division {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The code of the division it lies in.
    pub parent_code: Option<String>,
    /// What it is to the pairing.
    pub role: DivisionRole,
    /// Whether it lies in the protected area of 洋县黑米; none where nobody has said.
    pub black_rice_gi_area: Option<bool>,
    /// Whether it is used no more.
    pub archived: bool,
    /// Its version.
    pub version: i64,
}

/// A department (主管部门) that organisations report to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Its id.
    pub id: DepartmentId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether it is used no more.
    pub archived: bool,
    /// Its version.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    fn school() -> Party {
        let membership = |from: &str, town: &str| Membership {
            from: day(from),
            town_code: town.to_owned(),
            department_id: None,
        };
        Party {
            id: OrganisationId::new(),
            name: "如皋市白蒲小学".to_owned(),
            kind: OrganisationKind::School,
            without_canteen: false,
            default_site_id: None,
            archived: false,
            version: 1,
            uscc: None,
            uscc_overridden: false,
            created_at: DateTime::UNIX_EPOCH,
            archived_at: None,
            successor_id: None,
            memberships: vec![membership("2021-01-01", "A1"), membership("2021-07-01", "B1")],
        }
    }

    #[test]
    fn a_membership_holds_from_its_first_day_until_the_next() {
        let school = school();
        let town = |on: &str| school.membership_on(day(on)).map(|membership| membership.town_code.as_str());
        assert_eq!(town("2020-12-31"), None);
        assert_eq!(town("2021-01-01"), Some("A1"));
        assert_eq!(town("2021-06-30"), Some("A1"));
        assert_eq!(town("2021-07-01"), Some("B1"));
        assert_eq!(town("2100-12-31"), Some("B1"));
    }

    #[test]
    fn a_unit_without_a_canteen_still_buys_welfare() {
        let school = Party {
            without_canteen: true,
            ..school()
        };
        assert_eq!(school.channels(), [Channel::UnionWelfare]);
        assert_eq!(school.fund_sources().first(), Some(&FundSource::OfficialReception));
        assert_eq!(school.channel(None), Ok(Channel::UnionWelfare));
        assert_eq!(school.fund_source(None), Ok(FundSource::OfficialReception));
        let slug = |fault: Fault| fault.slug();
        assert_eq!(school.channel(Some(Channel::SchoolCanteen)).map_err(slug), Err("without_canteen"));
        assert_eq!(school.channel(Some(Channel::Market)).map_err(slug), Err("channel_not_allowed"));
        for meals in [FundSource::CanteenMeals, FundSource::StudentNutrition] {
            assert_eq!(school.fund_source(Some(meals)).map_err(slug), Err("fund_source_not_allowed"));
        }
    }
}
