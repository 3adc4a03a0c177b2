//! Prices explained, and their history, over HTTP.

use super::agreed_price::{AgreedPrice, AgreedPrices};
use super::api::{SeenBy, visible_offers};
use super::audience::{Asker, Audience};
use super::good::{Good, Offer};
use super::offer::OfferRecord;
use super::price_body::{AgreedPriceBody, CandidateBody, MOST_CANDIDATES, PastPriceBody, PastPricePage, PriceBody};
use super::pricing::{Candidate, Verdict};
use super::queries;
use super::shelf::Shelf;
use crate::access::{Actor, only};
use crate::http::answer::Listed;
use crate::http::caller::Caller;
use crate::http::fault::{Fault, Refusal};
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::Desk;
use crate::organisations::{Parties, Register};
use entity::{Channel, CivilDate, OfferId, OrganisationId, ProductId, Quantity, Role, shanghai_date};
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{OpenApi, Tags};
use std::sync::Arc;

#[derive(Tags)]
enum Tag {
    /// Prices: for whom, from when, until when.
    Offers,
}

/// The operations on prices.
#[derive(Clone, Debug)]
pub struct PricesApi {
    /// Where they are carried out.
    pub desk: Desk,
    /// Organisations in memory.
    pub register: Register,
    /// Goods in memory.
    pub shelf: Shelf,
    /// What was agreed apart from offers.
    pub agreed: Arc<dyn AgreedPrices>,
}

#[OpenApi(tag = "Tag::Offers")]
impl PricesApi {
    /// Explain a price
    ///
    /// What a unit costs a buyer, by which offer, and why every other offer does not give the price: the most specific
    /// one that the quantity fits wins (buyer, kind, channel, all), then the one that began last, then the cheapest.
    /// Framework contracts give the price only of orders that name them; those that could be named are listed beside.
    /// Buyers ask for themselves; a supplier for its own products, and who sees everything, name a buyer.
    #[oai(path = "/v1/products/:product_id/price", method = "get", operation_id = "read_price")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn read(
        &self,
        caller: Caller,
        /// The product.
        product_id: Path<ProductId>,
        /// For which channel; the buyer's default, if left out.
        channel: Query<Option<Channel>>,
        /// How much; one step of the product, if left out.
        quantity: Query<Option<Quantity>>,
        /// On which day; today, if left out.
        day: Query<Option<CivilDate>>,
        /// For which buyer; your own organisation, if left out.
        buyer_id: Query<Option<OrganisationId>>,
    ) -> poem::Result<Json<PriceBody>> {
        let actor = Actor::of(&caller)?;
        let parties = self.register.refresh(&self.desk.db).await.map_err(Refusal::from)?;
        let goods = self.shelf.refresh(&self.desk.db).await.map_err(Refusal::from)?;
        may_ask(&actor)?;
        let good = goods.product(product_id.0).ok_or_else(|| Refusal::fault("not_found"))?;
        if actor.role == Role::Supplier && good.seller_id != actor.organisation {
            return Err(Refusal::fault("not_found").into());
        }
        let asker = asker_of(&actor, buyer_id.0, channel.0, &parties)?;
        let quantity = quantity.0.unwrap_or(good.quantity_step);
        if quantity <= Quantity::ZERO {
            let fault = Fault::of("quantity_not_positive").parameter("quantity");
            return Err(Refusal::from(fault).into());
        }
        let day = day.0.unwrap_or_else(|| shanghai_date(self.desk.clock.now()));
        let agreed = self.agreed.of(asker.buyer, good.id, day).await.map_err(Refusal::from)?;
        let mut body = explained(good, &asker, quantity, day, visible_offers(&actor));
        body.contracts = agreed.iter().map(|one| agreed_price(good, one, quantity)).collect();
        Ok(Json(body))
    }

    /// See a product's prices
    ///
    /// Past, present and announced ones by their first day. Suppliers see those of their own products; buyers those
    /// for all, a channel, a kind, and for themselves.
    #[oai(path = "/v1/products/:product_id/prices", method = "get", operation_id = "list_prices")]
    async fn history(
        &self,
        caller: Caller,
        /// The product.
        product_id: Path<ProductId>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<PastPricePage>> {
        let actor = Actor::of(&caller)?;
        let product = queries::product(self.desk.read(), product_id.0).await.map_err(Refusal::from)?;
        product.ok_or_else(|| Refusal::fault("not_found"))?;
        let after: Option<(CivilDate, OfferId)> = cursor
            .0
            .map(|cursor| caller.position::<(String, OfferId)>("prices", &cursor))
            .transpose()?
            .and_then(|(day, id)| Some((day.parse().ok()?, id)));
        let (db, engine) = (self.desk.read(), self.desk.engine());
        let rows = queries::prices(db, engine, product_id.0, visible_offers(&actor), after, limit.0.plus_one()).await;
        let (rows, next) = cut(rows.map_err(Refusal::from)?, limit.0, |last| {
            caller.cursor("prices", &(last.offer.from.to_string(), last.offer.id))
        })?;
        Ok(Listed((rows.into_iter().map(PastPriceBody::from).collect(), next).into()))
    }
}

/// Buyers, suppliers, and who sees everything.
fn may_ask(actor: &Actor) -> Result<(), Refusal> {
    let asks = matches!(actor.role, Role::Buyer | Role::Retailer | Role::Supplier) || actor.sees_all();
    if asks {
        Ok(())
    } else {
        let roles = [
            Role::Buyer,
            Role::Retailer,
            Role::Supplier,
            Role::Official,
            Role::Auditor,
            Role::Operator,
        ];
        Err(only(&roles).into())
    }
}

fn asker_of(actor: &Actor, named: Option<OrganisationId>, channel: Option<Channel>, parties: &Parties) -> Result<Asker, Refusal> {
    let buys = matches!(actor.role, Role::Buyer | Role::Retailer);
    let missing = |name: &str| Refusal::from(Fault::of("missing_parameter").parameter(name).with("name", name));
    let buyer = match named {
        // What others pay is not for a buyer to see.
        Some(id) if buys && id != actor.organisation => return Err(Refusal::fault("not_found")),
        Some(id) => id,
        None if buys => actor.organisation,
        None => return Err(missing("buyer_id")),
    };
    let party = parties.organisation(buyer).filter(|party| !party.archived);
    let party = party.ok_or_else(|| Refusal::fault("not_found"))?;
    let channel = channel
        .or_else(|| party.channels().first().copied())
        .ok_or_else(|| missing("channel"))?;
    Ok(Asker {
        buyer,
        kind: party.kind,
        channel,
    })
}

fn explained(good: &Good, asker: &Asker, quantity: Quantity, day: CivilDate, seen_by: SeenBy) -> PriceBody {
    let all = good.explain(asker, quantity, day);
    let winner = all.iter().find(|one| one.verdict == Verdict::Wins);
    let amount = winner.and_then(|one| one.price.times(good.priced(quantity)?));
    PriceBody {
        product_id: good.id,
        buyer_id: asker.buyer,
        channel: asker.channel,
        quantity,
        day,
        offer_id: winner.map(|one| one.offer.id),
        price: winner.map(|one| one.price),
        amount,
        candidates: candidates(good.id, &all, seen_by, MOST_CANDIDATES),
        contracts: Vec::new(),
    }
}

fn agreed_price(good: &Good, one: &AgreedPrice, quantity: Quantity) -> AgreedPriceBody {
    let amount = good.priced(quantity).and_then(|priced| one.price.times(priced));
    AgreedPriceBody {
        contract_id: one.contract_id,
        contract_no: one.contract_no.clone(),
        price: one.price,
        amount,
        left: one.left,
        to_date: one.to,
        fits: amount.is_some_and(|amount| one.takes(quantity, amount)),
    }
}

/// Offers that were looked at, those that may be seen.
fn candidates(product: ProductId, all: &[Candidate<'_>], seen_by: SeenBy, most: usize) -> Vec<CandidateBody> {
    let seen = |offer: &Offer| match (seen_by, offer.audience) {
        (SeenBy::Buyer(me), Audience::Buyer(of)) => of == me,
        _ => true,
    };
    let seen = all.iter().filter(|one| seen(one.offer)).take(most);
    seen.map(|one| CandidateBody {
        offer: record(product, one.offer).into(),
        price_at_quantity: one.price,
        verdict: one.verdict,
    })
    .collect()
}

/// Why a buyer pays what it does: the offers it may see, the winner first, at most so many.
#[must_use]
pub fn why(good: &Good, asker: &Asker, quantity: Quantity, day: CivilDate, most: usize) -> Vec<CandidateBody> {
    candidates(good.id, &good.explain(asker, quantity, day), SeenBy::Buyer(asker.buyer), most)
}

fn record(product_id: ProductId, offer: &Offer) -> OfferRecord {
    OfferRecord {
        id: offer.id,
        product_id,
        audience: offer.audience,
        price: offer.price,
        tiers: offer.tiers.clone(),
        minimum: offer.minimum,
        step: offer.step,
        from: offer.from,
        to: offer.to,
        version: offer.version,
    }
}
