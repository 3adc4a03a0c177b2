//! Rows, facts and entries of a document that is booked.

use super::document::{Heading, PricedLine};
use super::store::delivered::DeliveryRows;
use super::store::documents::Sale;
use super::store::trade::OrderRows;
use crate::catalogue::Good;
use crate::delivery::{acceptance_text, hash_of, shipment_text};
use crate::journal::{Dimensions, NewEntry, NewFact, Turn, Who, WordKind};
use crate::orders::{content_hash, order_no};
use crate::stock::Movement;
use chrono::{DateTime, Utc};
use entity::tables::{acceptance_lines, acceptances, line_positions, order_groups, order_lines, orders, shipment_lines, shipments};
use entity::{
    AcceptanceId, AcceptanceKind, Grams, ImportId, Measure, Money, OfferId, OnShort, OrderGroupId, OrderId, OrderLineId, OrderState,
    OrganisationId, PersonId, PlaceId, Quantity, ShipmentId, ShipmentState, shanghai_date,
};
use uuid::Uuid;

/// What an import's entries have in common.
#[derive(Clone, Copy, Debug)]
pub struct Booker<'a> {
    /// Who booked it.
    pub who: Who,
    /// The import.
    pub import: ImportId,
    /// The document's own number.
    pub document_no: &'a str,
}

impl Booker<'_> {
    /// The entry of a movement.
    pub fn movement(&self, movement: &Movement, supplier: Option<OrganisationId>) -> NewEntry {
        let mut entry = NewEntry::new("stock.moved", "movement", movement.id.uuid(), self.who)
            .with("import", self.import.to_string())
            .with("document_no", self.document_no)
            .with("product", movement.product_id.to_string())
            .with("place", movement.place_id.to_string())
            .with("quantity", movement.quantity.quantity().thousandths())
            .with("reason", movement.reason.as_str())
            .with("moved_on", movement.moved_on.to_string());
        entry.reason = Some(movement.reason.as_str());
        entry.supplier = supplier;
        entry.content = Some(movement.content());
        entry
    }

    fn person(&self) -> PersonId {
        PersonId::from_uuid(self.who.person)
    }

    pub(super) fn entry(
        &self,
        kind: &'static str,
        (thing, id): (&'static str, Uuid),
        parties: (OrganisationId, OrganisationId),
    ) -> NewEntry {
        let mut entry = NewEntry::new(kind, thing, id, self.who)
            .with("import", self.import.to_string())
            .with("document_no", self.document_no);
        entry.buyer = Some(parties.0);
        entry.supplier = Some(parties.1);
        entry
    }
}

/// The words the facts of a document are told by.
pub fn words_of<'g>(heading: &Heading, goods: impl Iterator<Item = &'g Good>) -> Vec<(WordKind, String)> {
    let mut words = vec![
        (WordKind::Town, heading.town_code.clone()),
        (WordKind::Channel, heading.channel.to_string()),
        (WordKind::FundSource, heading.fund_source.to_string()),
        (WordKind::Buyer, heading.buyer_id.to_string()),
        (WordKind::Supplier, heading.supplier_id.to_string()),
    ];
    words.extend(heading.department_id.map(|id| (WordKind::Department, id.to_string())));
    for good in goods {
        words.push((WordKind::Product, good.id.to_string()));
        words.push((WordKind::Category, good.category_code.clone()));
        words.push((WordKind::Origin, good.origin_code.clone()));
    }
    words
}

/// The words of a sale, which returns of it are told by as well.
pub fn words_of_sale(sale: &Sale) -> Vec<(WordKind, String)> {
    let (order, line) = (&sale.order, &sale.line);
    let mut words = vec![
        (WordKind::Town, order.town_code.clone()),
        (WordKind::Channel, order.channel.to_string()),
        (WordKind::FundSource, order.fund_source.to_string()),
        (WordKind::Buyer, order.buyer_id.to_string()),
        (WordKind::Supplier, order.supplier_id.to_string()),
        (WordKind::Category, line.category_code.clone()),
        (WordKind::Origin, line.origin_code.clone()),
    ];
    words.extend(order.department_id.map(|id| (WordKind::Department, id.to_string())));
    words
}

pub(super) fn dimensions_of(turn: &Turn, heading: &Heading) -> Dimensions {
    Dimensions {
        town: turn.word(WordKind::Town, &heading.town_code),
        department: heading
            .department_id
            .map_or(0, |id| turn.word(WordKind::Department, &id.to_string())),
        channel: turn.word(WordKind::Channel, heading.channel.as_str()),
        fund_source: turn.word(WordKind::FundSource, heading.fund_source.as_str()),
        buyer: turn.word(WordKind::Buyer, &heading.buyer_id.to_string()),
        supplier: turn.word(WordKind::Supplier, &heading.supplier_id.to_string()),
        ..Dimensions::default()
    }
}

pub(super) fn with_goods(turn: &Turn, of_document: Dimensions, good: (&str, &str, &str)) -> Dimensions {
    Dimensions {
        product: turn.word(WordKind::Product, good.0),
        category: turn.word(WordKind::Category, good.1),
        origin: turn.word(WordKind::Origin, good.2),
        ..of_document
    }
}

/// Grams of one unit that the price is for.
pub(super) fn priced_weight(good: &Good) -> Option<Grams> {
    let grams = good.net_weight_grams?;
    Grams::from_grams(match &good.weighed {
        None => grams,
        Some(weighed) => (grams * 1_000 + weighed.content.thousandths() / 2) / weighed.content.thousandths(),
    })
}

pub(super) fn fact(heading: &Heading, line: OrderLineId, measured: &PricedLine, dimensions: Dimensions) -> NewFact {
    NewFact {
        line,
        measure: Measure::Ordered,
        mode: heading.mode,
        amount: measured.amount,
        quantity: measured.priced,
        weight_grams: priced_weight(&measured.good)
            .and_then(|grams| grams.times(measured.priced))
            .map(Grams::grams),
        lines: 1,
        business_date: heading.on(),
        concerns: None,
        reverses: None,
        dimensions,
    }
}

/// Books an order that was shipped and accepted; gives its id.
pub fn order(
    turn: &mut Turn,
    booker: Booker<'_>,
    heading: &Heading,
    (shipped, accepted): (DateTime<Utc>, DateTime<Utc>),
    (measured, hash): (&[PricedLine], [u8; 32]),
    (rows, delivered): (&mut OrderRows, &mut DeliveryRows),
) -> Uuid {
    let recorded_at = turn.next().at;
    let (group, order) = order_rows(booker, heading, (measured, hash), (recorded_at, accepted));
    let lines: Vec<order_lines::Model> = (1..).zip(measured).map(|(no, line)| line_row(order.id, no, line)).collect();
    let of_document = dimensions_of(turn, heading);
    let facts: Vec<NewFact> = lines
        .iter()
        .zip(measured)
        .map(|(row, line)| {
            let good = &line.good;
            let dimensions = with_goods(turn, of_document, (&good.id.to_string(), &good.category_code, &good.origin_code));
            fact(heading, row.id, line, dimensions)
        })
        .collect();
    let as_measure = |measure, on| {
        facts
            .iter()
            .map(move |fact| NewFact {
                measure,
                business_date: on,
                ..*fact
            })
            .collect()
    };
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
    placed.content = Some(content_hash(&group, &order, &lines));
    placed.facts.clone_from(&facts);
    turn.record(placed);

    let shipment = shipment_row(&order, recorded_at, (shipped, accepted));
    let sent_lines: Vec<shipment_lines::Model> = lines
        .iter()
        .zip(measured)
        .map(|(line, one)| sent_line(shipment.id, line, one))
        .collect();
    let mut sent = booker
        .entry("shipment.shipped", ("shipment", shipment.id.uuid()), parties)
        .with("order", order.id.to_string())
        .with("shipment_no", shipment.shipment_no.clone())
        .with("state", ShipmentState::Shipped.as_str());
    sent.content = Some(hash_of(&shipment_text(&shipment, &sent_lines)));
    sent.facts = as_measure(Measure::Shipped, shanghai_date(shipped));
    turn.record(sent);

    let acceptance = acceptance_row(booker, &order, &shipment, (recorded_at, accepted));
    let taken_lines: Vec<acceptance_lines::Model> = lines
        .iter()
        .zip(measured)
        .map(|(line, one)| taken_line(acceptance.id, line, one))
        .collect();
    let mut taken = booker
        .entry("shipment.accepted", ("acceptance", acceptance.id.uuid()), parties)
        .with("order", order.id.to_string())
        .with("shipment", shipment.id.to_string())
        .with("state", ShipmentState::Accepted.as_str());
    taken.content = Some(hash_of(&acceptance_text(&acceptance, &taken_lines, &[])));
    taken.facts = as_measure(Measure::Accepted, shanghai_date(accepted));
    turn.record(taken);

    let done = booker
        .entry("order.completed", ("order", order.id.uuid()), parties)
        .with("order_no", order.order_no.clone())
        .with("state", OrderState::Completed.as_str());
    turn.record(done);

    rows.group(&group);
    rows.order(&order);
    delivered.shipment(&shipment);
    delivered.acceptance(&acceptance);
    for (line, measured) in lines.iter().zip(measured) {
        rows.line(line);
        rows.position(&position_row(line, measured));
    }
    sent_lines.iter().for_each(|line| delivered.shipment_line(line));
    taken_lines.iter().for_each(|line| delivered.acceptance_line(line));
    order.id.uuid()
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
        version: 2,
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
    }
}
