use super::*;

fn actor(role: Role) -> Actor {
    Actor {
        key: KeyId::new(),
        person: PersonId::new(),
        organisation: OrganisationId::new(),
        role,
        remit: None,
        permissions: Permission::of_role(role).to_vec(),
    }
}

fn now() -> DateTime<Utc> {
    "2021-06-18T02:00:00Z".parse().unwrap()
}

fn key_of(maker: &Actor, days: i64) -> Key {
    Key {
        id: maker.key,
        organisation_id: maker.organisation,
        person_id: maker.person,
        prefix: "yp_aaaaaaaa".to_owned(),
        name: "食堂".to_owned(),
        role: maker.role,
        remit: None,
        permissions: Vec::new(),
        requests_per_minute: 300,
        created_at: now(),
        made_by: None,
        made_by_person: None,
        expires_at: now() + TimeDelta::days(days),
        revoked_at: None,
        last_used_at: None,
    }
}

fn new() -> NewKey {
    NewKey {
        organisation_id: OrganisationId::new(),
        role: None,
        remit: None,
        name: "订货程序".parse().unwrap(),
        holder: Holder::Known(PersonId::new()),
        permissions: None,
        days: None,
        requests_per_minute: None,
    }
}

fn strength(maker: &Actor, kind: OrganisationKind, new: &NewKey) -> Result<Strength, Vec<String>> {
    let key = key_of(maker, 30);
    let making = Making {
        maker,
        maker_key: Some(&key),
        kind,
        now: now(),
    };
    making
        .strength(new)
        .map_err(|faults| faults.iter().map(|fault| format!("{} {}", fault.slug(), fault.pointer())).collect())
}

#[test]
fn a_secret_has_its_form_and_no_two_are_alike() {
    let (one, other) = (Secret::random(), Secret::random());
    assert!(is_plausible(one.reveal()), "{one:?}");
    assert_ne!(one.hash(), other.hash());
    assert!(one.reveal().starts_with(one.prefix()));
    assert_eq!(one.prefix().len(), 11);
    assert!(!format!("{one:?}").contains(one.reveal()));
    assert!(!is_plausible("yp_short"));
}

#[test]
fn prefixes_use_all_forty_bits() {
    assert_eq!(base32([0; 5]), "aaaaaaaa");
    assert_eq!(base32([0xff; 5]), "77777777");
    assert_eq!(base32([0, 0, 0, 0, 1]), "aaaaaaab");
    assert_eq!(base32([0x08, 0, 0, 0, 0]), "baaaaaaa");
}

#[test]
fn a_buyer_makes_more_of_the_same_and_no_longer() {
    let buyer = actor(Role::Buyer);
    let made = strength(&buyer, OrganisationKind::School, &new()).unwrap();
    assert_eq!(made.role, Role::Buyer);
    assert_eq!(made.permissions, Permission::of_role(Role::Buyer));
    assert_eq!(made.expires_at, now() + TimeDelta::days(30));
    assert_eq!(made.requests_per_minute, 300);
}

#[test]
fn nobody_makes_a_key_stronger_than_the_own_one() {
    let buyer = Actor {
        permissions: vec![Permission::Keys],
        ..actor(Role::Buyer)
    };
    let greedy = NewKey {
        role: Some(Role::Operator),
        remit: Some(KeyRemit {
            kind: RemitKind::City,
            code: None,
        }),
        permissions: Some(vec![Permission::Keys, Permission::Order, Permission::Organise]),
        days: Some(31),
        requests_per_minute: Some(301),
        ..new()
    };
    assert_eq!(
        strength(&buyer, OrganisationKind::School, &greedy).unwrap_err(),
        [
            "role_unfit /role",
            "key_too_strong /remit",
            "key_too_strong /permissions/1",
            "key_too_strong /permissions/2",
            "key_outlives_maker /days",
            "key_too_strong /requests_per_minute",
        ]
    );
}

#[test]
fn an_operator_provisions_others_but_not_above_the_own_permissions() {
    let operator = actor(Role::Operator);
    let made = strength(&operator, OrganisationKind::Cooperative, &new()).unwrap();
    assert_eq!(made.permissions, Permission::of_role(Role::Supplier));
    let clerk = Actor {
        permissions: vec![Permission::Keys, Permission::Organise],
        ..actor(Role::Operator)
    };
    let made = strength(&clerk, OrganisationKind::Cooperative, &new()).unwrap();
    assert_eq!(
        made.permissions,
        [
            Permission::Answer,
            Permission::Ship,
            Permission::Stock,
            Permission::Keys,
            Permission::Unit
        ]
    );
    // Who may not even change an organisation gives nobody what it takes to buy and to sell.
    let narrow = Actor {
        permissions: vec![Permission::Keys],
        ..actor(Role::Operator)
    };
    assert_eq!(
        strength(&narrow, OrganisationKind::Cooperative, &new()).unwrap().permissions,
        [Permission::Keys]
    );
    let selling = NewKey {
        permissions: Some(vec![Permission::Ship]),
        ..new()
    };
    let refused = strength(&narrow, OrganisationKind::Cooperative, &selling).unwrap_err();
    assert_eq!(refused, ["key_too_strong /permissions/0"]);
}

#[test]
fn an_operator_s_key_makes_none_that_lives_longer_or_asks_more() {
    let operator = actor(Role::Operator);
    let made = strength(&operator, OrganisationKind::School, &new()).unwrap();
    assert_eq!((made.expires_at, made.requests_per_minute), (now() + TimeDelta::days(30), 300));
    let greedy = NewKey {
        days: Some(400),
        requests_per_minute: Some(6_000),
        ..new()
    };
    assert_eq!(
        strength(&operator, OrganisationKind::School, &greedy).unwrap_err(),
        ["key_outlives_maker /days", "key_too_strong /requests_per_minute"]
    );
}

#[test]
fn operators_and_auditors_are_let_in_at_the_machine() {
    let (operator, auditor, buyer) = (actor(Role::Operator), actor(Role::Auditor), actor(Role::Buyer));
    let of = |maker: &Actor, at_the_machine: bool, role| {
        let key = key_of(maker, 30);
        let making = Making {
            maker,
            maker_key: (!at_the_machine).then_some(&key),
            kind: OrganisationKind::Office,
            now: now(),
        };
        making.check_place(&NewKey { role, ..new() }).map_err(|fault| fault.slug())
    };
    for role in [Role::Operator, Role::Auditor] {
        for maker in [&operator, &auditor, &buyer] {
            assert_eq!(of(maker, false, Some(role)), Err("made_on_the_machine"), "{role}");
        }
        assert_eq!(of(&operator, true, Some(role)), Ok(()));
    }
    // More of the same would be an auditor's.
    assert_eq!(of(&auditor, false, None), Err("made_on_the_machine"));
    assert_eq!(of(&operator, false, Some(Role::Official)), Ok(()));
}

#[test]
fn officials_need_a_remit_and_others_have_none() {
    let operator = actor(Role::Operator);
    let with = |role, remit: Option<(RemitKind, Option<&str>)>| NewKey {
        role: Some(role),
        remit: remit.map(|(kind, code)| KeyRemit {
            kind,
            code: code.map(str::to_owned),
        }),
        ..new()
    };
    let of = |new: &NewKey| strength(&operator, OrganisationKind::Office, new);
    assert_eq!(of(&with(Role::Official, None)).unwrap_err(), ["remit_unfit /remit"]);
    assert_eq!(
        of(&with(Role::Auditor, Some((RemitKind::City, None)))).unwrap_err(),
        ["remit_unfit /remit"]
    );
    assert_eq!(
        of(&with(Role::Official, Some((RemitKind::Town, None)))).unwrap_err(),
        ["remit_code_unfit /remit/code"]
    );
    assert!(of(&with(Role::Official, Some((RemitKind::Town, Some("320682104"))))).is_ok());
    assert_eq!(of(&with(Role::Buyer, None)).unwrap_err(), ["role_unfit /role"]);
}

#[test]
fn a_key_is_revoked_before_it_is_expired() {
    let buyer = actor(Role::Buyer);
    let mut key = key_of(&buyer, 1);
    assert_eq!(key.flaw(now()), None);
    assert_eq!(key.flaw(now() + TimeDelta::days(1)), Some("key_expired"));
    key.revoked_at = Some(now());
    assert_eq!(key.flaw(now() + TimeDelta::days(1)), Some("key_revoked"));
}
