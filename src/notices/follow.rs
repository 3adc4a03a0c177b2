//! Follows the journal and tells people what concerns them.

use super::audience::Audience;
use super::imported;
use super::keep::{Keep, Way};
use super::store;
use super::telling::{EXTERNAL, Telling, tellings};
use crate::db::{Engine, Snapshot};
use crate::http::fault::Refusal;
use crate::jobs::{Job, Step};
use crate::journal::{Desk, FeedFilter, events, read_head};
use crate::organisations::Register;
use crate::partners::orders_named;
use chrono::TimeDelta;
use entity::tables::notices;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

/// Entries read at a time, in one snapshot.
const MOST_ENTRIES: u64 = 500;
/// Notices after which a turn is full; one entry is never divided.
const MANY_NOTICES: usize = 1_000;
/// Of what is older nobody is told: its notices would be swept at once.
const TOLD_WITHIN: TimeDelta = TimeDelta::days(180);
const EVERY: Duration = Duration::from_secs(5);

/// The standing job `follow_notices`: a step is one snapshot and one short turn. Where it has come to the head it waits:
/// told at once, each order would cost two turns more, one for the cursor and one for the job.
#[derive(Clone, Debug)]
pub struct FollowNotices {
    register: Register,
}

/// What was read at a time.
struct Read {
    from: i64,
    to: i64,
    /// Whether there was more than was read.
    more: bool,
    notices: Vec<notices::Model>,
}

impl FollowNotices {
    /// A follower that looks names up in `register`.
    #[must_use]
    pub fn new(register: Register) -> Self {
        Self { register }
    }

    /// Entries after the cursor and who hears of them; none at the head. Two snapshots of at most 500 entries.
    async fn read(&self, desk: &Desk) -> Result<Option<Read>, Refusal> {
        let (engine, now) = (desk.engine(), desk.clock.now());
        let snapshot = desk.db.snapshot().await?;
        let from = store::cursor(&snapshot).await?.seq;
        let head = read_head(&snapshot, engine, false).await?.seq;
        // A cursor beyond the head is one of a history that is gone: what comes now is read from the head on.
        if from >= head {
            snapshot.end().await?;
            let read = Read {
                from,
                to: head,
                more: false,
                notices: Vec::new(),
            };
            return Ok((from > head).then_some(read));
        }
        let found = events(&snapshot, engine, &FeedFilter::All, from, MOST_ENTRIES).await?;
        let mut told: Vec<(i64, Vec<Telling>)> = Vec::with_capacity(found.len());
        for event in &found {
            let mut of_event = tellings(event);
            of_event.extend(imported::tellings(&snapshot, engine, event).await?);
            told.push((event.seq, of_event));
        }
        name_orders(&snapshot, engine, &mut told).await?;
        let recent = |one: &&Telling| one.at + TOLD_WITHIN >= now;
        let all: Vec<Telling> = told.iter().flat_map(|(_, tellings)| tellings).filter(recent).cloned().collect();
        let audience = Audience::of(&snapshot, engine, &all, now).await?;
        snapshot.end().await?;
        let parties = self.register.refresh(&desk.db).await?;
        let (mut to, mut notices) = (from, Vec::new());
        for (seq, tellings) in &told {
            for telling in tellings.iter().filter(recent) {
                notices.extend(audience.notices(telling, &parties));
            }
            to = *seq;
            if notices.len() >= MANY_NOTICES {
                break;
            }
        }
        let more = to < head;
        Ok((to > from).then_some(Read { from, to, more, notices }))
    }
}

/// Says by which number the buyer knows the order that is told of.
async fn name_orders(snapshot: &Snapshot, engine: Engine, told: &mut [(i64, Vec<Telling>)]) -> Result<(), Refusal> {
    let of_orders = |one: &&Telling| matches!(one.thing_kind, "order" | "shipment" | "return");
    let things = told.iter().flat_map(|(_, tellings)| tellings).filter(of_orders);
    let things: BTreeSet<Uuid> = things.map(|one| one.thing_id).collect();
    let orders = orders_named(snapshot, engine, &things).await?;
    for one in told.iter_mut().flat_map(|(_, tellings)| tellings) {
        let number = orders.get(&one.thing_id).and_then(|order| order.external_order_no.clone());
        one.what.extend(number.map(|number| (EXTERNAL.to_owned(), number)));
    }
    Ok(())
}

#[async_trait::async_trait]
impl Job for FollowNotices {
    fn kind(&self) -> &'static str {
        "follow_notices"
    }

    fn every(&self) -> Option<Duration> {
        Some(EVERY)
    }

    /// The cursor in its table says where to go on; the job's progress only shows it.
    async fn step(&self, desk: &Desk, _: &Value) -> Result<Step, Refusal> {
        let Some(Read { from, to, more, notices }) = self.read(desk).await? else {
            return Ok(Step::Done);
        };
        let way = Way::Journal(from, to);
        desk.gate.run(Keep { way, notices }, None).await?;
        if !more {
            return Ok(Step::Done);
        }
        Ok(Step::More {
            progress: json!({ "through": to }),
        })
    }
}
