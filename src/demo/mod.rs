//! The demo world: Yang County's goods, ten invented suppliers, forty invented buyers, and sixty days of trade.
//!
//! Owns the data it is made from (`data/`) and nothing else. Everything goes through the use cases of the rooms, by
//! the same turn as in real life, with the clock passed in, so the world obeys every rule and `verify` finds it
//! clean. Firms and people are invented; divisions and goods are of the kind there really is. With the same seed and
//! the same day it is the same world, but for ids and the secrets of keys.

mod chance;
mod data;
mod goods;
mod keys;
mod parties;
mod plan;
mod trade;

#[cfg(test)]
mod tests;

pub use keys::DemoKeys;

use crate::app::App;
use crate::http::fault::Refusal;
use crate::journal::Desk;
use crate::orders::OrderDesk;
use crate::organisations::keys::command_line;
use chance::Chance;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{CivilDate, Clock, shanghai_date};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::future::Future;
use std::time::Duration;

/// Over how many days orders are spread; the last is yesterday.
const DAYS: i64 = 60;
/// When the day begins at an office.
const OFFICE_OPENS: TimeDelta = TimeDelta::hours(8);
/// Use cases under way at once: what fits into one turn.
const AT_ONCE: usize = 64;
/// How long a use case waits for its turn. A person asks again when a turn takes long on a busy machine; here nobody
/// would, and half a world is none.
const PATIENCE: Duration = Duration::from_secs(120);

/// Loads the demo world into an empty database. `clock` is the fixed clock the app was opened with; it is moved from
/// the day the world begins up to `now`, only forward.
///
/// # Errors
/// What a use case refuses, which would be a mistake in the demo's data, and the database's.
pub async fn load(app: &App, clock: &Clock, now: DateTime<Utc>, seed: u64, mut progress: impl FnMut(&str)) -> Result<DemoKeys, Refusal> {
    let today = shanghai_date(now);
    let mut chance = Chance::new(seed);
    let desk = &Desk {
        gate: app.desk.gate.with_patience(PATIENCE),
        ..app.desk.clone()
    };
    clock.set(moment(days_before(today, DAYS + 1)?, OFFICE_OPENS));
    let offered_from = days_before(today, 365)?;

    progress("divisions, departments, organisations, sites");
    let parties = parties::found(desk, offered_from).await?;
    progress("categories, products, offers, stock");
    let goods = goods::stock_up(desk, &parties, offered_from).await?;
    app.register.refresh(&desk.db).await?;
    app.shelf.refresh(&desk.db).await?;
    progress("sixty days of orders");
    let orders = OrderDesk::new(desk.clone(), app.register.clone(), app.shelf.clone());
    for back in (1..=DAYS).rev() {
        let day = days_before(today, back)?;
        let plans = plan::day(&mut chance, &parties, &goods, day, back);
        trade::day(desk, &orders, clock, day, plans).await?;
    }
    clock.set(now);
    progress("keys");
    keys::hand_out(desk, &parties).await
}

fn days_before(day: CivilDate, days: i64) -> Result<CivilDate, Refusal> {
    day.checked_add_days(-days)
        .ok_or_else(|| Refusal::broken("the demo begins before the first day there is"))
}

fn moment(day: CivilDate, after: TimeDelta) -> DateTime<Utc> {
    day.starts_at() + after
}

/// Carries out use cases side by side, asked for in their order; the answers are in it too.
async fn together<T, F>(asked: impl IntoIterator<Item = F>) -> Result<Vec<T>, Refusal>
where
    F: Future<Output = Result<T, Refusal>>,
{
    stream::iter(asked).buffered(AT_ONCE).try_collect().await
}

/// A use case of the machine's operator, whose answer is wanted without the word whether it is a replay.
async fn run<U: crate::journal::UseCase>(desk: &Desk, use_case: U) -> Result<U::Answer, Refusal> {
    Ok(desk.gate.run(use_case, None).await?.answer)
}

/// Who enters what no supplier or buyer enters.
fn operator() -> crate::access::Actor {
    command_line()
}
