//! Events on the wire.

use crate::journal::Event;
use chrono::{DateTime, Utc};
use poem_openapi::Object;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The thing an event is about.
#[derive(Clone, Debug, Object)]
pub struct ThingBody {
    /// Its kind: `order`, `product`, …
    #[oai(validator(max_length = 40))]
    pub kind: String,
    /// Its id.
    pub id: Uuid,
}

/// Something that happened.
#[derive(Clone, Debug, Object)]
pub struct EventBody {
    /// What: `order.placed`, `stock.moved`, …
    #[oai(validator(max_length = 40))]
    pub kind: String,
    /// To what.
    pub thing: ThingBody,
    /// When.
    pub at: DateTime<Utc>,
    /// Why, as a code.
    #[oai(nullable, validator(max_length = 40))]
    pub reason: Option<String>,
    /// Number in the journal; only for officials who see all, auditors and operators.
    #[oai(nullable)]
    pub sequence: Option<i64>,
    /// What of it: names and values.
    pub what: BTreeMap<String, String>,
}

impl EventBody {
    pub(super) fn new(event: Event, numbered: bool) -> Self {
        Self {
            reason: event.reason(),
            what: event.what(),
            thing: ThingBody {
                kind: event.thing_kind,
                id: event.thing_id,
            },
            at: event.at,
            sequence: numbered.then_some(event.seq),
            kind: event.kind,
        }
    }
}

crate::page! {
    /// Events in their order. `next` is always there: ask again with it for what comes later.
    EventPage of EventBody
}
