//! The demo world: Yang County's goods, ten invented suppliers, forty invented buyers, and a year of trade.
//!
//! Owns the data it is made from (`data/`) and nothing else; divisions and categories are those every city begins with
//! (`founding`). Everything goes through the use cases of the rooms, by
//! the same turn as in real life, with the clock passed in, so the world obeys every rule and `verify` finds it
//! clean. Firms and people are invented; divisions, goods and festivals are of the kind there really is. With the same
//! seed and the same day it is the same world, but for ids and the secrets of keys.
//!
//! The way of a day: the `calendar` says how often whom orders, `plan` thinks up baskets, `life` and `delivery` what
//! becomes of each order (pure: steps with their days), and `trade` carries out what is due. On the last evening come
//! the `agreements`. What lies beyond yesterday is left undone: orders without an answer, goods on their way, changes
//! nobody has agreed to.

mod agreements;
mod calendar;
mod chance;
mod data;
mod delivery;
mod goods;
mod keys;
mod life;
mod parties;
mod plan;
mod season;
mod trade;

#[cfg(test)]
mod tests;

pub use keys::DemoKeys;

use crate::app::App;
use crate::founding::together;
use crate::http::fault::Refusal;
use crate::journal::Desk;
use crate::orders::OrderDesk;
use crate::organisations::key::MAX_DAYS;
use crate::organisations::keys::command_line;
use calendar::Calendar;
use chance::Chance;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{CivilDate, Clock, shanghai_date};
use life::Hour;
use plan::Market;
use std::collections::BTreeMap;
use std::time::Duration;
use trade::Book;

/// Days of trade unless told otherwise; the last is yesterday.
pub const DAYS: u16 = 365;
/// The most days of trade: the keys of those who act in it live no longer.
pub const MOST_DAYS: u16 = MAX_DAYS - 10;
/// For how many days before the first orders prices were set and buyers belonged to their towns.
const DAYS_BEFORE: i64 = 30;
/// When the day begins at an office.
const OFFICE_OPENS: TimeDelta = TimeDelta::hours(7);
/// When it ends.
const OFFICE_CLOSES: TimeDelta = TimeDelta::hours(18);
/// How long a use case waits for its turn. A person asks again when a turn takes long on a busy machine; here nobody
/// would, and half a world is none.
const PATIENCE: Duration = Duration::from_secs(120);

/// Which world.
#[derive(Clone, Copy, Debug)]
pub struct World {
    /// Another number gives another one.
    pub seed: u64,
    /// Over how many days orders are spread, up to yesterday.
    pub days: u16,
}

/// How far the loading has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Days done.
    pub done: u16,
    /// Of so many.
    pub of: u16,
    /// What is being done.
    pub said: String,
}

/// Loads a world into an empty database. `clock` is the fixed clock the app was opened with; it is moved from the day
/// the world begins up to `now`, only forward.
///
/// # Errors
/// What a use case refuses, which would be a mistake in the demo's data, and the database's.
pub async fn load(
    app: &App,
    clock: &Clock,
    now: DateTime<Utc>,
    world: World,
    mut progress: impl FnMut(Progress),
) -> Result<DemoKeys, Refusal> {
    let today = shanghai_date(now);
    let days = i64::from(world.days);
    let mut say = |done: i64, said: String| {
        progress(Progress {
            done: u16::try_from(done).unwrap_or(world.days),
            of: world.days,
            said,
        });
    };
    let desk = &Desk {
        gate: app.desk.gate.with_patience(PATIENCE),
        ..app.desk.clone()
    };
    clock.set(moment(days_before(today, days + 1)?, OFFICE_OPENS));
    let since = days_before(today, days + DAYS_BEFORE)?;

    say(0, "organisations, goods, prices, stock".to_owned());
    let parties = parties::found(desk, since, world.days + 5).await?;
    let mut items = goods::stock_up(desk, &parties, since).await?;
    keys::save_lists(desk, &parties, &items).await?;
    app.register.refresh(&desk.db).await?;
    app.shelf.refresh(&desk.db).await?;
    let orders = OrderDesk::new(desk.clone(), app.register.clone(), app.shelf.clone());
    let (mut chance, calendar) = (Chance::new(world.seed), Calendar::read()?);
    let (mut book, mut ordered) = (Book::default(), BTreeMap::new());
    for back in (1..=days).rev() {
        let day = days_before(today, back)?;
        clock.set(moment(day, OFFICE_OPENS));
        if season::begins_month(day) {
            season::fill_up(desk, &parties, &items, &mut ordered).await?;
        }
        if season::announce(desk, &calendar, &parties, &mut items).await? {
            app.shelf.refresh(&desk.db).await?;
        }
        book.work(desk, day, Hour::Receiving).await?;
        let market = Market {
            calendar: &calendar,
            parties: &parties,
            items: &items,
        };
        let plans = market.day(&mut chance, day, back)?;
        plans.iter().for_each(|plan| season::note(&mut ordered, &plan.units));
        book.place(desk, &orders, day, plans).await?;
        book.work(desk, day, Hour::Office).await?;
        book.work(desk, day, Hour::Evening).await?;
        say(days - back + 1, format!("{day} · {} order lines", book.lines()));
    }
    let day = days_before(today, 1)?;
    clock.set(moment(day, OFFICE_CLOSES));
    agreements::agree(app, desk, &orders, (&parties, &items), day).await?;
    clock.set(now);
    keys::hand_out(desk, &parties).await
}

fn days_before(day: CivilDate, days: i64) -> Result<CivilDate, Refusal> {
    day.checked_add_days(-days)
        .ok_or_else(|| Refusal::broken("the demo begins before the first day there is"))
}

fn moment(day: CivilDate, after: TimeDelta) -> DateTime<Utc> {
    day.starts_at() + after
}

/// A use case of the machine's operator, whose answer is wanted without the word whether it is a replay.
async fn run<U: crate::journal::UseCase>(desk: &Desk, use_case: U) -> Result<U::Answer, Refusal> {
    Ok(desk.gate.run(use_case, None).await?.answer)
}

/// Who enters what no supplier or buyer enters.
fn operator() -> crate::access::Actor {
    command_line()
}
