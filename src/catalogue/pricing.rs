//! Which of a good's offers gives the price, and why the others do not: one rule, the same every time.
//!
//! The most specific offer that the quantity fits wins: buyer > kind > channel > all. Among equals the one that began
//! last, then the cheapest, then the one with the lowest id.

use super::audience::Asker;
use super::good::{Good, Offer};
use entity::{CivilDate, Quantity, UnitPrice};
use poem_openapi::Enum;
use std::cmp::Reverse;

/// How an offer fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Verdict {
    /// It gives the price.
    Wins,
    /// It is for another channel, kind or buyer.
    NotForYou,
    /// It begins later.
    NotYet,
    /// It is over, or was withdrawn.
    Over,
    /// The quantity is below its minimum.
    BelowMinimum,
    /// The quantity is not a whole number of its steps.
    NotWholeSteps,
    /// Another is more specific.
    LessSpecific,
    /// Another, just as specific, began later.
    BeganEarlier,
    /// Another, just as specific and of the same day, is cheaper.
    Dearer,
    /// Another, equal in all, was made first.
    MadeLater,
}

/// An offer that was looked at.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// The offer.
    pub offer: &'a Offer,
    /// Its price at the quantity.
    pub price: UnitPrice,
    /// How it fared.
    pub verdict: Verdict,
}

/// Greater wins.
fn strength(offer: &Offer, quantity: Quantity) -> (u8, CivilDate, Reverse<i64>, Reverse<entity::OfferId>) {
    (
        offer.audience.rank(),
        offer.from,
        Reverse(offer.price_of(quantity).ten_thousandths()),
        Reverse(offer.id),
    )
}

fn unfit(offer: &Offer, asker: &Asker, quantity: Quantity, day: CivilDate) -> Option<Verdict> {
    if !offer.audience.takes_in(asker) {
        Some(Verdict::NotForYou)
    } else if offer.to.is_some_and(|to| to < day || to < offer.from) {
        Some(Verdict::Over)
    } else if day < offer.from {
        Some(Verdict::NotYet)
    } else if quantity < offer.minimum {
        Some(Verdict::BelowMinimum)
    } else if !quantity.is_multiple_of(offer.step) {
        Some(Verdict::NotWholeSteps)
    } else {
        None
    }
}

fn lost(offer: &Offer, winner: &Offer, quantity: Quantity) -> Verdict {
    if offer.audience.rank() < winner.audience.rank() {
        Verdict::LessSpecific
    } else if offer.from < winner.from {
        Verdict::BeganEarlier
    } else if offer.price_of(quantity) == winner.price_of(quantity) {
        Verdict::MadeLater
    } else {
        Verdict::Dearer
    }
}

impl Good {
    /// The offer that gives the price of so much on a day.
    #[must_use]
    pub fn offer_that_wins(&self, asker: &Asker, quantity: Quantity, day: CivilDate) -> Option<&Offer> {
        let fit = self.offers.iter().filter(|offer| unfit(offer, asker, quantity, day).is_none());
        fit.max_by_key(|offer| strength(offer, quantity))
    }

    /// The strongest offer that would hold but for the quantity: whoever orders is told of its minimum and step.
    #[must_use]
    pub fn offer_but_for_quantity(&self, asker: &Asker, quantity: Quantity, day: CivilDate) -> Option<&Offer> {
        let near = self.offers.iter().filter(|offer| {
            let why = unfit(offer, asker, quantity, day);
            matches!(why, None | Some(Verdict::BelowMinimum | Verdict::NotWholeSteps))
        });
        near.max_by_key(|offer| strength(offer, quantity))
    }

    /// Every offer with how it fared, the winner first, then the strongest.
    #[must_use]
    pub fn explain(&self, asker: &Asker, quantity: Quantity, day: CivilDate) -> Vec<Candidate<'_>> {
        let winner = self.offer_that_wins(asker, quantity, day);
        let verdict = |offer: &Offer| match (unfit(offer, asker, quantity, day), winner) {
            (Some(why), _) => why,
            (None, Some(winner)) if winner.id != offer.id => lost(offer, winner, quantity),
            (None, _) => Verdict::Wins,
        };
        let mut all: Vec<Candidate<'_>> = self
            .offers
            .iter()
            .map(|offer| Candidate {
                offer,
                price: offer.price_of(quantity),
                verdict: verdict(offer),
            })
            .collect();
        all.sort_by_key(|one| Reverse((one.verdict == Verdict::Wins, strength(one.offer, quantity))));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::super::audience::Audience;
    use super::super::good::Tier;
    use super::super::good::tests::{a_good, an_offer};
    use super::*;
    use entity::{Channel, OrganisationId, OrganisationKind};

    fn day(number: u32) -> CivilDate {
        CivilDate::new(2026, 3, number).unwrap()
    }

    fn pieces(number: i64) -> Quantity {
        Quantity::from_thousandths(number * 1_000)
    }

    fn asker() -> Asker {
        Asker {
            buyer: OrganisationId::new(),
            kind: OrganisationKind::School,
            channel: Channel::SchoolCanteen,
        }
    }

    fn offered(audience: Audience, price: &str, from: u32) -> Offer {
        Offer {
            audience,
            price: price.parse().unwrap(),
            ..an_offer(day(from), None)
        }
    }

    #[test]
    fn the_most_specific_wins_whatever_it_costs() {
        let asker = asker();
        let mut good = a_good("GR01");
        good.offers = vec![
            offered(Audience::All, "1", 1),
            offered(Audience::Buyer(asker.buyer), "9", 1),
            offered(Audience::Kind(asker.kind), "2", 1),
            offered(Audience::Channel(asker.channel), "3", 1),
            offered(Audience::Buyer(OrganisationId::new()), "0.5", 1),
        ];
        let explained = good.explain(&asker, pieces(1), day(2));
        let prices: Vec<(String, Verdict)> = explained.iter().map(|one| (one.price.to_string(), one.verdict)).collect();
        assert_eq!(explained[0].price, "9".parse().unwrap());
        let verdicts: Vec<Verdict> = explained.iter().map(|one| one.verdict).collect();
        assert_eq!(verdicts[0], Verdict::Wins, "{prices:?}");
        assert_eq!(verdicts.iter().filter(|one| **one == Verdict::LessSpecific).count(), 3);
        assert_eq!(verdicts.iter().filter(|one| **one == Verdict::NotForYou).count(), 1);
    }

    #[test]
    fn ties_are_settled_the_same_way_in_any_order() {
        let asker = asker();
        let (early, late, cheap) = (
            offered(Audience::All, "1", 1),
            offered(Audience::All, "5", 3),
            offered(Audience::All, "4", 3),
        );
        let twin = Offer {
            id: entity::OfferId::new(),
            ..cheap.clone()
        };
        let mut offers = vec![early, late, cheap.clone(), twin];
        for _ in 0..offers.len() {
            offers.rotate_left(1);
            let good = super::Good {
                offers: offers.clone(),
                ..a_good("GR01")
            };
            assert_eq!(good.offer_that_wins(&asker, pieces(1), day(4)).unwrap().id, cheap.id);
            let verdicts: Vec<Verdict> = good.explain(&asker, pieces(1), day(4)).iter().map(|one| one.verdict).collect();
            assert_eq!(
                verdicts,
                [Verdict::Wins, Verdict::MadeLater, Verdict::Dearer, Verdict::BeganEarlier]
            );
        }
    }

    #[test]
    fn the_whole_quantity_takes_the_price_of_its_tier() {
        let tier = |from: i64, price: &str| Tier {
            from: pieces(from),
            price: price.parse().unwrap(),
        };
        let offer = Offer {
            tiers: vec![tier(10, "9.5"), tier(50, "9")],
            ..offered(Audience::All, "10", 1)
        };
        let price = |number: i64| offer.price_of(pieces(number)).to_string();
        assert_eq!([price(9), price(10), price(49), price(50)], ["10.00", "9.50", "9.50", "9.00"]);
    }

    #[test]
    fn a_quantity_too_small_for_one_offer_takes_the_next() {
        let asker = asker();
        let mut good = a_good("GR01");
        let of_buyer = Offer {
            minimum: pieces(10),
            ..offered(Audience::Buyer(asker.buyer), "1", 1)
        };
        good.offers = vec![of_buyer.clone(), offered(Audience::All, "2", 1)];
        assert_eq!(good.offer_that_wins(&asker, pieces(9), day(2)).unwrap().audience, Audience::All);
        assert_eq!(good.offer_that_wins(&asker, pieces(10), day(2)), Some(&of_buyer));
        good.offers.pop();
        assert_eq!(good.offer_that_wins(&asker, pieces(9), day(2)), None);
        assert_eq!(good.offer_but_for_quantity(&asker, pieces(9), day(2)), Some(&of_buyer));
    }
}
