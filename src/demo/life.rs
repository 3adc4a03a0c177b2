//! Thinks up what becomes of an order with one supplier, from the answer to the last return. Pure: steps with their
//! days, to be carried out when those come.

use super::chance::Chance;
use super::delivery::Delivery;
use crate::delivery::{InspectedLine, ReturnedLine, SentLine, SurplusLine};
use crate::orders::{ChangedLine, LineAnswer, Say, ShortLine, SupplierAnswer};
use entity::{CancelReason, CivilDate, DeclineReason, OnShort, Quantity};

/// The hours at which things are done, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hour {
    /// Goods are taken in.
    Receiving,
    /// Suppliers answer and send.
    Office,
    /// Second thoughts.
    Evening,
}

/// Something that is done to an order.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// The supplier answers.
    Answer(SupplierAnswer),
    /// The buyer takes it back.
    Cancel(CancelReason),
    /// The buyer asks for a change.
    Propose(Option<CivilDate>, Vec<ChangedLine>),
    /// Somebody says something to that.
    Say(Say),
    /// The buyer gives up part of these lines.
    CloseShort(Vec<ShortLine>),
    /// The supplier sends; shipments of an order are told by a number.
    Ship {
        number: usize,
        replacement: bool,
        lines: Vec<SentLine>,
    },
    /// It is at the site.
    Arrive(usize),
    /// It is inspected, now or on an earlier day.
    Accept(usize, Option<CivilDate>, Vec<InspectedLine>),
    /// More of it is kept than was sent.
    Surplus(usize, SurplusLine),
    /// Something comes back.
    Return(Vec<ReturnedLine>),
}

/// A step with its day and hour.
pub(super) type Due = (CivilDate, Hour, Step);

/// A line of the order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bought {
    pub(super) line_no: i32,
    pub(super) units: i64,
    /// Kilograms nominally in a unit, for goods that are weighed.
    pub(super) content: Option<Quantity>,
}

/// When it was ordered, for when, and what becomes of what is short.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) placed_on: CivilDate,
    pub(super) deliver_on: CivilDate,
    pub(super) on_short: OnShort,
}

const DECLINED: [DeclineReason; 3] = [
    DeclineReason::OutOfStock,
    DeclineReason::CannotDeliver,
    DeclineReason::PapersMissing,
];
const CANCELLED: [CancelReason; 3] = [CancelReason::BuyerMistake, CancelReason::NoLongerNeeded, CancelReason::Duplicate];

/// Days from the road in Shaanxi to the kitchen in Jiangsu.
pub(super) const JOURNEY_DAYS: i64 = 2;

pub(super) fn later(day: CivilDate, days: i64) -> CivilDate {
    day.checked_add_days(days).unwrap_or(day)
}

pub(super) fn whole(units: i64) -> Quantity {
    Quantity::from_thousandths(units * 1_000)
}

/// What becomes of an order.
pub(super) fn life(chance: &mut Chance, bought: &[Bought], asked: Asked) -> Vec<Due> {
    let answered = later(asked.placed_on, i64::from(chance.happens(20)));
    let answer = |answer: SupplierAnswer| (answered, Hour::Office, Step::Answer(answer));
    let ready = later(answered, 1).max(later(asked.deliver_on, -JOURNEY_DAYS));
    let mut delivery = Delivery::new(bought);
    match chance.below(1_000) {
        at if at < 30 => {
            let reason = chance.pick(&DECLINED).copied().unwrap_or(DeclineReason::Other);
            vec![answer(SupplierAnswer::Decline(reason))]
        }
        at if at < 60 => {
            let reason = chance.pick(&CANCELLED).copied().unwrap_or(CancelReason::Other);
            vec![answer(SupplierAnswer::Confirm), (answered, Hour::Evening, Step::Cancel(reason))]
        }
        at if at < 150 => {
            let (said, rest) = short(chance, bought);
            let mut dues = vec![answer(SupplierAnswer::ByLine(said))];
            let left = less(bought, &rest);
            delivery.send(chance, &left, ready);
            if asked.on_short == OnShort::Backorder {
                later_on(chance, &mut delivery, &mut dues, &rest, answered);
            }
            dues.extend(delivery.into_dues());
            dues
        }
        at if at < 190 => {
            let mut dues = vec![answer(SupplierAnswer::Confirm)];
            let left = change(chance, &mut dues, bought, asked, answered);
            delivery.send(chance, &left, ready.max(later(answered, 2)));
            dues.extend(delivery.into_dues());
            dues
        }
        _ => {
            let mut dues = vec![answer(SupplierAnswer::Confirm)];
            let all: Vec<(i32, i64)> = bought.iter().map(|line| (line.line_no, line.units)).collect();
            delivery.send(chance, &all, ready);
            dues.extend(delivery.into_dues());
            dues
        }
    }
}

/// Of one line or two less comes than was ordered: what is said, and what is missing.
fn short(chance: &mut Chance, bought: &[Bought]) -> (Vec<LineAnswer>, Vec<(i32, i64)>) {
    let (mut said, mut rest) = (Vec::new(), Vec::new());
    let several = bought.len() > 1;
    let from = chance.below(bought.len());
    for line in bought.iter().skip(from).take(if several { 1 + chance.below(2) } else { 1 }) {
        // Something must come; nothing at all would be a refusal.
        let least = if several && said.is_empty() { 0 } else { 1 };
        let comes = chance.between(least.min(line.units), line.units - 1).max(least.min(line.units));
        said.push(LineAnswer {
            line_no: line.line_no,
            units: whole(comes),
        });
        if comes < line.units {
            rest.push((line.line_no, line.units - comes));
        }
    }
    (said, rest)
}

/// What is left of an order without some of its units.
fn less(bought: &[Bought], without: &[(i32, i64)]) -> Vec<(i32, i64)> {
    let gone = |line_no| without.iter().filter(|(no, _)| *no == line_no).map(|(_, units)| units).sum::<i64>();
    bought.iter().map(|line| (line.line_no, line.units - gone(line.line_no))).collect()
}

/// What was short is sent after all, or the buyer gives it up.
fn later_on(chance: &mut Chance, delivery: &mut Delivery<'_>, dues: &mut Vec<Due>, rest: &[(i32, i64)], answered: CivilDate) {
    let day = later(answered, chance.between(5, 10));
    if rest.is_empty() {
    } else if chance.happens(60) {
        delivery.send(chance, rest, day);
    } else {
        let given_up = |(line_no, units): &(i32, i64)| ShortLine {
            line_no: *line_no,
            units: Some(whole(*units)),
        };
        dues.push((day, Hour::Evening, Step::CloseShort(rest.iter().map(given_up).collect())));
    }
}

/// The buyer asks in the evening for another day or for less, and the next day something is said to it.
fn change(chance: &mut Chance, dues: &mut Vec<Due>, bought: &[Bought], asked: Asked, answered: CivilDate) -> Vec<(i32, i64)> {
    let wanted = bought.iter().find(|line| line.units > 1).filter(|_| chance.happens(60));
    let step = match wanted {
        Some(line) => {
            let units = whole(line.units - 1);
            let line_no = line.line_no;
            Step::Propose(None, vec![ChangedLine { line_no, units }])
        }
        None => Step::Propose(Some(later(asked.deliver_on, 2)), Vec::new()),
    };
    let said = match chance.below(10) {
        0..7 => Say::Agree,
        7..9 => Say::Refuse,
        _ => Say::Withdraw,
    };
    dues.push((answered, Hour::Evening, step));
    dues.push((later(answered, 1), Hour::Office, Step::Say(said)));
    let gone: Vec<(i32, i64)> = wanted
        .filter(|_| said == Say::Agree)
        .map(|line| (line.line_no, 1))
        .into_iter()
        .collect();
    less(bought, &gone)
}

/// Orders of the last days that stand at a point where something can be done: for who looks at the world first.
pub(super) fn shown(bought: &[Bought], asked: Asked, back: i64) -> Vec<Due> {
    let on = |days| later(asked.placed_on, days);
    let mut dues = Vec::new();
    if back >= 2 {
        dues.push((on(0), Hour::Office, Step::Answer(SupplierAnswer::Confirm)));
    }
    if back == 2 {
        dues.push((on(0), Hour::Evening, Step::Propose(Some(later(asked.deliver_on, 3)), Vec::new())));
    }
    if back >= 4 {
        let mut delivery = Delivery::new(bought);
        let all: Vec<(i32, i64)> = bought.iter().map(|line| (line.line_no, line.units)).collect();
        delivery.send_plainly(&all, on(1));
        // Of the fifth and fourth day nothing is inspected yet.
        let inspected = |due: &Due| back >= 6 || !matches!(due.2, Step::Accept(..));
        dues.extend(delivery.into_dues().into_iter().filter(inspected));
    }
    if back == 5 {
        dues.push((on(3), Hour::Evening, Step::Arrive(0)));
    }
    dues
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    /// Units of each line that the steps of a life send (replacements apart) and give up.
    fn moved(dues: &[Due]) -> BTreeMap<i32, i64> {
        let mut moved = BTreeMap::new();
        for (.., step) in dues {
            let lines: Vec<(i32, Quantity)> = match step {
                Step::Ship {
                    replacement: false, lines, ..
                } => lines.iter().map(|line| (line.line_no, line.units)).collect(),
                Step::CloseShort(lines) => lines.iter().filter_map(|line| Some((line.line_no, line.units?))).collect(),
                _ => Vec::new(),
            };
            for (line_no, units) in lines {
                *moved.entry(line_no).or_default() += units.thousandths() / 1_000;
            }
        }
        moved
    }

    #[test]
    fn no_life_sends_or_gives_up_more_than_was_ordered() {
        let mut chance = Chance::new(1);
        let content = Some("2.5".parse().unwrap());
        let lines = [(1, 1, None), (2, 12, content), (3, 40, None)];
        let bought = lines.map(|(line_no, units, content)| Bought { line_no, units, content });
        let (mut whole_lives, mut on_time) = (0, 0);
        for _ in 0..2_000 {
            let on_short = if chance.happens(50) { OnShort::Backorder } else { OnShort::Close };
            let asked = Asked {
                placed_on: day("2026-03-02"),
                deliver_on: later(day("2026-03-02"), chance.between(2, 9)),
                on_short,
            };
            let dues = life(&mut chance, &bought, asked);
            let moved = moved(&dues);
            for line in &bought {
                assert!(moved.get(&line.line_no).copied().unwrap_or(0) <= line.units, "{dues:?}");
            }
            whole_lives += usize::from(bought.iter().all(|line| moved.get(&line.line_no) == Some(&line.units)));
            let first = dues
                .iter()
                .find(|(.., step)| matches!(step, Step::Ship { .. }))
                .map(|(day, ..)| *day);
            on_time += usize::from(first.is_some_and(|day| later(day, JOURNEY_DAYS) <= asked.deliver_on));
        }
        assert!(whole_lives > 1_500 && on_time > 1_000, "{whole_lives} {on_time}");
    }
}
