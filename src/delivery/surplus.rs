//! Keeping more than was sent and tolerated: a step of its own, so that nobody accepts too much by a slip.

use super::accept::{entry, new_acceptance};
use super::acceptance::is_inspected;
use super::content::{acceptance_text, hash_of};
use super::days;
use super::store::{self, NewRows};
use crate::access::{Actor, Scope};
use crate::http::fault::{Fault, Faults};
use crate::journal::{NewFact, Turn, TurnError, UseCase};
use crate::orders::{OpenOrder, facts};
use entity::tables::{acceptance_lines, acceptances, shipment_lines};
use entity::{AcceptanceKind, CivilDate, Quantity, ShipmentId, shanghai_date};

/// A line of which more is kept.
#[derive(Clone, Copy, Debug)]
pub struct SurplusLine {
    /// Its number in the shipment.
    pub no: i32,
    /// Beyond what was accepted, in price units.
    pub quantity: Quantity,
}

/// The use case.
#[derive(Clone, Debug)]
pub struct KeepSurplus {
    /// Who keeps it.
    pub actor: Actor,
    /// Of which shipment, inspected before.
    pub shipment: ShipmentId,
    /// The day; today unless told.
    pub accepted_on: Option<CivilDate>,
    /// Why it is kept.
    pub note: String,
    /// The lines.
    pub lines: Vec<SurplusLine>,
}

#[async_trait::async_trait]
impl UseCase for KeepSurplus {
    type Answer = ShipmentId;

    async fn run(&self, turn: &mut Turn) -> Result<ShipmentId, TurnError> {
        let mine = Scope::Buyer(self.actor.organisation);
        let shipment = store::find(turn.tx(), &mine, self.shipment).await?;
        let shipment = shipment.ok_or_else(|| Fault::of("not_found"))?;
        if !is_inspected(shipment.state) {
            return Err(Fault::of("shipment_state").with("state", shipment.state).into());
        }
        let lines = store::lines_of(turn.tx(), &[shipment.id]).await?;
        let mut open = OpenOrder::find(turn, &mine, shipment.order_id).await?;
        turn.words(facts::words_of_order(&open)).await?;
        let at = turn.next().at;
        let on = self.accepted_on.unwrap_or(shanghai_date(at));
        let mut faults = Faults::new();
        days::check(on, shanghai_date(at), shipment.dispatched_on, true, "/accepted_on", &mut faults);
        faults.check(!self.note.trim().is_empty(), || Fault::of("surplus_without_reason").at("/note"));
        let acceptance = new_acceptance(AcceptanceKind::Surplus, &shipment, &self.actor, at, on);
        let (kept, made) = self.keep(turn, &mut open, &lines, &acceptance, &mut faults);
        faults.finish()?;
        let mut rows = NewRows::new();
        rows.acceptance(&acceptance);
        kept.iter().for_each(|line| rows.acceptance_line(line));
        rows.write(turn.tx(), turn.engine()).await?;
        open.touch();
        OpenOrder::save(turn.tx(), turn.engine(), [&open].into_iter()).await?;
        let mut entry = entry("shipment.surplus", &acceptance, &shipment, &self.actor)
            .with("order_no", open.order.order_no.clone())
            .with("state", shipment.state.as_str());
        entry.note = Some(self.note.clone());
        entry.content = Some(hash_of(&acceptance_text(&acceptance, &kept, &[])));
        entry.facts = made;
        turn.record(entry);
        Ok(shipment.id)
    }
}

impl KeepSurplus {
    fn keep(
        &self,
        turn: &Turn,
        open: &mut OpenOrder,
        lines: &[shipment_lines::Model],
        acceptance: &acceptances::Model,
        faults: &mut Faults,
    ) -> (Vec<acceptance_lines::Model>, Vec<NewFact>) {
        let (mut kept, mut made) = (Vec::new(), Vec::new());
        faults.check(!self.lines.is_empty(), || Fault::of("nothing_sent").at("/lines"));
        for (at, asked) in self.lines.iter().enumerate() {
            let pointer = format!("/lines/{at}");
            let sent = lines.iter().find(|line| line.no == asked.no);
            let known = sent.and_then(|sent| Some((sent, open.lines.iter_mut().find(|line| line.row.id == sent.order_line_id)?)));
            let Some((sent, line)) = known else {
                faults.push(Fault::of("line_unknown").at(pointer + "/no").with("line_no", asked.no));
                continue;
            };
            if line.is_freight() {
                faults.push(Fault::of("line_is_freight").at(pointer + "/no").with("line_no", asked.no));
                continue;
            }
            if self.lines.iter().take(at).any(|other| other.no == asked.no) {
                faults.push(Fault::of("line_twice").at(pointer + "/no").with("line_no", asked.no));
                continue;
            }
            // More than was sent in all is no surplus but a shipment that nobody recorded.
            if asked.quantity <= Quantity::ZERO || asked.quantity > sent.quantity {
                faults.push(
                    Fault::of("surplus_out_of_range")
                        .at(pointer + "/quantity")
                        .with("most", sent.quantity),
                );
                continue;
            }
            match line.position.keep_surplus(&line.terms, asked.quantity) {
                Err(fault) => faults.push(fault.at(pointer + "/quantity")),
                Ok(difference) => {
                    kept.push(acceptance_lines::Model {
                        acceptance_id: acceptance.id,
                        no: i32::try_from(kept.len() + 1).unwrap_or(i32::MAX),
                        order_line_id: line.row.id,
                        shipment_line_no: sent.no,
                        quantity: asked.quantity,
                        rejected: Quantity::ZERO,
                        amount: difference.amount,
                    });
                    made.push(facts::of_line(turn, &open.order, &line.row, difference, acceptance.accepted_on));
                }
            }
        }
        (kept, made)
    }
}
