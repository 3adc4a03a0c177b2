//! What happened to an order, on the wire.

use crate::journal::Event;
use chrono::{DateTime, Utc};
use poem_openapi::Object;
use std::collections::BTreeMap;

/// Something that happened to an order.
#[derive(Clone, Debug, Object)]
pub struct TimelineItem {
    /// What: `order.placed`, `order.confirmed`, …
    #[oai(validator(max_length = 40))]
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why, as a code.
    #[oai(nullable, validator(max_length = 40))]
    pub reason: Option<String>,
    /// What of it: names and values.
    pub what: BTreeMap<String, String>,
    /// What was said with it, in own words.
    #[oai(nullable, validator(max_length = 2000))]
    pub note: Option<String>,
}

/// What happened to an order, oldest first.
#[derive(Clone, Debug, Object)]
pub struct TimelineBody {
    /// At most 200.
    #[oai(validator(max_items = 200))]
    pub items: Vec<TimelineItem>,
}

impl From<(Event, Option<String>)> for TimelineItem {
    fn from((event, note): (Event, Option<String>)) -> Self {
        let at = event.at;
        Self {
            at,
            reason: event.reason(),
            what: event.what(),
            note,
            kind: event.kind,
        }
    }
}
