//! An order is completed when nothing is left to be sent and all that was sent is inspected.

use super::lapse::lapse_waiting;
use super::open_order::OpenOrder;
use super::order::Action;
use super::store::positions;
use crate::access::Actor;
use crate::journal::{NewEntry, Turn, TurnError};

/// Completes the order if it is done; the caller saves it.
pub async fn complete_if_done(turn: &mut Turn, open: &mut OpenOrder, actor: &Actor) -> Result<(), TurnError> {
    if !open.is_sent() || positions::under_way(turn.tx(), turn.engine(), open.order.id).await? > 0 {
        return Ok(());
    }
    lapse_waiting(turn, open, actor.who()).await?;
    complete(turn, open, actor)
}

/// Completes the order.
pub fn complete(turn: &mut Turn, open: &mut OpenOrder, actor: &Actor) -> Result<(), TurnError> {
    let from = open.order.state;
    open.act(Action::Complete)?;
    open.touch();
    open.end(turn.next().at, None);
    let mut entry = NewEntry::new("order.completed", "order", open.order.id.uuid(), actor.who())
        .with("from", from.as_str())
        .with("order_no", open.order.order_no.clone())
        .with("state", open.order.state.as_str());
    entry.buyer = Some(open.order.buyer_id);
    entry.supplier = Some(open.order.supplier_id);
    turn.record(entry);
    Ok(())
}
