//! Carries out a day of trade: orders in the morning, answers at noon, second thoughts in the evening.

use super::plan::{Fate, Plan};
use super::{moment, run, together};
use crate::access::Actor;
use crate::http::fault::Refusal;
use crate::journal::Desk;
use crate::orders::{AnswerOrder, CancelOrder, OrderDesk, SupplierAnswer};
use chrono::TimeDelta;
use entity::{CancelReason, CivilDate, Clock, OrderId};

/// An order placed, who asked for it, who answers, and what becomes of it.
struct Open {
    order: OrderId,
    buyer: Actor,
    supplier: Actor,
    fate: Fate,
}

pub(super) async fn day(desk: &Desk, orders: &OrderDesk, clock: &Clock, day: CivilDate, plans: Vec<Plan>) -> Result<(), Refusal> {
    clock.set(moment(day, TimeDelta::hours(9)));
    let open: Vec<Open> = together(plans.into_iter().map(|plan| place(orders, plan)))
        .await?
        .into_iter()
        .flatten()
        .collect();
    clock.set(moment(day, TimeDelta::hours(12)));
    let answers = open.iter().filter_map(|open| Some((open, said(open.fate)?)));
    together(answers.map(async |(open, answer)| {
        let answer = AnswerOrder {
            actor: open.supplier.clone(),
            order: open.order,
            answer,
        };
        run(desk, answer).await
    }))
    .await?;
    clock.set(moment(day, TimeDelta::hours(17)));
    let taken_back = open.iter().filter_map(|open| match open.fate {
        Fate::Cancelled(reason) => Some((open, reason)),
        Fate::Confirmed | Fate::Declined(_) | Fate::Open => None,
    });
    together(taken_back.map(|(open, reason)| cancel(desk, open, reason))).await?;
    Ok(())
}

fn said(fate: Fate) -> Option<SupplierAnswer> {
    match fate {
        Fate::Confirmed | Fate::Cancelled(_) => Some(SupplierAnswer::Confirm),
        Fate::Declined(reason) => Some(SupplierAnswer::Decline(reason)),
        Fate::Open => None,
    }
}

async fn place(orders: &OrderDesk, plan: Plan) -> Result<Vec<Open>, Refusal> {
    let placed = orders.place(plan.buyer.clone(), plan.asked, None).await?.answer;
    let open = placed.orders.into_iter().filter_map(|order| {
        let (supplier, fate) = plan.fates.get(&order.supplier_id)?;
        Some(Open {
            order: order.id,
            buyer: plan.buyer.clone(),
            supplier: supplier.clone(),
            fate: *fate,
        })
    });
    Ok(open.collect())
}

async fn cancel(desk: &Desk, open: &Open, reason: CancelReason) -> Result<OrderId, Refusal> {
    let cancel = CancelOrder {
        actor: open.buyer.clone(),
        order: open.order,
        reason,
        note: None,
    };
    run(desk, cancel).await
}
