//! Making an offer.

use super::list_product::own_product;
use super::offer::{Held, NewOffer, OfferRecord, faults_of_new};
use super::offer_store::{self, column_of, record_of};
use super::product::Product;
use crate::access::Actor;
use crate::http::fault::Faults;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::tables::offers;
use entity::{CivilDate, OfferId, OrganisationId, Role, shanghai_date};
use sea_orm::{ConnectionTrait, DbErr};

/// A seller offers a product to a channel at a price.
#[derive(Clone, Debug)]
pub struct MakeOffer {
    /// Who.
    pub actor: Actor,
    /// What.
    pub new: NewOffer,
}

#[async_trait::async_trait]
impl UseCase for MakeOffer {
    type Answer = OfferRecord;

    async fn run(&self, turn: &mut Turn) -> Result<OfferRecord, TurnError> {
        let new = &self.new;
        let product = own_product(turn, &self.actor, new.product_id).await?;
        let today = shanghai_date(turn.next().at);
        faults_now(turn.tx(), &self.actor, new, (&product, today)).await?.finish()?;
        enter(turn, &self.actor, new, &product).await
    }
}

/// Everything wrong with a new offer of a product today, as things are now.
pub(crate) async fn faults_now(
    db: &impl ConnectionTrait,
    actor: &Actor,
    new: &NewOffer,
    (product, today): (&Product, CivilDate),
) -> Result<Faults, DbErr> {
    let known = offer_store::offers_of(db, new.product_id, new.audience).await?;
    let buyer = match new.audience.buyer() {
        Some(id) => offer_store::kind_of(db, id).await?,
        None => None,
    };
    let held = Held {
        product,
        known: &known,
        buyer,
        today,
        may_begin_earlier: actor.role == Role::Operator,
    };
    Ok(faults_of_new(new, &held))
}

/// Writes an offer that breaks no rule, and says so.
pub(super) async fn enter(turn: &mut Turn, actor: &Actor, new: &NewOffer, product: &Product) -> Result<OfferRecord, TurnError> {
    let recorded = turn.next();
    let step = new.step.unwrap_or(product.quantity_step);
    let row = offers::Model {
        id: OfferId::at(recorded.at),
        product_id: new.product_id,
        channel: new.audience.channel(),
        kind: new.audience.kind(),
        buyer_id: new.audience.buyer(),
        price: new.price,
        minimum: new.minimum.unwrap_or(step),
        step,
        tiers: column_of(&new.tiers),
        from_date: new.from,
        to_date: new.to,
        version: 1,
        touched: recorded.seq,
        created_at: recorded.at,
    };
    let offer = record_of(&row)?;
    offer_store::insert_offer(turn.tx(), row).await?;
    turn.record(entry("offer.made", &offer, product.seller_id, actor));
    Ok(offer)
}

/// An entry about an offer.
pub(super) fn entry(kind: &'static str, offer: &OfferRecord, seller: OrganisationId, actor: &Actor) -> NewEntry {
    let mut entry = NewEntry::new(kind, "offer", offer.id.uuid(), actor.who())
        .with("product", offer.product_id.to_string())
        .with("price", offer.price.ten_thousandths())
        .with("minimum", offer.minimum.thousandths())
        .with("step", offer.step.thousandths())
        .with("from", offer.from.to_string())
        .with("version", offer.version)
        .of_register();
    if let Some(to) = offer.to {
        entry = entry.with("to", to.to_string());
    }
    if let Some(channel) = offer.audience.channel() {
        entry = entry.with("channel", channel.as_str());
    }
    if let Some(kind) = offer.audience.kind() {
        entry = entry.with("kind", kind.as_str());
    }
    if !offer.tiers.is_empty() {
        entry = entry.with("tiers", column_of(&offer.tiers));
    }
    // A price for one buyer is that buyer's business too.
    entry.buyer = offer.audience.buyer();
    entry.supplier = Some(seller);
    entry
}
