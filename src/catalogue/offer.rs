//! The rules of an offer: one price for a product and an audience at a time.

use super::audience::Audience;
use super::good::{Offer, Tier};
use super::product::Product;
use crate::http::fault::{Fault, Faults};
use crate::organisations::kind::channels_of;
use entity::{Channel, CivilDate, OfferId, OrganisationKind, ProductId, Quantity, UnitPrice};
use serde::{Deserialize, Serialize};

/// An offer to be made.
#[derive(Clone, Debug)]
pub struct NewOffer {
    /// For what.
    pub product_id: ProductId,
    /// For whom.
    pub audience: Audience,
    /// Price of a unit, tax included.
    pub price: UnitPrice,
    /// Prices of larger quantities, the smallest first.
    pub tiers: Vec<Tier>,
    /// The least quantity of a line; the step unless told.
    pub minimum: Option<Quantity>,
    /// A line is a whole number of this; the product's step unless told.
    pub step: Option<Quantity>,
    /// The first day.
    pub from: CivilDate,
    /// The last day, itself included.
    pub to: Option<CivilDate>,
}

/// An offer as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferRecord {
    /// Its id.
    pub id: OfferId,
    /// For what.
    pub product_id: ProductId,
    /// For whom.
    pub audience: Audience,
    /// Price of a unit, tax included.
    pub price: UnitPrice,
    /// Prices of larger quantities, the smallest first.
    pub tiers: Vec<Tier>,
    /// The least quantity of a line.
    pub minimum: Quantity,
    /// A line is a whole number of this.
    pub step: Quantity,
    /// The first day.
    pub from: CivilDate,
    /// The last day, itself included.
    pub to: Option<CivilDate>,
    /// Version of its row.
    pub version: i64,
}

/// Whether two spans of days share one. A span that ends before it begins has no day: a withdrawn offer's.
#[must_use]
pub fn overlap(one: (CivilDate, Option<CivilDate>), other: (CivilDate, Option<CivilDate>)) -> bool {
    if [one, other].iter().any(|(from, to)| to.is_some_and(|to| to < *from)) {
        return false;
    }
    let begins_in_time = |from: CivilDate, to: Option<CivilDate>| to.is_none_or(|to| from <= to);
    begins_in_time(one.0, other.1) && begins_in_time(other.0, one.1)
}

impl NewOffer {
    /// An offer to a channel, open-ended, by the product's own steps.
    #[must_use]
    pub fn to_channel(product_id: ProductId, channel: Channel, price: UnitPrice, from: CivilDate) -> Self {
        Self {
            product_id,
            audience: Audience::Channel(channel),
            price,
            tiers: Vec::new(),
            minimum: None,
            step: None,
            from,
            to: None,
        }
    }
}

/// Tiers begin above the minimum, each above the one before, at whole steps.
fn check_tiers(tiers: &[Tier], minimum: Quantity, step: Quantity, faults: &mut Faults) {
    let mut before = minimum;
    for (at, tier) in tiers.iter().enumerate() {
        faults.check(
            tier.from > before && step > Quantity::ZERO && tier.from.is_multiple_of(step),
            || {
                let fault = Fault::of("tier_order").at(format!("/tiers/{at}/from"));
                fault.with("before", before).with("step", step)
            },
        );
        before = tier.from;
    }
}

fn check_audience(audience: Audience, buyer: Option<OrganisationKind>, product: &Product, faults: &mut Faults) {
    match audience {
        Audience::All => {}
        Audience::Channel(channel) => faults.check(product.traits.channels.contains(&channel), || {
            let fault = Fault::of("not_for_channel").at("/channel");
            fault.with("channel", channel).with("reason", "not_listed")
        }),
        Audience::Kind(kind) => faults.check(!channels_of(kind).is_empty(), || Fault::of("does_not_buy").at("/kind")),
        Audience::Buyer(_) => faults.check(buyer.is_some_and(|kind| !channels_of(kind).is_empty()), || {
            Fault::of("does_not_buy").at("/buyer_id")
        }),
    }
}

/// What a new offer is held against.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// The product.
    pub product: &'a Product,
    /// The offers of the same product and audience.
    pub known: &'a [Offer],
    /// The kind of the buyer it is for, where it is for one that is there.
    pub buyer: Option<OrganisationKind>,
    /// Today.
    pub today: CivilDate,
    /// For who takes over the prices of the past.
    pub may_begin_earlier: bool,
}

/// Every rule a new offer breaks.
#[must_use]
pub fn faults_of_new(new: &NewOffer, held: &Held<'_>) -> Faults {
    let (product, today) = (held.product, held.today);
    let mut faults = Faults::new();
    if product.archived_at.is_some() {
        faults.push(Fault::of("product_archived").at("/product_id").with("sku", &product.sku));
    }
    check_audience(new.audience, held.buyer, product, &mut faults);
    let step = new.step.unwrap_or(product.quantity_step);
    faults.check(step.is_multiple_of(product.quantity_step) && step > Quantity::ZERO, || {
        Fault::of("not_whole_steps").at("/step").with("step", product.quantity_step)
    });
    let minimum = new.minimum.unwrap_or(step);
    faults.check(
        minimum > Quantity::ZERO && (step <= Quantity::ZERO || minimum.is_multiple_of(step)),
        || Fault::of("not_whole_steps").at("/minimum").with("step", step),
    );
    check_tiers(&new.tiers, minimum, step, &mut faults);
    faults.check(new.from >= today || held.may_begin_earlier, || {
        Fault::of("date_in_past").at("/from_date").with("today", today)
    });
    faults.check(new.to.is_none_or(|to| to >= new.from), || {
        Fault::of("dates_reversed").at("/to_date").with("from", new.from)
    });
    if let Some(other) = held.known.iter().find(|other| overlap((new.from, new.to), (other.from, other.to))) {
        let to = other.to.map_or_else(|| "…".to_owned(), |to| to.to_string());
        let fault = Fault::of("offer_overlaps").at("/from_date").with("offer_id", other.id);
        faults.push(fault.with("from", other.from).with("to", to));
    }
    faults
}

/// Every rule broken by ending an offer on a day: prices of the past stand, and an offer is never made longer. One
/// that has not begun may end before its first day: it is withdrawn and never holds.
#[must_use]
pub fn faults_of_end(offer: &Offer, to: CivilDate, today: CivilDate) -> Faults {
    let mut faults = Faults::new();
    if let Some(over) = offer.to.filter(|last| *last < today) {
        faults.push(Fault::of("offer_over").with("to", over));
        return faults;
    }
    faults.check(to >= today, || Fault::of("date_in_past").at("/to_date").with("today", today));
    if let Some(last) = offer.to.filter(|last| to > *last) {
        faults.push(Fault::of("offer_ends_sooner").at("/to_date").with("to", last));
    }
    faults
}

/// Every rule broken by announcing a price from a day on in place of a running offer: so many days ahead, and while
/// that offer still holds.
#[must_use]
pub fn faults_of_notice(running: &Offer, from: CivilDate, today: CivilDate, notice_days: i32) -> Faults {
    let mut faults = Faults::new();
    let soonest = today.checked_add_days(i64::from(notice_days)).unwrap_or(CivilDate::MAX);
    faults.check(from >= soonest, || {
        let fault = Fault::of("notice_too_short").at("/from_date");
        fault.with("days", notice_days).with("soonest", soonest)
    });
    faults.check(from > running.from, || {
        Fault::of("dates_reversed").at("/from_date").with("from", running.from)
    });
    if let Some(last) = running.to.filter(|last| *last < from) {
        faults.push(Fault::of("offer_over").at("/from_date").with("to", last));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::super::good::tests::an_offer;
    use super::*;

    fn day(number: u32) -> CivilDate {
        CivilDate::new(2026, 3, number).unwrap()
    }

    #[test]
    fn spans_that_touch_on_a_day_overlap() {
        let span = |from, to: Option<u32>| (day(from), to.map(day));
        assert!(overlap(span(1, Some(3)), span(3, None)));
        assert!(overlap(span(3, None), span(1, Some(3))));
        assert!(overlap(span(1, None), span(9, None)));
        assert!(!overlap(span(1, Some(2)), span(3, Some(4))));
        assert!(!overlap(span(3, Some(4)), span(1, Some(2))));
        assert!(!overlap(span(5, Some(3)), span(1, None)), "withdrawn");
        assert!(!overlap(span(1, None), span(5, Some(3))), "withdrawn");
    }

    #[test]
    fn an_offer_ends_today_or_later_and_never_later_than_it_would() {
        let slugs = |offer: &Offer, to: u32, today: u32| -> Vec<&'static str> {
            let faults = faults_of_end(offer, day(to), day(today)).into_vec();
            faults.iter().map(Fault::slug).collect()
        };
        let open = an_offer(day(2), None);
        assert!(slugs(&open, 5, 5).is_empty());
        assert_eq!(slugs(&open, 4, 5), ["date_in_past"]);
        assert!(slugs(&open, 1, 1).is_empty(), "withdrawn before its first day");
        let closed = an_offer(day(2), Some(day(8)));
        assert!(slugs(&closed, 6, 5).is_empty());
        assert_eq!(slugs(&closed, 9, 5), ["offer_ends_sooner"]);
        assert_eq!(slugs(&closed, 9, 9), ["offer_over"]);
    }
}
