//! Entries: who changed what, when, and why as a code.

use super::fact::NewFact;
use super::merkle::Hash;
use crate::access::Actor;
use chrono::{DateTime, SecondsFormat, Utc};
use entity::OrganisationId;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// Who did it: an organisation, a person or machine of it, and the key that was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Who {
    /// The key; nil for the command line on the machine itself.
    pub key: Uuid,
    /// The organisation.
    pub organisation: Uuid,
    /// The person or machine.
    pub person: Uuid,
}

impl Actor {
    /// As the journal names the doer.
    #[must_use]
    pub fn who(&self) -> Who {
        Who {
            key: self.key.uuid(),
            organisation: self.organisation.uuid(),
            person: self.person.uuid(),
        }
    }
}

/// The thing an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Thing {
    /// Its id.
    pub id: Uuid,
    /// Its kind: `order`, `product`, …
    pub kind: &'static str,
}

/// An entry to be written.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// What happened: `order.placed`, `stock.moved`, …
    pub kind: &'static str,
    /// To what.
    pub thing: Thing,
    /// By whom.
    pub who: Who,
    /// Why, as a code.
    pub reason: Option<&'static str>,
    /// The buyer concerned, who will see it in the feed.
    pub buyer: Option<OrganisationId>,
    /// The supplier concerned, who will see it in the feed.
    pub supplier: Option<OrganisationId>,
    /// What changed: ids, codes and numbers as strings or integers; no personal data, no free text, no fractions.
    pub what: Map<String, Value>,
    /// Hash of the thing's unchanging content, where it has one: `verify` holds the rows to it.
    pub content: Option<Hash>,
    /// Free text that stands beside the journal; the entry keeps only a salted hash.
    pub note: Option<String>,
    /// Facts it establishes.
    pub facts: Vec<NewFact>,
    /// Whether prepared work may have looked the thing up (see `Head::register_seq`).
    pub in_register: bool,
    /// Whether keys open nothing any more by it.
    pub shuts_keys: bool,
}

impl NewEntry {
    /// An entry with nothing but its kind, thing and doer.
    #[must_use]
    pub fn new(kind: &'static str, thing_kind: &'static str, id: Uuid, who: Who) -> Self {
        Self {
            kind,
            thing: Thing { id, kind: thing_kind },
            who,
            reason: None,
            buyer: None,
            supplier: None,
            what: Map::new(),
            content: None,
            note: None,
            facts: Vec::new(),
            in_register: false,
            shuts_keys: false,
        }
    }

    /// Says a word of what changed.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.what.insert(name.to_owned(), value.into());
        self
    }

    /// Says that keys open nothing any more by it: whoever asks with one is looked at again, by this turn and by every
    /// one that begins after it, in whichever process.
    #[must_use]
    pub fn shutting_keys(mut self) -> Self {
        self.in_register = true;
        self.shuts_keys = true;
        self
    }

    /// Marks the thing as one that prepared work looks up.
    #[must_use]
    pub fn of_register(mut self) -> Self {
        self.in_register = true;
        self
    }
}

/// The entry as it is hashed: RFC 8785, so the fields stand in the order of their names.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    pub at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<String>,
    pub format: i32,
    pub kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub pairing: i16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'a str>,
    pub seq: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplier: Option<Uuid>,
    pub thing: Thing,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub what: &'a Map<String, Value>,
    pub who: Who,
}

/// An instant as entries write it: microseconds, UTC.
pub(super) fn instant_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_canonical_json() {
        let who = Who {
            key: Uuid::nil(),
            organisation: Uuid::max(),
            person: Uuid::nil(),
        };
        let new = NewEntry::new("order.placed", "order", Uuid::nil(), who)
            .with("号", "É\u{1f}\"\\/\u{2028}")
            .with("amount", 12)
            .with("Z", "z");
        let body = Body {
            at: instant_text(DateTime::UNIX_EPOCH),
            buyer: Some(Uuid::nil()),
            content: Some("c".into()),
            facts: Some("f".into()),
            format: 1,
            kind: new.kind,
            note: Some("n".into()),
            pairing: 1,
            reason: Some("other"),
            seq: 1,
            supplier: Some(Uuid::nil()),
            thing: new.thing,
            what: &new.what,
            who,
        };
        let ours = serde_json::to_string(&body).unwrap();
        let theirs = serde_json_canonicalizer::to_string(&body).unwrap();
        assert_eq!(ours, theirs);
    }
}
