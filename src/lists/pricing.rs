//! What the lines of a list are called and cost today. A list keeps neither: names and prices are looked up when it is read.

use super::saved_list::{ListLine, SavedList};
use crate::access::Actor;
use crate::catalogue::{Asker, Good, Goods};
use crate::organisations::Parties;
use entity::{Channel, CivilDate, Money, UnitPrice};
use std::sync::Arc;

/// What lists are priced by.
#[derive(Clone, Debug)]
pub(super) struct Pricing {
    goods: Arc<Goods>,
    /// The buyer with its default channel; none where it may use none.
    asker: Option<Asker>,
    today: CivilDate,
}

/// What a line costs, where it can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cost {
    /// Price of a unit at the quantity of the line.
    pub(super) price: UnitPrice,
    /// Price × quantity, rounded once.
    pub(super) amount: Money,
}

impl Pricing {
    /// For the actor's own organisation.
    pub(super) fn of(actor: &Actor, parties: &Parties, goods: Arc<Goods>, today: CivilDate) -> Self {
        let asker = parties.organisation(actor.organisation).and_then(|buyer| {
            Some(Asker {
                buyer: buyer.id,
                kind: buyer.kind,
                channel: buyer.channels().first().copied()?,
            })
        });
        Self { goods, asker, today }
    }

    /// The channel whose prices are shown.
    pub(super) fn channel(&self) -> Option<Channel> {
        self.asker.as_ref().map(|asker| asker.channel)
    }

    /// The goods of a line: products stay known for good.
    pub(super) fn good(&self, line: &ListLine) -> Option<&Good> {
        self.goods.by_sku(&line.sku).map(AsRef::as_ref)
    }

    /// What a line costs by the offer that wins today; none where none does, or it may not be had through the channel.
    pub(super) fn cost(&self, line: &ListLine) -> Option<Cost> {
        let asker = self.asker.as_ref()?;
        let good = self.good(line).filter(|good| !good.archived && good.may_go_to(asker.channel))?;
        let price = good.offer_that_wins(asker, line.quantity, self.today)?.price_of(line.quantity);
        let amount = price.times(good.priced(line.quantity)?)?;
        Some(Cost { price, amount })
    }

    /// The sum of all lines that can be had.
    pub(super) fn sum(&self, list: &SavedList) -> Money {
        let amounts = list.lines.iter().filter_map(|line| self.cost(line)).map(|cost| cost.amount);
        // 500 lines of at most 10^11 fen fit 64 bits with room to spare.
        Money::checked_total(amounts).unwrap_or(Money::ZERO)
    }
}
