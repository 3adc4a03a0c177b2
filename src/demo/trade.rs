//! Carries out a day of trade: what comes in is inspected in the morning, orders are placed, suppliers answer and send,
//! and in the evening come second thoughts. Each hour's steps go side by side, in their order.

use super::life::{Hour, Step};
use super::plan::Plan;
use super::{moment, run, together};
use crate::access::Actor;
use crate::delivery::{Accept, Arrive, GiveBack, KeepSurplus, Ship};
use crate::http::fault::Refusal;
use crate::journal::Desk;
use crate::orders::{AnswerOrder, CancelOrder, CloseShort, DecideChange, OrderDesk, ProposeChange, Say};
use chrono::TimeDelta;
use entity::{CivilDate, OrderChangeId, OrderId, ShipmentId};
use std::collections::BTreeMap;

/// When orders are placed.
const ORDERING: TimeDelta = TimeDelta::hours(9);
/// Who carries the goods; invented.
const CARRIERS: [&str; 3] = ["示例冷链物流", "示例秦巴货运", "供应商自送"];

/// An order, who acts in it, and what it has led to.
struct Thread {
    order: OrderId,
    buyer: Actor,
    receiver: Actor,
    supplier: Actor,
    shipments: BTreeMap<usize, ShipmentId>,
    change: Option<OrderChangeId>,
}

/// What a step has led to.
enum Led {
    Nowhere,
    ToShipment(usize, ShipmentId),
    ToChange(OrderChangeId),
}

/// All orders, and what is still to be done to them.
#[derive(Default)]
pub(super) struct Book {
    threads: Vec<Thread>,
    agenda: BTreeMap<(CivilDate, Hour), Vec<(usize, Step)>>,
    lines: usize,
}

impl Hour {
    fn after_midnight(self) -> TimeDelta {
        match self {
            Self::Receiving => TimeDelta::minutes(7 * 60 + 30),
            Self::Office => TimeDelta::hours(14),
            Self::Evening => TimeDelta::hours(17),
        }
    }
}

impl Book {
    /// Lines ordered so far.
    pub(super) fn lines(&self) -> usize {
        self.lines
    }

    /// Places the orders of a day and notes what is to become of them.
    pub(super) async fn place(&mut self, desk: &Desk, orders: &OrderDesk, day: CivilDate, plans: Vec<Plan>) -> Result<(), Refusal> {
        desk.clock.set(moment(day, ORDERING));
        let placed = together(plans.into_iter().map(async |plan| {
            let group = orders.place(plan.buyer.clone(), plan.asked.clone(), None).await?.answer;
            Ok((plan, group))
        }));
        for (plan, group) in placed.await? {
            for order in group.orders {
                let life = plan.lives.iter().find(|(supplier, ..)| *supplier == order.supplier_id);
                let Some((_, supplier, dues)) = life else { continue };
                let at = self.threads.len();
                self.lines += order.lines.len();
                self.threads.push(Thread {
                    order: order.id,
                    buyer: plan.buyer.clone(),
                    receiver: plan.receiver.clone(),
                    supplier: supplier.clone(),
                    shipments: BTreeMap::new(),
                    change: None,
                });
                for (day, hour, step) in dues {
                    self.agenda.entry((*day, *hour)).or_default().push((at, step.clone()));
                }
            }
        }
        Ok(())
    }

    /// Does what is due at an hour of a day.
    pub(super) async fn work(&mut self, desk: &Desk, day: CivilDate, hour: Hour) -> Result<(), Refusal> {
        let Some(due) = self.agenda.remove(&(day, hour)) else {
            return Ok(());
        };
        desk.clock.set(moment(day, hour.after_midnight()));
        let threads = &self.threads;
        let done = together(due.into_iter().map(async |(at, step)| {
            let thread = threads.get(at).ok_or_else(|| Refusal::broken("a step of no order"))?;
            Ok((at, thread.carry_out(desk, step).await?))
        }));
        for (at, led) in done.await? {
            let Some(thread) = self.threads.get_mut(at) else { continue };
            match led {
                Led::Nowhere => {}
                Led::ToShipment(number, id) => {
                    thread.shipments.insert(number, id);
                }
                Led::ToChange(id) => thread.change = Some(id),
            }
        }
        Ok(())
    }
}

impl Thread {
    fn shipment(&self, number: usize) -> Result<ShipmentId, Refusal> {
        let found = self.shipments.get(&number).copied();
        found.ok_or_else(|| Refusal::broken("a shipment is inspected before it is sent"))
    }

    async fn carry_out(&self, desk: &Desk, step: Step) -> Result<Led, Refusal> {
        let order = self.order;
        let buyer = || self.buyer.clone();
        match step {
            Step::Answer(answer) => {
                let actor = self.supplier.clone();
                run(desk, AnswerOrder { actor, order, answer }).await?;
            }
            Step::Cancel(reason) => {
                let (actor, note) = (buyer(), None);
                run(
                    desk,
                    CancelOrder {
                        actor,
                        order,
                        reason,
                        note,
                    },
                )
                .await?;
            }
            Step::Propose(deliver_on, lines) => {
                let propose = ProposeChange {
                    actor: buyer(),
                    order,
                    deliver_on,
                    lines,
                    note: None,
                };
                return Ok(Led::ToChange(run(desk, propose).await?));
            }
            Step::Say(say) => {
                let change = self.change.ok_or_else(|| Refusal::broken("nothing was proposed"))?;
                let supplier = || self.supplier.clone();
                let actor = if say == Say::Withdraw { buyer() } else { supplier() };
                run(desk, DecideChange { actor, change, say }).await?;
            }
            Step::CloseShort(lines) => {
                let actor = buyer();
                run(desk, CloseShort { actor, order, lines }).await?;
            }
            Step::Return(lines) => {
                let give_back = GiveBack {
                    actor: buyer(),
                    order,
                    returned_on: None,
                    note: None,
                    lines,
                };
                run(desk, give_back).await?;
            }
            Step::Ship { .. } | Step::Arrive(_) | Step::Accept(..) | Step::Surplus(..) => return self.deliver(desk, step).await,
        }
        Ok(Led::Nowhere)
    }

    async fn deliver(&self, desk: &Desk, step: Step) -> Result<Led, Refusal> {
        let receiver = || self.receiver.clone();
        match step {
            Step::Ship {
                number,
                replacement,
                lines,
            } => {
                let ship = Ship {
                    actor: self.supplier.clone(),
                    order: self.order,
                    dispatched_on: None,
                    replacement,
                    carrier: CARRIERS.get((number + lines.len()) % CARRIERS.len()).map(|name| (*name).to_owned()),
                    plate: None,
                    note: None,
                    lines,
                };
                return Ok(Led::ToShipment(number, run(desk, ship).await?));
            }
            Step::Arrive(number) => {
                let (actor, shipment) = (receiver(), self.shipment(number)?);
                run(desk, Arrive { actor, shipment }).await?;
            }
            Step::Accept(number, accepted_on, lines) => {
                let accept = Accept {
                    actor: receiver(),
                    shipment: self.shipment(number)?,
                    accepted_on,
                    note: None,
                    lines,
                };
                run(desk, accept).await?;
            }
            Step::Surplus(number, line) => {
                let keep = KeepSurplus {
                    actor: receiver(),
                    shipment: self.shipment(number)?,
                    accepted_on: None,
                    note: "多送的一并收下".to_owned(),
                    lines: vec![line],
                };
                run(desk, keep).await?;
            }
            _ => {}
        }
        Ok(Led::Nowhere)
    }
}
