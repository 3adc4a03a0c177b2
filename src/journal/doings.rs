//! Reading entries by who did what, when and to what: for auditors. Times never go back from one number to the next,
//! so a day is found by its numbers, and no entry pays for an index of its time.

use super::entry::Who;
use super::feed::{EVENT, Event};
use super::head::{self, PAIRING};
use crate::db::{Engine, Params, statement};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

/// Entries looked at for one page. Nobody's doings have an index of their own; where they are rare, pages are short.
const LOOKED_AT: i64 = 20_000;

/// Which entries.
#[derive(Clone, Copy, Debug, Default)]
pub struct DoingsFilter {
    /// Recorded then or later.
    pub from: Option<DateTime<Utc>>,
    /// Recorded before.
    pub to: Option<DateTime<Utc>>,
    /// About this thing.
    pub thing: Option<Uuid>,
    /// By this person or machine.
    pub person: Option<Uuid>,
}

/// An entry with whoever did it.
#[derive(Clone, Debug)]
pub struct Doing {
    /// The entry.
    pub event: Event,
    /// Who.
    pub who: Who,
}

/// Entries after a number, oldest first, and the number after which the next page begins, if there is more to look at.
///
/// # Errors
/// Only the database's, and an entry that cannot be read.
pub async fn doings(
    db: &impl ConnectionTrait,
    engine: Engine,
    filter: &DoingsFilter,
    after: i64,
    limit: u64,
) -> Result<(Vec<Doing>, Option<i64>), DbErr> {
    let end = head::read(db, engine, false).await?.seq;
    let first = match filter.from {
        Some(from) => first_at(db, engine, from, end).await?,
        None => 1,
    };
    let last = match filter.to {
        Some(to) => first_at(db, engine, to, end).await? - 1,
        None => end,
    };
    let after = after.max(first - 1);
    let narrow = filter.person.is_some() && filter.thing.is_none();
    let through = if narrow { last.min(after + LOOKED_AT) } else { last };
    let found = read(db, engine, filter, (after, through), limit).await?;
    let full = u64::try_from(found.len()).is_ok_and(|found| found >= limit);
    let seen = if full {
        found.last().map_or(through, |doing| doing.event.seq)
    } else {
        through
    };
    Ok((found, (seen < last).then_some(seen)))
}

async fn read(
    db: &impl ConnectionTrait,
    engine: Engine,
    filter: &DoingsFilter,
    (after, through): (i64, i64),
    limit: u64,
) -> Result<Vec<Doing>, DbErr> {
    let mut params = Params::new(engine);
    let (pairing, after, through) = (params.add(PAIRING), params.add(after), params.add(through));
    let mut wanted = format!("pairing = {pairing} AND seq > {after} AND seq <= {through}");
    if let Some(thing) = filter.thing {
        wanted.push_str(&format!(" AND thing_id = {}", params.add(thing)));
    }
    if let Some(person) = filter.person {
        // The body is canonical JSON, whose last member is who did it, and of that the person.
        wanted.push_str(&format!(" AND body LIKE {}", params.add(format!("%,\"person\":\"{person}\"}}}}"))));
    }
    let sql = format!("SELECT {EVENT} FROM entries WHERE {wanted} ORDER BY seq LIMIT {limit}");
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter()
        .map(|row| {
            let event = Event::from_row(row)?;
            let unread = || DbErr::Custom(format!("entry {} cannot be read: run `yangpin verify`", event.seq));
            Ok(Doing {
                who: event.who().ok_or_else(unread)?,
                event,
            })
        })
        .collect()
}

/// The number of the first entry recorded at this instant or later; one beyond the end where there is none.
async fn first_at(db: &impl ConnectionTrait, engine: Engine, instant: DateTime<Utc>, end: i64) -> Result<i64, DbErr> {
    let (mut low, mut high) = (1, end + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let sql = "SELECT at FROM entries WHERE pairing = $1 AND seq = $2";
        let row = db
            .query_one_raw(statement(engine, sql, vec![PAIRING.into(), middle.into()]))
            .await?;
        let at: Option<DateTime<Utc>> = row.map(|row| row.try_get("", "at")).transpose()?;
        if at.is_some_and(|at| at < instant) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}
