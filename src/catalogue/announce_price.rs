//! A change with notice: the running offer ends the day before, the next begins.

use super::good::{Offer, Tier};
use super::list_product::own_product;
use super::make_offer::{enter, entry};
use super::offer::{Held, NewOffer, OfferRecord, faults_of_new, faults_of_notice};
use super::offer_store::{self, offer_of, record_of};
use super::terms_store;
use crate::access::Actor;
use crate::http::conditional::stale;
use crate::http::fault::{Faults, Refusal};
use crate::journal::{Turn, TurnError, UseCase};
use entity::{CivilDate, OfferId, UnitPrice, shanghai_date};

/// A seller announces the price that follows a running offer.
#[derive(Clone, Debug)]
pub struct AnnouncePrice {
    /// Who.
    pub actor: Actor,
    /// The running offer.
    pub id: OfferId,
    /// The version of it that was read.
    pub version: i64,
    /// The new price.
    pub price: UnitPrice,
    /// Its tiers.
    pub tiers: Vec<Tier>,
    /// Its first day.
    pub from: CivilDate,
}

#[async_trait::async_trait]
impl UseCase for AnnouncePrice {
    type Answer = OfferRecord;

    async fn run(&self, turn: &mut Turn) -> Result<OfferRecord, TurnError> {
        let row = offer_store::offer(turn.tx(), self.id).await?;
        let row = row.ok_or_else(|| Refusal::fault("not_found"))?;
        let product = own_product(turn, &self.actor, row.product_id).await?;
        if row.version != self.version {
            return Err(stale().into());
        }
        let (recorded, running) = (turn.next(), offer_of(&row)?);
        let today = shanghai_date(recorded.at);
        let terms = terms_store::terms(turn.tx(), product.seller_id).await?;
        let new = NewOffer {
            product_id: row.product_id,
            audience: running.audience,
            price: self.price,
            tiers: self.tiers.clone(),
            minimum: Some(running.minimum),
            step: Some(running.step),
            from: self.from,
            to: running.to,
        };
        // The last day of the running offer lies before the first of the next: no product is without a price between.
        let last = self.from.checked_add_days(-1).unwrap_or(self.from);
        let known = offer_store::offers_of(turn.tx(), row.product_id, running.audience).await?;
        let known: Vec<Offer> = known.into_iter().filter(|other| other.id != running.id).collect();
        let held = Held {
            product: &product,
            known: &known,
            buyer: match running.audience.buyer() {
                Some(id) => offer_store::kind_of(turn.tx(), id).await?,
                None => None,
            },
            today,
            may_begin_earlier: false,
        };
        let notice = faults_of_notice(&running, self.from, today, terms.notice_days);
        let mut faults = Faults::new();
        if notice.is_empty() {
            faults = faults_of_new(&new, &held);
        }
        notice.finish()?;
        faults.finish()?;
        if !offer_store::end_offer(turn.tx(), turn.engine(), self.id, self.version, last, recorded.seq).await? {
            return Err(stale().into());
        }
        let ended = OfferRecord {
            to: Some(last),
            version: self.version + 1,
            ..record_of(&row)?
        };
        turn.record(entry("offer.ended", &ended, product.seller_id, &self.actor));
        enter(turn, &self.actor, &new, &product).await
    }
}
