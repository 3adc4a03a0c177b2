//! Lists the goods, offers them, and fills the stores.

use super::data::{self, ProductRow, parse};
use super::parties::{Member, Parties, Seller};
use super::{operator, run, together};
use crate::catalogue::{ListProduct, MakeOffer, NewOffer, OfferRecord, Product};
use crate::founding;
use crate::http::fault::Refusal;
use crate::journal::Desk;
use crate::stock::{AddPlace, MoveStock, NewMovement};
use entity::{Channel, CivilDate, OrganisationId, PlaceId, ProductId, Quantity, Sku, StockReason, UnitPrice};
use std::collections::BTreeMap;

/// What lies in store of each product at the beginning: more than the busiest month takes.
const OPENING_UNITS: i64 = 8_000;
/// Fen, in units of a price.
const FEN: i64 = 100;

/// A product as the orders of the world see it.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) sku: Sku,
    pub(super) id: ProductId,
    pub(super) seller: OrganisationId,
    pub(super) channels: Vec<Channel>,
    /// Weight of a unit: of what is heavy less is ordered.
    pub(super) grams: i64,
    /// Kilograms nominally in a unit, for goods that are weighed.
    pub(super) content: Option<Quantity>,
    /// What it is offered at, one for each channel.
    pub(super) offers: Vec<OfferRecord>,
    /// Where it lies.
    pub(super) place: Option<PlaceId>,
}

/// Enters categories, products, offers from `since`, places and opening stock.
pub(super) async fn stock_up(desk: &Desk, parties: &Parties, since: CivilDate) -> Result<Vec<Item>, Refusal> {
    founding::categories(desk).await?;
    let sellers: BTreeMap<&str, &Member> = parties
        .sellers
        .iter()
        .flat_map(|seller| seller.skus.iter().map(move |sku| (sku.as_str(), &seller.member)))
        .collect();
    let mut items = together(data::products()?.into_iter().map(|row| list(desk, &sellers, row, since))).await?;
    let places = together(parties.sellers.iter().map(|seller| fill(desk, seller, &items))).await?;
    let places: BTreeMap<OrganisationId, PlaceId> = places.into_iter().collect();
    for item in &mut items {
        item.place = places.get(&item.seller).copied();
    }
    Ok(items)
}

async fn list(desk: &Desk, sellers: &BTreeMap<&str, &Member>, row: ProductRow, since: CivilDate) -> Result<Item, Refusal> {
    let seller = sellers
        .get(row.sku.as_str())
        .ok_or_else(|| Refusal::broken(format!("nobody sells {}", row.sku)))?;
    let new = row.to_new(seller.party.id)?;
    let product = run(
        desk,
        ListProduct {
            actor: seller.actor.clone(),
            new: new.clone(),
        },
    )
    .await?;
    let mut offers = Vec::with_capacity(new.traits.channels.len());
    for channel in &new.traits.channels {
        offers.push(offer(desk, &product, *channel, row.price()?, since).await?);
    }
    Ok(Item {
        sku: new.sku,
        id: product.id,
        seller: product.seller_id,
        channels: new.traits.channels,
        grams: new.traits.net_weight.map_or(1_000, |weight| weight.grams()),
        content: new.weighed.map(|weighed| weighed.content),
        offers,
        place: None,
    })
}

/// By the operator, who takes over the prices of the year before.
async fn offer(desk: &Desk, product: &Product, channel: Channel, price: UnitPrice, from: CivilDate) -> Result<OfferRecord, Refusal> {
    let new = NewOffer::to_channel(product.id, channel, price_for(channel, price)?, from);
    let actor = operator();
    run(desk, MakeOffer { actor, new }).await
}

/// Who sells on pays 5 % less, in whole fen.
fn price_for(channel: Channel, price: UnitPrice) -> Result<UnitPrice, Refusal> {
    use Channel as C;
    match channel {
        C::GovernmentCanteen | C::SchoolCanteen | C::HospitalCanteen | C::EnterpriseCanteen | C::UnionWelfare => Ok(price),
        C::Supermarket | C::Market | C::Community | C::Hall | C::Zone | C::Counter | C::Online | C::Fair => {
            let fen = price.ten_thousandths() * 95 / 100 / FEN;
            UnitPrice::from_ten_thousandths(fen * FEN).map_err(Refusal::broken)
        }
    }
}

/// Opens the supplier's store and puts its goods there.
async fn fill(desk: &Desk, seller: &Seller, items: &[Item]) -> Result<(OrganisationId, PlaceId), Refusal> {
    let actor = &seller.member.actor;
    let place = run(
        desk,
        AddPlace {
            actor: actor.clone(),
            name: parse(&format!("{}一号库", seller.member.party.name))?,
            town_code: parse(&seller.town_code)?,
        },
    )
    .await?;
    let own = items.iter().filter(|item| item.seller == actor.organisation);
    let movements = own.map(|item| NewMovement {
        product_id: item.id,
        place_id: place.id,
        quantity: Quantity::from_thousandths(OPENING_UNITS * 1_000).into(),
        reason: StockReason::Opening,
        moved_on: desk.clock.today(),
    });
    let movements = movements.collect();
    let actor = actor.clone();
    run(desk, MoveStock { actor, movements }).await?;
    Ok((seller.member.party.id, place.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sells_on_pays_a_little_less_in_whole_fen() {
        let price: UnitPrice = "10.5".parse().unwrap();
        assert_eq!(price_for(Channel::SchoolCanteen, price).unwrap(), price);
        assert_eq!(price_for(Channel::Supermarket, price).unwrap(), "9.97".parse().unwrap());
    }
}
