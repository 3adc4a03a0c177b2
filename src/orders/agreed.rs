//! What was agreed before and gives the prices of an order: a framework contract or a quote, as preparing needs it.
//! Pure.

use super::new_order::{Agreement, NewLine, NewOrder};
use super::prepare::PreparedOrder;
use crate::catalogue::Good;
use crate::http::fault::{Fault, Faults};
use entity::{Channel, CivilDate, Money, OrganisationId, ProductId, Quantity, UnitPrice};
use std::collections::BTreeMap;

/// What is agreed for one of the goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgreedGood {
    /// Price of a price unit.
    pub price: UnitPrice,
    /// The least quantity of a line, where one is agreed.
    pub least: Option<Quantity>,
    /// A line is a whole number of this, where a step is agreed.
    pub step: Option<Quantity>,
    /// The quantity of a line, where it is agreed as well.
    pub fixed: Option<Quantity>,
    /// What may still be ordered of it, where that has an end.
    pub left: Option<Quantity>,
}

/// What is agreed about freight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AgreedFreight {
    /// Nothing: the supplier's terms hold.
    #[default]
    AsTermsSay,
    /// It is inside the prices.
    Inside,
    /// A fee for each order, as a line of this product.
    Fee {
        /// The supplier's product of line kind freight.
        product: ProductId,
        /// The fee.
        fee: Money,
    },
}

/// What is agreed, as of the moment it was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// By which agreement.
    pub by: Agreement,
    /// Who sells by it.
    pub supplier: OrganisationId,
    /// Who may order by it.
    pub buyers: Vec<OrganisationId>,
    /// In which state it is, where that is one in which nobody may order by it.
    pub closed: Option<&'static str>,
    /// The first day on which orders may be placed.
    pub from: CivilDate,
    /// The last one, itself included.
    pub to: CivilDate,
    /// The goods.
    pub goods: BTreeMap<ProductId, AgreedGood>,
    /// Freight of an order.
    pub freight: AgreedFreight,
    /// What may still be ordered by it in money, where that has an end.
    pub left: Option<Money>,
    /// What holds for a quote besides.
    pub as_quoted: Option<AsQuoted>,
}

/// What holds for an order by a quote, which is for all of the quote and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsQuoted {
    /// The channel it was quoted for.
    pub channel: Channel,
    /// The day the supplier has promised, where it answered an inquiry: then its usual terms ask nothing more.
    pub promised_on: Option<CivilDate>,
    /// What the line of each of the goods costs.
    pub amounts: BTreeMap<ProductId, Money>,
}

impl AsQuoted {
    /// Whether the orders are just what was quoted.
    pub(super) fn check(&self, asked: &NewOrder, channel: Option<Channel>, orders: &[PreparedOrder], faults: &mut Faults) {
        faults.check(channel.is_none_or(|channel| channel == self.channel), || {
            Fault::of("quote_channel").at("/channel").with("channel", self.channel)
        });
        if let Some(promised) = self.promised_on {
            faults.check(promised <= asked.deliver_on, || {
                Fault::of("quote_delivery_day").at("/deliver_on").with("promised", promised)
            });
        }
        if !faults.is_empty() {
            return;
        }
        let mut missing = self.amounts.len();
        for line in orders.iter().flat_map(|order| &order.lines) {
            let Some(amount) = self.amounts.get(&line.good.id) else { continue };
            missing = missing.saturating_sub(1);
            faults.check(line.amount == *amount, || {
                let fault = Fault::of("quoted_goods_changed").at(format!("/lines/{}/sku", line.asked_at));
                fault.with("sku", &line.good.sku)
            });
        }
        faults.check(missing == 0, || {
            Fault::of("quote_lines_missing").at("/lines").with("missing", missing)
        });
    }
}

/// What a request takes from an agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// From which.
    pub by: Agreement,
    /// In money: all lines it prices.
    pub amount: Money,
    /// In units of each of the goods.
    pub units: BTreeMap<ProductId, Quantity>,
}

impl Agreed {
    /// Whether the buyer may order by it today. What is somebody else's is as unknown as what never was.
    pub(super) fn check(&self, buyer: OrganisationId, today: CivilDate) -> Result<(), Fault> {
        let at = self.by.pointer();
        if !self.buyers.contains(&buyer) {
            return Err(unknown(self.by));
        }
        if let Some(state) = self.closed {
            return Err(Fault::of("agreement_closed").at(at).with("state", state));
        }
        if today < self.from || self.to < today {
            return Err(Fault::of("agreement_days").at(at).with("from", self.from).with("to", self.to));
        }
        Ok(())
    }

    /// What is agreed for a line, if the line keeps to it. Faults say their place within the line.
    pub(super) fn line(&self, good: &Good, line: &NewLine) -> Result<AgreedGood, Fault> {
        let (sku, quantity) = (line.sku.as_str(), line.quantity);
        let agreed = self.goods.get(&good.id).filter(|_| good.seller_id == self.supplier);
        let agreed = *agreed.ok_or_else(|| Fault::of("not_in_agreement").at("/sku").with("sku", sku))?;
        let fault = |slug| Fault::of(slug).at("/quantity").with("sku", sku);
        if let Some(fixed) = agreed.fixed.filter(|fixed| *fixed != quantity) {
            return Err(fault("agreed_quantity").with("agreed", fixed));
        }
        if let Some(least) = agreed.least.filter(|least| quantity < *least) {
            return Err(fault("quantity_minimum").with("minimum", least));
        }
        if let Some(step) = agreed.step.filter(|step| !quantity.is_multiple_of(*step)) {
            return Err(fault("quantity_step").with("step", step));
        }
        Ok(agreed)
    }

    /// What the orders take from it, held against what is left of it.
    pub(super) fn draw(&self, orders: &[PreparedOrder], faults: &mut Faults) -> Draw {
        let lines = || {
            orders
                .iter()
                .flat_map(|order| &order.lines)
                .filter(|line| line.source == self.by.source())
        };
        let mut units: BTreeMap<ProductId, Quantity> = BTreeMap::new();
        for line in lines().filter(|line| self.goods.contains_key(&line.good.id)) {
            let sum = units.entry(line.good.id).or_default();
            *sum = Quantity::from_thousandths(sum.thousandths().saturating_add(line.quantity.thousandths()));
        }
        // 2,000 lines of at most 10^11 fen fit 64 bits with room to spare.
        let draw = Draw {
            by: self.by,
            amount: Money::checked_total(lines().map(|line| line.amount)).unwrap_or(Money::ZERO),
            units,
        };
        if let Some(left) = self.left {
            faults.check(draw.amount <= left, || exhausted(self.by, draw.amount, left));
        }
        for (product, asked) in &draw.units {
            let left = self.goods.get(product).and_then(|good| good.left);
            if let Some(left) = left.filter(|left| asked > left) {
                let sku = lines().find(|line| line.good.id == *product).map(|line| line.good.sku.as_str());
                faults.push(goods_exhausted(sku.unwrap_or_default(), *asked, left));
            }
        }
        draw
    }
}

/// There is no such agreement for this buyer.
pub(super) fn unknown(by: Agreement) -> Fault {
    Fault::of("agreement_unknown").at(by.pointer())
}

/// More money than is left.
pub(super) fn exhausted(by: Agreement, asked: Money, left: Money) -> Fault {
    Fault::of("agreement_exhausted")
        .at(by.pointer())
        .with("asked", asked)
        .with("left", left)
}

/// More of one of the goods than is left.
pub(super) fn goods_exhausted(sku: &str, asked: Quantity, left: Quantity) -> Fault {
    let fault = Fault::of("agreed_goods_exhausted").at("/lines").with("sku", sku);
    fault.with("asked", asked).with("left", left)
}
