//! Rows, facts and entries of an order that is booked.

use super::booker::{Booker, dimensions_of, fact, priced_weight, with_goods};
use super::document::{Heading, PricedLine};
use super::store::delivered::DeliveryRows;
use super::store::trade::OrderRows;
use crate::delivery::{acceptance_text, hash_of, shipment_text};
use crate::journal::{NewFact, Turn};
use crate::orders::{content_hash, order_no};
use chrono::{DateTime, Utc};
use entity::tables::{acceptance_lines, acceptances, line_positions, order_groups, order_lines, orders, shipment_lines, shipments};
use entity::{
    AcceptanceId, AcceptanceKind, CivilDate, Measure, Money, OfferId, OnShort, OrderGroupId, OrderId, OrderLineId, OrderState, PlaceId,
    PriceSource, Quantity, ShipmentId, ShipmentState, shanghai_date,
};
use uuid::Uuid;

/// Books an order that was shipped and accepted; gives its id.
pub fn order(
    turn: &mut Turn,
    booker: Booker<'_>,
    heading: &Heading,
    days: (DateTime<Utc>, DateTime<Utc>),
    (measured, hash): (&[PricedLine], [u8; 32]),
    (rows, delivered): (&mut OrderRows, &mut DeliveryRows),
) -> Uuid {
    let recorded_at = turn.next().at;
    let (group, order) = order_rows(booker, heading, (measured, hash), (recorded_at, days.1));
    let lines: Vec<order_lines::Model> = (1..).zip(measured).map(|(no, line)| line_row(order.id, no, line)).collect();
    let of_document = dimensions_of(turn, heading);
    let one_fact = |row: &order_lines::Model, line: &PricedLine| {
        let good = &line.good;
        let dimensions = with_goods(turn, of_document, (&good.id.to_string(), &good.category_code, &good.origin_code));
        fact(heading, row.id, line, dimensions)
    };
    let facts: Vec<NewFact> = lines.iter().zip(measured).map(|(row, line)| one_fact(row, line)).collect();

    let parties = (order.buyer_id, order.supplier_id);
    let mut placed = booker
        .entry("order.placed", ("order", order.id.uuid()), parties)
        .with("amount", order.amount.fen())
        .with("channel", order.channel.as_str())
        .with("fund_source", order.fund_source.as_str())
        .with("group", order.group_id.to_string())
        .with("lines", order.line_count)
        .with("order_no", order.order_no.clone())
        .with("state", OrderState::Placed.as_str());
    placed.content = Some(content_hash(&group, &order, None, &lines));
    placed.facts.clone_from(&facts);
    turn.record(placed);
    deliver(turn, booker, (&order, &lines), (measured, &facts), days, delivered);
    let done = booker
        .entry("order.completed", ("order", order.id.uuid()), parties)
        .with("order_no", order.order_no.clone())
        .with("state", order.state.as_str());
    turn.record(done);

    rows.group(&group);
    rows.order(&order);
    for (line, measured) in lines.iter().zip(measured) {
        rows.line(line);
        rows.position(&position_row(line, measured));
    }
    order.id.uuid()
}

/// The shipment of all of it, and its acceptance.
fn deliver(
    turn: &mut Turn,
    booker: Booker<'_>,
    (order, lines): (&orders::Model, &[order_lines::Model]),
    (measured, facts): (&[PricedLine], &[NewFact]),
    (shipped, accepted): (DateTime<Utc>, DateTime<Utc>),
    rows: &mut DeliveryRows,
) {
    let recorded_at = turn.next().at;
    let parties = (order.buyer_id, order.supplier_id);
    let as_measure = |measure, business_date: CivilDate| {
        let moved = |fact: &NewFact| NewFact {
            measure,
            business_date,
            ..*fact
        };
        facts.iter().map(moved).collect()
    };
    let both = || lines.iter().zip(measured);

    let shipment = shipment_row(order, recorded_at, (shipped, accepted));
    let sent_lines: Vec<_> = both().map(|(line, one)| sent_line(shipment.id, line, one)).collect();
    let mut sent = booker
        .entry("shipment.shipped", ("shipment", shipment.id.uuid()), parties)
        .with("dispatched_on", shipment.dispatched_on.to_string())
        .with("order", order.id.to_string())
        .with("order_no", order.order_no.clone())
        .with("shipment_no", shipment.shipment_no.clone())
        .with("state", ShipmentState::Shipped.as_str());
    sent.content = Some(hash_of(&shipment_text(&shipment, &sent_lines)));
    sent.facts = as_measure(Measure::Shipped, shanghai_date(shipped));
    turn.record(sent);

    let acceptance = acceptance_row(booker, order, &shipment, (recorded_at, accepted));
    let taken_lines: Vec<_> = both().map(|(line, one)| taken_line(acceptance.id, line, one)).collect();
    let mut taken = booker
        .entry("shipment.accepted", ("acceptance", acceptance.id.uuid()), parties)
        .with("order", order.id.to_string())
        .with("order_no", order.order_no.clone())
        .with("shipment", shipment.id.to_string())
        .with("state", ShipmentState::Accepted.as_str());
    taken.content = Some(hash_of(&acceptance_text(&acceptance, &taken_lines, &[])));
    taken.facts = as_measure(Measure::Accepted, shanghai_date(accepted));
    turn.record(taken);

    rows.shipment(&shipment);
    rows.acceptance(&acceptance);
    sent_lines.iter().for_each(|line| rows.shipment_line(line));
    taken_lines.iter().for_each(|line| rows.acceptance_line(line));
}

fn order_rows(
    booker: Booker<'_>,
    heading: &Heading,
    (measured, hash): (&[PricedLine], [u8; 32]),
    (recorded_at, accepted): (DateTime<Utc>, DateTime<Utc>),
) -> (order_groups::Model, orders::Model) {
    let id = OrderId::at(recorded_at);
    let group = order_groups::Model {
        id: OrderGroupId::at(recorded_at),
        buyer_id: heading.buyer_id,
        external_order_no: None,
        content_hash: hash.to_vec(),
        orders: 1,
        placed_at: heading.at,
    };
    let order = orders::Model {
        id,
        group_id: group.id,
        order_no: order_no(id, heading.at),
        buyer_id: heading.buyer_id,
        supplier_id: heading.supplier_id,
        site_id: None,
        site_version: None,
        channel: heading.channel,
        fund_source: heading.fund_source,
        mode: heading.mode,
        town_code: heading.town_code.clone(),
        department_id: heading.department_id,
        deliver_on: shanghai_date(accepted),
        state: OrderState::Completed,
        // 2,000 lines of at most 10^11 fen fit 64 bits with room to spare.
        amount: Money::checked_total(measured.iter().map(|line| line.amount)).unwrap_or(Money::ZERO),
        line_count: i32::try_from(measured.len()).unwrap_or(i32::MAX),
        placed_by: booker.person(),
        placed_at: heading.at,
        placed_on: heading.on(),
        decided_at: Some(heading.at),
        ended_at: Some(accepted),
        ended_on: Some(shanghai_date(accepted)),
        ended_reason: None,
        on_short: OnShort::Close,
        agreed_deliver_on: None,
        import_id: Some(booker.import),
        // Placed, shipped, accepted, completed.
        version: 4,
    };
    (group, order)
}

fn line_row(order_id: OrderId, line_no: i32, line: &PricedLine) -> order_lines::Model {
    let good = &line.good;
    order_lines::Model {
        order_id,
        line_no,
        id: OrderLineId::new(),
        product_id: good.id,
        // The document's own price, and goods that never lay in a place of ours.
        offer_id: OfferId::from_uuid(Uuid::nil()),
        place_id: PlaceId::from_uuid(Uuid::nil()),
        sku: good.sku.clone(),
        name: good.name.clone(),
        unit: good.unit.clone(),
        pack: good.pack.clone(),
        net_weight_grams: priced_weight(good),
        category_code: good.category_code.clone(),
        origin_code: good.origin_code.clone(),
        vat_class: good.vat_class,
        line_kind: good.line_kind,
        price: line.price,
        quantity: line.quantity,
        amount: line.amount,
        price_unit: good.weighed.as_ref().map(|weighed| weighed.price_unit.clone()),
        content: good.weighed.as_ref().map(|weighed| weighed.content),
        tolerance_permille: good.tolerance_permille,
        price_source: PriceSource::Offer,
        agreement_id: None,
    }
}

/// All of the line is shipped and accepted.
fn position_row(line: &order_lines::Model, measured: &PricedLine) -> line_positions::Model {
    line_positions::Model {
        line_id: line.id,
        order_id: line.order_id,
        confirmed_units: Some(line.quantity),
        closed_units: Quantity::ZERO,
        shipped_units: line.quantity,
        replaced_units: Quantity::ZERO,
        shipped: measured.priced,
        accepted: measured.priced,
        rejected: Quantity::ZERO,
        surplus: Quantity::ZERO,
        returned: Quantity::ZERO,
        at_price: Quantity::ZERO,
        undrawn: Money::ZERO,
        undrawn_units: Quantity::ZERO,
        version: 1,
    }
}

fn shipment_row(
    order: &orders::Model,
    recorded_at: DateTime<Utc>,
    (shipped, accepted): (DateTime<Utc>, DateTime<Utc>),
) -> shipments::Model {
    shipments::Model {
        id: ShipmentId::at(recorded_at),
        shipment_no: format!("S{}", order.order_no),
        order_id: order.id,
        buyer_id: order.buyer_id,
        supplier_id: order.supplier_id,
        town_code: order.town_code.clone(),
        department_id: order.department_id,
        state: ShipmentState::Accepted,
        replacement: false,
        carrier: None,
        plate: None,
        dispatched_on: shanghai_date(shipped),
        recorded_at,
        arrived_at: Some(accepted),
        inspected_at: Some(accepted),
        import_id: order.import_id,
        undone_at: None,
        version: 2,
    }
}

fn acceptance_row(
    booker: Booker<'_>,
    order: &orders::Model,
    shipment: &shipments::Model,
    (recorded_at, accepted): (DateTime<Utc>, DateTime<Utc>),
) -> acceptances::Model {
    acceptances::Model {
        id: AcceptanceId::at(recorded_at),
        acceptance_no: format!("A{}", order.order_no),
        kind: AcceptanceKind::Inspection,
        shipment_id: shipment.id,
        order_id: order.id,
        buyer_id: order.buyer_id,
        supplier_id: order.supplier_id,
        accepted_on: shanghai_date(accepted),
        accepted_by: booker.person(),
        recorded_at,
        import_id: order.import_id,
        undone_at: None,
    }
}

fn sent_line(shipment_id: ShipmentId, line: &order_lines::Model, measured: &PricedLine) -> shipment_lines::Model {
    shipment_lines::Model {
        shipment_id,
        no: line.line_no,
        order_line_id: line.id,
        place_id: line.place_id,
        product_id: line.product_id,
        units: line.quantity,
        quantity: measured.priced,
        amount: line.amount,
        again: false,
        bound_permille: None,
        weight_confirmed: false,
    }
}

fn taken_line(acceptance_id: AcceptanceId, line: &order_lines::Model, measured: &PricedLine) -> acceptance_lines::Model {
    acceptance_lines::Model {
        acceptance_id,
        no: line.line_no,
        order_line_id: line.id,
        shipment_line_no: line.line_no,
        quantity: measured.priced,
        rejected: Quantity::ZERO,
        amount: line.amount,
        most: None,
    }
}
