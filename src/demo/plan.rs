//! Thinks up what is ordered on a day, and by whom.

use super::calendar::{Calendar, Habit};
use super::chance::Chance;
use super::goods::Item;
use super::keys::TOUR_SKU;
use super::life::{Asked, Bought, Due, later, life, shown, whole};
use super::parties::{Buyer, Parties, Seller};
use crate::access::Actor;
use crate::http::fault::Refusal;
use crate::orders::{NewLine, NewOrder};
use crate::organisations::kind::{channels_of, feeds_canteen, fund_sources_of, is_canteen};
use entity::{Channel, CivilDate, ExternalNo, FundSource, OnShort, OrganisationId, OrganisationKind, ProductId};

/// The last days on which those whose keys are handed out order something to be looked at.
pub(super) const SHOWN_DAYS: i64 = 8;

/// What each day's orders are thought up from.
pub(super) struct Market<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) parties: &'a Parties,
    pub(super) items: &'a [Item],
}

/// A request to be placed, and what becomes of the order with each supplier.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) buyer: Actor,
    pub(super) receiver: Actor,
    pub(super) asked: NewOrder,
    pub(super) lives: Vec<(OrganisationId, Actor, Vec<Due>)>,
    /// Units ordered, by product.
    pub(super) units: Vec<(ProductId, i64)>,
}

/// A line of a basket.
type Wanted<'a> = (&'a Item, i64);

/// How often in 1,000 days of the usual kind a buyer orders.
fn usual(habit: Habit) -> i64 {
    match habit {
        Habit::School => 450,
        Habit::Canteen => 330,
        Habit::Gifts => 50,
        Habit::Shop => 280,
    }
}

impl Market<'_> {
    /// The requests of a day that is `back` days ago.
    pub(super) fn day(&self, chance: &mut Chance, day: CivilDate, back: i64) -> Result<Vec<Plan>, Refusal> {
        let mut plans = Vec::new();
        for buyer in &self.parties.buyers {
            let party = &buyer.member.party;
            let habit = Habit::of(party.kind, party.without_canteen);
            for _ in 0..chance.often(usual(habit) * self.calendar.percent(habit, day) / 100) {
                plans.extend(self.request(chance, buyer, habit, day));
            }
        }
        if back <= SHOWN_DAYS {
            for kind in [OrganisationKind::School, OrganisationKind::Hospital, OrganisationKind::Supermarket] {
                plans.extend(self.shown(chance, kind, day, back));
            }
        }
        for (number, plan) in plans.iter_mut().enumerate() {
            if chance.happens(40) {
                plan.asked.external_order_no = Some(number_of(day, number)?);
            }
        }
        Ok(plans)
    }

    /// One buyer's request: of one supplier mostly, of two now and then.
    fn request(&self, chance: &mut Chance, buyer: &Buyer, habit: Habit, day: CivilDate) -> Option<Plan> {
        let channel = channel(chance, buyer)?;
        let open: Vec<&Item> = self.items.iter().filter(|item| item.channels.contains(&channel)).collect();
        let mut wanted: Vec<Wanted<'_>> = Vec::new();
        for _ in 0..=usize::from(chance.happens(30)) {
            // Who has much to sell is asked more often.
            let seller = chance.pick(&open)?.seller;
            if !wanted.iter().any(|(item, _)| item.seller == seller) {
                wanted.extend(basket(chance, &open, seller, habit));
            }
        }
        let deliver_on = later(day, chance.between(2, 9));
        let plan = self.plan(chance, buyer, (channel, deliver_on), &wanted)?;
        Some(plan.leads_to(day, &wanted, |bought, asked| life(chance, bought, asked)))
    }

    /// What one whose key is handed out orders of the supplier whose key is.
    fn shown(&self, chance: &mut Chance, kind: OrganisationKind, day: CivilDate, back: i64) -> Option<Plan> {
        let buyer = self.parties.of_kind(kind)?;
        let channel = channels_of(kind).first().copied()?;
        let seller = self.parties.seller_of(TOUR_SKU)?.member.party.id;
        let open = self
            .items
            .iter()
            .filter(|item| item.channels.contains(&channel) && item.seller == seller);
        let wanted: Vec<Wanted<'_>> = open.take(3).map(|item| (item, chance.between(4, 12))).collect();
        let deliver_on = later(day, 4);
        let plan = self.plan(chance, buyer, (channel, deliver_on), &wanted)?;
        Some(plan.leads_to(day, &wanted, |bought, asked| shown(bought, asked, back)))
    }

    fn plan(&self, chance: &mut Chance, buyer: &Buyer, (channel, deliver_on): (Channel, CivilDate), wanted: &[Wanted<'_>]) -> Option<Plan> {
        let fund_source = fund_source(chance, buyer, channel)?;
        let lines = wanted.iter().map(|(item, units)| NewLine {
            sku: item.sku.clone(),
            quantity: whole(*units),
        });
        let lines: Vec<NewLine> = lines.collect();
        if lines.is_empty() {
            return None;
        }
        let mut lives: Vec<(OrganisationId, Actor, Vec<Due>)> = Vec::new();
        for (item, _) in wanted {
            if !lives.iter().any(|(supplier, ..)| *supplier == item.seller) {
                lives.push((item.seller, self.actor_of(item.seller)?, Vec::new()));
            }
        }
        Some(Plan {
            buyer: buyer.member.actor.clone(),
            receiver: buyer.receiver.clone(),
            asked: NewOrder {
                external_order_no: None,
                channel: Some(channel),
                fund_source: Some(fund_source),
                site: None,
                on_short: if chance.happens(35) { OnShort::Backorder } else { OnShort::Close },
                by: None,
                deliver_on,
                note: None,
                lines,
            },
            lives,
            units: wanted.iter().map(|(item, units)| (item.id, *units)).collect(),
        })
    }

    fn actor_of(&self, seller: OrganisationId) -> Option<Actor> {
        let mut members = self.parties.sellers.iter().map(|Seller { member, .. }| member);
        members.find(|member| member.party.id == seller).map(|member| member.actor.clone())
    }
}

impl Plan {
    /// The same with what becomes of the order with each supplier.
    fn leads_to(mut self, day: CivilDate, wanted: &[Wanted<'_>], mut think: impl FnMut(&[Bought], Asked) -> Vec<Due>) -> Self {
        let asked = Asked {
            placed_on: day,
            deliver_on: self.asked.deliver_on,
            on_short: self.asked.on_short,
        };
        for (supplier, _, dues) in &mut self.lives {
            *dues = think(&bought(wanted, *supplier), asked);
        }
        self
    }
}

fn number_of(day: CivilDate, number: usize) -> Result<ExternalNo, Refusal> {
    super::data::parse(&format!("CG-{day}-{number}"))
}

/// The lines of a basket that make the order with one supplier, as they will be numbered.
fn bought(wanted: &[Wanted<'_>], supplier: OrganisationId) -> Vec<Bought> {
    let own = wanted.iter().filter(|(item, _)| item.seller == supplier);
    let line = |(line_no, (item, units)): (i32, &Wanted<'_>)| Bought {
        line_no,
        units: *units,
        content: item.content,
    };
    (1..).zip(own).map(line).collect()
}

/// Mostly the first of a buyer's channels; never a canteen it has not.
fn channel(chance: &mut Chance, buyer: &Buyer) -> Option<Channel> {
    let party = &buyer.member.party;
    let open: Vec<Channel> = channels_of(party.kind)
        .iter()
        .copied()
        .filter(|channel| !(party.without_canteen && is_canteen(*channel)))
        .collect();
    if chance.happens(80) {
        open.first().copied()
    } else {
        chance.pick(&open).copied()
    }
}

fn fund_source(chance: &mut Chance, buyer: &Buyer, channel: Channel) -> Option<FundSource> {
    let fits = |source: &FundSource| is_canteen(channel) == (feeds_canteen(*source) || *source == FundSource::OfficialReception);
    let sources = fund_sources_of(buyer.member.party.kind);
    let fitting: Vec<FundSource> = sources.iter().copied().filter(fits).collect();
    if chance.happens(70) {
        fitting.first().copied()
    } else {
        chance.pick(&fitting).copied()
    }
}

/// Up to eight goods of a supplier that may go to the channel, each once.
fn basket<'a>(chance: &mut Chance, open: &[&'a Item], seller: OrganisationId, habit: Habit) -> Vec<Wanted<'a>> {
    let mut open: Vec<&Item> = open.iter().copied().filter(|item| item.seller == seller).collect();
    let mut wanted = Vec::new();
    for _ in 0..chance.between(4, 8) {
        if open.is_empty() {
            break;
        }
        let item = open.swap_remove(chance.below(open.len()));
        wanted.push((item, units(chance, item, habit)));
    }
    wanted
}

/// How many: what is heavy by the sack, what is light by the dozen, gifts for everybody.
fn units(chance: &mut Chance, item: &Item, habit: Habit) -> i64 {
    let units = match item.grams {
        10_000.. => chance.between(1, 12),
        2_000.. => chance.between(2, 20),
        _ => chance.between(5, 60),
    };
    if habit == Habit::Gifts { units * 4 } else { units }
}
