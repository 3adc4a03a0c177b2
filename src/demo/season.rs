//! What the year brings beside orders: stores that are filled up each month, and prices announced ahead.

use super::calendar::Calendar;
use super::data::rows;
use super::goods::Item;
use super::parties::Parties;
use super::{run, together};
use crate::catalogue::AnnouncePrice;
use crate::http::fault::Refusal;
use crate::journal::Desk;
use crate::stock::{MoveStock, NewMovement};
use entity::{CivilDate, ProductId, Quantity, StockReason, UnitPrice};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Which prices change, when it is said, and to how many percent.
const PRICES: &str = include_str!("data/price_changes.csv");
/// Days from the word to the new price.
const NOTICE_DAYS: i64 = 10;
/// Fen, in units of a price.
const FEN: i64 = 100;

#[derive(Debug, Deserialize)]
struct PriceRow {
    sku: String,
    announced: String,
    percent: i64,
}

/// On the first of a month, as much comes in of each product as was ordered in the month before.
pub(super) async fn fill_up(desk: &Desk, parties: &Parties, items: &[Item], ordered: &mut BTreeMap<ProductId, i64>) -> Result<(), Refusal> {
    let ordered = std::mem::take(ordered);
    let today = desk.clock.today();
    let moves = parties.sellers.iter().filter_map(|seller| {
        let came = items.iter().filter(|item| item.seller == seller.member.party.id);
        let movements: Vec<NewMovement> = came.filter_map(|item| receipt(item, &ordered, today)).collect();
        let actor = seller.member.actor.clone();
        (!movements.is_empty()).then(|| run(desk, MoveStock { actor, movements }))
    });
    together(moves).await?;
    Ok(())
}

fn receipt(item: &Item, ordered: &BTreeMap<ProductId, i64>, moved_on: CivilDate) -> Option<NewMovement> {
    let units = ordered.get(&item.id).copied().filter(|units| *units > 0)?;
    Some(NewMovement {
        product_id: item.id,
        place_id: item.place?,
        quantity: Quantity::from_thousandths(units * 1_000).into(),
        reason: StockReason::Receipt,
        moved_on,
    })
}

/// Announces the prices whose day it is; whether there were any.
pub(super) async fn announce(desk: &Desk, calendar: &Calendar, parties: &Parties, items: &mut [Item]) -> Result<bool, Refusal> {
    let today = desk.clock.today();
    let from = today.checked_add_days(NOTICE_DAYS).unwrap_or(today);
    let mut any = false;
    for row in rows::<PriceRow>(PRICES)? {
        let item = items.iter_mut().find(|item| item.sku.as_str() == row.sku);
        let (Some(item), true) = (item, calendar.is(today, &row.announced)?) else {
            continue;
        };
        let seller = parties.seller_of(&row.sku).map(|seller| seller.member.actor.clone());
        let actor = seller.ok_or_else(|| Refusal::broken(format!("nobody sells {}", row.sku)))?;
        let changes = item.offers.iter().map(|running| {
            let price = changed(running.price, row.percent)?;
            Ok(AnnouncePrice {
                actor: actor.clone(),
                id: running.id,
                version: running.version,
                price,
                tiers: Vec::new(),
                from,
            })
        });
        let changes = changes.collect::<Result<Vec<_>, Refusal>>()?;
        item.offers = together(changes.into_iter().map(|change| run(desk, change))).await?;
        any = true;
    }
    Ok(any)
}

/// A price in percent of what it was, in whole fen.
fn changed(price: UnitPrice, percent: i64) -> Result<UnitPrice, Refusal> {
    let fen = (price.ten_thousandths() * percent + 50 * FEN) / (100 * FEN);
    UnitPrice::from_ten_thousandths(fen * FEN).map_err(Refusal::broken)
}

/// Notes what was ordered, by product.
pub(super) fn note(ordered: &mut BTreeMap<ProductId, i64>, of: &[(ProductId, i64)]) {
    for (product, units) in of {
        *ordered.entry(*product).or_default() += units;
    }
}

/// Whether stores are filled up on a day.
pub(super) fn begins_month(day: CivilDate) -> bool {
    day.month().first_day() == day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_change_in_whole_fen() {
        let price: UnitPrice = "41.3333".parse().unwrap();
        assert_eq!(changed(price, 106).unwrap(), "43.81".parse().unwrap());
        assert_eq!(changed("10".parse().unwrap(), 95).unwrap(), "9.5".parse().unwrap());
    }
}
