//! Keeping standing prices as a quote.
//!
//! What a kept quote may promise is what its supplier has promised already, so the supplier is not asked: see
//! [`promised_until`](super::quote::promised_until). Stock is not held by it.

use super::content::content_hash;
use super::quote::{MOST_LINES, Quote};
use super::store::quotes as store;
use crate::access::Actor;
use crate::http::fault::{Fault, Faults};
use crate::journal::{NewEntry, Turn, TurnError};
use entity::tables::{quote_lines, quotes};
use entity::{
    Channel, CivilDate, DepartmentId, Money, OfferId, OrganisationId, ProductId, Quantity, QuoteId, QuoteOrigin, QuoteState, UnitPrice,
    shanghai_date,
};
use std::collections::BTreeSet;

/// A line as the dry run priced it.
#[derive(Clone, Debug)]
pub struct KeptLine {
    /// Its place in what was asked for.
    pub asked_at: usize,
    /// The product.
    pub product_id: ProductId,
    /// The offer that gave the price.
    pub offer_id: OfferId,
    /// SKU.
    pub sku: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// How much.
    pub quantity: Quantity,
    /// Price of a unit.
    pub price: UnitPrice,
    /// Price × quantity, rounded once.
    pub amount: Money,
    /// The last day until which the supplier has promised the price.
    pub promised_until: CivilDate,
}

/// What one supplier would deliver, to be kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The buyer's town today.
    pub town_code: String,
    /// The buyer's department today.
    pub department_id: Option<DepartmentId>,
    /// The supplier.
    pub supplier_id: OrganisationId,
    /// The channel.
    pub channel: Channel,
    /// The day of delivery that was asked for.
    pub deliver_on: CivilDate,
    /// The last day on which an order may be placed by it.
    pub valid_until: CivilDate,
    /// Freight, and the product that its line is of; none where there is none.
    pub freight: Option<(ProductId, Money)>,
    /// Lines.
    pub lines: Vec<KeptLine>,
}

impl Kept {
    /// Every rule that it breaks.
    fn faults(&self, today: CivilDate) -> Faults {
        let mut faults = Faults::new();
        faults.check(self.lines.len() <= MOST_LINES, || {
            Fault::of("line_count").at("/lines").with("most", MOST_LINES)
        });
        let promised = self.lines.iter().map(|line| line.promised_until).min().unwrap_or(today);
        faults.check(today <= self.valid_until && self.valid_until <= promised, || {
            let fault = Fault::of("quote_valid_until").at("/valid_until");
            fault.with("soonest", today).with("latest", promised)
        });
        let mut seen = BTreeSet::new();
        for line in &self.lines {
            faults.check(seen.insert(line.product_id), || {
                let fault = Fault::of("quote_line_twice").at(format!("/lines/{}/sku", line.asked_at));
                fault.with("sku", &line.sku)
            });
        }
        faults
    }
}

/// Keeps them all, each supplier's as a quote of its own, or names all that stands against it.
pub async fn keep(turn: &mut Turn, actor: &Actor, kept: &[Kept]) -> Result<Vec<QuoteId>, TurnError> {
    let today = shanghai_date(turn.next().at);
    let mut faults = Faults::new();
    for one in kept {
        faults.absorb("", one.faults(today));
    }
    faults.finish()?;
    let mut made = Vec::with_capacity(kept.len());
    for one in kept {
        let quote = quote_of(turn, actor, one)?;
        store::insert(turn.tx(), &quote).await?;
        made.push(quote.row.id);
        turn.record(entry(actor, &quote));
    }
    Ok(made)
}

fn quote_of(turn: &Turn, actor: &Actor, kept: &Kept) -> Result<Quote, TurnError> {
    let at = turn.next().at;
    let id = QuoteId::at(at);
    let goods = Money::checked_total(kept.lines.iter().map(|line| line.amount));
    let freight = kept.freight.map_or(Money::ZERO, |(_, fee)| fee);
    let total = goods.and_then(|goods| goods.checked_add(freight));
    let (Some(goods), Some(total)) = (goods, total) else {
        return Err(Fault::of("line_count").at("/lines").with("most", MOST_LINES).into());
    };
    let row = quotes::Model {
        id,
        origin: QuoteOrigin::Kept,
        inquiry_id: None,
        buyer_id: actor.organisation,
        town_code: kept.town_code.clone(),
        department_id: kept.department_id,
        supplier_id: kept.supplier_id,
        channel: kept.channel,
        state: QuoteState::Open,
        goods,
        freight,
        freight_product_id: kept.freight.map(|(product, _)| product),
        total,
        deliver_on: kept.deliver_on,
        valid_until: kept.valid_until,
        line_count: i32::try_from(kept.lines.len()).unwrap_or(i32::MAX),
        made_by: actor.person,
        made_at: at,
        used_at: None,
        order_group_id: None,
        version: 1,
    };
    let lines = (1..).zip(&kept.lines).map(|(line_no, line)| quote_lines::Model {
        quote_id: id,
        line_no,
        answers_line: None,
        product_id: line.product_id,
        offer_id: line.offer_id,
        sku: line.sku.clone(),
        name: line.name.clone(),
        unit: line.unit.clone(),
        quantity: line.quantity,
        price: line.price,
        amount: line.amount,
    });
    let lines = lines.collect();
    Ok(Quote { row, lines })
}

fn entry(actor: &Actor, quote: &Quote) -> NewEntry {
    let row = &quote.row;
    let mut entry = NewEntry::new("quote.kept", "quote", row.id.uuid(), actor.who())
        .with("channel", row.channel.as_str())
        .with("lines", row.line_count)
        .with("total", row.total.fen())
        .with("state", row.state.as_str())
        .with("valid_until", row.valid_until.to_string());
    entry.buyer = Some(row.buyer_id);
    entry.supplier = Some(row.supplier_id);
    entry.content = Some(content_hash(quote));
    entry
}
