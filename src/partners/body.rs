//! Events on the wire: one shape for the feed and for the timeline of an order.

use super::around::Around;
use super::event_ids::EventIds;
use super::kinds::told;
use super::schemas::example;
use crate::access::Actor;
use crate::http::fault::Refusal;
use crate::journal::Event;
use chrono::{DateTime, Utc};
use entity::{EventKind, EventReason, Money, OrderId, OrganisationId, PersonId, ThingKind};
use poem_openapi::Object;
use poem_openapi::types::Example;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The thing an event is about.
#[derive(Clone, Debug, Object)]
pub struct ThingBody {
    /// Its kind.
    pub kind: ThingKind,
    /// Its id.
    pub id: Uuid,
}

impl ThingBody {
    /// The thing of an event.
    pub(super) fn of(event: &Event) -> Result<Self, Refusal> {
        Ok(Self {
            kind: known(event, event.thing_kind.parse().ok())?,
            id: event.thing_id,
        })
    }
}

/// Seconds after which a program that knows what a newer one has written may answer.
const ASK_AGAIN_S: u32 = 5;

/// What this program knows of an entry. While processes are replaced by newer ones, theirs may stand in the journal already:
/// nothing is left out because of it, and whoever asks is told to ask again.
pub(super) fn known<T>(event: &Event, value: Option<T>) -> Result<T, Refusal> {
    value.ok_or_else(|| {
        tracing::error!(
            kind = event.kind,
            seq = event.seq,
            "an entry is of a kind that this program does not know"
        );
        Refusal::Unavailable {
            retry_after_s: ASK_AGAIN_S,
        }
    })
}

/// Who did something.
#[derive(Clone, Debug, Object)]
pub struct DoerBody {
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// The person or machine, where it is of your own organisation.
    #[oai(nullable)]
    pub person_id: Option<PersonId>,
}

/// Something that happened.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct EventBody {
    /// Its id: the same whenever it is read, and never given to another event.
    #[oai(validator(min_length = 36, max_length = 36, pattern = "^evt_[0-9a-f]{32}$"))]
    pub event_id: String,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub at: DateTime<Utc>,
    /// To what.
    pub thing: ThingBody,
    /// The order it belongs to: of a shipment, an acceptance and a return as well.
    #[oai(nullable)]
    pub order_id: Option<OrderId>,
    /// The number people use for that order.
    #[oai(nullable, validator(max_length = 40))]
    pub order_no: Option<String>,
    /// The buyer's own number for it.
    #[oai(nullable, validator(max_length = 64))]
    pub external_order_no: Option<String>,
    /// What it moved, tax-inclusive yuan: what was ordered, sent, accepted or returned by it, below zero where that was
    /// taken back; of a quote, its total.
    #[oai(nullable)]
    pub amount: Option<Money>,
    /// What buyer and supplier agreed on after it, of the whole order, tax-inclusive yuan.
    #[oai(nullable)]
    pub agreed_amount: Option<Money>,
    /// What stood after it, accepted less returned, of the whole order, tax-inclusive yuan.
    #[oai(nullable)]
    pub standing_amount: Option<Money>,
    /// Who did it; null for the service itself.
    #[oai(nullable)]
    pub who: Option<DoerBody>,
    /// Why.
    #[oai(nullable)]
    pub reason: Option<EventReason>,
    /// Number in the journal; only for officials who see all, auditors and operators.
    #[oai(nullable)]
    pub sequence: Option<i64>,
    /// What of it: names and values, in yuan and in units. Each kind has a schema, named for it: `order.placed` has
    /// `OrderPlacedWhat`.
    pub what: BTreeMap<String, String>,
}

/// Who reads, and what ids are made with.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    /// Whose persons are no strangers.
    pub(super) organisation: OrganisationId,
    /// Whether numbers of the journal are told.
    pub(super) numbered: bool,
    /// What ids are made with.
    pub(super) ids: &'a EventIds,
}

impl<'a> Reader<'a> {
    /// As this actor reads.
    pub(super) fn of(actor: &Actor, ids: &'a EventIds) -> Self {
        Self {
            organisation: actor.organisation,
            numbered: actor.sees_all(),
            ids,
        }
    }

    fn doer(&self, event: &Event) -> Option<DoerBody> {
        let who = event.who().filter(|who| !who.organisation.is_nil())?;
        let own = who.organisation == self.organisation.uuid() && !who.person.is_nil();
        Some(DoerBody {
            organisation_id: OrganisationId::from_uuid(who.organisation),
            person_id: own.then(|| PersonId::from_uuid(who.person)),
        })
    }
}

impl EventBody {
    /// An event as this reader is told of it.
    ///
    /// # Errors
    /// It is of a kind that this program does not know.
    pub(super) fn of(event: &Event, reader: &Reader<'_>, around: &Around) -> Result<Self, Refusal> {
        let (what, order) = (told(event), around.of_order(event));
        let said = ["amount", "total"].iter().find_map(|name| what.get(*name)?.parse().ok());
        Ok(Self {
            event_id: reader.ids.id(&event.leaf),
            kind: known(event, event.kind.parse().ok())?,
            at: event.at,
            thing: ThingBody::of(event)?,
            order_id: order.id.map(OrderId::from_uuid),
            order_no: order.order.map(|order| order.order_no.clone()),
            external_order_no: order.order.and_then(|order| order.external_order_no.clone()),
            amount: order.amount.or(said),
            agreed_amount: order.agreed,
            standing_amount: order.standing,
            who: reader.doer(event),
            reason: event.reason().and_then(|reason| reason.parse().ok()),
            sequence: reader.numbered.then_some(event.seq),
            what,
        })
    }

    /// Events as this reader is told of them.
    ///
    /// # Errors
    /// One is of a kind that this program does not know.
    pub(super) fn all(events: &[Event], reader: &Reader<'_>, around: &Around) -> Result<Vec<Self>, Refusal> {
        events.iter().map(|event| Self::of(event, reader, around)).collect()
    }
}

impl Example for EventBody {
    fn example() -> Self {
        let id = |n: u128| Uuid::from_u128(0x0193_3f2e_7c00_7a3b_9c41_0000_0000_0000 + n);
        let what = example(EventKind::OrderPlaced).into_iter();
        let what = what.filter(|(name, _)| name != "import" && name != "document_no");
        Self {
            event_id: format!("evt_{}", "5d2e8f60b1749c41".repeat(2)),
            kind: EventKind::OrderPlaced,
            at: DateTime::from_timestamp(1_795_400_000, 0).unwrap_or_default(),
            thing: ThingBody {
                kind: ThingKind::Order,
                id: id(1),
            },
            order_id: Some(OrderId::from_uuid(id(1))),
            order_no: Some("20261123-KMNP-QRTV-WXYZ".to_owned()),
            external_order_no: Some("SC-2026-0117".to_owned()),
            amount: Some(Money::from_fen(205_000)),
            agreed_amount: Some(Money::from_fen(205_000)),
            standing_amount: Some(Money::ZERO),
            who: Some(DoerBody {
                organisation_id: OrganisationId::from_uuid(id(2)),
                person_id: Some(PersonId::from_uuid(id(3))),
            }),
            reason: None,
            sequence: None,
            what: what.filter_map(|(name, value)| Some((name, value.as_str()?.to_owned()))).collect(),
        }
    }
}

crate::page! {
    /// Events in their order. `next` is always there: ask again with it for what comes later.
    EventPage of EventBody
}

/// Something that happened to an order, with what was said.
#[derive(Clone, Debug, Object)]
pub struct TimelineItem {
    /// What happened.
    #[oai(flatten)]
    pub event: EventBody,
    /// What was said with it, in own words.
    #[oai(nullable, validator(max_length = 2000))]
    pub note: Option<String>,
}

/// What happened to an order, oldest first.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct TimelineBody {
    /// At most 200.
    #[oai(validator(max_items = 200))]
    pub items: Vec<TimelineItem>,
}

impl Example for TimelineBody {
    fn example() -> Self {
        let item = TimelineItem {
            event: EventBody::example(),
            note: Some("请上午送到".to_owned()),
        };
        Self { items: vec![item] }
    }
}
