use super::*;

fn town(area: Option<bool>) -> Surroundings {
    Surroundings {
        category: Some(Category {
            code: "grain".to_owned(),
            name_zh: "粮食".to_owned(),
            name_en: "Rice and grain".to_owned(),
            archived: false,
            version: 1,
        }),
        origin: Some(Origin {
            role: DivisionRole::OriginTown,
            name: "谢村镇".to_owned(),
            in_use: true,
            black_rice_gi_area: area,
        }),
        producer: Some(Role::Supplier),
        seller: Some(Role::Supplier),
        sku_of: None,
        taken_back: None,
        gtin_of: None,
        other_words: Vec::new(),
    }
}

fn black_rice() -> NewProduct {
    NewProduct {
        sku: "GR01".parse().unwrap(),
        traits: Traits {
            name: "洋县黑米 真空装".parse().unwrap(),
            category_code: "grain".to_owned(),
            origin_code: "610723104".parse().unwrap(),
            pack: "1kg×10/箱".to_owned(),
            net_weight: Grams::from_grams(1_000),
            shelf_life_days: Some(365),
            vat_class: VatClass::Vat9,
            tolerance_permille: 0,
            gtin: None,
            description: FreeText::default(),
            claims: vec![Claim::Gi],
            channels: vec![Channel::SchoolCanteen, Channel::Online],
        },
        producer_id: None,
        seller_id: OrganisationId::new(),
        unit: "袋".to_owned(),
        line_kind: LineKind::Goods,
        quantity_step: Quantity::ONE,
        weighed: None,
    }
}

fn slugs(new: &NewProduct, around: &Surroundings) -> Vec<(&'static str, String)> {
    let faults = faults_of_new(new, around).into_vec();
    faults.iter().map(|fault| (fault.slug(), fault.pointer().to_owned())).collect()
}

#[test]
fn black_rice_may_claim_its_gi_inside_the_area_only() {
    let mut new = black_rice();
    assert_eq!(slugs(&new, &town(Some(true))), []);
    let refused = [("gi_outside_area", "/claims/0".to_owned())];
    assert_eq!(slugs(&new, &town(Some(false))), refused);
    assert_eq!(slugs(&new, &town(None)), refused);
    new.traits.name = "华阳黑 米".parse().unwrap();
    assert_eq!(slugs(&new, &town(Some(false))), refused);
    new.traits.claims = vec![Claim::Organic];
    assert_eq!(slugs(&new, &town(Some(false))), []);
}

#[test]
fn all_faults_are_found_at_once() {
    let mut new = black_rice();
    new.traits.name = "元胡".parse().unwrap();
    new.traits.net_weight = Grams::from_grams(0);
    new.traits.shelf_life_days = Some(0);
    new.traits.gtin = Some("2012345678903".parse().unwrap());
    new.quantity_step = Quantity::ZERO;
    new.unit = String::new();
    let around = Surroundings {
        sku_of: Some(ProductId::new()),
        gtin_of: Some("GR02".to_owned()),
        ..Surroundings::default()
    };
    let mut found: Vec<&str> = slugs(&new, &around).into_iter().map(|(slug, _)| slug).collect();
    found.sort_unstable();
    let mut expected = vec![
        "unknown_category",
        "unknown_origin",
        "unknown_supplier",
        "sku_taken",
        "gtin_taken",
        "gtin_not_global",
        "medicine_not_food",
        "invalid_field",
        "invalid_field",
        "invalid_field",
        "invalid_field",
    ];
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn a_channel_closed_by_the_rules_is_named() {
    let mut new = black_rice();
    new.traits.category_code = "alcohol".to_owned();
    assert_eq!(slugs(&new, &town(Some(true))), [("not_for_channel", "/channels/0".to_owned())]);
}

#[test]
fn a_change_names_what_differs() {
    let traits = black_rice().traits;
    let change = Change {
        pack: Some("5kg".to_owned()),
        channels: Some(vec![Channel::Online, Channel::SchoolCanteen, Channel::Online]),
        ..Change::default()
    };
    let (after, changed) = traits.after(change);
    assert_eq!(changed, ["pack"]);
    assert_eq!(after.pack, "5kg");
    assert_eq!(after.tidy().channels, traits.channels);
}
