//! The supplier answers an order: confirms or declines it, whole.

use super::cancel::{release, take_back};
use super::order::{Action, next_state};
use super::store::{self, StateChange};
use crate::access::{Actor, Scope};
use crate::http::fault::Fault;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::{DeclineReason, OrderId, shanghai_date};

/// What the supplier says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SupplierAnswer {
    /// Yes.
    Confirm,
    /// No, and why.
    Decline(DeclineReason),
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
        let order = store::find(turn.tx(), &mine, self.order)
            .await?
            .ok_or_else(|| Fault::of("not_found"))?;
        let action = match self.answer {
            SupplierAnswer::Confirm => Action::Confirm,
            SupplierAnswer::Decline(_) => Action::Decline,
        };
        let to = next_state(order.state, action).ok_or_else(|| Fault::of("order_state").with("state", order.state))?;
        let at = turn.next().at;
        let mut entry = NewEntry::new("order.confirmed", "order", order.id.uuid(), self.actor.who())
            .with("from", order.state.as_str())
            .with("order_no", order.order_no.clone())
            .with("state", to.as_str());
        entry.buyer = Some(order.buyer_id);
        entry.supplier = Some(order.supplier_id);
        let mut change = StateChange {
            decided_at: Some(at),
            ended: None,
        };
        if let SupplierAnswer::Decline(reason) = self.answer {
            let on = shanghai_date(at);
            change.ended = Some((at, on, reason.as_str()));
            entry.kind = "order.declined";
            entry.reason = Some(reason.as_str());
            entry.facts = take_back(turn, &order, on).await?;
            release(turn, order.id).await?;
        }
        if !store::change_state(turn.tx(), &order, to, &change).await? {
            return Err(Fault::of("order_state").with("state", order.state).into());
        }
        turn.record(entry);
        Ok(order.id)
    }
}
