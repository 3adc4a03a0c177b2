//! How far an order line has come (T1): what of it is ordered, shipped, accepted, rejected and returned.
//!
//! A move changes the position; the fact it establishes is the difference of the position before and after. Amounts
//! are the price × the *cumulative* quantity, rounded once, so that partial deliveries and returns end exactly at the
//! line's amount. Pure: no clock, no database.

use crate::catalogue::nominal;
use crate::http::fault::Fault;
use entity::tables::{line_positions, order_lines};
use entity::{Grams, Measure, Money, OrderId, OrderLineId, Quantity, UnitPrice};

/// What of a line never changes and moves are held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Units ordered, as placed.
    pub units: Quantity,
    /// Price of a price unit.
    pub price: UnitPrice,
    /// Price units nominally in a unit; none where they are the same.
    pub content: Option<Quantity>,
    /// Grams of a price unit; none for goods without weight.
    pub grams: Option<Grams>,
    /// By how many thousandths more than was shipped may be accepted.
    pub tolerance_permille: i32,
}

impl Terms {
    /// Those of a line.
    #[must_use]
    pub fn of(line: &order_lines::Model) -> Self {
        Self {
            units: line.quantity,
            price: line.price,
            content: line.content,
            grams: line.net_weight_grams,
            tolerance_permille: line.tolerance_permille,
        }
    }

    /// So many units in price units.
    #[must_use]
    pub fn priced(&self, units: Quantity) -> Quantity {
        self.content.and_then(|content| nominal(units, content)).unwrap_or(units)
    }

    /// The least number of units that hold this quantity of price units, were they of the nominal weight.
    #[must_use]
    pub fn units_of(&self, quantity: Quantity) -> Quantity {
        match self.content {
            None => quantity,
            Some(content) => {
                let boxes =
                    (i128::from(quantity.thousandths()) + i128::from(content.thousandths()) - 1) / i128::from(content.thousandths());
                Quantity::from_thousandths(i64::try_from(boxes * 1_000).unwrap_or(i64::MAX))
            }
        }
    }

    /// By how many thousandths of what is nominally in these units the scales differ, rounded up.
    #[must_use]
    pub fn off_by_permille(&self, units: Quantity, weighed: Quantity) -> i64 {
        let nominal = i128::from(self.priced(units).thousandths()).max(1);
        let off = (i128::from(weighed.thousandths()) - nominal).abs();
        i64::try_from((off * 1_000 + nominal - 1) / nominal).unwrap_or(i64::MAX)
    }

    /// So much as a part of a unit, rounded up to a thousandth: what it takes of a number of units that was agreed.
    fn parts_of(&self, quantity: Quantity) -> i64 {
        let Some(content) = self.content else {
            return quantity.thousandths();
        };
        let content = i128::from(content.thousandths());
        i64::try_from((i128::from(quantity.thousandths()) * 1_000 + content - 1) / content).unwrap_or(i64::MAX)
    }

    /// The most that may be accepted of so much shipped.
    #[must_use]
    pub fn most_of(&self, shipped: Quantity) -> Quantity {
        let extra = i128::from(shipped.thousandths()) * i128::from(self.tolerance_permille) / 1_000;
        Quantity::from_thousandths(shipped.thousandths() + i64::try_from(extra).unwrap_or(0))
    }

    /// The least that stands for all of so much shipped.
    #[must_use]
    pub fn least_of(&self, shipped: Quantity) -> Quantity {
        let less = i128::from(shipped.thousandths()) * i128::from(self.tolerance_permille) / 1_000;
        Quantity::from_thousandths(shipped.thousandths() - i64::try_from(less).unwrap_or(0))
    }

    fn amount(&self, cumulative: Quantity) -> Result<Money, Fault> {
        let most = Money::MAX_LINE_AMOUNT;
        let too_much = || Fault::of("line_amount").with("sku", "").with("most", most);
        self.price.times(cumulative).ok_or_else(too_much)
    }

    fn weight(&self, cumulative: Quantity) -> Option<i64> {
        self.grams.and_then(|grams| grams.times(cumulative)).map(Grams::grams)
    }
}

/// The difference a move makes: what a fact is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Of which measure.
    pub measure: Measure,
    /// In fen.
    pub amount: Money,
    /// In price units.
    pub quantity: Quantity,
    /// In grams; none for goods without weight.
    pub weight_grams: Option<i64>,
    /// +1 where the line first has something of the measure, −1 where it has nothing any more.
    pub lines: i16,
}

/// A position; units are those ordered and held in stock, quantities are price units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// What the supplier has said it can deliver, in units; none before it has said.
    pub confirmed_units: Option<Quantity>,
    /// Closed short, in units: no longer ordered.
    pub closed_units: Quantity,
    /// Sent, in units, replacements included.
    pub shipped_units: Quantity,
    /// Of these, sent in place of what was rejected or returned.
    pub replaced_units: Quantity,
    /// Sent, replacements included.
    pub shipped: Quantity,
    /// Accepted, surplus included.
    pub accepted: Quantity,
    /// Rejected at inspection.
    pub rejected: Quantity,
    /// Of what was accepted, beyond what was shipped and tolerated.
    pub surplus: Quantity,
    /// Returned after acceptance.
    pub returned: Quantity,
    /// Of these, at the line's own price.
    pub at_price: Quantity,
    /// Fen that stood beyond what was ordered before contracts were drawn on by what stands; none on newer lines.
    pub undrawn: Money,
    /// The same in thousandths of units.
    pub undrawn_units: Quantity,
    /// How often it has moved.
    pub version: i64,
}

/// What a line draws on the contract it was ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Draws {
    /// In fen.
    pub fen: i64,
    /// In thousandths of units.
    pub units: i64,
}

fn plus(a: Quantity, b: Quantity) -> Quantity {
    Quantity::from_thousandths(a.thousandths().saturating_add(b.thousandths()))
}

fn minus(a: Quantity, b: Quantity) -> Quantity {
    Quantity::from_thousandths(a.thousandths().saturating_sub(b.thousandths()))
}

/// Nothing and less are refused for what they are: they are not more than what there is.
fn above_zero(quantity: Quantity) -> Result<(), Fault> {
    let above = quantity > Quantity::ZERO;
    above.then_some(()).ok_or_else(|| Fault::of("quantity_not_positive"))
}

fn negated(difference: Difference) -> Difference {
    Difference {
        amount: Money::from_fen(-difference.amount.fen()),
        quantity: minus(Quantity::ZERO, difference.quantity),
        weight_grams: difference.weight_grams.map(|grams| -grams),
        lines: -difference.lines,
        ..difference
    }
}

/// The difference between two cumulative quantities.
fn between(terms: &Terms, measure: Measure, before: Quantity, after: Quantity) -> Result<Difference, Fault> {
    let (low, high) = (terms.amount(before)?, terms.amount(after)?);
    let weight = terms.weight(before).zip(terms.weight(after)).map(|(low, high)| high - low);
    Ok(Difference {
        measure,
        amount: Money::from_fen(high.fen() - low.fen()),
        quantity: minus(after, before),
        weight_grams: weight,
        lines: i16::from(after > Quantity::ZERO) - i16::from(before > Quantity::ZERO),
    })
}

impl Position {
    /// From its row.
    #[must_use]
    pub fn from_row(row: &line_positions::Model) -> Self {
        Self {
            confirmed_units: row.confirmed_units,
            closed_units: row.closed_units,
            shipped_units: row.shipped_units,
            replaced_units: row.replaced_units,
            shipped: row.shipped,
            accepted: row.accepted,
            rejected: row.rejected,
            surplus: row.surplus,
            returned: row.returned,
            at_price: row.at_price,
            undrawn: row.undrawn,
            undrawn_units: row.undrawn_units,
            version: row.version,
        }
    }

    /// As its row.
    #[must_use]
    pub fn to_row(&self, line_id: OrderLineId, order_id: OrderId) -> line_positions::Model {
        line_positions::Model {
            line_id,
            order_id,
            confirmed_units: self.confirmed_units,
            closed_units: self.closed_units,
            shipped_units: self.shipped_units,
            replaced_units: self.replaced_units,
            shipped: self.shipped,
            accepted: self.accepted,
            rejected: self.rejected,
            surplus: self.surplus,
            returned: self.returned,
            at_price: self.at_price,
            undrawn: self.undrawn,
            undrawn_units: self.undrawn_units,
            version: self.version,
        }
    }

    /// Units still to be sent: these are held in stock.
    #[must_use]
    pub fn open_units(&self, terms: &Terms) -> Quantity {
        let sent = minus(self.shipped_units, self.replaced_units);
        minus(minus(terms.units, self.closed_units), sent)
    }

    /// What is ordered now, in price units.
    #[must_use]
    pub fn ordered(&self, terms: &Terms) -> Quantity {
        terms.priced(minus(terms.units, self.closed_units))
    }

    /// What stands: accepted and not returned.
    #[must_use]
    pub fn net(&self) -> Quantity {
        minus(self.accepted, self.returned)
    }

    /// The units that may be sent in place of what was rejected or returned; `under_way` is what of the line was sent
    /// and is not inspected yet, in price units.
    ///
    /// What was accepted beyond what was sent (the scales' tolerance, surplus) is not sent again when it comes back:
    /// else each round of returning and replacing would leave the line with more than was ordered. And of boxes that
    /// weigh more than they should, no more are sent again than came back.
    #[must_use]
    pub fn replaceable_units(&self, terms: &Terms, under_way: Quantity) -> Quantity {
        let inspected = minus(self.shipped, under_way);
        let beyond = minus(plus(self.accepted, self.rejected), inspected).max(Quantity::ZERO);
        let lost = minus(plus(self.rejected, self.returned), beyond).max(Quantity::ZERO);
        minus(self.units_among_sent(terms, lost), self.replaced_units).max(Quantity::ZERO)
    }

    /// In how many of the units sent so much came: by their nominal weight or by what they weighed, whichever is less.
    #[must_use]
    pub fn units_among_sent(&self, terms: &Terms, quantity: Quantity) -> Quantity {
        let nominal = terms.units_of(quantity);
        if terms.content.is_none() || self.shipped <= Quantity::ZERO {
            return nominal.min(self.shipped_units);
        }
        let shipped = i128::from(self.shipped.thousandths());
        let share = i128::from(quantity.thousandths()) * i128::from(self.shipped_units.thousandths());
        // Boxes are whole.
        let boxes = (share + shipped * 1_000 - 1) / (shipped * 1_000);
        let weighed = Quantity::from_thousandths(i64::try_from(boxes * 1_000).unwrap_or(i64::MAX));
        nominal.min(weighed).min(self.shipped_units)
    }

    /// What the line draws on its contract: what is ordered or what stands, whichever is more.
    pub fn draws(&self, terms: &Terms) -> Result<Draws, Fault> {
        let (ordered, stands) = (terms.amount(self.ordered(terms))?, terms.amount(self.net())?);
        let units = minus(terms.units, self.closed_units).thousandths();
        Ok(Draws {
            fen: ordered.fen().max(stands.fen() - self.undrawn.fen()),
            units: units.max(terms.parts_of(self.net()) - self.undrawn_units.thousandths()),
        })
    }

    /// The supplier says how much of the line it can deliver.
    pub fn confirm(&mut self, terms: &Terms, units: Quantity) -> Result<(), Fault> {
        let most = minus(terms.units, self.closed_units);
        if units > most {
            return Err(Fault::of("more_than_ordered").with("asked", units).with("most", most));
        }
        self.confirmed_units = Some(units);
        self.version += 1;
        Ok(())
    }

    /// Closes so many units short: they are no longer ordered.
    pub fn close(&mut self, terms: &Terms, units: Quantity) -> Result<Difference, Fault> {
        let open = self.open_units(terms);
        above_zero(units)?;
        if units > open {
            return Err(Fault::of("more_than_open").with("asked", units).with("open", open));
        }
        let before = self.ordered(terms);
        let closed = plus(self.closed_units, units);
        let after = terms.priced(minus(terms.units, closed));
        let difference = between(terms, Measure::Ordered, before, after)?;
        self.closed_units = closed;
        self.version += 1;
        Ok(difference)
    }

    /// Sends units that weigh, or count, `quantity` price units; as a replacement where told how much of the line is
    /// under way.
    pub fn ship(&mut self, terms: &Terms, units: Quantity, quantity: Quantity, replaces: Option<Quantity>) -> Result<Difference, Fault> {
        let open = match replaces {
            Some(under_way) => self.replaceable_units(terms, under_way),
            None => self.open_units(terms),
        };
        let replaces = replaces.is_some();
        above_zero(units)?;
        above_zero(quantity)?;
        if units > open {
            let slug = if replaces { "more_than_replaceable" } else { "more_than_open" };
            return Err(Fault::of(slug).with("asked", units).with("open", open));
        }
        let shipped = plus(self.shipped, quantity);
        let difference = between(terms, Measure::Shipped, self.shipped, shipped)?;
        self.shipped = shipped;
        self.shipped_units = plus(self.shipped_units, units);
        if replaces {
            self.replaced_units = plus(self.replaced_units, units);
        }
        self.version += 1;
        Ok(difference)
    }

    /// Accepts and rejects what was sent. How much of a shipment may be accepted is the shipment's rule.
    pub fn accept(&mut self, terms: &Terms, accepted: Quantity, rejected: Quantity) -> Result<Option<Difference>, Fault> {
        let after = plus(self.accepted, accepted);
        let difference = between(terms, Measure::Accepted, self.accepted, after)?;
        self.accepted = after;
        self.rejected = plus(self.rejected, rejected);
        self.version += 1;
        Ok((accepted > Quantity::ZERO).then_some(difference))
    }

    /// Keeps goods beyond what was sent and tolerated.
    pub fn keep_surplus(&mut self, terms: &Terms, quantity: Quantity) -> Result<Difference, Fault> {
        let after = plus(self.accepted, quantity);
        let difference = between(terms, Measure::Accepted, self.accepted, after)?;
        self.accepted = after;
        self.surplus = plus(self.surplus, quantity);
        self.version += 1;
        Ok(difference)
    }

    /// Returns accepted goods, at the line's price or at one of the credit note's own. Each line of a return counts
    /// as one.
    pub fn give_back(&mut self, terms: &Terms, quantity: Quantity, own_price: Option<UnitPrice>) -> Result<Difference, Fault> {
        let left = self.net();
        above_zero(quantity)?;
        if quantity > left {
            return Err(Fault::of("more_than_accepted").with("asked", quantity).with("left", left));
        }
        let mut difference = match own_price {
            Some(price) => {
                let own = Terms { price, ..terms.clone() };
                between(&own, Measure::Returned, Quantity::ZERO, quantity)?
            }
            None => between(terms, Measure::Returned, self.at_price, plus(self.at_price, quantity))?,
        };
        difference.lines = 1;
        self.returned = plus(self.returned, quantity);
        if own_price.is_none() {
            self.at_price = plus(self.at_price, quantity);
        }
        self.version += 1;
        Ok(difference)
    }

    /// What takes back all of what is ordered now.
    pub fn ordered_taken_back(&self, terms: &Terms) -> Result<Difference, Fault> {
        Ok(negated(between(terms, Measure::Ordered, Quantity::ZERO, self.ordered(terms))?))
    }
}

#[cfg(test)]
#[path = "position_tests.rs"]
mod tests;
