use super::*;
use entity::{LineKind, OfferId, OrderId, OrderLineId, PlaceId, PriceSource, ProductId, UnitPrice, VatClass};

fn q(thousandths: i64) -> Quantity {
    Quantity::from_thousandths(thousandths)
}

/// Six boxes of nominally 5 kg, 11.33 yuan a kilogram.
fn line() -> order_lines::Model {
    order_lines::Model {
        order_id: OrderId::new(),
        line_no: 1,
        id: OrderLineId::new(),
        product_id: ProductId::new(),
        offer_id: OfferId::new(),
        place_id: PlaceId::new(),
        sku: "ME01".to_owned(),
        name: "腊肉".to_owned(),
        unit: "箱".to_owned(),
        pack: "5 kg".to_owned(),
        net_weight_grams: None,
        category_code: "meat".to_owned(),
        origin_code: "610723104".to_owned(),
        vat_class: VatClass::Vat9,
        line_kind: LineKind::Goods,
        price: UnitPrice::from_ten_thousandths(113_300).unwrap(),
        quantity: q(6_000),
        amount: Money::from_fen(33_990),
        price_unit: Some("kg".to_owned()),
        content: Some(q(5_000)),
        tolerance_permille: 50,
        price_source: PriceSource::Offer,
        agreement_id: None,
    }
}

fn told(worth: Worth) -> (Option<String>, String, String) {
    (
        worth.units.map(|units| units.to_string()),
        worth.quantity.to_string(),
        worth.amount.to_string(),
    )
}

#[test]
fn what_was_ordered_is_agreed_and_stands_are_three_things() {
    let position = Position {
        closed_units: q(4_000),
        shipped_units: q(2_000),
        shipped: q(10_200),
        accepted: q(10_200),
        returned: q(1_200),
        at_price: q(200),
        ..Position::default()
    };
    let worth = LineWorth::of(&line(), &position, OrderState::Completed, Money::from_fen(1_000));
    assert_eq!(told(worth.ordered), (Some("6".into()), "30".into(), "339.90".into()));
    assert_eq!(told(worth.agreed), (Some("2".into()), "10".into(), "113.30".into()));
    // 10.2 kg accepted are 115.57, 0.2 kg back at the price 2.27, 1 kg at a price of its own 10.00.
    assert_eq!(told(worth.standing), (None, "9".into(), "103.30".into()));
}

#[test]
fn nothing_of_an_order_that_was_given_up_is_agreed() {
    for state in OrderState::ALL {
        let worth = LineWorth::of(&line(), &Position::default(), *state, Money::ZERO);
        assert_eq!(told(worth.ordered).2, "339.90");
        assert_eq!(worth.agreed.amount == Money::ZERO, is_given_up(*state), "{state}");
        assert_eq!(worth.standing.amount, Money::ZERO);
    }
}
