//! The supplier sends goods of a confirmed order: all of it or part, once or several times, or in place of what was
//! rejected or returned.

use super::content::{hash_of, shipment_text};
use super::days;
use super::shipment::shipment_no;
use super::store::{self, NewRows, Policy};
use super::weight::{self, Held};
use crate::access::{Actor, Scope};
use crate::http::fault::{Fault, Faults};
use crate::journal::{NewEntry, NewFact, Turn, TurnError, UseCase};
use crate::orders::position::Difference;
use crate::orders::{OpenLine, OpenOrder, StockChange, facts, note_stock};
use crate::stock;
use chrono::{DateTime, Utc};
use entity::tables::{shipment_lines, shipments};
use entity::{CivilDate, OrderId, OrderLineId, OrderState, Quantity, ShipmentId, ShipmentState, shanghai_date};
use std::collections::HashMap;

/// A line that is sent.
#[derive(Clone, Copy, Debug)]
pub struct SentLine {
    /// The order line's number.
    pub line_no: i32,
    /// Units sent.
    pub units: Quantity,
    /// What the scales say, in price units; only for weighed goods, else what is nominally in the units.
    pub weighed: Option<Quantity>,
    /// The same again, where it differs much from what is nominally in the units.
    pub weight_confirmed: Option<Quantity>,
}

/// The use case.
#[derive(Clone, Debug)]
pub struct Ship {
    /// Who sends.
    pub actor: Actor,
    /// Of which order.
    pub order: OrderId,
    /// The day of dispatch; today unless told.
    pub dispatched_on: Option<CivilDate>,
    /// Whether it takes the place of what was rejected or returned.
    pub replacement: bool,
    /// Who carries it.
    pub carrier: Option<String>,
    /// The vehicle's plate.
    pub plate: Option<String>,
    /// A word to the buyer, or why it is recorded late.
    pub note: Option<String>,
    /// What.
    pub lines: Vec<SentLine>,
}

/// A line that is sent: its place in the order, what it weighs or counts in price units, and whether it comes again in
/// place of what was rejected, though its shipment does not.
struct SentNow {
    place: usize,
    units: Quantity,
    quantity: Quantity,
    held: Held,
    difference: Difference,
    again: bool,
}

/// What is sent, before it is written.
#[derive(Default)]
struct Sent {
    lines: Vec<SentNow>,
    stock: StockChange,
}

/// What a line is held against: what of it is under way, asked for where it is replaced; and how far the scales may
/// differ.
struct Bounds {
    replacement: bool,
    under_way: HashMap<OrderLineId, Quantity>,
    weight_permille: i64,
}

impl Bounds {
    fn under_way(&self, line: &OpenLine) -> Quantity {
        self.under_way.get(&line.row.id).copied().unwrap_or_default()
    }

    fn replaces(&self, line: &OpenLine) -> Option<Quantity> {
        self.replacement.then(|| self.under_way(line))
    }
}

#[async_trait::async_trait]
impl UseCase for Ship {
    type Answer = ShipmentId;

    async fn run(&self, turn: &mut Turn) -> Result<ShipmentId, TurnError> {
        let mut open = OpenOrder::find(turn, &Scope::Supplier(self.actor.organisation), self.order).await?;
        let sendable = match open.order.state {
            OrderState::Confirmed => true,
            OrderState::Completed => self.replacement,
            _ => false,
        };
        if !sendable {
            return Err(Fault::of("order_state").with("state", open.order.state).into());
        }
        let at = turn.next().at;
        let today = shanghai_date(at);
        let on = self.dispatched_on.unwrap_or(today);
        let mut faults = Faults::new();
        let told = self.note.as_deref().is_some_and(|note| !note.trim().is_empty());
        days::check(on, today, open.order.placed_on, told, "/dispatched_on", &mut faults);
        let bounds = self.bounds(turn, &open, on).await?;
        let sent = self.send(&mut open, &bounds, &mut faults);
        self.check_shelves(turn, &sent, &open, &mut faults).await?;
        faults.finish()?;
        turn.words(facts::words_of_order(&open)).await?;
        let shipment = self.row(&open, at, on);
        let (lines, made) = rows_of(turn, &open, &shipment, &sent);
        let mut rows = NewRows::new();
        rows.shipment(&shipment);
        lines.iter().for_each(|line| rows.shipment_line(line));
        rows.write(turn.tx(), turn.engine()).await?;
        stock::change(turn.tx(), turn.engine(), &sent.stock).await?;
        open.touch();
        OpenOrder::save(turn.tx(), turn.engine(), [&open].into_iter()).await?;
        turn.record(self.entry(&open, &shipment, &lines, made));
        Ok(shipment.id)
    }
}

impl Ship {
    async fn bounds(&self, turn: &Turn, open: &OpenOrder, on: CivilDate) -> Result<Bounds, TurnError> {
        let weighed = open.lines.iter().any(|line| line.terms.content.is_some());
        let freight_again = open.lines.iter().any(|line| line.is_freight() && !line.is_open());
        Ok(Bounds {
            replacement: self.replacement,
            under_way: match self.replacement || freight_again {
                true => store::under_way(turn.tx(), turn.engine(), open.order.id).await?,
                false => HashMap::new(),
            },
            weight_permille: match weighed {
                true => store::policy(turn.tx(), turn.engine(), Policy::Weight, on).await?,
                false => 0,
            },
        })
    }

    fn send(&self, open: &mut OpenOrder, bounds: &Bounds, faults: &mut Faults) -> Sent {
        let mut sent = Sent::default();
        for (at, asked) in self.lines.iter().enumerate() {
            let pointer = format!("/lines/{at}");
            let place = open.lines.iter().position(|line| line.row.line_no == asked.line_no);
            let Some((place, line)) = place.and_then(|place| Some((place, open.lines.get_mut(place)?))) else {
                faults.push(Fault::of("line_unknown").at(pointer + "/line_no").with("line_no", asked.line_no));
                continue;
            };
            if sent.lines.iter().any(|other| other.place == place) {
                faults.push(Fault::of("line_twice").at(pointer + "/line_no").with("line_no", asked.line_no));
            } else if line.is_freight() {
                faults.push(Fault::of("line_is_freight").at(pointer + "/line_no").with("line_no", asked.line_no));
            } else if let Some(now) = faults.take(send_line(line, asked, bounds).map_err(|fault| fault.under(&pointer))) {
                let off = Quantity::from_thousandths(-asked.units.thousandths());
                let held = if self.replacement { Quantity::ZERO } else { off };
                note_stock(&mut sent.stock, line, held, off);
                sent.lines.push(SentNow { place, ..now });
            }
        }
        faults.check(!self.lines.is_empty(), || Fault::of("nothing_sent").at("/lines"));
        self.send_freight(open, bounds, &mut sent, faults);
        sent
    }

    /// Freight goes with the first shipment. Where that was rejected whole, it goes again with the next goods, be they
    /// the rest of the order or a replacement.
    fn send_freight(&self, open: &mut OpenOrder, bounds: &Bounds, sent: &mut Sent, faults: &mut Faults) {
        for (place, line) in open.lines.iter_mut().enumerate().filter(|(_, line)| line.is_freight()) {
            let first = line.position.open_units(&line.terms);
            let again = (self.replacement || first <= Quantity::ZERO).then(|| bounds.under_way(line));
            let units = match again {
                Some(under_way) => line.position.replaceable_units(&line.terms, under_way),
                None => first,
            };
            if units <= Quantity::ZERO {
                continue;
            }
            let quantity = line.terms.priced(units);
            if let Some(difference) = faults.take(line.position.ship(&line.terms, units, quantity, again)) {
                sent.lines.push(SentNow {
                    place,
                    units,
                    quantity,
                    held: Held::default(),
                    again: again.is_some() && !self.replacement,
                    difference,
                });
            }
        }
    }

    /// What is sent must lie there: a replacement was not held for, so it must be free; of a shelf that was counted
    /// short, not all that is held lies there any more.
    async fn check_shelves(&self, turn: &Turn, sent: &Sent, open: &OpenOrder, faults: &mut Faults) -> Result<(), TurnError> {
        let products: Vec<_> = sent.stock.keys().map(|(product, _)| *product).collect();
        let lots = stock::lots_of(turn.tx(), turn.engine(), &products).await?;
        for ((product, place), (on_hand, _)) in &sent.stock {
            let lot = lots.iter().find(|lot| (lot.product_id, lot.place_id) == (*product, *place));
            let left = lot.map_or(0, |lot| if self.replacement { lot.available() } else { lot.on_hand });
            let sku = open.lines.iter().find(|line| line.row.product_id == *product);
            faults.check(left + on_hand >= 0, || {
                Fault::of("stock_short")
                    .at("/lines")
                    .with("sku", sku.map_or("", |line| line.row.sku.as_str()))
                    .with("asked", Quantity::from_thousandths(-on_hand))
                    .with("left", Quantity::from_thousandths(left.max(0)))
            });
        }
        Ok(())
    }

    fn row(&self, open: &OpenOrder, at: DateTime<Utc>, on: CivilDate) -> shipments::Model {
        let id = ShipmentId::at(at);
        shipments::Model {
            id,
            shipment_no: shipment_no(id, at),
            order_id: open.order.id,
            buyer_id: open.order.buyer_id,
            supplier_id: open.order.supplier_id,
            town_code: open.order.town_code.clone(),
            department_id: open.order.department_id,
            state: ShipmentState::Shipped,
            replacement: self.replacement,
            carrier: self.carrier.clone(),
            plate: self.plate.clone(),
            dispatched_on: on,
            recorded_at: at,
            arrived_at: None,
            inspected_at: None,
            import_id: None,
            undone_at: None,
            version: 1,
        }
    }

    fn entry(&self, open: &OpenOrder, shipment: &shipments::Model, lines: &[shipment_lines::Model], facts: Vec<NewFact>) -> NewEntry {
        let mut entry = NewEntry::new("shipment.shipped", "shipment", shipment.id.uuid(), self.actor.who())
            .with("dispatched_on", shipment.dispatched_on.to_string())
            .with("lines", lines.len())
            .with("order", open.order.id.to_string())
            .with("order_no", open.order.order_no.clone())
            .with("replacement", shipment.replacement)
            .with("shipment_no", shipment.shipment_no.clone())
            .with("state", shipment.state.as_str());
        entry.buyer = Some(open.order.buyer_id);
        entry.supplier = Some(open.order.supplier_id);
        entry.content = Some(hash_of(&shipment_text(shipment, lines)));
        entry.note = self.note.clone().filter(|note| !note.is_empty());
        entry.facts = facts;
        entry
    }
}

/// Sends what is asked of a line; which of the order it is, is for who asks.
fn send_line(line: &mut OpenLine, asked: &SentLine, bounds: &Bounds) -> Result<SentNow, Fault> {
    let quantity = asked.weighed.unwrap_or_else(|| line.terms.priced(asked.units));
    let held = weight::check(&line.terms, asked, bounds.weight_permille).map_err(|fault| fault.at("/weighed"))?;
    let replaces = bounds.replaces(line);
    let difference = line
        .position
        .ship(&line.terms, asked.units, quantity, replaces)
        .map_err(|fault| fault.at("/quantity"))?;
    Ok(SentNow {
        place: 0,
        units: asked.units,
        quantity,
        held,
        difference,
        again: false,
    })
}

/// Lines and facts of what is sent, in the order in which it was asked.
fn rows_of(turn: &Turn, open: &OpenOrder, shipment: &shipments::Model, sent: &Sent) -> (Vec<shipment_lines::Model>, Vec<NewFact>) {
    let made = (1..).zip(&sent.lines).filter_map(|(no, sent)| {
        let line = open.lines.get(sent.place)?;
        let row = shipment_lines::Model {
            shipment_id: shipment.id,
            no,
            order_line_id: line.row.id,
            place_id: line.row.place_id,
            product_id: line.row.product_id,
            units: sent.units,
            quantity: sent.quantity,
            amount: sent.difference.amount,
            again: sent.again,
            bound_permille: sent.held.bound_permille,
            weight_confirmed: sent.held.confirmed,
        };
        let fact = facts::of_line(turn, &open.order, &line.row, sent.difference, shipment.dispatched_on);
        Some((row, fact))
    });
    made.unzip()
}
