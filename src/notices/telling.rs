//! Who hears what of an entry of the journal: pure rules.

use crate::journal::Event;
use crate::partners::told;
use chrono::{DateTime, Utc};
use entity::{NoticeKind, OnShort, OrganisationId, PersonId, ShipmentState};
use serde::Deserialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What the texts of a notice are made of: codes, numbers and names.
pub(super) type What = BTreeMap<String, String>;

/// Which of a kind's texts is used; the plain one without it.
pub(super) const VARIANT: &str = "as";
/// The buyer's own number of the order.
pub(super) const EXTERNAL: &str = "external_order_no";
/// The name of the other side.
pub(super) const PARTY: &str = "party";

/// One side of a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Who buys.
    Buyer,
    /// Who supplies.
    Supplier,
}

/// Something to be told to the people of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Telling {
    /// What it comes from: nobody hears of one cause twice.
    pub(super) cause: String,
    /// What it is about.
    pub(super) kind: NoticeKind,
    /// On which side they are.
    pub(super) side: Side,
    /// Of which organisation.
    pub(super) to: OrganisationId,
    /// Who is on the other side.
    pub(super) other: Option<OrganisationId>,
    /// Who did it, and need not be told.
    pub(super) doer: Option<PersonId>,
    /// Kind of the thing.
    pub(super) thing_kind: &'static str,
    /// The thing.
    pub(super) thing_id: Uuid,
    /// What the texts are made of.
    pub(super) what: What,
    /// When it happened.
    pub(super) at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Body {
    buyer: Option<OrganisationId>,
    supplier: Option<OrganisationId>,
    who: Who,
}

#[derive(Deserialize)]
struct Who {
    person: PersonId,
    organisation: Uuid,
}

/// Values of an entry that texts use.
const USED: [&str; 13] = [
    "amount",
    "answer_by",
    "contract_no",
    "deliver_by",
    "deliver_on",
    "lines",
    "order_no",
    "reason",
    "return_no",
    "shipment_no",
    "short",
    "state",
    "to_date",
];

/// What is to be told of an entry, and to whom; nothing of most.
pub(super) fn tellings(event: &Event) -> Vec<Telling> {
    let sides = heard(&event.kind);
    if sides.is_empty() {
        return Vec::new();
    }
    let (Ok(body), said) = (serde_json::from_str::<Body>(&event.body), told(event)) else {
        return Vec::new();
    };
    // What was written elsewhere happened long ago: both sides are told of the import as a whole.
    if said.contains_key("import") {
        return Vec::new();
    }
    let Some((thing_kind, thing_id)) = thing_of(event, &said) else {
        return Vec::new();
    };
    let telling = |side: Side, kind: NoticeKind| {
        let (to, other) = match side {
            Side::Buyer => (body.buyer?, body.supplier),
            Side::Supplier => (body.supplier?, body.buyer),
        };
        Some(Telling {
            // Numbers are given anew after a restore that lost entries; the time tells one from the other.
            cause: format!("entry {} at {}", event.seq, event.at.timestamp_micros()),
            kind,
            side,
            to,
            other,
            doer: Some(body.who.person),
            thing_kind,
            thing_id,
            what: what_of(event, &said),
            at: event.at,
        })
    };
    let by = [(Side::Buyer, body.buyer), (Side::Supplier, body.supplier)]
        .into_iter()
        .find(|(_, id)| id.is_some_and(|id| id.uuid() == body.who.organisation))
        .map(|(side, _)| side);
    let told = sides.into_iter().filter(|(side, _)| hears_of_it(*side, by, &event.kind, &said));
    told.filter_map(|(side, kind)| telling(side, short_or(kind, &said))).collect()
}

/// Which side hears of a kind of entry, and as what.
fn heard(kind: &str) -> Vec<(Side, NoticeKind)> {
    use NoticeKind as N;
    use Side::{Buyer, Supplier};
    match kind {
        "order.placed" => vec![(Supplier, N::OrderPlaced)],
        "order.confirmed" => vec![(Buyer, N::OrderConfirmed)],
        "order.declined" => vec![(Buyer, N::OrderDeclined)],
        "order.cancelled" => vec![(Supplier, N::OrderCancelled)],
        "order.answered" => vec![(Buyer, N::OrderAnswered)],
        "order.short_closed" => vec![(Supplier, N::OrderShort), (Buyer, N::OrderShort)],
        "order.change_proposed" | "order.change_withdrawn" => vec![(Supplier, N::ChangeProposed)],
        "order.change_agreed" => vec![(Buyer, N::ChangeAgreed)],
        "order.change_refused" => vec![(Buyer, N::ChangeRefused)],
        "shipment.shipped" => vec![(Buyer, N::Shipped)],
        "shipment.arrived" => vec![(Buyer, N::ToAccept)],
        "shipment.accepted" => vec![(Supplier, N::Accepted)],
        "shipment.surplus" => vec![(Supplier, N::Surplus)],
        "return.booked" => vec![(Supplier, N::Returned)],
        "return.confirmed" => vec![(Buyer, N::Returned)],
        "order.completed" => vec![(Supplier, N::OrderCompleted), (Buyer, N::OrderCompleted)],
        "contract.proposed" | "contract.withdrawn" => vec![(Supplier, N::ContractProposed), (Buyer, N::ContractProposed)],
        "contract.accepted" | "contract.refused" => vec![(Supplier, N::ContractAnswered), (Buyer, N::ContractAnswered)],
        "contract.terminated" => vec![(Supplier, N::ContractTerminated), (Buyer, N::ContractTerminated)],
        "inquiry.invited" => vec![(Supplier, N::InquiryReceived)],
        "inquiry.declined" | "quote.given" => vec![(Buyer, N::InquiryAnswered)],
        "quote.chosen" | "quote.not_chosen" => vec![(Supplier, N::QuoteDecided)],
        _ => Vec::new(),
    }
}

/// Whoever gives up the rest of an order, or takes a step with a contract, knows it; the other side hears of it.
fn hears_of_it(side: Side, by: Option<Side>, kind: &str, said: &BTreeMap<String, String>) -> bool {
    match kind {
        "order.short_closed" => (side == Side::Buyer) == said.get("cause").is_some_and(|cause| cause == "supplier"),
        // Confirmed by itself, it says nothing.
        "return.confirmed" => by.is_some(),
        _ if kind.starts_with("contract.") => by != Some(side),
        _ => true,
    }
}

/// An answer in which something is short is told as that.
fn short_or(kind: NoticeKind, said: &BTreeMap<String, String>) -> NoticeKind {
    let short = said.get("short").is_some_and(|lines| lines != "0");
    if kind == NoticeKind::OrderAnswered && short {
        NoticeKind::OrderShort
    } else {
        kind
    }
}

/// The thing people will want to look at: of an acceptance, its shipment; of a quote, the inquiry it answers.
fn thing_of(event: &Event, said: &BTreeMap<String, String>) -> Option<(&'static str, Uuid)> {
    match event.thing_kind.as_str() {
        "order" => Some(("order", event.thing_id)),
        "shipment" => Some(("shipment", event.thing_id)),
        "return" => Some(("return", event.thing_id)),
        "contract" => Some(("contract", event.thing_id)),
        "inquiry" => Some(("inquiry", event.thing_id)),
        "quote" => Some(("inquiry", said.get("inquiry")?.parse().ok()?)),
        "acceptance" => Some(("shipment", said.get("shipment")?.parse().ok()?)),
        _ => None,
    }
}

fn what_of(event: &Event, said: &BTreeMap<String, String>) -> What {
    let mut what: What = USED
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), said.get(*name)?.clone())))
        .collect();
    if let Some(reason) = event.reason() {
        what.insert("reason".to_owned(), reason);
    }
    if let Some(variant) = variant(&event.kind, said) {
        what.insert(VARIANT.to_owned(), variant.to_owned());
    }
    what
}

fn variant(kind: &str, said: &BTreeMap<String, String>) -> Option<&'static str> {
    let is = |name: &str, value: &str| said.get(name).is_some_and(|said| said == value);
    match kind {
        "order.answered" if is("on_short", OnShort::Backorder.as_str()) => Some("kept"),
        "order.short_closed" => Some("given_up"),
        "order.change_withdrawn" | "contract.withdrawn" => Some("withdrawn"),
        "contract.refused" => Some("refused"),
        "inquiry.declined" => Some("declined"),
        "quote.not_chosen" => Some("not_chosen"),
        "return.confirmed" => Some("confirmed"),
        "shipment.shipped" if is("replacement", "true") => Some("replacement"),
        "shipment.accepted" if is("state", ShipmentState::PartlyAccepted.as_str()) => Some("partly"),
        "shipment.accepted" if is("state", ShipmentState::Rejected.as_str()) => Some("rejected"),
        _ => None,
    }
}

#[cfg(test)]
#[path = "telling_tests.rs"]
mod tests;
