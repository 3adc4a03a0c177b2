//! The buyer cancels an order: what was held is free again, and what was ordered is taken back on the day of the
//! cancel (T20), with every dimension as it was (T9).

use super::facts::reversed;
use super::order::{Action, next_state};
use super::store::{self, StateChange};
use crate::access::{Actor, Scope};
use crate::http::fault::Fault;
use crate::journal::{NewEntry, NewFact, Turn, TurnError, UseCase, facts_of};
use crate::stock;
use entity::tables::orders;
use entity::{CancelReason, CivilDate, Measure, OrderId, PlaceId, ProductId, shanghai_date};
use sea_orm::DbErr;
use std::collections::BTreeMap;

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
        let order = store::find(turn.tx(), &mine, self.order)
            .await?
            .ok_or_else(|| Fault::of("not_found"))?;
        let to = next_state(order.state, Action::Cancel).ok_or_else(|| Fault::of("order_state").with("state", order.state))?;
        let at = turn.next().at;
        let on = shanghai_date(at);
        let change = StateChange {
            decided_at: None,
            ended: Some((at, on, self.reason.as_str())),
        };
        if !store::change_state(turn.tx(), &order, to, &change).await? {
            return Err(Fault::of("order_state").with("state", order.state).into());
        }
        release(turn, order.id).await?;
        let mut entry = NewEntry::new("order.cancelled", "order", order.id.uuid(), self.actor.who())
            .with("from", order.state.as_str())
            .with("order_no", order.order_no.clone())
            .with("state", to.as_str());
        entry.reason = Some(self.reason.as_str());
        entry.buyer = Some(order.buyer_id);
        entry.supplier = Some(order.supplier_id);
        entry.note = self.note.clone().filter(|note| !note.is_empty());
        entry.facts = take_back(turn, &order, on).await?;
        turn.record(entry);
        Ok(order.id)
    }
}

/// The facts that take back what was ordered.
pub(super) async fn take_back(turn: &Turn, order: &orders::Model, on: CivilDate) -> Result<Vec<NewFact>, DbErr> {
    let facts = facts_of(turn, order.id.uuid(), Measure::Ordered).await?;
    Ok(reversed(&facts, on))
}

/// Frees what the order held.
pub(super) async fn release(turn: &Turn, order: OrderId) -> Result<(), DbErr> {
    let mut deltas: BTreeMap<(ProductId, PlaceId), i64> = BTreeMap::new();
    for line in store::lines_of(turn.tx(), &[order]).await? {
        *deltas.entry((line.product_id, line.place_id)).or_default() -= line.quantity.thousandths();
    }
    let changed = stock::change_holds(turn.tx(), turn.engine(), &deltas).await?;
    if usize::try_from(changed) == Ok(deltas.len()) {
        Ok(())
    } else {
        Err(DbErr::Custom("a hold is missing".to_owned()))
    }
}
