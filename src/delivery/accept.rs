//! The buyer inspects a shipment: each line is accepted, or rejected with reasons. Lines not spoken of are accepted as
//! they were sent.

use super::acceptance::{Inspected, acceptance_no, inspect, outcome};
use super::content::{acceptance_text, hash_of};
use super::days;
use super::fare::Goods;
use super::shipment::next_state;
use super::store::{self, NewRows, Reached};
use super::weight::must_be_named;
use crate::access::{Actor, Scope};
use crate::http::fault::{Fault, Faults};
use crate::journal::{NewEntry, NewFact, Turn, TurnError, UseCase};
use crate::orders::position::Difference;
use crate::orders::{OpenOrder, Standing, complete_if_done, facts};
use chrono::{DateTime, Utc};
use entity::tables::{acceptance_lines, acceptances, rejections, shipment_lines, shipments};
use entity::{AcceptanceId, AcceptanceKind, CivilDate, OrderLineId, Quantity, RejectReason, ShipmentId, shanghai_date};

/// What is said of a line of the shipment.
#[derive(Clone, Debug)]
pub struct InspectedLine {
    /// Its number in the shipment.
    pub no: i32,
    /// Accepted, in price units; all that is not rejected, if not told.
    pub accepted: Option<Quantity>,
    /// Rejected, in price units, by reason.
    pub rejected: Vec<(RejectReason, Quantity)>,
}

/// The use case.
#[derive(Clone, Debug)]
pub struct Accept {
    /// Who inspects.
    pub actor: Actor,
    /// Which shipment.
    pub shipment: ShipmentId,
    /// The day of the inspection; today unless told.
    pub accepted_on: Option<CivilDate>,
    /// A word to the supplier, or why it is recorded late.
    pub note: Option<String>,
    /// The lines of which something is to be said.
    pub lines: Vec<InspectedLine>,
}

/// A line of the shipment with what was found, and the difference it makes.
type Found = (shipment_lines::Model, Inspected, Option<Difference>);

#[async_trait::async_trait]
impl UseCase for Accept {
    type Answer = ShipmentId;

    async fn run(&self, turn: &mut Turn) -> Result<ShipmentId, TurnError> {
        let mine = Scope::Buyer(self.actor.organisation);
        let shipment = store::find(turn.tx(), &mine, self.shipment).await?;
        let shipment = shipment.ok_or_else(|| Fault::of("not_found"))?;
        let mut lines = store::lines_of(turn.tx(), &[shipment.id]).await?;
        let mut open = OpenOrder::find(turn, &mine, shipment.order_id).await?;
        let goods = Goods::of(turn, &open, &shipment, &mut lines).await?;
        let at = turn.next().at;
        let on = self.accepted_on.unwrap_or(shanghai_date(at));
        let mut faults = Faults::new();
        let told = self.note.as_deref().is_some_and(|note| !note.trim().is_empty());
        days::check(on, shanghai_date(at), shipment.dispatched_on, told, "/accepted_on", &mut faults);
        let (found, standing) = self.look(&mut open, lines, goods, &mut faults)?;
        faults.finish()?;
        standing.write(turn, &open.lines).await?;
        let inspected: Vec<Inspected> = found.iter().map(|(_, inspected, _)| inspected.clone()).collect();
        let refused = || Fault::of("shipment_state").with("state", shipment.state);
        let to = next_state(shipment.state, outcome(&inspected)).ok_or_else(refused)?;
        if !store::change_state(turn.tx(), &shipment, to, Reached::Inspected(at)).await? {
            return Err(refused().into());
        }
        turn.words(facts::words_of_order(&open)).await?;
        let acceptance = self.row(&shipment, at, on);
        let mut entry = entry("shipment.accepted", &acceptance, &shipment, &self.actor)
            .with("order_no", open.order.order_no.clone())
            .with("state", to.as_str());
        entry.note = self.note.clone().filter(|note| !note.is_empty());
        entry.facts = facts_of(turn, &open, &acceptance, &found);
        entry.content = Some(write(turn, &open, &acceptance, &found).await?);
        open.touch();
        turn.record(entry);
        complete_if_done(turn, &mut open, &self.actor).await?;
        OpenOrder::save(turn.tx(), turn.engine(), [&open].into_iter()).await?;
        Ok(shipment.id)
    }
}

impl Accept {
    fn check_numbers(&self, lines: &[shipment_lines::Model], faults: &mut Faults) {
        for (at, asked) in self.lines.iter().enumerate() {
            let pointer = format!("/lines/{at}/no");
            if !lines.iter().any(|line| line.no == asked.no) {
                faults.push(Fault::of("line_unknown").at(pointer).with("line_no", asked.no));
            } else if self.lines.iter().take(at).any(|other| other.no == asked.no) {
                faults.push(Fault::of("line_twice").at(pointer).with("line_no", asked.no));
            }
        }
    }

    /// What is found of each line, and what they draw on contracts now.
    fn look(
        &self,
        open: &mut OpenOrder,
        lines: Vec<shipment_lines::Model>,
        goods: Goods,
        faults: &mut Faults,
    ) -> Result<(Vec<Found>, Standing), Fault> {
        self.check_numbers(&lines, faults);
        let (mut found, mut standing) = (Vec::with_capacity(lines.len()), Standing::default());
        for row in lines {
            let asked = self.lines.iter().enumerate().find(|(_, asked)| asked.no == row.no);
            let prefix = asked.map_or_else(|| "/lines".to_owned(), |(at, _)| format!("/lines/{at}"));
            let (accepted, rejected) = asked.map_or((None, &[][..]), |(_, asked)| (asked.accepted, asked.rejected.as_slice()));
            let Some(line) = open.lines.iter_mut().find(|line| line.row.id == row.order_line_id) else {
                continue;
            };
            if line.is_freight() && asked.is_some() {
                faults.push(Fault::of("line_is_freight").at(format!("{prefix}/no")).with("line_no", row.no));
                continue;
            }
            let with_the_goods = if line.is_freight() {
                // It stands last, so the goods have been looked at.
                let Some(rejected) = freight_with(&found, goods, row.quantity) else {
                    continue;
                };
                Some(rejected)
            } else {
                None
            };
            let rejected = with_the_goods.as_deref().unwrap_or(rejected);
            if accepted.is_none() && !all_of(&row, rejected) && must_be_named(&line.terms, row.units, row.quantity) {
                let fault = Fault::of("weight_not_named").at(format!("{prefix}{}", if asked.is_some() { "/accepted" } else { "" }));
                let nominal = line.terms.priced(row.units);
                faults.push(fault.with("line_no", row.no).with("weighed", row.quantity).with("nominal", nominal));
                continue;
            }
            let before = line.position.draws(&line.terms)?;
            let told = inspect(&line.terms, row.quantity, accepted, rejected).and_then(|inspected| {
                let gone = inspected.rejected_in_all();
                let difference = line.position.accept(&line.terms, inspected.accepted, gone)?;
                Ok((inspected, difference))
            });
            match told {
                Ok((inspected, difference)) => {
                    standing.note(line, before, line.position.draws(&line.terms)?);
                    found.push((row, inspected, difference));
                }
                Err(fault) => faults.push(fault.under(&prefix)),
            }
        }
        Ok((found, standing))
    }

    fn row(&self, shipment: &shipments::Model, at: DateTime<Utc>, on: CivilDate) -> acceptances::Model {
        new_acceptance(AcceptanceKind::Inspection, shipment, &self.actor, at, on)
    }
}

/// What of freight is rejected; none where nothing is said of it yet.
fn freight_with(found: &[Found], goods: Goods, freight: Quantity) -> Option<Vec<(RejectReason, Quantity)>> {
    let accepted = found.iter().any(|(_, inspected, _)| inspected.accepted > Quantity::ZERO);
    let first = found.iter().find_map(|(_, inspected, _)| inspected.rejected.first());
    goods.freight(accepted, first.map(|(reason, _)| *reason), freight)
}

/// Whether so much is rejected that nothing is left to be accepted.
fn all_of(row: &shipment_lines::Model, rejected: &[(RejectReason, Quantity)]) -> bool {
    let gone = rejected
        .iter()
        .map(|(_, quantity)| quantity.thousandths())
        .fold(0_i64, i64::saturating_add);
    gone >= row.quantity.thousandths()
}

pub(super) fn new_acceptance(
    kind: AcceptanceKind,
    shipment: &shipments::Model,
    actor: &Actor,
    at: DateTime<Utc>,
    on: CivilDate,
) -> acceptances::Model {
    let id = AcceptanceId::at(at);
    acceptances::Model {
        id,
        acceptance_no: acceptance_no(id, at),
        kind,
        shipment_id: shipment.id,
        order_id: shipment.order_id,
        buyer_id: shipment.buyer_id,
        supplier_id: shipment.supplier_id,
        accepted_on: on,
        accepted_by: actor.person,
        recorded_at: at,
        import_id: None,
        undone_at: None,
    }
}

pub(super) fn entry(kind: &'static str, acceptance: &acceptances::Model, shipment: &shipments::Model, actor: &Actor) -> NewEntry {
    let mut entry = NewEntry::new(kind, "acceptance", acceptance.id.uuid(), actor.who())
        .with("acceptance_no", acceptance.acceptance_no.clone())
        .with("accepted_on", acceptance.accepted_on.to_string())
        .with("order", acceptance.order_id.to_string())
        .with("shipment", shipment.id.to_string())
        .with("shipment_no", shipment.shipment_no.clone());
    entry.buyer = Some(acceptance.buyer_id);
    entry.supplier = Some(acceptance.supplier_id);
    entry
}

fn facts_of(turn: &Turn, open: &OpenOrder, acceptance: &acceptances::Model, found: &[Found]) -> Vec<NewFact> {
    let line = |id: OrderLineId| open.lines.iter().find(|line| line.row.id == id);
    let fact = |(row, _, difference): &Found| {
        let line = line(row.order_line_id)?;
        Some(facts::of_line(turn, &open.order, &line.row, (*difference)?, acceptance.accepted_on))
    };
    found.iter().filter_map(fact).collect()
}

/// Writes the acceptance; gives the hash of its content.
async fn write(turn: &Turn, open: &OpenOrder, acceptance: &acceptances::Model, found: &[Found]) -> Result<[u8; 32], TurnError> {
    let (mut lines, mut rejected) = (Vec::new(), Vec::new());
    for (no, (row, inspected, difference)) in (1..).zip(found) {
        let line = open.lines.iter().find(|line| line.row.id == row.order_line_id);
        lines.push(acceptance_lines::Model {
            acceptance_id: acceptance.id,
            no,
            order_line_id: row.order_line_id,
            shipment_line_no: row.no,
            quantity: inspected.accepted,
            rejected: inspected.rejected_in_all(),
            amount: difference.map(|difference| difference.amount).unwrap_or_default(),
            most: line.map(|line| line.terms.most_of(row.quantity)),
        });
        let mut by_reason = inspected.rejected.clone();
        by_reason.sort_unstable_by_key(|(reason, _)| reason.as_str());
        rejected.extend(by_reason.into_iter().map(|(reason, quantity)| rejections::Model {
            acceptance_id: acceptance.id,
            no,
            reason,
            quantity,
        }));
    }
    let mut rows = NewRows::new();
    rows.acceptance(acceptance);
    lines.iter().for_each(|line| rows.acceptance_line(line));
    rejected.iter().for_each(|line| rows.rejection(line));
    rows.write(turn.tx(), turn.engine()).await?;
    Ok(hash_of(&acceptance_text(acceptance, &lines, &rejected)))
}
