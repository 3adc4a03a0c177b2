//! Change documents: what a buyer asks to change in a confirmed order, and what the supplier says to it.

use super::close::{Closing, places_of};
use super::complete::complete_if_done;
use super::open_order::OpenOrder;
use super::prepare::{LATEST_DELIVERY_DAYS, SOONEST_DELIVERY_DAYS};
use super::store::changes;
use crate::access::{Actor, Scope};
use crate::http::fault::{Fault, Faults};
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::tables::{order_change_lines, order_changes};
use entity::{ChangeState, CivilDate, CloseCause, OrderChangeId, OrderId, OrderState, Quantity, shanghai_date};

/// A line that shall be less.
#[derive(Clone, Copy, Debug)]
pub struct ChangedLine {
    /// Its number.
    pub line_no: i32,
    /// So many units of it in all, fewer than are ordered now; more is another order.
    pub units: Quantity,
}

/// The buyer proposes a change.
#[derive(Clone, Debug)]
pub struct ProposeChange {
    /// Who proposes.
    pub actor: Actor,
    /// In which order.
    pub order: OrderId,
    /// Another day of delivery.
    pub deliver_on: Option<CivilDate>,
    /// Lines that shall be less.
    pub lines: Vec<ChangedLine>,
    /// In own words.
    pub note: Option<String>,
}

#[async_trait::async_trait]
impl UseCase for ProposeChange {
    type Answer = OrderChangeId;

    async fn run(&self, turn: &mut Turn) -> Result<OrderChangeId, TurnError> {
        let mut open = OpenOrder::find(turn, &Scope::Buyer(self.actor.organisation), self.order).await?;
        if open.order.state != OrderState::Confirmed {
            return Err(Fault::of("order_state").with("state", open.order.state).into());
        }
        if changes::waiting(turn.tx(), self.order).await?.is_some() {
            return Err(Fault::of("change_waiting").into());
        }
        let at = turn.next().at;
        self.check(&open, shanghai_date(at)).finish()?;
        let change = order_changes::Model {
            id: OrderChangeId::at(at),
            order_id: self.order,
            state: ChangeState::Proposed,
            deliver_on: self.deliver_on,
            proposed_by: self.actor.person,
            created_at: at,
            decided_at: None,
            version: 1,
        };
        let id = change.id;
        let lines = self.lines.iter().map(|line| order_change_lines::Model {
            change_id: id,
            line_no: line.line_no,
            units: line.units,
        });
        changes::insert(turn.tx(), change, lines.collect()).await?;
        open.touch();
        let mut entry = entry("order.change_proposed", &open, id, &self.actor);
        entry.note = self.note.clone().filter(|note| !note.is_empty());
        turn.record(entry);
        OpenOrder::save(turn.tx(), turn.engine(), [&open].into_iter()).await?;
        Ok(id)
    }
}

impl ProposeChange {
    fn check(&self, open: &OpenOrder, today: CivilDate) -> Faults {
        let mut faults = Faults::new();
        faults.check(self.deliver_on.is_some() || !self.lines.is_empty(), || Fault::of("nothing_changed"));
        if let Some(day) = self.deliver_on {
            let days = day.days_since(today);
            faults.check((SOONEST_DELIVERY_DAYS..=LATEST_DELIVERY_DAYS).contains(&days), || {
                let soonest = today.checked_add_days(SOONEST_DELIVERY_DAYS).unwrap_or(today);
                let latest = today.checked_add_days(LATEST_DELIVERY_DAYS).unwrap_or(CivilDate::MAX);
                Fault::of("delivery_day")
                    .at("/deliver_on")
                    .with("soonest", soonest)
                    .with("latest", latest)
            });
        }
        let places = places_of(open, self.lines.iter().map(|line| line.line_no), &mut faults);
        for (at, (line, place)) in self.lines.iter().zip(places).enumerate() {
            let Some(found) = place.and_then(|place| open.lines.get(place)) else {
                continue;
            };
            let (least, now) = bounds(found);
            faults.check((least..now).contains(&line.units), || {
                Fault::of("change_not_less")
                    .at(format!("/lines/{at}/quantity"))
                    .with("least", least)
                    .with("now", now)
            });
        }
        faults
    }
}

/// What was sent already, and what is ordered now, in units.
fn bounds(line: &super::open_order::OpenLine) -> (Quantity, Quantity) {
    let now = line.row.quantity.thousandths() - line.position.closed_units.thousandths();
    let open = line.position.open_units(&line.terms).thousandths();
    (Quantity::from_thousandths(now - open), Quantity::from_thousandths(now))
}

/// What is said to a proposed change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Say {
    /// The supplier agrees: the order is changed.
    Agree,
    /// The supplier refuses.
    Refuse,
    /// The buyer takes it back.
    Withdraw,
}

/// A proposed change is decided.
#[derive(Clone, Debug)]
pub struct DecideChange {
    /// Who says it.
    pub actor: Actor,
    /// Of which document.
    pub change: OrderChangeId,
    /// What.
    pub say: Say,
}

#[async_trait::async_trait]
impl UseCase for DecideChange {
    type Answer = OrderId;

    async fn run(&self, turn: &mut Turn) -> Result<OrderId, TurnError> {
        let (scope, to, kind) = match self.say {
            Say::Agree => (Scope::Supplier(self.actor.organisation), ChangeState::Agreed, "order.change_agreed"),
            Say::Refuse => (
                Scope::Supplier(self.actor.organisation),
                ChangeState::Refused,
                "order.change_refused",
            ),
            Say::Withdraw => (
                Scope::Buyer(self.actor.organisation),
                ChangeState::Withdrawn,
                "order.change_withdrawn",
            ),
        };
        let found = changes::find(turn.tx(), &scope, self.change).await?;
        let (change, lines) = found.ok_or_else(|| Fault::of("not_found"))?;
        let mut open = OpenOrder::find(turn, &scope, change.order_id).await?;
        let decided = |state| Fault::of("change_decided").with("state", state);
        if change.state != ChangeState::Proposed {
            return Err(decided(change.state).into());
        }
        if !changes::decide(turn.tx(), &change, to, turn.next().at).await? {
            return Err(decided(to).into());
        }
        open.touch();
        let mut closing = Closing::new(CloseCause::Change);
        if self.say == Say::Agree {
            apply(&mut open, &change, &lines, &mut closing)?;
        }
        let mut entry = entry(kind, &open, change.id, &self.actor);
        entry.facts = closing.facts(turn, &open).await?;
        closing.write(turn, &open).await?;
        turn.record(entry);
        complete_if_done(turn, &mut open, &self.actor).await?;
        OpenOrder::save(turn.tx(), turn.engine(), [&open].into_iter()).await?;
        Ok(open.order.id)
    }
}

/// Changes the order as agreed; what has been sent meanwhile stands.
fn apply(
    open: &mut OpenOrder,
    change: &order_changes::Model,
    lines: &[order_change_lines::Model],
    closing: &mut Closing,
) -> Result<(), crate::http::fault::Refusal> {
    if open.order.state != OrderState::Confirmed {
        return Err(Fault::of("order_state").with("state", open.order.state).into());
    }
    if change.deliver_on.is_some() {
        open.order.agreed_deliver_on = change.deliver_on;
    }
    let mut faults = Faults::new();
    for asked in lines {
        let Some(place) = open.lines.iter().position(|line| line.row.line_no == asked.line_no) else {
            continue;
        };
        let Some((least, now)) = open.lines.get(place).map(bounds) else {
            continue;
        };
        if asked.units < least {
            faults.push(Fault::of("change_not_less").with("least", least).with("now", now));
            continue;
        }
        let rest = Quantity::from_thousandths(now.thousandths() - asked.units.thousandths());
        faults.take(closing.close(open, place, rest));
    }
    faults.finish()?;
    Ok(closing.close_freight(open)?)
}

fn entry(kind: &'static str, open: &OpenOrder, change: OrderChangeId, actor: &Actor) -> NewEntry {
    let mut entry = NewEntry::new(kind, "order", open.order.id.uuid(), actor.who())
        .with("change", change.to_string())
        .with("order_no", open.order.order_no.clone())
        .with("state", open.order.state.as_str());
    entry.buyer = Some(open.order.buyer_id);
    entry.supplier = Some(open.order.supplier_id);
    entry
}
