//! The buyer cancels an order: what was held is free again, and what was ordered is taken back on the day of the
//! cancel (T20), with every dimension as it was (T9).

use super::agreements::GivenBack;
use super::facts::{of_line, reversed, words_of_order};
use super::lapse::lapse_waiting;
use super::open_order::{OpenOrder, StockChange, note_stock};
use super::order::Action;
use super::position::Draws;
use crate::access::{Actor, Scope};
use crate::http::fault::Fault;
use crate::journal::{NewEntry, NewFact, Turn, TurnError, UseCase, facts_of};
use crate::stock;
use entity::{CancelReason, CivilDate, Measure, OrderId, Quantity, shanghai_date};

/// The use case.
#[derive(Clone, Debug)]
pub struct CancelOrder {
    /// Who cancels.
    pub actor: Actor,
    /// Which order.
    pub order: OrderId,
    /// Why.
    pub reason: CancelReason,
    /// In the buyer's own words.
    pub note: Option<String>,
}

#[async_trait::async_trait]
impl UseCase for CancelOrder {
    type Answer = OrderId;

    async fn run(&self, turn: &mut Turn) -> Result<OrderId, TurnError> {
        let mine = Scope::Buyer(self.actor.organisation);
        let mut open = OpenOrder::find(turn, &mine, self.order).await?;
        let from = open.order.state;
        if open.has_shipped() {
            return Err(Fault::of("already_shipped").into());
        }
        // An order that may not be cancelled says so before anything lapses.
        open.clone().act(Action::Cancel)?;
        lapse_waiting(turn, &mut open, self.actor.who()).await?;
        open.act(Action::Cancel)?;
        open.touch();
        let at = turn.next().at;
        open.end(at, Some(self.reason.as_str()));
        release(turn, &open).await?;
        OpenOrder::save(turn.tx(), turn.engine(), [&open].into_iter()).await?;
        let order = &open.order;
        let mut entry = NewEntry::new("order.cancelled", "order", order.id.uuid(), self.actor.who())
            .with("from", from.as_str())
            .with("order_no", order.order_no.clone())
            .with("state", order.state.as_str());
        entry.reason = Some(self.reason.as_str());
        entry.buyer = Some(order.buyer_id);
        entry.supplier = Some(order.supplier_id);
        entry.note = self.note.clone().filter(|note| !note.is_empty());
        entry.facts = take_back(turn, &open, shanghai_date(at)).await?;
        turn.record(entry);
        Ok(order.id)
    }
}

/// The facts that take back what is still ordered. A line as it was placed is taken back by a copy of its own fact;
/// of one that was closed short in part, what is left is: the facts of that may be of this very turn and not written.
pub(super) async fn take_back(turn: &mut Turn, open: &OpenOrder, on: CivilDate) -> Result<Vec<NewFact>, TurnError> {
    let (mut facts, mut closed) = (Vec::new(), false);
    let placed = facts_of(turn, open.order.id.uuid(), Measure::Ordered).await?;
    for line in &open.lines {
        if line.position.closed_units == Quantity::ZERO {
            let own: Vec<_> = placed.iter().filter(|(_, fact)| fact.line == line.row.id).copied().collect();
            facts.extend(reversed(&own, on));
        } else {
            closed = true;
        }
    }
    if closed {
        turn.words(words_of_order(open)).await?;
        for line in open.lines.iter().filter(|line| line.position.closed_units > Quantity::ZERO) {
            let difference = line.position.ordered_taken_back(&line.terms)?;
            if difference.quantity != Quantity::ZERO {
                facts.push(of_line(turn, &open.order, &line.row, difference, on));
            }
        }
    }
    Ok(facts)
}

/// Frees what the order still holds, and gives back what it still draws on agreements.
pub(super) async fn release(turn: &Turn, open: &OpenOrder) -> Result<(), TurnError> {
    let mut given_back = GivenBack::default();
    for line in &open.lines {
        given_back.note(line, line.position.draws(&line.terms)?, Draws::default());
    }
    given_back.write(turn).await?;
    let mut changes = StockChange::new();
    for line in open.lines.iter().filter(|line| !line.is_freight()) {
        let freed = -line.position.open_units(&line.terms).thousandths();
        note_stock(&mut changes, line, Quantity::from_thousandths(freed), Quantity::ZERO);
    }
    Ok(stock::change(turn.tx(), turn.engine(), &changes).await?)
}
