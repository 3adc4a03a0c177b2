//! Entries of the journal on the wire, with whoever did what.

use super::body::{ThingBody, known};
use super::kinds::told;
use crate::http::fault::Refusal;
use crate::journal::Doing;
use chrono::{DateTime, Utc};
use entity::{EventKind, EventReason, ThingKind};
use poem_openapi::Object;
use std::collections::BTreeMap;
use uuid::Uuid;

/// An entry of the journal.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct EntryBody {
    /// Its number: they begin at 1 and have no gap.
    #[oai(validator(minimum(value = "1")))]
    pub sequence: i64,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// What was done.
    pub kind: EventKind,
    /// To what.
    pub thing: ThingBody,
    /// The organisation that did it; nil for the service itself.
    pub organisation_id: Uuid,
    /// The person or machine that did it; nil for the command line and the service itself.
    pub person_id: Uuid,
    /// The key that was used; nil where none was.
    pub key_id: Uuid,
    /// Why.
    #[oai(nullable)]
    pub reason: Option<EventReason>,
    /// What of it: names and values, in yuan and in units.
    pub what: BTreeMap<String, String>,
    /// The leaf of the Merkle tree (RFC 9162) that the entry is: SHA-256 over a zero byte and its body, in hex.
    #[oai(validator(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$"))]
    pub leaf: String,
}

impl poem_openapi::types::Example for EntryBody {
    fn example() -> Self {
        let id = |n: u128| Uuid::from_u128(0x0190_a5e0_0000_7000_8000_0000_0000_0000 + n);
        Self {
            sequence: 4_711,
            at: DateTime::from_timestamp(1_795_400_000, 0).unwrap_or_default(),
            kind: EventKind::KeyRevoked,
            thing: ThingBody {
                kind: ThingKind::Key,
                id: id(1),
            },
            organisation_id: id(2),
            person_id: id(3),
            key_id: id(4),
            reason: None,
            what: BTreeMap::from([("organisation_id".to_owned(), id(2).to_string())]),
            leaf: "a".repeat(64),
        }
    }
}

impl TryFrom<Doing> for EntryBody {
    type Error = Refusal;

    fn try_from(doing: Doing) -> Result<Self, Refusal> {
        let Doing { event, who } = doing;
        Ok(Self {
            sequence: event.seq,
            at: event.at,
            reason: event.reason().and_then(|reason| reason.parse().ok()),
            what: told(&event),
            thing: ThingBody::of(&event)?,
            kind: known(&event, event.kind.parse().ok())?,
            organisation_id: who.organisation,
            person_id: who.person,
            key_id: who.key,
            leaf: hex::encode(event.leaf),
        })
    }
}

crate::page! {
    /// Entries in their order. A page may be short, or empty, though `next` is there: go on while it is.
    EntryPage of EntryBody
}
