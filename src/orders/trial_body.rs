//! What an order would be, on the wire.

use super::body::PartyBody;
use super::decide::Short;
use super::prepare::PreparedOrder;
use super::price_line::PreparedLine;
use super::trial::Trial;
use crate::catalogue::{Asker, CandidateBody, Weekday, days_of, why};
use entity::{Channel, CivilDate, FundSource, LineKind, Money, OfferId, PriceSource, Quantity, UnitPrice};
use poem_openapi::Object;

/// The most offers that are named to explain the price of a line.
const MOST_CANDIDATES: usize = 10;

/// A line as it would be ordered.
#[derive(Clone, Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TrialLineBody {
    /// Its place in the request, from 0.
    #[oai(validator(minimum(value = "0"), maximum(value = "1999")))]
    pub asked_at: u32,
    /// SKU.
    #[oai(validator(max_length = 40))]
    pub sku: String,
    /// Name.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Unit.
    #[oai(validator(max_length = 20))]
    pub unit: String,
    /// How much.
    pub quantity: Quantity,
    /// Price of a unit today.
    pub price: UnitPrice,
    /// Price × quantity, rounded once.
    pub amount: Money,
    /// What the line is for; freight is added by the supplier's terms.
    pub line_kind: LineKind,
    /// Where the price comes from.
    pub price_source: PriceSource,
    /// The offer that gives the price, where one does.
    pub offer_id: Option<OfferId>,
    /// Why it does: the offers that you may see, the winner first, with how each fared. Only where `explain` is asked for.
    #[oai(validator(max_items = 10))]
    pub candidates: Option<Vec<CandidateBody>>,
}

/// What would be asked of one supplier.
#[derive(Clone, Debug, Object)]
pub struct TrialOrderBody {
    /// The supplier.
    pub supplier: PartyBody,
    /// Sum of its lines, freight included.
    pub amount: Money,
    /// Freight charged by itself.
    pub freight: Money,
    /// The earliest day on which the supplier delivers what is ordered today.
    pub earliest_delivery: CivilDate,
    /// The days of the week on which it delivers.
    #[oai(validator(max_items = 7))]
    pub delivery_days: Vec<Weekday>,
    /// Lines.
    #[oai(validator(max_items = 2000))]
    pub lines: Vec<TrialLineBody>,
}

/// A line of which there is not enough.
#[derive(Clone, Debug, Object)]
pub struct TrialShortBody {
    /// Its place in the request, from 0.
    #[oai(validator(minimum(value = "0"), maximum(value = "1999")))]
    pub asked_at: u32,
    /// SKU.
    #[oai(validator(max_length = 40))]
    pub sku: String,
    /// How much is asked.
    pub asked: Quantity,
    /// How much is there now, once the lines before it are served: what one place has, since a line comes from one.
    pub available: Quantity,
}

/// What an order would be; nothing is written or held.
#[derive(Clone, Debug, Object)]
pub struct TrialBody {
    /// Channel it would have.
    pub channel: Channel,
    /// Fund source it would have.
    pub fund_source: FundSource,
    /// Sum of all.
    pub amount: Money,
    /// Whether there is enough of everything now.
    pub enough: bool,
    /// Lines of which there is not.
    #[oai(validator(max_items = 2000))]
    pub short: Vec<TrialShortBody>,
    /// One for each supplier.
    #[oai(validator(max_items = 2000))]
    pub orders: Vec<TrialOrderBody>,
}

impl From<&Short> for TrialShortBody {
    fn from(short: &Short) -> Self {
        Self {
            asked_at: place(short.asked_at),
            sku: short.sku.clone(),
            asked: short.asked,
            available: short.left,
        }
    }
}

/// A request has at most 2,000 lines.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl TrialBody {
    /// What a dry run found, with why prices are what they are, if that is asked for.
    #[must_use]
    pub fn of(trial: &Trial, explain: bool) -> Self {
        let prepared = &trial.prepared;
        let asker = Asker {
            buyer: prepared.buyer.id,
            kind: prepared.buyer.kind,
            channel: prepared.channel,
        };
        let asker = explain.then_some(&asker);
        let orders: Vec<TrialOrderBody> = prepared.orders.iter().map(|order| order_body(order, trial, asker)).collect();
        Self {
            channel: prepared.channel,
            fund_source: prepared.fund_source,
            amount: Money::checked_total(orders.iter().map(|order| order.amount)).unwrap_or(Money::ZERO),
            enough: trial.short.is_empty(),
            short: trial.short.iter().map(Into::into).collect(),
            orders,
        }
    }
}

fn order_body(order: &PreparedOrder, trial: &Trial, asker: Option<&Asker>) -> TrialOrderBody {
    let terms = trial.goods.terms(order.supplier.id);
    TrialOrderBody {
        supplier: PartyBody {
            id: order.supplier.id,
            name: order.supplier.name.clone(),
        },
        amount: order.amount,
        freight: order.freight_amount(),
        earliest_delivery: terms.earliest(trial.today),
        delivery_days: days_of(terms.weekdays),
        lines: order.lines.iter().map(|line| line_body(line, trial.today, asker)).collect(),
    }
}

fn line_body(line: &PreparedLine, today: CivilDate, asker: Option<&Asker>) -> TrialLineBody {
    // Only offers are chosen among others; an agreement gives the price it gives.
    let asker = asker.filter(|_| line.offer.is_some());
    TrialLineBody {
        asked_at: place(line.asked_at),
        sku: line.good.sku.clone(),
        name: line.good.name.clone(),
        unit: line.good.unit.clone(),
        quantity: line.quantity,
        price: line.price,
        amount: line.amount,
        line_kind: line.good.line_kind,
        price_source: line.source,
        offer_id: line.offer.as_ref().map(|offer| offer.id),
        candidates: asker.map(|asker| why(&line.good, asker, line.quantity, today, MOST_CANDIDATES)),
    }
}
