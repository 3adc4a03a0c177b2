//! What goes back on the shelf is there once the supplier says so; where it says nothing, after the term.

use super::store;
use crate::access::{Actor, Scope};
use crate::http::fault::{Fault, Refusal};
use crate::jobs::{Job, Step};
use crate::journal::{Desk, NewEntry, Turn, TurnError, UseCase, Who};
use crate::stock;
use chrono::{DateTime, TimeDelta, Utc};
use entity::tables::{return_lines, returns};
use entity::{PersonId, PlaceId, ProductId, ReturnFate, ReturnId, ReturnState, shanghai_date};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

/// Until the end of so many days after a return was recorded, Asia/Shanghai, it waits for the supplier.
pub const TERM_DAYS: i64 = 7;
/// What the journal calls it.
pub(super) const CONFIRMED: &str = "return.confirmed";
/// Returns confirmed in a turn of the job.
const MOST: u64 = 100;
const EVERY: Duration = Duration::from_secs(600);

/// When a return that was recorded then is confirmed by itself: at 24:00 of the last day of the term.
#[must_use]
pub fn confirms_itself_at(recorded_at: DateTime<Utc>) -> DateTime<Utc> {
    let recorded_on = shanghai_date(recorded_at);
    recorded_on.checked_add_days(TERM_DAYS).unwrap_or(recorded_on).ends_at()
}

/// The supplier confirms a return.
#[derive(Clone, Debug)]
pub struct ConfirmReturn {
    /// Who confirms.
    pub actor: Actor,
    /// Which.
    pub goods_return: ReturnId,
    /// A word to the buyer.
    pub note: Option<String>,
}

#[async_trait::async_trait]
impl UseCase for ConfirmReturn {
    type Answer = ReturnId;

    async fn run(&self, turn: &mut Turn) -> Result<ReturnId, TurnError> {
        let by = By {
            who: self.actor.who(),
            person: Some(self.actor.person),
        };
        let note = self.note.clone().filter(|note| !note.is_empty());
        confirm(turn, &Scope::Supplier(self.actor.organisation), self.goods_return, by, note).await?;
        Ok(self.goods_return)
    }
}

/// Who confirms: a person of the supplier, or time.
#[derive(Clone, Copy)]
struct By {
    who: Who,
    person: Option<PersonId>,
}

async fn confirm(turn: &mut Turn, scope: &Scope, id: ReturnId, by: By, note: Option<String>) -> Result<(), TurnError> {
    let found = store::find_return(turn.tx(), scope, id).await?;
    let (goods_return, lines) = found.ok_or_else(|| Fault::of("not_found"))?;
    let refused = |state: ReturnState| Fault::of("return_state").with("state", state);
    if goods_return.state != ReturnState::Booked {
        return Err(refused(goods_return.state).into());
    }
    let at = turn.next().at;
    if !store::confirm(turn.tx(), id, at, by.person).await? {
        return Err(refused(ReturnState::Confirmed).into());
    }
    stock::change(turn.tx(), turn.engine(), &back_on_the_shelf(&lines)).await?;
    let mut entry = entry(&goods_return, by);
    entry.note = note;
    turn.record(entry);
    Ok(())
}

/// What of a return lies in a supplier's place again.
fn back_on_the_shelf(lines: &[return_lines::Model]) -> BTreeMap<(ProductId, PlaceId), (i64, i64)> {
    let mut changes = BTreeMap::new();
    let restocked = |line: &&return_lines::Model| line.fate == ReturnFate::Restock && !line.place_id.uuid().is_nil();
    for line in lines.iter().filter(restocked) {
        let change: &mut (i64, i64) = changes.entry((line.product_id, line.place_id)).or_default();
        change.0 += line.units.thousandths();
    }
    changes.retain(|_, (on_hand, _)| *on_hand != 0);
    changes
}

fn entry(goods_return: &returns::Model, by: By) -> NewEntry {
    let mut entry = NewEntry::new(CONFIRMED, "return", goods_return.id.uuid(), by.who)
        .with("return_no", goods_return.return_no.clone())
        .with("state", ReturnState::Confirmed.as_str());
    if let Some(order) = goods_return.order_id {
        entry = entry.with("order", order.to_string());
    }
    entry.reason = by.person.is_none().then_some("term_over");
    entry.buyer = Some(goods_return.buyer_id);
    entry.supplier = Some(goods_return.supplier_id);
    entry
}

/// The standing job `confirm_returns`: what the supplier has said nothing of within the term is confirmed.
#[derive(Clone, Copy, Debug)]
pub struct ConfirmReturns;

#[async_trait::async_trait]
impl Job for ConfirmReturns {
    fn kind(&self) -> &'static str {
        "confirm_returns"
    }

    fn every(&self) -> Option<Duration> {
        Some(EVERY)
    }

    async fn step(&self, desk: &Desk, _: &Value) -> Result<Step, Refusal> {
        let before = recorded_before(desk.clock.now());
        let done = desk.gate.run(ConfirmOverdue { before }, None).await?.answer;
        Ok(if done < MOST {
            Step::Done
        } else {
            Step::More { progress: Value::Null }
        })
    }
}

/// What was recorded before this moment has its term behind it.
fn recorded_before(now: DateTime<Utc>) -> DateTime<Utc> {
    shanghai_date(now).starts_at() - TimeDelta::days(TERM_DAYS)
}

struct ConfirmOverdue {
    before: DateTime<Utc>,
}

#[async_trait::async_trait]
impl UseCase for ConfirmOverdue {
    type Answer = u64;

    async fn run(&self, turn: &mut Turn) -> Result<u64, TurnError> {
        let waiting = store::waiting_since(turn.tx(), self.before, MOST).await?;
        let nobody = By {
            who: Who {
                key: Uuid::nil(),
                organisation: Uuid::nil(),
                person: Uuid::nil(),
            },
            person: None,
        };
        for id in &waiting {
            confirm(turn, &Scope::All, *id, nobody, None).await?;
        }
        Ok(u64::try_from(waiting.len()).unwrap_or(MOST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_term_ends_with_the_seventh_day() {
        let recorded = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        // 23:59 and 00:00 of Shanghai are two days.
        let (late, early) = (recorded("2026-03-02T15:59:59Z"), recorded("2026-03-02T16:00:00Z"));
        assert_eq!(confirms_itself_at(late), recorded("2026-03-09T16:00:00Z"));
        assert_eq!(confirms_itself_at(early), recorded("2026-03-10T16:00:00Z"));
        let second = TimeDelta::seconds(1);
        for (at, end) in [(late, confirms_itself_at(late)), (early, confirms_itself_at(early))] {
            assert!(at >= recorded_before(end - second), "one second early it waits");
            assert!(at < recorded_before(end), "then it does not");
        }
    }
}
