use super::*;

struct Yard {
    supplier: OrganisationId,
    product: ProductId,
    place: PlaceId,
    around: Surroundings,
}

/// A supplier with one product at one place.
fn a_yard(on_hand: i64, held: i64) -> Yard {
    let (supplier, product, place) = (OrganisationId::new(), ProductId::new(), PlaceId::new());
    let lot = Lot {
        product_id: product,
        place_id: place,
        on_hand,
        held,
    };
    let around = Surroundings {
        products: HashMap::from([(product, "GR01".to_owned())]),
        places: HashMap::from([(place, supplier)]),
        lots: HashMap::from([((product, place), lot)]),
    };
    Yard {
        supplier,
        product,
        place,
        around,
    }
}

fn today() -> CivilDate {
    CivilDate::new(2026, 3, 31).unwrap()
}

impl Yard {
    fn moved(&self, quantity: &str, reason: StockReason) -> NewMovement {
        NewMovement {
            product_id: self.product,
            place_id: self.place,
            quantity: quantity.parse().unwrap(),
            reason,
            moved_on: today(),
        }
    }

    fn slugs(&self, movements: &[NewMovement]) -> Vec<(&'static str, String)> {
        let found = faults(movements, self.supplier, &self.around, today()).into_vec();
        found.iter().map(|fault| (fault.slug(), fault.pointer().to_owned())).collect()
    }
}

#[test]
fn what_is_held_stays_whatever_the_reason_but_a_count() {
    let yard = a_yard(10_000, 4_000);
    assert_eq!(yard.slugs(&[yard.moved("-6", StockReason::Breakage)]), []);
    let short = [("stock_short", "/movements/0/quantity".to_owned())];
    assert_eq!(yard.slugs(&[yard.moved("-6.001", StockReason::Correction)]), short);
    // What a count does not find is owed.
    assert_eq!(yard.slugs(&[yard.moved("-6.001", StockReason::Count)]), []);
    // One request is one step: what comes in with it may go out with it.
    let both = [yard.moved("-8", StockReason::Sample), yard.moved("2", StockReason::Receipt)];
    assert_eq!(yard.slugs(&both), []);
}

#[test]
fn signs_days_and_sizes_are_bounded() {
    let yard = a_yard(10_000, 0);
    let slug = |movement: NewMovement| yard.slugs(&[movement]).first().map(|(slug, _)| *slug);
    assert_eq!(slug(yard.moved("-1", StockReason::Receipt)), Some("wrong_sign"));
    assert_eq!(slug(yard.moved("1", StockReason::Breakage)), Some("wrong_sign"));
    assert_eq!(slug(yard.moved("0", StockReason::Count)), Some("quantity_out_of_range"));
    assert_eq!(slug(yard.moved("1000000.001", StockReason::Receipt)), Some("quantity_out_of_range"));
    assert_eq!(slug(yard.moved("1000000", StockReason::Receipt)), None);
    let on = |days| NewMovement {
        moved_on: today().checked_add_days(days).unwrap(),
        ..yard.moved("1", StockReason::Receipt)
    };
    assert_eq!(slug(on(-30)), None);
    assert_eq!(slug(on(-31)), Some("moved_on_out_of_range"));
    assert_eq!(slug(on(1)), Some("moved_on_out_of_range"));
}

#[test]
fn all_faults_of_all_movements_are_found() {
    let yard = a_yard(0, 0);
    let strange = NewMovement {
        product_id: ProductId::new(),
        place_id: PlaceId::new(),
        ..yard.moved("-1", StockReason::Receipt)
    };
    let found = yard.slugs(&[yard.moved("-1", StockReason::Count), strange]);
    let expected = [
        ("unknown_product", "/movements/1/product_id"),
        ("unknown_place", "/movements/1/place_id"),
        ("wrong_sign", "/movements/1/quantity"),
        ("stock_short", "/movements/0/quantity"),
    ];
    assert_eq!(found, expected.map(|(slug, pointer)| (slug, pointer.to_owned())));
    assert_eq!(yard.slugs(&[])[0].0, "invalid_field");
}

#[test]
fn the_content_is_made_of_what_is_printed() {
    let movement = Movement {
        id: "01933f2e-7c00-7a3b-9c41-5d2e8f60b174".parse().unwrap(),
        product_id: "01933f2e-7c00-7a3b-9c41-5d2e8f60b175".parse().unwrap(),
        place_id: "01933f2e-7c00-7a3b-9c41-5d2e8f60b176".parse().unwrap(),
        quantity: "-1.4".parse().unwrap(),
        reason: StockReason::Breakage,
        moved_on: today(),
        recorded_at: DateTime::UNIX_EPOCH,
    };
    let text = "01933f2e-7c00-7a3b-9c41-5d2e8f60b174|01933f2e-7c00-7a3b-9c41-5d2e8f60b175|01933f2e-7c00-7a3b-9c41-5d2e8f60b176|-1.4|breakage|2026-03-31";
    let expected: Hash = Sha256::digest(text).into();
    assert_eq!(movement.content(), expected);
}
