//! Keeping more than was sent and tolerated: a step of its own, so that nobody accepts too much by a slip.

use super::accept::{entry, new_acceptance};
use super::acceptance::is_inspected;
use super::content::{acceptance_text, hash_of};
use super::days;
use super::store::{self, NewRows, Policy};
use crate::access::{Actor, Scope};
use crate::http::fault::{Fault, Faults};
use crate::journal::{NewFact, Turn, TurnError, UseCase};
use crate::orders::{OpenLine, OpenOrder, Standing, facts};
use entity::tables::{acceptance_lines, acceptances, shipment_lines};
use entity::{AcceptanceKind, CivilDate, Money, Quantity, ShipmentId, shanghai_date};
use std::collections::HashMap;

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
        let bounds = Bounds {
            permille: store::policy(turn.tx(), turn.engine(), Policy::Surplus, on).await?,
            kept: store::surplus_of(turn.tx(), turn.engine(), shipment.id).await?,
        };
        let Kept {
            lines: kept,
            facts: made,
            standing,
        } = self.keep(turn, &mut open, (&lines, &bounds), &acceptance, &mut faults)?;
        faults.finish()?;
        standing.write(turn, &open.lines).await?;
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

/// The most that may be kept beyond what was sent, over all calls: so many thousandths of what was sent, whatever the
/// scales' tolerance. More is sent as a shipment of its own.
struct Bounds {
    permille: i64,
    kept: HashMap<i32, Quantity>,
}

impl Bounds {
    fn most_of(&self, sent: &shipment_lines::Model) -> Quantity {
        let most = i128::from(sent.quantity.thousandths()) * i128::from(self.permille) / 1_000;
        Quantity::from_thousandths(i64::try_from(most).unwrap_or(0))
    }

    fn left_of(&self, sent: &shipment_lines::Model) -> Quantity {
        let kept = self.kept.get(&sent.no).copied().unwrap_or_default();
        self.most_of(sent).checked_sub(kept).unwrap_or_default()
    }
}

#[derive(Default)]
struct Kept {
    lines: Vec<acceptance_lines::Model>,
    facts: Vec<NewFact>,
    standing: Standing,
}

impl KeepSurplus {
    fn keep(
        &self,
        turn: &Turn,
        open: &mut OpenOrder,
        (lines, bounds): (&[shipment_lines::Model], &Bounds),
        acceptance: &acceptances::Model,
        faults: &mut Faults,
    ) -> Result<Kept, Fault> {
        let mut kept = Kept::default();
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
            let left = bounds.left_of(sent);
            if asked.quantity <= Quantity::ZERO || asked.quantity > left {
                let fault = Fault::of("surplus_out_of_range").at(pointer + "/quantity");
                faults.push(fault.with("sent", sent.quantity).with("most", left));
                continue;
            }
            let before = line.position.draws(&line.terms)?;
            match line.position.keep_surplus(&line.terms, asked.quantity) {
                Err(fault) => faults.push(fault.at(pointer + "/quantity")),
                Ok(difference) => {
                    kept.standing.note(line, before, line.position.draws(&line.terms)?);
                    let no = i32::try_from(kept.lines.len() + 1).unwrap_or(i32::MAX);
                    let row = kept_line(acceptance, no, line, (sent, asked.quantity), difference.amount);
                    kept.lines.push(acceptance_lines::Model {
                        most: Some(bounds.most_of(sent)),
                        ..row
                    });
                    let fact = facts::of_line(turn, &open.order, &line.row, difference, acceptance.accepted_on);
                    kept.facts.push(fact);
                }
            }
        }
        Ok(kept)
    }
}

fn kept_line(
    acceptance: &acceptances::Model,
    no: i32,
    line: &OpenLine,
    (sent, quantity): (&shipment_lines::Model, Quantity),
    amount: Money,
) -> acceptance_lines::Model {
    acceptance_lines::Model {
        acceptance_id: acceptance.id,
        no,
        order_line_id: line.row.id,
        shipment_line_no: sent.no,
        quantity,
        rejected: Quantity::ZERO,
        amount,
        most: None,
    }
}
