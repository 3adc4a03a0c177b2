//! Making an offer.

use super::list_product::own_product;
use super::offer::{NewOffer, OfferRecord, faults_of_new};
use super::store;
use crate::access::Actor;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::tables::offers;
use entity::{OfferId, OrganisationId, Role, shanghai_date};

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
        let recorded = turn.next();
        let known = store::offers_of(turn.tx(), new.product_id, new.channel).await?;
        let operator = self.actor.role == Role::Operator;
        faults_of_new(new, &product, &known, shanghai_date(recorded.at), operator).finish()?;
        let step = new.step.unwrap_or(product.quantity_step);
        let row = offers::Model {
            id: OfferId::at(recorded.at),
            product_id: new.product_id,
            channel: new.channel,
            price: new.price,
            minimum: new.minimum.unwrap_or(step),
            step,
            from_date: new.from,
            to_date: new.to,
            version: 1,
            touched: recorded.seq,
            created_at: recorded.at,
        };
        let offer = record_of(&row);
        store::insert_offer(turn.tx(), row).await?;
        turn.record(entry("offer.made", &offer, product.seller_id, &self.actor));
        Ok(offer)
    }
}

/// An offer from its row.
pub(super) fn record_of(row: &offers::Model) -> OfferRecord {
    OfferRecord {
        id: row.id,
        product_id: row.product_id,
        channel: row.channel,
        price: row.price,
        minimum: row.minimum,
        step: row.step,
        from: row.from_date,
        to: row.to_date,
        version: row.version,
    }
}

/// An entry about an offer.
pub(super) fn entry(kind: &'static str, offer: &OfferRecord, seller: OrganisationId, actor: &Actor) -> NewEntry {
    let mut entry = NewEntry::new(kind, "offer", offer.id.uuid(), actor.who())
        .with("product", offer.product_id.to_string())
        .with("channel", offer.channel.as_str())
        .with("price", offer.price.ten_thousandths())
        .with("minimum", offer.minimum.thousandths())
        .with("step", offer.step.thousandths())
        .with("from", offer.from.to_string())
        .with("version", offer.version)
        .of_register();
    if let Some(to) = offer.to {
        entry = entry.with("to", to.to_string());
    }
    entry.supplier = Some(seller);
    entry
}
