//! A line with its price: by the offer that wins, or by what was agreed before. Pure.

use super::agreed::Agreed;
use super::new_order::NewLine;
use crate::catalogue::{Asker, Good, Goods, Offer};
use crate::http::fault::{Fault, Faults};
use entity::{Channel, CivilDate, LineKind, Money, PriceSource, Quantity, UnitPrice};
use std::sync::Arc;

/// A line with its goods, its price and its amount.
#[derive(Clone, Debug)]
pub struct PreparedLine {
    /// Its place in the request, from 0.
    pub asked_at: usize,
    /// The goods.
    pub good: Arc<Good>,
    /// What gives the price.
    pub source: PriceSource,
    /// The offer that does, if one does.
    pub offer: Option<Offer>,
    /// The price at this quantity.
    pub price: UnitPrice,
    /// How much.
    pub quantity: entity::Quantity,
    /// How much in the unit the price is for: nominal, for goods weighed when delivered.
    pub priced: entity::Quantity,
    /// Price × quantity, rounded once.
    pub amount: Money,
}

/// What gives the prices of a request.
#[derive(Clone, Debug)]
pub(super) enum Prices<'a> {
    /// The offers that win for the asker.
    Offers(Asker),
    /// What was agreed, for the channel.
    Agreed(Channel, &'a Agreed),
    /// The channel or the agreement itself is at fault: only what does not depend on them is checked.
    Unknown,
}

/// The price of one line, with what gives it.
struct Price {
    source: PriceSource,
    offer: Option<Offer>,
    price: UnitPrice,
}

/// A line with its goods and price; none where prices are unknown. What is wrong with the goods hides nothing of what is
/// wrong with the quantity.
pub(super) fn line_for(
    asked_at: usize,
    line: &NewLine,
    prices: &Prices<'_>,
    goods: &Goods,
    today: CivilDate,
) -> Result<Option<PreparedLine>, Faults> {
    let mut faults = Faults::new();
    let quantity = line.quantity;
    faults.check(quantity > Quantity::ZERO, || Fault::of("quantity_not_positive").at("/quantity"));
    let Some(good) = faults.take(good_for(line.sku.as_str(), goods)) else {
        return Err(faults);
    };
    let sku = line.sku.as_str();
    let whole = quantity <= Quantity::ZERO || quantity.is_multiple_of(good.quantity_step);
    faults.check(whole, || step_fault(sku, good.quantity_step));
    let channel = match prices {
        Prices::Offers(asker) => Some(asker.channel),
        Prices::Agreed(channel, _) => Some(*channel),
        Prices::Unknown => None,
    };
    if let Some(channel) = channel {
        faults.check(good.may_go_to(channel), || {
            let fault = Fault::of("product_not_for_channel").at("/sku").with("sku", sku);
            fault.with("channel", channel)
        });
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    priced_line(asked_at, line, good, prices, today).map_err(Faults::from)
}

/// The goods of a line: on sale, and no freight, which goes with goods by itself.
fn good_for<'g>(sku: &str, goods: &'g Goods) -> Result<&'g Arc<Good>, Fault> {
    let good = goods
        .by_sku(sku)
        .filter(|good| !good.archived)
        .ok_or_else(|| Fault::of("product_unknown").at("/sku").with("sku", sku))?;
    if good.line_kind == LineKind::Freight {
        return Err(Fault::of("freight_not_ordered").at("/sku").with("sku", sku));
    }
    Ok(good)
}

/// The line at its price.
fn priced_line(
    asked_at: usize,
    line: &NewLine,
    good: &Arc<Good>,
    prices: &Prices<'_>,
    today: CivilDate,
) -> Result<Option<PreparedLine>, Fault> {
    let (sku, quantity) = (line.sku.as_str(), line.quantity);
    let Price { source, offer, price } = match prices {
        Prices::Offers(asker) => by_offer(good, line, asker, today)?,
        Prices::Agreed(_, agreed) => Price {
            source: agreed.by.source(),
            offer: None,
            price: agreed.line(good, line)?.price,
        },
        Prices::Unknown => return Ok(None),
    };
    let priced = good.priced(quantity);
    let amount = priced.and_then(|priced| price.times(priced)).ok_or_else(|| {
        Fault::of("line_amount")
            .at("/quantity")
            .with("sku", sku)
            .with("most", Money::MAX_LINE_AMOUNT)
    })?;
    Ok(Some(PreparedLine {
        asked_at,
        good: Arc::clone(good),
        source,
        offer,
        price,
        quantity,
        priced: priced.unwrap_or(quantity),
        amount,
    }))
}

fn by_offer(good: &Good, line: &NewLine, asker: &Asker, today: CivilDate) -> Result<Price, Fault> {
    let (sku, quantity) = (line.sku.as_str(), line.quantity);
    let offer = good
        .offer_that_wins(asker, quantity, today)
        .or_else(|| good.offer_but_for_quantity(asker, quantity, today))
        .ok_or_else(|| Fault::of("no_offer").at("/sku").with("sku", sku).with("channel", asker.channel))?;
    if quantity < offer.minimum {
        return Err(Fault::of("quantity_minimum")
            .at("/quantity")
            .with("sku", sku)
            .with("minimum", offer.minimum));
    }
    if !quantity.is_multiple_of(offer.step) {
        return Err(step_fault(sku, offer.step));
    }
    Ok(Price {
        source: PriceSource::Offer,
        offer: Some(offer.clone()),
        price: offer.price_of(quantity),
    })
}

fn step_fault(sku: &str, step: Quantity) -> Fault {
    Fault::of("quantity_step").at("/quantity").with("sku", sku).with("step", step)
}
