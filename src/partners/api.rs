//! The feed of events over HTTP.

use super::body::{EventBody, EventPage};
use crate::access::Actor;
use crate::db::Snapshot;
use crate::http::answer::Followed;
use crate::http::caller::Caller;
use crate::http::fault::{Fault, Refusal};
use crate::http::paging::{Cursor, Limit};
use crate::journal::{Desk, FeedFilter, Position, events, position_at, read_head};
use poem_openapi::param::Query;
use poem_openapi::{OpenApi, Tags};

const CURSOR: &str = "events";

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
}

#[OpenApi(tag = "Tag::Events")]
impl PartnersApi {
    /// Follow events
    ///
    /// What happened to what concerns you, oldest first. Keep `next` and ask again with it: nothing is missed and
    /// nothing comes twice. After a restore a cursor may point beyond what is left; then 409 gives the cursor to go
    /// on from.
    #[oai(path = "/v1/events", method = "get", operation_id = "list_events")]
    async fn list(
        &self,
        caller: Caller,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on; without it, from the beginning.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Followed<EventPage>> {
        let actor = Actor::of(&caller)?;
        let filter = if actor.sees_all() {
            FeedFilter::All
        } else {
            FeedFilter::Party(actor.organisation.to_string())
        };
        let page = self.read(&caller, &filter, limit.0, cursor.0.as_ref()).await?;
        Ok(Followed(page))
    }
}

impl PartnersApi {
    async fn read(&self, caller: &Caller, filter: &FeedFilter, limit: Limit, cursor: Option<&Cursor>) -> Result<EventPage, Refusal> {
        let snapshot = self.desk.db.snapshot().await?;
        let engine = self.desk.engine();
        let after = match cursor {
            None => 0,
            Some(cursor) => match self.after(&snapshot, caller, cursor).await? {
                Ok(after) => after,
                Err(common) => {
                    return Err(Fault::of("cursor_of_other_epoch")
                        .with("cursor", caller.cursor(CURSOR, &common)?)
                        .into());
                }
            },
        };
        let found = events(&snapshot, engine, filter, after, limit.get()).await?;
        let head = read_head(&snapshot, engine, false).await?;
        // A short page has seen all there is: the reader goes on behind the head, not behind its own last event.
        let short = u64::try_from(found.len()).is_ok_and(|length| length < limit.get());
        let seq = if short {
            head.seq
        } else {
            found.last().map_or(after, |event| event.seq)
        };
        let next = caller.cursor(CURSOR, &Position { epoch: head.epoch, seq })?;
        let numbered = *filter == FeedFilter::All;
        Ok((
            found.into_iter().map(|event| EventBody::new(event, numbered)).collect::<Vec<_>>(),
            Some(next),
        )
            .into())
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
