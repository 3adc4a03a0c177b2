//! Divisions and departments to be entered, corrected and archived, and their rules.

use super::party::{Department, Division};
use crate::http::fault::{Fault, Faults};
use entity::{DivisionCode, DivisionRole, ExternalNo, Name};

/// A division to be entered.
#[derive(Clone, Debug)]
pub struct NewDivision {
    /// Its code, never used again.
    pub code: DivisionCode,
    /// Its name.
    pub name: Name,
    /// The code of the division it lies in.
    pub parent_code: Option<DivisionCode>,
    /// What it is to the pairing.
    pub role: DivisionRole,
    /// Whether it lies in the protected area of 洋县黑米; only towns of the county may say so.
    pub black_rice_gi_area: Option<bool>,
}

impl NewDivision {
    /// Everything wrong with it, given who has the code already and what lies at the parent's code.
    #[must_use]
    pub fn faults(&self, namesake: Option<&Division>, parent: Option<&Division>) -> Faults {
        let mut faults = Faults::new();
        faults.check(namesake.is_none(), || Fault::of("code_taken").at("/code").with("code", &self.code));
        check_parent(&mut faults, self.role, parent);
        check_area(&mut faults, self.role, self.black_rice_gi_area);
        faults
    }
}

/// A town lies in the county or city of its side.
fn check_parent(faults: &mut Faults, role: DivisionRole, parent: Option<&Division>) {
    // The county's and the city's own parents, the prefectures, are not entered here.
    let wanted = match role {
        DivisionRole::OriginCounty | DivisionRole::BuyerCity => return,
        DivisionRole::OriginTown => DivisionRole::OriginCounty,
        DivisionRole::BuyerTown => DivisionRole::BuyerCity,
    };
    let fits = parent.is_some_and(|parent| parent.role == wanted && !parent.archived);
    faults.check(fits, || Fault::of("division_parent_unfit").at("/parent_code").with("role", wanted));
}

fn check_area(faults: &mut Faults, role: DivisionRole, area: Option<bool>) {
    let may_grow = role == DivisionRole::OriginTown || area.is_none();
    faults.check(may_grow, || Fault::of("gi_area_unfit").at("/black_rice_gi_area"));
}

/// What may be corrected of a division; `None` leaves as it is. Its code and what it is to the pairing stay.
#[derive(Clone, Debug)]
pub struct DivisionChange {
    /// The new name.
    pub name: Option<Name>,
    /// The code of the division it really lies in.
    pub parent_code: Option<DivisionCode>,
    /// Whether it lies in the protected area of 洋县黑米, or nobody says.
    pub black_rice_gi_area: Option<Option<bool>>,
    /// Why.
    pub reason: Name,
}

impl DivisionChange {
    /// Everything wrong with it; `parent` is what lies at the new parent's code.
    #[must_use]
    pub fn faults(&self, division: &Division, parent: Option<&Division>) -> Faults {
        let mut faults = Faults::new();
        faults.check(!division.archived, || archived(&division.code));
        if self.parent_code.is_some() {
            check_parent(&mut faults, division.role, parent);
        }
        check_area(&mut faults, division.role, self.black_rice_gi_area.flatten());
        faults
    }

    /// The division after the change; its version is the caller's to move.
    #[must_use]
    pub fn apply(&self, division: &Division) -> Division {
        let mut after = division.clone();
        if let Some(name) = &self.name {
            name.as_str().clone_into(&mut after.name);
        }
        if let Some(parent) = &self.parent_code {
            after.parent_code = Some(parent.to_string());
        }
        after.black_rice_gi_area = self.black_rice_gi_area.unwrap_or(after.black_rice_gi_area);
        after
    }
}

/// What may be corrected of a department. Its code stays.
#[derive(Clone, Debug)]
pub struct DepartmentChange {
    /// The new name.
    pub name: Name,
    /// Why.
    pub reason: Name,
}

impl DepartmentChange {
    /// Everything wrong with it.
    #[must_use]
    pub fn faults(&self, department: &Department) -> Faults {
        let mut faults = Faults::new();
        faults.check(!department.archived, || archived(&department.code));
        faults
    }
}

/// The fault of what is archived and can no longer be corrected.
#[must_use]
pub fn archived(code: &str) -> Fault {
    Fault::of("master_archived").with("code", code)
}

/// How many things in use still name what is to be archived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StillUsed {
    /// Organisations that belong there, today or later.
    pub organisations: i64,
    /// Receiving sites.
    pub sites: i64,
    /// Places of suppliers.
    pub places: i64,
    /// Products on sale.
    pub products: i64,
    /// Divisions that lie in it.
    pub divisions: i64,
}

impl StillUsed {
    /// Nothing is archived under what uses it: move or archive that first, and nothing new can begin to use it.
    ///
    /// # Errors
    /// `still_in_use`, with the counts.
    pub fn check(self, code: &str) -> Result<(), Fault> {
        if self == Self::default() {
            return Ok(());
        }
        Err(Fault::of("still_in_use")
            .with("code", code)
            .with("organisations", self.organisations)
            .with("sites", self.sites)
            .with("places", self.places)
            .with("products", self.products)
            .with("divisions", self.divisions))
    }
}

/// A department to be entered.
#[derive(Clone, Debug)]
pub struct NewDepartment {
    /// Its code, 1 to 40 characters, never used again.
    pub code: ExternalNo,
    /// Its name.
    pub name: Name,
}

/// The most characters of a department's code.
pub const MAX_DEPARTMENT_CODE: usize = 40;

impl NewDepartment {
    /// Everything wrong with it.
    #[must_use]
    pub fn faults(&self, code_taken: bool) -> Faults {
        let mut faults = Faults::new();
        faults.check(!code_taken, || Fault::of("code_taken").at("/code").with("code", &self.code));
        let short = self.code.as_str().chars().count() <= MAX_DEPARTMENT_CODE;
        faults.check(short, || {
            Fault::of("invalid_field")
                .at("/code")
                .with("expected", format!("1 to {MAX_DEPARTMENT_CODE} characters"))
        });
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn division(role: DivisionRole) -> Division {
        Division {
            code: "610723".to_owned(),
            name: "洋县".to_owned(),
            parent_code: None,
            role,
            black_rice_gi_area: None,
            archived: false,
            version: 1,
        }
    }

    fn town(role: DivisionRole) -> NewDivision {
        NewDivision {
            code: "610723001".parse().unwrap(),
            name: "洋州街道".parse().unwrap(),
            parent_code: Some("610723".parse().unwrap()),
            role,
            black_rice_gi_area: Some(true),
        }
    }

    fn slugs(faults: Faults) -> Vec<&'static str> {
        faults.into_vec().iter().map(Fault::slug).collect()
    }

    #[test]
    fn towns_lie_in_the_county_or_city_of_their_side() {
        let (county, city) = (division(DivisionRole::OriginCounty), division(DivisionRole::BuyerCity));
        assert!(town(DivisionRole::OriginTown).faults(None, Some(&county)).is_empty());
        assert_eq!(
            slugs(town(DivisionRole::OriginTown).faults(None, Some(&city))),
            ["division_parent_unfit"]
        );
        assert_eq!(slugs(town(DivisionRole::OriginTown).faults(None, None)), ["division_parent_unfit"]);
    }

    #[test]
    fn a_correction_obeys_the_rules_of_entering() {
        let (county, city) = (division(DivisionRole::OriginCounty), division(DivisionRole::BuyerCity));
        let change = |parent: Option<&str>, area| DivisionChange {
            name: Some("洋县城关".parse().unwrap()),
            parent_code: parent.map(|code| code.parse().unwrap()),
            black_rice_gi_area: area,
            reason: "更正".parse().unwrap(),
        };
        let town = division(DivisionRole::OriginTown);
        assert!(change(Some("610723"), None).faults(&town, Some(&county)).is_empty());
        assert_eq!(
            slugs(change(Some("320682"), None).faults(&town, Some(&city))),
            ["division_parent_unfit"]
        );
        assert_eq!(slugs(change(None, Some(Some(true))).faults(&city, None)), ["gi_area_unfit"]);
        assert_eq!(change(None, Some(None)).apply(&town).name, "洋县城关");
        let gone = Division { archived: true, ..town };
        assert_eq!(slugs(change(None, None).faults(&gone, None)), ["master_archived"]);
    }

    #[test]
    fn only_towns_of_the_county_lie_in_the_black_rice_area() {
        let city = division(DivisionRole::BuyerCity);
        let found = slugs(town(DivisionRole::BuyerTown).faults(Some(&city), Some(&city)));
        assert_eq!(found, ["code_taken", "gi_area_unfit"]);
    }
}
