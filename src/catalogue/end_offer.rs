//! Ending an offer: its last day is set; what was ordered at its price stands.

use super::list_product::own_product;
use super::make_offer::entry;
use super::offer::{OfferRecord, faults_of_end};
use super::offer_store::{self, offer_of, record_of};
use crate::access::Actor;
use crate::http::conditional::stale;
use crate::http::fault::Refusal;
use crate::journal::{Turn, TurnError, UseCase};
use entity::{CivilDate, OfferId, shanghai_date};

/// A seller ends an offer.
#[derive(Clone, Debug)]
pub struct EndOffer {
    /// Who.
    pub actor: Actor,
    /// Which.
    pub id: OfferId,
    /// The version that was read.
    pub version: i64,
    /// The last day, itself included.
    pub to: CivilDate,
}

#[async_trait::async_trait]
impl UseCase for EndOffer {
    type Answer = OfferRecord;

    async fn run(&self, turn: &mut Turn) -> Result<OfferRecord, TurnError> {
        let row = offer_store::offer(turn.tx(), self.id).await?;
        let row = row.ok_or_else(|| Refusal::fault("not_found"))?;
        let product = own_product(turn, &self.actor, row.product_id).await?;
        if row.version != self.version {
            return Err(stale().into());
        }
        let recorded = turn.next();
        faults_of_end(&offer_of(&row)?, self.to, shanghai_date(recorded.at)).finish()?;
        if !offer_store::end_offer(turn.tx(), turn.engine(), self.id, self.version, self.to, recorded.seq).await? {
            return Err(stale().into());
        }
        let after = OfferRecord {
            to: Some(self.to),
            version: self.version + 1,
            ..record_of(&row)?
        };
        turn.record(entry("offer.ended", &after, product.seller_id, &self.actor));
        Ok(after)
    }
}

/// Withdraws an offer that was never ordered by: it ends before its first day and never held. Whether there was anything
/// to withdraw: one that is over or withdrawn stays as it is.
pub(crate) async fn withdraw(turn: &mut Turn, actor: &Actor, id: OfferId) -> Result<bool, TurnError> {
    let row = offer_store::offer(turn.tx(), id).await?;
    let row = row.ok_or_else(|| Refusal::fault("not_found"))?;
    let product = own_product(turn, actor, row.product_id).await?;
    let recorded = turn.next();
    let over = row.to_date.is_some_and(|to| to < row.from_date || to < shanghai_date(recorded.at));
    let Some(before) = row.from_date.checked_add_days(-1).filter(|_| !over) else {
        return Ok(false);
    };
    if !offer_store::end_offer(turn.tx(), turn.engine(), id, row.version, before, recorded.seq).await? {
        return Err(stale().into());
    }
    let after = OfferRecord {
        to: Some(before),
        version: row.version + 1,
        ..record_of(&row)?
    };
    turn.record(entry("offer.ended", &after, product.seller_id, actor));
    Ok(true)
}
