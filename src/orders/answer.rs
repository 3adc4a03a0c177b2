//! The supplier answers an order: confirms or declines it whole, or line by line, all, part or none of each.

use super::cancel::{release, take_back};
use super::close::{Closing, places_of};
use super::complete::complete_if_done;
use super::open_order::OpenOrder;
use super::order::Action;
use crate::access::{Actor, Scope};
use crate::http::fault::{Fault, Faults};
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::{CloseCause, DeclineReason, OnShort, OrderId, Quantity, shanghai_date};

/// What the supplier says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SupplierAnswer {
    /// Yes, to all of it.
    Confirm,
    /// No, and why.
    Decline(DeclineReason),
    /// So much of these lines, and all of the others.
    ByLine(Vec<LineAnswer>),
}

/// How much of a line can be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineAnswer {
    /// Its number.
    pub line_no: i32,
    /// So many units of it.
    pub units: Quantity,
}

/// The use case.
#[derive(Clone, Debug)]
pub struct AnswerOrder {
    /// Who answers.
    pub actor: Actor,
    /// Which order.
    pub order: OrderId,
    /// What is said.
    pub answer: SupplierAnswer,
}

#[async_trait::async_trait]
impl UseCase for AnswerOrder {
    type Answer = OrderId;

    async fn run(&self, turn: &mut Turn) -> Result<OrderId, TurnError> {
        let mine = Scope::Supplier(self.actor.organisation);
        let mut open = OpenOrder::find(turn, &mine, self.order).await?;
        let from = open.order.state;
        open.act(match self.answer {
            SupplierAnswer::Decline(_) => Action::Decline,
            SupplierAnswer::Confirm | SupplierAnswer::ByLine(_) => Action::Confirm,
        })?;
        open.touch();
        let at = turn.next().at;
        open.order.decided_at = Some(at);
        let mut entry = NewEntry::new("order.confirmed", "order", open.order.id.uuid(), self.actor.who())
            .with("from", from.as_str())
            .with("order_no", open.order.order_no.clone())
            .with("state", open.order.state.as_str());
        entry.buyer = Some(open.order.buyer_id);
        entry.supplier = Some(open.order.supplier_id);
        match &self.answer {
            SupplierAnswer::Confirm => {}
            SupplierAnswer::Decline(reason) => {
                open.end(at, Some(reason.as_str()));
                entry.kind = "order.declined";
                entry.reason = Some(reason.as_str());
                entry.facts = take_back(turn, &open, shanghai_date(at)).await?;
                release(turn, &open).await?;
            }
            SupplierAnswer::ByLine(lines) => {
                let closing = say_by_line(&mut open, lines)?;
                entry.kind = "order.answered";
                entry = entry
                    .with("on_short", open.order.on_short.as_str())
                    .with("short", short_lines(&open))
                    .with("closed", closing.len());
                entry.facts = closing.facts(turn, &open).await?;
                closing.write(turn, &open).await?;
            }
        }
        turn.record(entry);
        complete_if_done(turn, &mut open, &self.actor).await?;
        OpenOrder::save(turn.tx(), turn.engine(), [&open].into_iter()).await?;
        Ok(open.order.id)
    }
}

/// Lines of which less can be delivered than was ordered.
fn short_lines(open: &OpenOrder) -> usize {
    let short = |line: &&super::open_order::OpenLine| line.position.confirmed_units.is_some_and(|units| units < line.row.quantity);
    open.lines.iter().filter(short).count()
}

/// Says of each line how much of it comes; the rest is closed short or stays as a backorder, as the buyer chose.
fn say_by_line(open: &mut OpenOrder, answers: &[LineAnswer]) -> Result<Closing, crate::http::fault::Refusal> {
    let mut faults = Faults::new();
    let mut closing = Closing::new(CloseCause::Answer);
    let places = places_of(open, answers.iter().map(|answer| answer.line_no), &mut faults);
    for (at, (answer, place)) in answers.iter().zip(places).enumerate() {
        let pointer = format!("/lines/{at}/quantity");
        let Some((place, line)) = place.and_then(|place| Some((place, open.lines.get_mut(place)?))) else {
            continue;
        };
        if let Err(fault) = line.position.confirm(&line.terms, answer.units) {
            faults.push(fault.at(pointer));
            continue;
        }
        let rest = Quantity::from_thousandths(line.row.quantity.thousandths() - answer.units.thousandths());
        if open.order.on_short == OnShort::Close
            && let Err(fault) = closing.close(open, place, rest)
        {
            faults.push(fault.at(pointer));
        }
    }
    let comes = |line: &&super::open_order::OpenLine| {
        let units = line.position.confirmed_units.unwrap_or(line.row.quantity);
        !line.is_freight() && units > Quantity::ZERO
    };
    faults.check(open.lines.iter().any(|line| comes(&line)), || {
        Fault::of("nothing_confirmed").at("/lines")
    });
    faults.finish()?;
    closing.close_freight(open)?;
    Ok(closing)
}
