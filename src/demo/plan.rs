//! Thinks up what is ordered on a day, by whom, and what becomes of it.

use super::chance::Chance;
use super::goods::Item;
use super::parties::{Member, Parties, Seller};
use crate::access::Actor;
use crate::orders::{NewLine, NewOrder};
use crate::organisations::kind::{channels_of, feeds_canteen, fund_sources_of, is_canteen};
use entity::{CancelReason, Channel, CivilDate, DeclineReason, ExternalNo, FundSource, OrganisationId, Quantity};
use std::collections::BTreeMap;

/// A request to be placed, and what becomes of the order with each supplier.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) buyer: Actor,
    pub(super) asked: NewOrder,
    pub(super) fates: BTreeMap<OrganisationId, (Actor, Fate)>,
}

/// What becomes of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Confirmed the same day.
    Confirmed,
    /// Declined the same day.
    Declined(DeclineReason),
    /// Confirmed, and cancelled in the evening.
    Cancelled(CancelReason),
    /// Still without an answer.
    Open,
}

/// The requests of a day that is `back` days ago.
pub(super) fn day(chance: &mut Chance, parties: &Parties, items: &[Item], day: CivilDate, back: i64) -> Vec<Plan> {
    let many = usize::try_from(chance.between(3, 5)).unwrap_or(4);
    let mut plans = Vec::with_capacity(many);
    for number in 0..many {
        if let Some(buyer) = chance.pick(&parties.buyers)
            && let Some(plan) = request(chance, parties, items, buyer, day)
        {
            plans.push(settle(chance, plan, parties, (back, number)));
        }
    }
    plans
}

/// One buyer's request: of one supplier mostly, of two or three now and then.
fn request(chance: &mut Chance, parties: &Parties, items: &[Item], buyer: &Member, day: CivilDate) -> Option<Plan> {
    let channel = channel(chance, buyer)?;
    let fund_source = fund_source(chance, buyer, channel)?;
    let suppliers = if chance.happens(25) { chance.between(2, 3) } else { 1 };
    let mut lines: Vec<NewLine> = Vec::new();
    for _ in 0..suppliers {
        let seller = chance.pick(&parties.sellers)?;
        lines.extend(basket(chance, seller, items, channel));
    }
    if lines.is_empty() {
        // The supplier picked has nothing for this channel; somebody always has rice.
        lines.extend(basket(chance, parties.sellers.first()?, items, channel));
    }
    Some(Plan {
        buyer: buyer.actor.clone(),
        asked: NewOrder {
            external_order_no: None,
            channel: Some(channel),
            fund_source: Some(fund_source),
            site: None,
            on_short: entity::OnShort::Close,
            by: None,
            deliver_on: day.checked_add_days(chance.between(2, 10))?,
            note: None,
            lines,
        },
        fates: BTreeMap::new(),
    })
}

/// Mostly the first of a buyer's channels; never a canteen it has not.
fn channel(chance: &mut Chance, buyer: &Member) -> Option<Channel> {
    let open: Vec<Channel> = channels_of(buyer.party.kind)
        .iter()
        .copied()
        .filter(|channel| !(buyer.party.without_canteen && is_canteen(*channel)))
        .collect();
    if chance.happens(70) {
        open.first().copied()
    } else {
        chance.pick(&open).copied()
    }
}

fn fund_source(chance: &mut Chance, buyer: &Member, channel: Channel) -> Option<FundSource> {
    let fits = |source: &FundSource| is_canteen(channel) == (feeds_canteen(*source) || *source == FundSource::OfficialReception);
    let fitting: Vec<FundSource> = fund_sources_of(buyer.party.kind).iter().copied().filter(fits).collect();
    if chance.happens(70) {
        fitting.first().copied()
    } else {
        chance.pick(&fitting).copied()
    }
}

/// One to four goods of a supplier that may go to the channel, each once.
fn basket(chance: &mut Chance, seller: &Seller, items: &[Item], channel: Channel) -> Vec<NewLine> {
    let mut open: Vec<&Item> = items
        .iter()
        .filter(|item| item.seller == seller.member.party.id && item.channels.contains(&channel))
        .collect();
    let mut lines = Vec::new();
    for _ in 0..chance.between(1, 4) {
        if open.is_empty() {
            break;
        }
        let item = open.swap_remove(chance.below(open.len()));
        lines.push(NewLine {
            sku: item.sku.clone(),
            quantity: Quantity::from_thousandths(units(chance, item) * 1_000),
        });
    }
    lines
}

/// How many: what is heavy by the sack, what is light by the dozen.
fn units(chance: &mut Chance, item: &Item) -> i64 {
    match item.grams {
        10_000.. => chance.between(1, 12),
        2_000.. => chance.between(2, 20),
        _ => chance.between(5, 60),
    }
}

/// Gives the request a number of the buyer's own now and then, and decides what becomes of its orders.
fn settle(chance: &mut Chance, mut plan: Plan, parties: &Parties, (back, number): (i64, usize)) -> Plan {
    if chance.happens(40) {
        plan.asked.external_order_no = format!("CG-{}-{}", plan.asked.deliver_on, back * 10 + i64::try_from(number).unwrap_or(0))
            .parse::<ExternalNo>()
            .ok();
    }
    for seller in &parties.sellers {
        let fate = fate(chance, back);
        plan.fates.insert(seller.member.party.id, (seller.member.actor.clone(), fate));
    }
    plan
}

fn fate(chance: &mut Chance, back: i64) -> Fate {
    const DECLINED: [DeclineReason; 3] = [
        DeclineReason::OutOfStock,
        DeclineReason::CannotDeliver,
        DeclineReason::PapersMissing,
    ];
    const CANCELLED: [CancelReason; 3] = [CancelReason::BuyerMistake, CancelReason::NoLongerNeeded, CancelReason::Duplicate];
    // Of the last two days not everything is answered yet.
    let open = if back <= 2 { 50 } else { 0 };
    match chance.below(100) {
        at if at < open => Fate::Open,
        at if at < 84 => Fate::Confirmed,
        at if at < 92 => Fate::Declined(*chance.pick(&DECLINED).unwrap_or(&DeclineReason::Other)),
        _ => Fate::Cancelled(*chance.pick(&CANCELLED).unwrap_or(&CancelReason::Other)),
    }
}
