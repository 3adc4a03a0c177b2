//! The buyer returns what it had accepted, as agreed with the supplier; it goes back on the shelf or is destroyed.

use super::content::{hash_of, return_text};
use super::days;
use super::goods_return::{Back, line_of, return_no};
use super::store::{self, NewRows, Restocked};
use crate::access::{Actor, Scope};
use crate::http::fault::{Fault, Faults};
use crate::journal::{NewEntry, NewFact, Turn, TurnError, UseCase};
use crate::orders::{OpenLine, OpenOrder, Standing, facts};
use entity::tables::{return_lines, returns};
use entity::{CivilDate, OrderId, OrderLineId, Quantity, ReturnFate, ReturnId, ReturnReason, ReturnState, shanghai_date};
use std::collections::HashMap;

/// A line that comes back.
#[derive(Clone, Copy, Debug)]
pub struct ReturnedLine {
    /// The order line's number.
    pub line_no: i32,
    /// How much, in price units.
    pub quantity: Quantity,
    /// In how many units; only asked for where weighed goods go back on the shelf.
    pub units: Option<Quantity>,
    /// Why.
    pub reason: ReturnReason,
    /// Where to.
    pub fate: ReturnFate,
}

/// The use case.
#[derive(Clone, Debug)]
pub struct GiveBack {
    /// Who returns.
    pub actor: Actor,
    /// Of which order.
    pub order: OrderId,
    /// The day both agreed on; today unless told.
    pub returned_on: Option<CivilDate>,
    /// A word to the supplier, or why it is recorded late.
    pub note: Option<String>,
    /// What.
    pub lines: Vec<ReturnedLine>,
}

#[derive(Default)]
struct Returned {
    lines: Vec<return_lines::Model>,
    facts: Vec<NewFact>,
    standing: Standing,
}

#[async_trait::async_trait]
impl UseCase for GiveBack {
    type Answer = ReturnId;

    async fn run(&self, turn: &mut Turn) -> Result<ReturnId, TurnError> {
        let mut open = OpenOrder::find(turn, &Scope::Buyer(self.actor.organisation), self.order).await?;
        turn.words(facts::words_of_order(&open)).await?;
        let at = turn.next().at;
        let on = self.returned_on.unwrap_or(shanghai_date(at));
        let mut faults = Faults::new();
        let told = self.note.as_deref().is_some_and(|note| !note.trim().is_empty());
        days::check(on, shanghai_date(at), open.order.placed_on, told, "/returned_on", &mut faults);
        let id = ReturnId::at(at);
        let before = store::restocked(turn.tx(), turn.engine(), open.order.id).await?;
        let mut returned = self.take(turn, &mut open, (id, on), before, &mut faults)?;
        faults.finish()?;
        let goods_return = returns::Model {
            id,
            return_no: return_no(id, at),
            order_id: Some(open.order.id),
            buyer_id: open.order.buyer_id,
            supplier_id: open.order.supplier_id,
            channel: open.order.channel,
            fund_source: open.order.fund_source,
            mode: open.order.mode,
            town_code: open.order.town_code.clone(),
            department_id: open.order.department_id,
            returned_on: on,
            recorded_at: at,
            import_id: None,
            undone_at: None,
            state: ReturnState::Booked,
            confirmed_at: None,
            confirmed_by: None,
        };
        let mut rows = NewRows::new();
        rows.goods_return(&goods_return);
        returned.lines.iter().for_each(|line| rows.return_line(line));
        rows.write(turn.tx(), turn.engine()).await?;
        std::mem::take(&mut returned.standing).write(turn, &open.lines).await?;
        open.touch();
        OpenOrder::save(turn.tx(), turn.engine(), [&open].into_iter()).await?;
        turn.record(self.entry(&goods_return, returned));
        Ok(id)
    }
}

impl GiveBack {
    fn take(
        &self,
        turn: &Turn,
        open: &mut OpenOrder,
        (id, on): (ReturnId, CivilDate),
        mut restocked: HashMap<OrderLineId, Restocked>,
        faults: &mut Faults,
    ) -> Result<Returned, Fault> {
        let mut returned = Returned::default();
        faults.check(!self.lines.is_empty(), || Fault::of("nothing_sent").at("/lines"));
        for (at, asked) in self.lines.iter().enumerate() {
            let pointer = format!("/lines/{at}");
            let place = open.lines.iter().position(|line| line.row.line_no == asked.line_no);
            let Some(line) = place.and_then(|place| open.lines.get_mut(place)) else {
                faults.push(Fault::of("line_unknown").at(pointer + "/line_no").with("line_no", asked.line_no));
                continue;
            };
            if line.is_freight() {
                faults.push(Fault::of("line_is_freight").at(pointer + "/line_no").with("line_no", asked.line_no));
                continue;
            }
            let draws = line.position.draws(&line.terms)?;
            let before = restocked.entry(line.row.id).or_default();
            let taken = units_of(line, asked, before).and_then(|units| {
                let difference = line.position.give_back(&line.terms, asked.quantity, None);
                Ok((units, difference.map_err(|fault| fault.at("/quantity"))?))
            });
            let ((units, most_units), difference) = match taken {
                Ok(taken) => taken,
                Err(fault) => {
                    faults.push(fault.under(&pointer));
                    continue;
                }
            };
            returned.standing.note(line, draws, line.position.draws(&line.terms)?);
            let back = Back {
                quantity: asked.quantity,
                units,
                amount: difference.amount,
                reason: asked.reason,
                fate: asked.fate,
                most_units,
            };
            let no = i32::try_from(returned.lines.len() + 1).unwrap_or(i32::MAX);
            returned.lines.push(line_of(id, no, &line.row, back));
            let row = line.row.clone();
            returned.facts.push(facts::of_line(turn, &open.order, &row, difference, on));
        }
        Ok(returned)
    }

    fn entry(&self, goods_return: &returns::Model, returned: Returned) -> NewEntry {
        let mut entry = NewEntry::new("return.booked", "return", goods_return.id.uuid(), self.actor.who())
            .with("lines", returned.lines.len())
            .with("order", self.order.to_string())
            .with("return_no", goods_return.return_no.clone())
            .with("returned_on", goods_return.returned_on.to_string());
        entry.buyer = Some(goods_return.buyer_id);
        entry.supplier = Some(goods_return.supplier_id);
        entry.content = Some(hash_of(&return_text(goods_return, &returned.lines)));
        entry.note = self.note.clone().filter(|note| !note.is_empty());
        entry.facts = returned.facts;
        entry
    }
}

/// In how many units goods go back on the shelf, and the most there may be in all calls together: those that were sent,
/// and as many of them as what comes back weighed. Weighed goods must say it: the scales do not.
fn units_of(line: &OpenLine, asked: &ReturnedLine, before: &mut Restocked) -> Result<(Quantity, Option<Quantity>), Fault> {
    let units = match (asked.fate, line.terms.content, asked.units) {
        (ReturnFate::Destroy, _, _) => return Ok((Quantity::ZERO, None)),
        (ReturnFate::Restock, Some(_), None) => return Err(Fault::of("units_needed").at("/units").with("line_no", asked.line_no)),
        (ReturnFate::Restock, _, units) => units.unwrap_or(asked.quantity),
    };
    let sent = line.position.shipped_units;
    if units <= Quantity::ZERO || (line.terms.content.is_none() && units != asked.quantity) {
        return Err(Fault::of("units_out_of_range").at("/units").with("most", sent));
    }
    let add = |a: Quantity, b: Quantity| Quantity::from_thousandths(a.thousandths().saturating_add(b.thousandths()));
    let after = Restocked {
        units: add(before.units, units),
        quantity: add(before.quantity, asked.quantity),
    };
    let most = line.position.units_among_sent(&line.terms, after.quantity);
    if after.units > most {
        let left = most.checked_sub(before.units).unwrap_or_default().max(Quantity::ZERO);
        return Err(Fault::of("restock_exceeds").at("/units").with("asked", units).with("most", left));
    }
    *before = after;
    Ok((units, Some(most)))
}
