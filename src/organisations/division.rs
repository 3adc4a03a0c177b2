//! Divisions and departments to be entered, and their rules.

use super::party::Division;
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
        // The county's and the city's own parents, the prefectures, are not entered here.
        let wanted = match self.role {
            DivisionRole::OriginCounty | DivisionRole::BuyerCity => None,
            DivisionRole::OriginTown => Some(DivisionRole::OriginCounty),
            DivisionRole::BuyerTown => Some(DivisionRole::BuyerCity),
        };
        if let Some(wanted) = wanted {
            let fits = parent.is_some_and(|parent| parent.role == wanted && !parent.archived);
            faults.check(fits, || Fault::of("division_parent_unfit").at("/parent_code").with("role", wanted));
        }
        let may_grow = self.role == DivisionRole::OriginTown || self.black_rice_gi_area.is_none();
        faults.check(may_grow, || Fault::of("gi_area_unfit").at("/black_rice_gi_area"));
        faults
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
                .with("expected", format!("1..{MAX_DEPARTMENT_CODE}"))
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
    fn only_towns_of_the_county_lie_in_the_black_rice_area() {
        let city = division(DivisionRole::BuyerCity);
        let found = slugs(town(DivisionRole::BuyerTown).faults(Some(&city), Some(&city)));
        assert_eq!(found, ["code_taken", "gi_area_unfit"]);
    }
}
