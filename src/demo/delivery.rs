//! Thinks up how goods come: in one shipment or two, weighed or counted, accepted or not, and what of them goes back.

use super::chance::Chance;
use super::life::{Bought, Due, Hour, JOURNEY_DAYS, Step, later, whole};
use crate::delivery::{InspectedLine, ReturnedLine, SentLine, SurplusLine};
use entity::{CivilDate, Quantity, RejectReason, ReturnFate, ReturnReason};

const RETURNED: [ReturnReason; 4] = [
    ReturnReason::Mouldy,
    ReturnReason::WrongGoods,
    ReturnReason::NearExpiry,
    ReturnReason::Unwanted,
];

/// A line of a shipment: which of the order, how many units, and in price units.
type Sent = (Bought, i64, Quantity);

/// The deliveries of one order.
pub(super) struct Delivery<'a> {
    bought: &'a [Bought],
    shipments: usize,
    dues: Vec<Due>,
    /// Lines that had a surplus or a replacement: what was kept beyond is not sent again, so no line has both.
    evened: Vec<i32>,
}

impl<'a> Delivery<'a> {
    pub(super) fn new(bought: &'a [Bought]) -> Self {
        Self {
            bought,
            shipments: 0,
            dues: Vec::new(),
            evened: Vec::new(),
        }
    }

    pub(super) fn into_dues(self) -> Vec<Due> {
        self.dues
    }

    /// Sends so many units of each line from a day on, now and then in two parts.
    pub(super) fn send(&mut self, chance: &mut Chance, units: &[(i32, i64)], day: CivilDate) {
        let half: Vec<(i32, i64)> = units.iter().map(|(line_no, units)| (*line_no, units / 2)).collect();
        if chance.happens(12) && half.iter().any(|(_, units)| *units > 0) {
            let rest: Vec<(i32, i64)> = units.iter().map(|(line_no, units)| (*line_no, units - units / 2)).collect();
            let second = later(day, chance.between(2, 4));
            self.part(chance, &half, day);
            self.part(chance, &rest, second);
        } else {
            self.part(chance, units, day);
        }
    }

    /// Sends all of it at once, to be accepted as it is.
    pub(super) fn send_plainly(&mut self, units: &[(i32, i64)], day: CivilDate) {
        let sent = self.lines(units, |nominal| nominal);
        let number = self.ship(&sent, day, false);
        self.due(later(day, JOURNEY_DAYS), Hour::Receiving, Step::Accept(number, None, Vec::new()));
    }

    fn due(&mut self, day: CivilDate, hour: Hour, step: Step) {
        self.dues.push((day, hour, step));
    }

    fn lines(&self, units: &[(i32, i64)], mut scales: impl FnMut(i64) -> i64) -> Vec<Sent> {
        let mut lines = Vec::with_capacity(units.len());
        for (line_no, units) in units.iter().filter(|(_, units)| *units > 0) {
            let Some(bought) = self.bought.iter().find(|line| line.line_no == *line_no) else {
                continue;
            };
            let quantity = match bought.content {
                Some(content) => Quantity::from_thousandths(scales(units * content.thousandths())),
                None => whole(*units),
            };
            lines.push((*bought, *units, quantity));
        }
        lines
    }

    fn ship(&mut self, sent: &[Sent], day: CivilDate, replacement: bool) -> usize {
        let number = self.shipments;
        self.shipments += 1;
        let line = |(bought, units, quantity): &Sent| SentLine {
            line_no: bought.line_no,
            units: whole(*units),
            weighed: bought.content.map(|_| *quantity),
            weight_confirmed: None,
        };
        let lines = sent.iter().map(line).collect();
        self.due(
            day,
            Hour::Office,
            Step::Ship {
                number,
                replacement,
                lines,
            },
        );
        number
    }

    fn part(&mut self, chance: &mut Chance, units: &[(i32, i64)], day: CivilDate) {
        // The scales differ by less than three in a hundred, so that nobody must name the weight.
        let sent = self.lines(units, |nominal| nominal * chance.between(971, 1_029) / 1_000);
        if sent.is_empty() {
            return;
        }
        let number = self.ship(&sent, day, false);
        let inspected_on = later(day, JOURNEY_DAYS + i64::from(chance.happens(20)));
        if chance.happens(25) {
            self.due(later(inspected_on, -1), Hour::Evening, Step::Arrive(number));
        }
        let all_rejected = chance.happens(1);
        let told: Vec<Option<InspectedLine>> = (1..).zip(&sent).map(|(no, line)| inspect(chance, no, line, all_rejected)).collect();
        let lines = told.iter().flatten().cloned().collect();
        let on = chance.happens(5).then(|| later(inspected_on, -1));
        self.due(inspected_on, Hour::Receiving, Step::Accept(number, on, lines));
        let mut lost = lost_of(&sent, &told);
        lost.retain(|(line_no, _)| !self.evened.contains(line_no));
        if !lost.is_empty() && chance.happens(50) {
            self.replace(&lost, later(inspected_on, 2));
        }
        self.afterwards(chance, number, &sent, &told, inspected_on);
    }

    /// Sends so many units again.
    fn replace(&mut self, lost: &[(i32, i64)], day: CivilDate) {
        self.evened.extend(lost.iter().map(|(line_no, _)| *line_no));
        let sent = self.lines(lost, |nominal| nominal);
        let number = self.ship(&sent, day, true);
        self.due(later(day, JOURNEY_DAYS), Hour::Receiving, Step::Accept(number, None, Vec::new()));
    }

    /// One more than was sent is kept, or some of it goes back.
    fn afterwards(&mut self, chance: &mut Chance, number: usize, sent: &[Sent], told: &[Option<InspectedLine>], inspected_on: CivilDate) {
        // Of lines nothing was said of, all was accepted.
        let plain = (1..).zip(sent).zip(told).filter(|(_, told)| told.is_none());
        let Some((no, (bought, units, quantity))) = plain.map(|(line, _)| line).next() else {
            return;
        };
        let even = self.evened.contains(&bought.line_no);
        if chance.happens(1) && bought.content.is_none() && *units >= 10 && !even {
            self.evened.push(bought.line_no);
            let quantity = whole(1);
            self.due(inspected_on, Hour::Evening, Step::Surplus(number, SurplusLine { no, quantity }));
        } else if chance.happens(3) {
            let day = later(inspected_on, chance.between(1, 4));
            let back = chance.between(1, (units / 5).max(1));
            let weighed = bought.content.is_some();
            let quantity = if weighed {
                Quantity::from_thousandths(quantity.thousandths() / 5)
            } else {
                whole(back)
            };
            let reason = chance.pick(&RETURNED).copied().unwrap_or(ReturnReason::Other);
            let fate = if weighed || reason == ReturnReason::Mouldy {
                ReturnFate::Destroy
            } else {
                ReturnFate::Restock
            };
            let line_no = bought.line_no;
            let line = ReturnedLine {
                line_no,
                quantity,
                units: None,
                reason,
                fate,
            };
            self.due(day, Hour::Office, Step::Return(vec![line]));
            if !weighed && chance.happens(40) && !even {
                self.replace(&[(line_no, back)], later(day, 1));
            }
        }
    }
}

/// What is said of a line: nothing, a little less on our own scales, or that some of it is no good.
fn inspect(chance: &mut Chance, no: i32, (bought, units, sent): &Sent, all_rejected: bool) -> Option<InspectedLine> {
    let reason = chance.pick(RejectReason::ALL).copied().unwrap_or(RejectReason::Damaged);
    let thousandths = sent.thousandths();
    let weighed = bought.content.is_some();
    let rejected = match (all_rejected, chance.below(100)) {
        (true, _) => *sent,
        (false, at) if at < 3 && weighed => Quantity::from_thousandths((thousandths * chance.between(5, 25) / 1_000 * 10).max(10)),
        (false, at) if at < 3 => whole(chance.between(1, (units / 4).max(1))),
        _ if weighed && chance.happens(40) => {
            let accepted = Quantity::from_thousandths(thousandths * chance.between(985, 999) / 10_000 * 10);
            return Some(InspectedLine {
                no,
                accepted: Some(accepted),
                rejected: Vec::new(),
            });
        }
        _ => return None,
    };
    Some(InspectedLine {
        no,
        accepted: None,
        rejected: vec![(reason, rejected)],
    })
}

/// The whole units that were rejected, by line of the order; of weighed goods nobody sends a part again.
fn lost_of(sent: &[Sent], told: &[Option<InspectedLine>]) -> Vec<(i32, i64)> {
    let lost = sent.iter().zip(told).filter_map(|((bought, ..), told)| {
        let (_, quantity) = told.as_ref()?.rejected.first()?;
        bought.content.is_none().then(|| (bought.line_no, quantity.thousandths() / 1_000))
    });
    lost.collect()
}
