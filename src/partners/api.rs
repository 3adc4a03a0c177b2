//! The feed of events over HTTP.

use super::around::Around;
use super::body::{EventBody, EventPage, Reader};
use super::event_ids::EventIds;
use super::wanted::Wanted;
use super::watch::Watch;
use crate::access::Actor;
use crate::db::Snapshot;
use crate::http::answer::Followed;
use crate::http::caller::Caller;
use crate::http::fault::{Fault, Refusal};
use crate::http::paging::{Cursor, Limit};
use crate::journal::{Desk, Event, FeedAsk, Position, admit_again, events_of_kinds, position_at, read_head};
use poem_openapi::param::Query;
use poem_openapi::{OpenApi, Tags};
use std::time::Duration;
use tokio::time::Instant;

const CURSOR: &str = "events";
/// The longest that anybody waits.
pub const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// Entries looked at by one statement where only some kinds are wanted: there is no index of kinds.
const LOOKED_AT: i64 = 50_000;
/// Statements of one answer, where so much is looked at in vain.
const MOST_LOOKS: u32 = 20;

#[derive(Tags)]
enum Tag {
    /// What happened, in order, for those whom it concerns.
    Events,
}

/// The operations for partners.
#[derive(Clone, Debug)]
pub struct PartnersApi {
    /// Where they are read.
    pub desk: Desk,
    /// What ids of events are made with.
    pub ids: EventIds,
    /// What wakes who waits.
    pub watch: Watch,
}

/// Where a reader begins.
enum Begin<'a> {
    /// At a cursor, or at the beginning.
    Cursor(Option<&'a Cursor>),
    /// Where it was a moment ago.
    Place(Position),
}

/// What was read, and where it goes on.
struct Page {
    events: Vec<EventBody>,
    next: Position,
}

#[OpenApi(tag = "Tag::Events")]
impl PartnersApi {
    /// Follow events
    ///
    /// What happened to what concerns you, oldest first. Keep `next` and ask again with it: nothing is missed and
    /// nothing comes twice. With `wait_s` the answer comes as soon as there is something, or empty when the time is over:
    /// ask again at once. Where only some `kinds` are wanted, a page may be empty though there is more: go on with `next`.
    /// After a restore a cursor may point beyond what is left; then 409 gives the cursor to go on from.
    #[oai(path = "/v1/events", method = "get", operation_id = "list_events")]
    async fn list(
        &self,
        caller: Caller,
        /// Only of these kinds, with commas between them; all kinds of a thing as `order.*`.
        #[oai(validator(max_length = 2000))]
        kinds: Query<Option<String>>,
        /// How many seconds to wait where there is nothing yet, 0 to 30.
        #[oai(validator(minimum(value = "0"), maximum(value = "30")))]
        wait_s: Query<Option<i32>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on; without it, from the beginning.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Followed<EventPage>> {
        let actor = Actor::of(&caller)?;
        let wanted = Wanted::of(&actor, kinds.0.as_deref()).map_err(Refusal::from)?;
        let until = Instant::now() + Duration::from_secs(wait_s.0.unwrap_or(0).unsigned_abs().into()).min(LONGEST_WAIT);
        let reader = Reader::of(&actor, &self.ids);
        let turn = self.watch.turn(until).await;
        let mut page = self
            .read(&caller, &reader, &wanted, limit.0, Begin::Cursor(cursor.0.as_ref()))
            .await?;
        drop(turn);
        while page.events.is_empty() && Instant::now() < until {
            let called = self.watch.wait(wanted.clone(), page.next.seq, until).await;
            if !called {
                break;
            }
            let _turn = self.watch.turn(until).await;
            admit_again(self.desk.read(), self.desk.engine(), self.desk.clock.now()).await?;
            page = self.read(&caller, &reader, &wanted, limit.0, Begin::Place(page.next)).await?;
        }
        let next = caller.cursor(CURSOR, &page.next)?;
        Ok(Followed((page.events, Some(next)).into()))
    }
}

impl PartnersApi {
    async fn read(&self, caller: &Caller, reader: &Reader<'_>, wanted: &Wanted, limit: Limit, from: Begin<'_>) -> Result<Page, Refusal> {
        let snapshot = self.desk.db.snapshot().await?;
        let engine = self.desk.engine();
        let after = match from {
            Begin::Cursor(None) => Ok(0),
            Begin::Cursor(Some(cursor)) => self.after(&snapshot, caller, cursor).await?,
            Begin::Place(place) => position_at(&snapshot, engine, place).await?,
        };
        let after = match after {
            Ok(after) => after,
            Err(common) => {
                return Err(Fault::of("cursor_of_other_epoch")
                    .with("cursor", caller.cursor(CURSOR, &common)?)
                    .into());
            }
        };
        let (found, next) = self.look(&snapshot, wanted, after, limit.get()).await?;
        let around = Around::of(&snapshot, engine, &found).await?;
        snapshot.end().await?;
        let events = EventBody::all(&found, reader, &around)?;
        Ok(Page { events, next })
    }

    /// Entries after a number, and where who has read them goes on. A short page has seen all there is: the reader goes on
    /// behind the head, not behind its own last event.
    async fn look(&self, snapshot: &Snapshot, wanted: &Wanted, after: i64, limit: u64) -> Result<(Vec<Event>, Position), Refusal> {
        let head = read_head(snapshot, self.desk.engine(), false).await?;
        let (mut after, mut looks) = (after, 0);
        loop {
            let through = if wanted.kinds.is_empty() {
                head.seq
            } else {
                head.seq.min(after.saturating_add(LOOKED_AT))
            };
            let ask = FeedAsk {
                filter: &wanted.filter,
                kinds: &wanted.kinds,
                after,
                through,
                limit,
            };
            let found = events_of_kinds(snapshot, self.desk.engine(), &ask).await?;
            let is_full = u64::try_from(found.len()).is_ok_and(|length| length >= limit);
            let seq = found.last().filter(|_| is_full).map_or(through, |last| last.seq);
            looks += 1;
            if !found.is_empty() || through >= head.seq || looks == MOST_LOOKS {
                return Ok((found, Position { epoch: head.epoch, seq }));
            }
            after = through;
        }
    }

    /// The number after which a reader with this cursor goes on, or the place that is left of a history taken back.
    async fn after(&self, snapshot: &Snapshot, caller: &Caller, cursor: &Cursor) -> Result<Result<i64, Position>, Refusal> {
        let engine = self.desk.engine();
        if let Ok(position) = caller.position::<Position>(CURSOR, cursor) {
            return position_at(snapshot, engine, position).await;
        }
        let old: Position = caller.old_position(CURSOR, cursor, self.desk.clock.now())?;
        // Anybody can write such a cursor, so none of its answers may tell how long the journal is.
        let head = read_head(snapshot, engine, false).await?;
        if old.epoch == head.epoch {
            return Ok(Ok(old.seq.clamp(0, head.seq)));
        }
        let common = match position_at(snapshot, engine, old).await? {
            Ok(seq) => Position { epoch: head.epoch, seq },
            Err(common) => common,
        };
        Ok(Err(common))
    }
}
