//! Giving up what is not delivered: the buyer at any time, the supplier where the buyer has allowed it.

use super::close::{Closing, places_of};
use super::complete::complete_if_done;
use super::open_order::OpenOrder;
use crate::access::{Actor, scope_of};
use crate::http::fault::{Fault, Faults};
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::{CloseCause, OnShort, OrderId, OrderState, Quantity, Role};

/// A line to be closed short.
#[derive(Clone, Copy, Debug)]
pub struct ShortLine {
    /// Its number.
    pub line_no: i32,
    /// How many units; none for all that is open.
    pub units: Option<Quantity>,
}

/// The use case.
#[derive(Clone, Debug)]
pub struct CloseShort {
    /// Who gives up.
    pub actor: Actor,
    /// Which order.
    pub order: OrderId,
    /// Which lines.
    pub lines: Vec<ShortLine>,
}

#[async_trait::async_trait]
impl UseCase for CloseShort {
    type Answer = OrderId;

    async fn run(&self, turn: &mut Turn) -> Result<OrderId, TurnError> {
        let mut open = OpenOrder::find(turn, &scope_of(&self.actor), self.order).await?;
        let cause = self.cause(&open)?;
        if open.order.state != OrderState::Confirmed {
            return Err(Fault::of("order_state").with("state", open.order.state).into());
        }
        let mut faults = Faults::new();
        let mut closing = Closing::new(cause);
        let places = places_of(&open, self.lines.iter().map(|line| line.line_no), &mut faults);
        for (at, (asked, place)) in self.lines.iter().zip(places).enumerate() {
            let Some(place) = place else { continue };
            let all = open.lines.get(place).map(|line| line.position.open_units(&line.terms));
            let all = all.unwrap_or(Quantity::ZERO);
            let units = asked.units.unwrap_or(all);
            if all <= Quantity::ZERO {
                faults.push(
                    Fault::of("nothing_open")
                        .at(format!("/lines/{at}/line_no"))
                        .with("line_no", asked.line_no),
                );
            } else if units <= Quantity::ZERO {
                // Closing nothing of a line would be done, and say that something was closed.
                faults.push(Fault::of("quantity_not_positive").at(format!("/lines/{at}/quantity")));
            } else if let Err(fault) = closing.close(&mut open, place, units) {
                faults.push(fault.under(&format!("/lines/{at}/quantity")));
            }
        }
        faults.finish()?;
        closing.close_freight(&mut open)?;
        open.touch();
        let facts = closing.facts(turn, &open).await?;
        closing.write(turn, &open).await?;
        let mut entry = NewEntry::new("order.short_closed", "order", open.order.id.uuid(), self.actor.who())
            .with("cause", cause.as_str())
            .with("lines", closing.len())
            .with("order_no", open.order.order_no.clone())
            .with("state", open.order.state.as_str());
        entry.buyer = Some(open.order.buyer_id);
        entry.supplier = Some(open.order.supplier_id);
        entry.facts = facts;
        turn.record(entry);
        complete_if_done(turn, &mut open, &self.actor).await?;
        OpenOrder::save(turn.tx(), turn.engine(), [&open].into_iter()).await?;
        Ok(self.order)
    }
}

impl CloseShort {
    fn cause(&self, open: &OpenOrder) -> Result<CloseCause, Fault> {
        match self.actor.role {
            Role::Supplier if open.order.on_short == OnShort::Close => Ok(CloseCause::Supplier),
            Role::Supplier => Err(Fault::of("buyer_keeps_backorder")),
            _ => Ok(CloseCause::Buyer),
        }
    }
}
