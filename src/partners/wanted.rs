//! What a reader of the feed wants: whose events, and of which kinds.

use crate::access::Actor;
use crate::http::fault::Fault;
use crate::journal::{FeedFilter, News};
use entity::{EventKind, OrganisationId};

/// Whose events, and of which kinds; of all kinds where there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Who asks.
    pub(super) asker: OrganisationId,
    /// Whose.
    pub(super) filter: FeedFilter,
    /// Of which kinds.
    pub(super) kinds: Vec<EventKind>,
}

impl Wanted {
    /// What an actor may see of what it asks for.
    ///
    /// # Errors
    /// `event_kind_unknown`.
    pub(super) fn of(actor: &Actor, kinds: Option<&str>) -> Result<Self, Fault> {
        let filter = if actor.sees_all() {
            FeedFilter::All
        } else {
            FeedFilter::Party(actor.organisation.to_string())
        };
        let kinds = kinds.map(kinds_of).transpose()?.unwrap_or_default();
        Ok(Self {
            asker: actor.organisation,
            filter,
            kinds,
        })
    }

    /// Whether some of what has come after a number is wanted.
    pub(super) fn is_met(&self, news: &[News], after: i64) -> bool {
        let concerns = |one: &News| match &self.filter {
            FeedFilter::All => true,
            FeedFilter::Party(organisation) => [&one.buyer, &one.supplier].into_iter().flatten().any(|id| id == organisation),
        };
        let is_of_kind = |one: &News| self.kinds.is_empty() || self.kinds.iter().any(|kind| kind.as_str() == one.kind);
        news.iter().any(|one| one.seq > after && concerns(one) && is_of_kind(one))
    }
}

/// The kinds in a list with commas: each by its name, or all of a thing as `order.*`.
fn kinds_of(text: &str) -> Result<Vec<EventKind>, Fault> {
    let mut kinds = Vec::new();
    for word in text.split(',').map(str::trim) {
        let before = kinds.len();
        match word.strip_suffix('*').filter(|start| start.ends_with('.')) {
            Some(start) => kinds.extend(EventKind::ALL.iter().filter(|kind| kind.as_str().starts_with(start))),
            None => kinds.extend(word.parse::<EventKind>().ok()),
        }
        if kinds.len() == before {
            let things: Vec<&str> = things().collect();
            return Err(Fault::of("event_kind_unknown")
                .parameter("kinds")
                .with("kind", word)
                .with("things", things.join(", ")));
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    Ok(kinds)
}

/// The things that kinds are of, each once.
fn things() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    EventKind::WORDS.iter().filter_map(move |word| {
        let thing = word.split('.').next().unwrap_or_default();
        let is_new = thing != last;
        last = thing;
        is_new.then_some(thing)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_named_one_by_one_or_by_their_thing() {
        let words = |text: &str| kinds_of(text).map(|kinds| kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
        assert_eq!(
            words("stock.moved, order.placed,stock.moved").unwrap(),
            ["order.placed", "stock.moved"]
        );
        let returns = ["return.booked", "return.confirmed", "return.undone"];
        assert_eq!(words("return.*").unwrap(), returns);
        for wrong in ["", "order", "order.", "*", ".*", "order.placed,", "parcel.*", "order.p*"] {
            assert_eq!(words(wrong).unwrap_err().slug(), "event_kind_unknown", "{wrong}");
        }
        assert_eq!(things().filter(|thing| *thing == "order").count(), 1);
        assert!(EventKind::WORDS.join(",").chars().count() <= 2_000, "all of them can be named");
    }

    #[test]
    fn who_waits_is_met_by_what_concerns_it_and_came_later() {
        let news = |kind: &str, buyer: Option<&str>, seq| News {
            kind: kind.to_owned(),
            buyer: buyer.map(str::to_owned),
            supplier: Some("s".to_owned()),
            seq,
        };
        let wanted = |filter, kinds: &str| Wanted {
            asker: OrganisationId::from_uuid(uuid::Uuid::nil()),
            filter,
            kinds: if kinds.is_empty() { Vec::new() } else { kinds_of(kinds).unwrap() },
        };
        let party = |name: &str| FeedFilter::Party(name.to_owned());
        let came = [news("order.placed", Some("b"), 8)];
        assert!(wanted(party("b"), "").is_met(&came, 7) && wanted(party("s"), "order.*").is_met(&came, 7));
        assert!(!wanted(party("b"), "").is_met(&came, 8) && !wanted(party("x"), "").is_met(&came, 7));
        assert!(!wanted(party("b"), "stock.moved").is_met(&came, 7) && wanted(FeedFilter::All, "").is_met(&came, 7));
    }
}
