//! Closing short: part of what was ordered is given up. What was held is free, and what is no longer ordered is a
//! negative fact of the day.

use super::agreements::GivenBack;
use super::facts;
use super::open_order::{OpenLine, OpenOrder, StockChange, note_stock};
use super::position::Difference;
use super::store::closes;
use crate::http::fault::{Fault, Faults};
use crate::journal::{NewFact, Turn};
use crate::stock;
use entity::tables::line_closes;
use entity::{CloseCause, Quantity, shanghai_date};
use sea_orm::DbErr;

/// What is closed of one order.
#[derive(Debug)]
pub(super) struct Closing {
    cause: CloseCause,
    differences: Vec<(usize, Difference)>,
    closes: Vec<(usize, Quantity)>,
    stock: StockChange,
    given_back: GivenBack,
}

impl Closing {
    pub(super) fn new(cause: CloseCause) -> Self {
        Self {
            cause,
            differences: Vec::new(),
            closes: Vec::new(),
            stock: StockChange::new(),
            given_back: GivenBack::default(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.closes.is_empty()
    }

    /// How many lines are closed in part or whole.
    pub(super) fn len(&self) -> usize {
        self.closes.len()
    }

    /// Closes `units` of a line; nothing for none.
    pub(super) fn close(&mut self, open: &mut OpenOrder, at: usize, units: Quantity) -> Result<(), Fault> {
        let Some(line) = open.lines.get_mut(at).filter(|_| units > Quantity::ZERO) else {
            return Ok(());
        };
        let before = line.position.draws(&line.terms)?;
        let difference = line.position.close(&line.terms, units)?;
        note_stock(
            &mut self.stock,
            line,
            Quantity::from_thousandths(-units.thousandths()),
            Quantity::ZERO,
        );
        self.given_back.note(line, before, line.position.draws(&line.terms)?);
        self.differences.push((at, difference));
        self.closes.push((at, units));
        Ok(())
    }

    /// Freight goes with the goods: where none of them will come any more and it has not gone with any, it is closed too.
    pub(super) fn close_freight(&mut self, open: &mut OpenOrder) -> Result<(), Fault> {
        if self.is_empty() || open.lines.iter().any(|line| !line.is_freight() && line.is_open()) {
            return Ok(());
        }
        for (at, line) in open
            .lines
            .iter_mut()
            .enumerate()
            .filter(|(_, line)| line.is_freight() && line.is_open())
        {
            let units = line.position.open_units(&line.terms);
            let before = line.position.draws(&line.terms)?;
            let difference = line.position.close(&line.terms, units)?;
            self.given_back.note(line, before, line.position.draws(&line.terms)?);
            self.differences.push((at, difference));
            self.closes.push((at, units));
        }
        Ok(())
    }

    /// The facts of what was closed, for the entry that is recorded next.
    pub(super) async fn facts(&self, turn: &mut Turn, open: &OpenOrder) -> Result<Vec<NewFact>, DbErr> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        let on = shanghai_date(turn.next().at);
        turn.words(facts::words_of_order(open)).await?;
        let made = self.differences.iter().filter_map(|(at, difference)| {
            let line = open.lines.get(*at)?;
            Some(facts::of_line(turn, &open.order, &line.row, *difference, on))
        });
        Ok(made.collect())
    }

    /// Frees what was held, gives back what was drawn on agreements, and keeps what was closed; before the entry is recorded, whose number it carries.
    pub(super) async fn write(&self, turn: &Turn, open: &OpenOrder) -> Result<(), DbErr> {
        let next = turn.next();
        let rows: Vec<line_closes::Model> = self
            .closes
            .iter()
            .filter_map(|(at, units)| {
                Some(line_closes::Model {
                    order_line_id: open.lines.get(*at)?.row.id,
                    seq: next.seq,
                    order_id: open.order.id,
                    closed_on: shanghai_date(next.at),
                    units: *units,
                    cause: self.cause,
                })
            })
            .collect();
        closes::insert(turn.tx(), turn.engine(), &rows).await?;
        stock::change(turn.tx(), turn.engine(), &self.stock).await?;
        self.given_back.write(turn).await
    }
}

/// The places of the lines asked for, each once, with a fault for each number that is no line, stands twice, or is
/// freight, of which nothing is said.
pub(super) fn places_of(open: &OpenOrder, numbers: impl Iterator<Item = i32>, faults: &mut Faults) -> Vec<Option<usize>> {
    let mut seen = Vec::new();
    let places = numbers.enumerate().map(|(at, line_no)| {
        let place = open.lines.iter().position(|line| line.row.line_no == line_no);
        let pointer = format!("/lines/{at}/line_no");
        let freight = place.and_then(|place| open.lines.get(place)).is_some_and(OpenLine::is_freight);
        if freight {
            faults.push(Fault::of("line_is_freight").at(pointer).with("line_no", line_no));
            return None;
        }
        if place.is_none() {
            faults.push(Fault::of("line_unknown").at(pointer).with("line_no", line_no));
        } else if seen.contains(&line_no) {
            faults.push(Fault::of("line_twice").at(pointer).with("line_no", line_no));
        }
        seen.push(line_no);
        place
    });
    places.collect()
}
