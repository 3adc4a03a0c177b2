use super::*;
use crate::organisations::Membership;
use chrono::DateTime;
use entity::{KeyId, PersonId};

fn day(text: &str) -> CivilDate {
    text.parse().unwrap()
}

fn division(code: &str, role: DivisionRole) -> Division {
    Division {
        code: code.to_owned(),
        name: "白蒲镇".to_owned(),
        parent_code: None,
        role,
        black_rice_gi_area: None,
        archived: false,
        version: 1,
    }
}

fn new(kind: OrganisationKind) -> NewOrganisation {
    NewOrganisation {
        name: "如皋市白蒲小学".parse().unwrap(),
        kind,
        uscc: None,
        uscc_override: None,
        without_canteen: false,
        town_code: Some("320682104".parse().unwrap()),
        department_id: None,
        from_date: None,
    }
}

fn party(kind: OrganisationKind) -> Party {
    Party {
        id: OrganisationId::new(),
        name: "某单位".to_owned(),
        kind,
        without_canteen: false,
        default_site_id: None,
        archived: false,
        version: 1,
        uscc: None,
        uscc_overridden: false,
        created_at: DateTime::UNIX_EPOCH,
        archived_at: None,
        successor_id: None,
        memberships: vec![Membership {
            from: day("2021-03-01"),
            town_code: "320682104".to_owned(),
            department_id: None,
        }],
    }
}

fn actor(role: Role, remit: Option<Remit>) -> Actor {
    Actor {
        key: KeyId::new(),
        person: PersonId::new(),
        organisation: OrganisationId::new(),
        role,
        remit,
        permissions: Vec::new(),
    }
}

fn slugs(faults: Faults) -> Vec<(&'static str, String)> {
    let faults = faults.into_vec();
    faults.iter().map(|fault| (fault.slug(), fault.pointer().to_owned())).collect()
}

#[test]
fn all_faults_of_a_new_organisation_come_at_once() {
    let town = division("320682104", DivisionRole::BuyerTown);
    let here = Places {
        division: Some(&town),
        department: None,
    };
    assert!(new(OrganisationKind::School).faults(here, None).is_empty());
    let bad = NewOrganisation {
        uscc: Some("91610723MA6YX0017A".parse().unwrap()),
        department_id: Some(DepartmentId::new()),
        ..new(OrganisationKind::Cooperative)
    };
    let expected = [
        ("division_of_other_side", "/town_code"),
        ("unknown_department", "/department_id"),
        ("uscc_check_digit", "/uscc"),
        ("uscc_taken", "/uscc"),
    ];
    let found = slugs(bad.faults(here, Some(OrganisationId::new())));
    assert_eq!(found, expected.map(|(slug, at)| (slug, at.to_owned())));
}

#[test]
fn a_wrong_check_digit_passes_with_a_reason_that_is_kept() {
    let town = division("320682104", DivisionRole::BuyerTown);
    let here = Places {
        division: Some(&town),
        department: None,
    };
    let mut early = NewOrganisation {
        uscc: Some("91610723MA6YX0017A".parse().unwrap()),
        uscc_override: Some("登记证原件如此".parse().unwrap()),
        ..new(OrganisationKind::School)
    };
    assert!(early.faults(here, None).is_empty());
    assert!(early.override_kept().is_some());
    early.uscc = Some("91610723MA6YX0017B".parse().unwrap());
    assert_eq!(early.override_kept(), None);
}

#[test]
fn only_offices_may_belong_nowhere() {
    let nowhere = |kind| NewOrganisation {
        town_code: None,
        ..new(kind)
    };
    let missing = [("missing_field", "/town_code".to_owned())];
    assert_eq!(slugs(nowhere(OrganisationKind::School).faults(Places::default(), None)), missing);
    assert!(nowhere(OrganisationKind::Office).faults(Places::default(), None).is_empty());
}

#[test]
fn a_move_goes_forward_only() {
    let town = division("320682105", DivisionRole::BuyerTown);
    let here = Places {
        division: Some(&town),
        department: None,
    };
    let step = Move {
        town_code: "320682105".parse().unwrap(),
        department_id: None,
        from_date: None,
    };
    let school = party(OrganisationKind::School);
    assert!(step.faults(&school, here, day("2021-03-02")).is_empty());
    for from in ["2021-03-01", "2020-01-01"] {
        assert_eq!(slugs(step.faults(&school, here, day(from)))[0].0, "move_before_last");
    }
}

#[test]
fn a_successor_is_another_one_alive_in_the_same_role() {
    let (school, hospital, farm) = (
        party(OrganisationKind::School),
        party(OrganisationKind::Hospital),
        party(OrganisationKind::FamilyFarm),
    );
    let gone = Party {
        archived: true,
        ..hospital.clone()
    };
    assert!(check_successor(&school, hospital.id, Some(&hospital)).is_ok());
    for unfit in [&farm, &gone, &school] {
        assert!(check_successor(&school, unfit.id, Some(unfit)).is_err());
    }
    assert!(check_successor(&school, hospital.id, None).is_err());
}

#[test]
fn buyers_see_suppliers_and_themselves() {
    let today = day("2021-06-18");
    let (school, farm) = (party(OrganisationKind::School), party(OrganisationKind::FamilyFarm));
    let stranger = actor(Role::Buyer, None);
    assert!(may_see(&stranger, &farm, today));
    assert!(!may_see(&stranger, &school, today));
    let itself = Actor {
        organisation: school.id,
        ..actor(Role::Buyer, None)
    };
    assert!(may_see(&itself, &school, today));
}

#[test]
fn officials_see_as_far_as_their_remit() {
    let today = day("2021-06-18");
    let school = party(OrganisationKind::School);
    let official = |remit| actor(Role::Official, Some(remit));
    assert!(may_see(&official(Remit::City), &school, today));
    assert!(may_see(&official(Remit::Town("320682104".to_owned())), &school, today));
    assert!(!may_see(&official(Remit::Town("320682105".to_owned())), &school, today));
    assert!(!may_see(&official(Remit::Department("x".to_owned())), &school, today));
    assert!(!may_see(&actor(Role::Official, None), &school, today));
    assert!(may_see(&actor(Role::Auditor, None), &school, today));
}
