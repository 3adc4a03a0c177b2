//! Freight of an order: by what is agreed, else by the supplier's terms. A line of its own, of the supplier's product
//! that is nothing but freight. Pure.
//!
//! Nobody types it: it is there when the order is placed, goes with the first shipment and is accepted with its goods
//! (rejected, where all of them are); it is closed when no goods will come any more.

use super::agreed::{Agreed, AgreedFreight};
use super::new_order::MOST_LINES;
use super::prepare::PreparedOrder;
use super::price_line::PreparedLine;
use crate::catalogue::Goods;
use crate::http::fault::{Fault, Faults};
use entity::{LineKind, Money, PriceSource, ProductId, Quantity, UnitPrice};
use std::sync::Arc;

/// Ten-thousandths of a yuan in a fen.
const TEN_THOUSANDTHS_OF_A_FEN: i64 = 100;

/// Adds to each order its freight, where that is a line of its own.
pub(super) fn add_freight(orders: &mut [PreparedOrder], goods: &Goods, agreed: Option<&Agreed>, faults: &mut Faults) {
    for order in orders {
        let line = freight_of(order, goods, agreed).and_then(|fee| freight_line(order, goods, fee));
        let Some(line) = line else { continue };
        order.amount = order.amount.checked_add(line.amount).unwrap_or(order.amount);
        order.lines.push(line);
        faults.check(order.lines.len() <= MOST_LINES, || {
            Fault::of("line_count").at("/lines").with("most", MOST_LINES - 1)
        });
    }
}

/// What gives the freight, of which product, and how much; none where it is inside the price, or free.
fn freight_of(order: &PreparedOrder, goods: &Goods, agreed: Option<&Agreed>) -> Option<(PriceSource, ProductId, Money)> {
    let agreed_freight = agreed.map(|agreed| (agreed.by.source(), agreed.freight));
    match agreed_freight {
        Some((_, AgreedFreight::Inside)) => None,
        Some((source, AgreedFreight::Fee { product, fee })) => Some((source, product, fee)),
        Some((_, AgreedFreight::AsTermsSay)) | None => {
            let freight = goods.terms(order.supplier.id).freight?;
            Some((PriceSource::Terms, freight.product, freight.of(order.goods_amount())))
        }
    }
    .filter(|(_, _, fee)| *fee > Money::ZERO)
}

fn freight_line(order: &PreparedOrder, goods: &Goods, (source, product, fee): (PriceSource, ProductId, Money)) -> Option<PreparedLine> {
    // Products are never deleted, and what was agreed of an archived one still holds.
    let good = goods.product(product)?;
    let price = fee.fen().checked_mul(TEN_THOUSANDTHS_OF_A_FEN)?;
    Some(PreparedLine {
        asked_at: order.lines.len(),
        good: Arc::clone(good),
        source,
        offer: None,
        price: UnitPrice::from_ten_thousandths(price).ok()?,
        quantity: Quantity::ONE,
        priced: Quantity::ONE,
        amount: fee,
    })
}

/// Whether it is a line of freight: of no place, held nowhere.
pub(super) fn is_freight(line: &PreparedLine) -> bool {
    line.good.line_kind == LineKind::Freight
}
