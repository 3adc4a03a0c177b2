//! What happened to an order, over HTTP: in the shape of the feed.

use super::around::Around;
use super::body::{EventBody, Reader, TimelineBody, TimelineItem};
use super::event_ids::EventIds;
use crate::access::{Actor, scope_of};
use crate::http::caller::Caller;
use crate::http::fault::{Fault, Refusal};
use crate::journal::Event;
use crate::orders::OrderDesk;
use entity::OrderId;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What buyers ask of suppliers.
    Orders,
}

/// The operation on the history of an order.
#[derive(Clone, Debug)]
pub struct TimelineApi {
    /// Where it is read.
    pub desk: OrderDesk,
    /// What ids of events are made with.
    pub ids: EventIds,
}

#[OpenApi(tag = "Tag::Orders")]
impl TimelineApi {
    /// See what happened to an order
    ///
    /// Its entries in the journal, and those of its shipments, acceptances and returns, oldest first, at most 200: in the
    /// shape of the feed, with what was said.
    #[oai(path = "/v1/orders/:order_id/timeline", method = "get", operation_id = "read_order_timeline")]
    async fn timeline(
        &self,
        caller: Caller,
        /// The order.
        order_id: Path<OrderId>,
    ) -> poem::Result<Json<TimelineBody>> {
        let actor = Actor::of(&caller)?;
        let desk = self.desk.desk();
        let snapshot = desk.db.snapshot().await.map_err(Refusal::from)?;
        let found = self.desk.timeline(&snapshot, &scope_of(&actor), order_id.0).await?;
        let (events, mut notes) = found.ok_or_else(|| Refusal::from(Fault::of("not_found")))?;
        let around = Around::of(&snapshot, desk.engine(), &events).await.map_err(Refusal::from)?;
        let reader = Reader::of(&actor, &self.ids);
        let item = |event: &Event| -> Result<TimelineItem, Refusal> {
            Ok(TimelineItem {
                event: EventBody::of(event, &reader, &around)?,
                note: notes.remove(&event.seq),
            })
        };
        let items: Result<Vec<TimelineItem>, Refusal> = events.iter().map(item).collect();
        Ok(Json(TimelineBody { items: items? }))
    }
}
