//! Random histories of a line: whatever is sent, accepted, rejected, returned and closed, in whatever parts, the sums
//! of the differences are the amounts of the ends.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;

fn q(thousandths: i64) -> Quantity {
    Quantity::from_thousandths(thousandths)
}

fn terms(price: i64, units: i64, content: Option<i64>, grams: Option<i64>) -> Terms {
    Terms {
        units: q(units),
        price: UnitPrice::from_ten_thousandths(price).unwrap(),
        content: content.map(q),
        grams: grams.and_then(Grams::from_grams),
        tolerance_permille: 20,
    }
}

/// Sums of differences, by measure: amount, quantity, weight, lines.
#[derive(Default)]
struct Sums(BTreeMap<&'static str, (i64, i64, i64, i64)>);

impl Sums {
    fn add(&mut self, d: Difference) {
        let sum = self.0.entry(d.measure.as_str()).or_default();
        sum.0 += d.amount.fen();
        sum.1 += d.quantity.thousandths();
        sum.2 += d.weight_grams.unwrap_or(0);
        sum.3 += i64::from(d.lines);
    }

    fn of(&self, measure: Measure) -> (i64, i64, i64, i64) {
        self.0.get(measure.as_str()).copied().unwrap_or_default()
    }
}

/// What a history is made of; the number picks how much of what is possible.
const MOVES: [&str; 8] = ["confirm", "close", "ship", "replace", "accept", "reject", "surplus", "return"];

struct History {
    terms: Terms,
    position: Position,
    sums: Sums,
    under_way: Quantity,
    priced_returns: Vec<(UnitPrice, Quantity)>,
}

/// A part of a whole, from 1 to all of it, in whole steps.
fn part(whole: Quantity, pick: u32, step: i64) -> Quantity {
    let steps = whole.thousandths() / step;
    if steps == 0 {
        Quantity::ZERO
    } else {
        q((1 + i64::from(pick) % steps) * step)
    }
}

impl History {
    fn new(terms: Terms) -> Self {
        let mut sums = Sums::default();
        sums.add(between(&terms, Measure::Ordered, Quantity::ZERO, terms.priced(terms.units)).unwrap());
        Self {
            terms,
            position: Position::default(),
            sums,
            under_way: Quantity::ZERO,
            priced_returns: Vec::new(),
        }
    }

    /// Makes a move if it is possible now; whether it was made.
    fn make(&mut self, what: &str, pick: u32) -> bool {
        let (terms, position, under_way) = (self.terms.clone(), &mut self.position, self.under_way);
        match what {
            "confirm" => {
                let most = minus(terms.units, position.closed_units);
                position.confirm(&terms, part(most, pick, 1_000)).unwrap();
                assert!(position.confirm(&terms, plus(most, q(1))).is_err());
            }
            "close" | "ship" | "replace" => {
                let replaces = (what == "replace").then_some(under_way);
                let open = if replaces.is_some() {
                    position.replaceable_units(&terms, under_way)
                } else {
                    position.open_units(&terms)
                };
                let units = part(open, pick, 1_000);
                let over = plus(open, q(1_000));
                if what == "close" {
                    assert!(position.clone().close(&terms, over).is_err(), "more than is open");
                } else {
                    assert!(position.clone().ship(&terms, over, over, replaces).is_err(), "more than is open");
                }
                if units == Quantity::ZERO {
                    return false;
                }
                if what == "close" {
                    self.sums.add(position.close(&terms, units).unwrap());
                } else {
                    let quantity = terms.priced(units);
                    self.sums.add(position.ship(&terms, units, quantity, replaces).unwrap());
                    self.under_way = plus(self.under_way, quantity);
                }
            }
            "accept" | "reject" => {
                let quantity = part(self.under_way, pick, 1);
                if quantity == Quantity::ZERO {
                    return false;
                }
                let (accepted, rejected) = if what == "accept" { (quantity, q(0)) } else { (q(0), quantity) };
                if let Some(difference) = position.accept(&terms, accepted, rejected).unwrap() {
                    self.sums.add(difference);
                }
                self.under_way = minus(self.under_way, quantity);
            }
            "surplus" => {
                if position.shipped == Quantity::ZERO {
                    return false;
                }
                self.sums.add(position.keep_surplus(&terms, q(1 + i64::from(pick % 900))).unwrap());
            }
            "return" => return self.give_back(pick),
            _ => unreachable!(),
        }
        true
    }

    /// Returns a part of what stands, every third time at a price of its own.
    fn give_back(&mut self, pick: u32) -> bool {
        let (terms, position) = (&self.terms, &mut self.position);
        let quantity = part(position.net(), pick, 1);
        let over = plus(position.net(), q(1));
        assert!(position.clone().give_back(terms, over, None).is_err(), "more than was accepted");
        if quantity == Quantity::ZERO {
            return false;
        }
        let own = pick
            .is_multiple_of(3)
            .then(|| UnitPrice::from_ten_thousandths(i64::from(pick % 70_000)).unwrap());
        self.sums.add(position.give_back(terms, quantity, own).unwrap());
        self.priced_returns.extend(own.map(|price| (price, quantity)));
        true
    }

    /// Sums are the amounts of the ends.
    fn check(&self) {
        let (t, p) = (&self.terms, &self.position);
        let ends = [
            (Measure::Ordered, p.ordered(t)),
            (Measure::Shipped, p.shipped),
            (Measure::Accepted, p.accepted),
        ];
        for (measure, end) in ends {
            let (amount, quantity, weight, lines) = self.sums.of(measure);
            assert_eq!(amount, t.price.times(end).unwrap().fen(), "{measure}");
            assert_eq!(quantity, end.thousandths(), "{measure}");
            assert_eq!(weight, t.weight(end).unwrap_or(0), "{measure}");
            assert_eq!(lines, i64::from(end > Quantity::ZERO), "{measure}");
        }
        let own: i64 = self
            .priced_returns
            .iter()
            .map(|(price, quantity)| price.times(*quantity).unwrap().fen())
            .sum();
        let (amount, quantity, ..) = self.sums.of(Measure::Returned);
        assert_eq!(amount, t.price.times(p.at_price).unwrap().fen() + own);
        assert_eq!(quantity, p.returned.thousandths());
        assert!(p.returned <= p.accepted && p.surplus <= p.accepted && p.replaced_units <= p.shipped_units);
        assert!(p.open_units(t) >= Quantity::ZERO);
    }

    /// Everything that is open is sent, everything under way accepted, everything accepted returned.
    fn run_out(&mut self) {
        let open = self.position.open_units(&self.terms);
        if open > Quantity::ZERO {
            let quantity = self.terms.priced(open);
            self.sums.add(self.position.ship(&self.terms, open, quantity, None).unwrap());
            self.under_way = plus(self.under_way, quantity);
        }
        if self.under_way > Quantity::ZERO {
            let all = self.position.accept(&self.terms, self.under_way, Quantity::ZERO).unwrap();
            self.sums.add(all.unwrap());
        }
    }
}

#[test]
fn whatever_the_parts_the_sums_are_the_amounts_of_the_ends() {
    let mut made: BTreeMap<&str, u32> = MOVES.iter().map(|what| (*what, 0)).collect();
    let mut ends: BTreeMap<&str, u32> = BTreeMap::new();
    let moves = prop::collection::vec((0..MOVES.len(), any::<u32>()), 1..40);
    let content = prop::option::of(prop::sample::select(vec![1_000_i64, 1_500, 10_000, 12_345]));
    let line = (1..900_000_i64, 1..60_i64, content, prop::option::of(1..30_000_i64));
    let strategy = (line, moves);
    let mut runner = TestRunner::new(Config {
        cases: 600,
        failure_persistence: None,
        ..Config::default()
    });
    let counted = std::cell::RefCell::new((&mut made, &mut ends));
    runner
        .run(&strategy, |((price, units, content, grams), moves)| {
            let mut history = History::new(terms(price, units * 1_000, content, grams));
            let mut counted = counted.borrow_mut();
            for (what, pick) in moves {
                if history.make(MOVES[what], pick) {
                    *counted.0.get_mut(MOVES[what]).unwrap() += 1;
                }
                history.check();
            }
            history.run_out();
            history.check();
            let p = &history.position;
            let plain = p.closed_units == Quantity::ZERO && p.rejected == Quantity::ZERO && p.surplus == Quantity::ZERO;
            if plain && p.replaced_units == Quantity::ZERO {
                let line = history.terms.price.times(history.terms.priced(history.terms.units)).unwrap().fen();
                assert_eq!(
                    history.sums.of(Measure::Accepted).0,
                    line,
                    "partial deliveries end at the line's amount"
                );
                *counted.1.entry("delivered whole, in parts").or_default() += 1;
            }
            Ok(())
        })
        .unwrap();
    println!("moves made: {made:?}; ends: {ends:?}");
    assert!(made.values().all(|often| *often >= 100), "{made:?}");
}

#[test]
fn returns_in_parts_end_exactly_at_what_was_accepted() {
    proptest!(|(price in 1..900_000_i64, parts in prop::collection::vec(1..5_000_i64, 1..12))| {
        let all: i64 = parts.iter().sum();
        let terms = terms(price, all, None, Some(333));
        let mut position = Position::default();
        position.ship(&terms, q(all), q(all), None).unwrap();
        let accepted = position.accept(&terms, q(all), Quantity::ZERO).unwrap().unwrap();
        let mut returned = (0, 0);
        for part in parts {
            let back = position.give_back(&terms, q(part), None).unwrap();
            returned.0 += back.amount.fen();
            returned.1 += back.weight_grams.unwrap();
        }
        prop_assert_eq!(returned, (accepted.amount.fen(), accepted.weight_grams.unwrap()));
        prop_assert_eq!(position.net(), Quantity::ZERO);
    });
}

#[test]
fn a_weighed_box_is_paid_by_what_the_scales_say() {
    // Two boxes of nominally 10 kg at 26.20 a kilogram.
    let terms = terms(262_000, 2_000, Some(10_000), Some(1_000));
    let mut position = Position::default();
    assert_eq!(position.ordered(&terms), q(20_000));
    let shipped = position.ship(&terms, q(2_000), q(19_700), None).unwrap();
    assert_eq!(shipped.amount.fen(), 51_614);
    let accepted = position.accept(&terms, q(19_640), q(60)).unwrap().unwrap();
    assert_eq!((accepted.amount.fen(), accepted.weight_grams), (51_457, Some(19_640)));
    assert_eq!(position.open_units(&terms), Quantity::ZERO);
    assert_eq!(
        position.replaceable_units(&terms, q(0)),
        q(1_000),
        "a whole box, since boxes are sent"
    );
}

/// What two parties who agree could do again and again: return all, send it again heavier, keep a little more.
#[test]
fn rounds_of_returning_and_replacing_end_at_what_was_ordered() {
    let moves = prop::collection::vec((0..6_u32, any::<u32>()), 1..120);
    let content = prop::option::of(prop::sample::select(vec![1_000_i64, 1_500, 10_000]));
    proptest!(|(units in 1..40_i64, content in content, moves in moves)| {
        let terms = Terms { tolerance_permille: 50, ..terms(100_000, units * 1_000, content, None) };
        // Weighed boxes may be three tenths heavier; what is accepted, a twentieth and a tenth more than was sent.
        let heaviest = |quantity: Quantity| if content.is_some() { quantity.thousandths() * 13 / 10 } else { quantity.thousandths() };
        let mut position = Position::default();
        let mut under_way: Vec<Quantity> = Vec::new();
        let sum = |of: &[Quantity]| q(of.iter().map(|quantity| quantity.thousandths()).sum());
        for (what, pick) in moves {
            let on_the_way = sum(&under_way);
            match what {
                0 | 1 => {
                    let replaces = (what == 1).then_some(on_the_way);
                    let open = replaces.map_or(position.open_units(&terms), |way| position.replaceable_units(&terms, way));
                    let units = part(open, pick, 1_000);
                    if units > Quantity::ZERO {
                        let quantity = q(heaviest(terms.priced(units)));
                        position.ship(&terms, units, quantity, replaces).unwrap();
                        under_way.push(quantity);
                    }
                }
                2 | 3 => if let Some(quantity) = under_way.pop() {
                    let most = terms.most_of(quantity);
                    let rejected = if what == 2 { Quantity::ZERO } else { part(quantity, pick, 1) };
                    position.accept(&terms, minus(most, rejected), rejected).unwrap();
                    position.keep_surplus(&terms, q(quantity.thousandths() / 10)).unwrap();
                },
                _ => {
                    let quantity = part(position.net(), pick, 1);
                    if quantity > Quantity::ZERO {
                        position.give_back(&terms, quantity, None).unwrap();
                    }
                }
            }
            // A tolerance and a surplus on top of the last shipment of all, and one box for rounding.
            let box_of = terms.content.unwrap_or(Quantity::ZERO);
            let most = (heaviest(terms.priced(terms.units)) + heaviest(box_of)) * 116 / 100 + 1_000;
            prop_assert!(position.net().thousandths() <= most, "{} of at most {most} after {position:?}", position.net());
        }
    });
}

#[test]
fn a_line_draws_what_is_ordered_or_what_stands() {
    let terms = terms(113_300, 1_000, Some(5_000), None);
    let mut position = Position::default();
    let draws = |position: &Position| position.draws(&terms).unwrap();
    assert_eq!(draws(&position), Draws { fen: 5_665, units: 1_000 });
    position.ship(&terms, q(1_000), q(6_000), None).unwrap();
    assert_eq!(draws(&position), Draws { fen: 5_665, units: 1_000 }, "what is sent draws nothing");
    position.accept(&terms, q(6_000), Quantity::ZERO).unwrap();
    assert_eq!(draws(&position), Draws { fen: 6_798, units: 1_200 });
    position.undrawn = entity::Money::from_fen(133);
    assert_eq!(
        draws(&position),
        Draws { fen: 6_665, units: 1_200 },
        "what stood before the bound is not drawn on"
    );
    position.give_back(&terms, q(6_000), None).unwrap();
    assert_eq!(draws(&position), Draws { fen: 5_665, units: 1_000 });
}
