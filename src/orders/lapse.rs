//! A change that waits for an answer lapses in the turn that ends its order: nothing is left that it could change.

use super::open_order::OpenOrder;
use super::store::changes;
use crate::access::Scope;
use crate::http::fault::Refusal;
use crate::jobs::{Job, Step};
use crate::journal::{Desk, NewEntry, Turn, TurnError, UseCase, Who};
use entity::{CancelReason, ChangeState, DeclineReason, OrderId};
use serde_json::Value;
use std::time::Duration;
use uuid::Uuid;

/// Lapses what still waits, before the order is ended by the entry that comes next.
pub(super) async fn lapse_waiting(turn: &mut Turn, open: &mut OpenOrder, who: Who) -> Result<(), TurnError> {
    let Some(change) = changes::waiting(turn.tx(), open.order.id).await? else {
        return Ok(());
    };
    if !changes::decide(turn.tx(), &change, ChangeState::Lapsed, turn.next().at).await? {
        return Err(Refusal::broken("a change moved under a turn").into());
    }
    open.touch();
    let mut entry = NewEntry::new("order.change_lapsed", "order", open.order.id.uuid(), who)
        .with("change", change.id.to_string())
        .with("order_no", open.order.order_no.clone())
        .with("state", open.order.state.as_str());
    // Of an order that had ended before, it is the last that is said: it says the end once more.
    entry.reason = open.order.ended_reason.as_deref().and_then(end_word);
    entry.buyer = Some(open.order.buyer_id);
    entry.supplier = Some(open.order.supplier_id);
    turn.record(entry);
    Ok(())
}

/// The word of an end, as the journal spells it.
fn end_word(reason: &str) -> Option<&'static str> {
    let cancelled = reason.parse().ok().map(|reason: CancelReason| reason.as_str());
    cancelled.or_else(|| reason.parse().ok().map(|reason: DeclineReason| reason.as_str()))
}

/// Changes lapsed in a turn of the job.
const AT_ONCE: u64 = 100;
const EVERY: Duration = Duration::from_secs(3_600);

/// The standing job `lapse_changes`: orders that ended before changes lapsed with them.
#[derive(Clone, Copy, Debug)]
pub struct LapseChanges;

#[async_trait::async_trait]
impl Job for LapseChanges {
    fn kind(&self) -> &'static str {
        "lapse_changes"
    }

    fn every(&self) -> Option<Duration> {
        Some(EVERY)
    }

    async fn step(&self, desk: &Desk, _: &Value) -> Result<Step, Refusal> {
        let left = changes::left_waiting(desk.read(), desk.engine(), AT_ONCE).await?;
        if left.is_empty() {
            return Ok(Step::Done);
        }
        desk.gate.run(LapseLeft { orders: left }, None).await?;
        Ok(Step::More { progress: Value::Null })
    }
}

struct LapseLeft {
    orders: Vec<OrderId>,
}

#[async_trait::async_trait]
impl UseCase for LapseLeft {
    type Answer = ();

    async fn run(&self, turn: &mut Turn) -> Result<(), TurnError> {
        // The service itself does it: no key, no person.
        let (key, organisation, person) = (Uuid::nil(), Uuid::nil(), Uuid::nil());
        let who = Who { key, organisation, person };
        let mut found = OpenOrder::load(turn.tx(), &Scope::All, &self.orders).await?;
        for open in self.orders.iter().filter_map(|id| found.remove(id)) {
            let mut open = open;
            if open.has_ended() {
                lapse_waiting(turn, &mut open, who).await?;
                OpenOrder::save(turn.tx(), turn.engine(), [&open].into_iter()).await?;
            }
        }
        Ok(())
    }
}
