//! Offers over HTTP.

use super::announce_price::AnnouncePrice;
use super::api::{repeat, visible_offers};
use super::end_offer::EndOffer;
use super::make_offer::MakeOffer;
use super::offer_body::{AnnouncedPriceBody, EndOfferBody, NewOfferBody, OfferBody, OfferPage};
use super::queries::{self, OfferFilter};
use crate::access::{Actor, Permission};
use crate::http::answer::{Listed, Made, Versioned};
use crate::http::caller::Caller;
use crate::http::conditional::if_match;
use crate::http::fault::{Fault, Refusal};
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::Desk;
use entity::{Channel, CivilDate, OfferId, ProductId};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// Prices: for whom, from when, until when.
    Offers,
}

/// The operations on offers.
#[derive(Clone, Debug)]
pub struct OffersApi {
    /// Where they are carried out.
    pub desk: Desk,
}

#[OpenApi(tag = "Tag::Offers")]
impl OffersApi {
    /// List offers
    ///
    /// Oldest first, past and future ones too. Suppliers see their own.
    #[oai(path = "/v1/offers", method = "get", operation_id = "list_offers")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn list(
        &self,
        caller: Caller,
        /// Only for this product.
        product_id: Query<Option<ProductId>>,
        /// Only for this channel.
        channel: Query<Option<Channel>>,
        /// Only those that hold on this day.
        on: Query<Option<CivilDate>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<OfferPage>> {
        let actor = Actor::of(&caller)?;
        let filter = OfferFilter {
            product: product_id.0,
            channel: channel.0,
            on: on.0,
            seen_by: visible_offers(&actor),
        };
        let after: Option<OfferId> = cursor.0.map(|cursor| caller.position("offers", &cursor)).transpose()?;
        let rows = queries::offers(self.desk.read(), self.desk.engine(), &filter, after, limit.0.plus_one()).await;
        let (rows, next) = cut(rows.map_err(Refusal::from)?, limit.0, |last| caller.cursor("offers", &last.id))?;
        Ok(Listed((rows.into_iter().map(OfferBody::from).collect(), next).into()))
    }

    /// Read an offer
    ///
    /// As it is now, with its version as `ETag`.
    #[oai(path = "/v1/offers/:offer_id", method = "get", operation_id = "read_offer")]
    async fn read(
        &self,
        caller: Caller,
        /// The offer.
        offer_id: Path<OfferId>,
    ) -> poem::Result<Versioned<OfferBody>> {
        let actor = Actor::of(&caller)?;
        let offer = queries::offer(self.desk.read(), self.desk.engine(), offer_id.0, visible_offers(&actor)).await;
        let offer = offer.map_err(Refusal::from)?.ok_or_else(|| Refusal::fault("not_found"))?;
        let version = offer.version;
        Ok(Versioned(offer.into(), version))
    }

    /// Make an offer
    ///
    /// For all, a channel, a kind of organisation, or one buyer; one offer at a time for a product and an audience: where
    /// days overlap, the other offer is named. To change a price, announce the next one, or end the offer and make another.
    #[oai(path = "/v1/offers", method = "post", operation_id = "make_offer")]
    async fn make(
        &self,
        caller: Caller,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewOfferBody>,
    ) -> poem::Result<Made<OfferBody>> {
        let actor = Actor::of(&caller)?;
        actor.must(Permission::Catalogue).map_err(Refusal::from)?;
        let repeat = repeat(&caller, key.0.as_deref(), "POST /v1/offers", &body.0)?;
        let new = body.0.try_into().map_err(|fault: Fault| Refusal::from(fault))?;
        let made = self.desk.gate.run(MakeOffer { actor, new }, Some(repeat)).await?;
        let (location, version) = (format!("/v1/offers/{}", made.answer.id), made.answer.version);
        let offer = Made::now(&OfferBody::from(made.answer));
        Ok(offer.at(location).version(version).replayed(made.replayed))
    }

    /// Announce a new price
    ///
    /// From a later day on, as many days ahead as the supplier's terms ask: the running offer ends the day before, and
    /// the next begins, for the same audience, minimum and step, and as long as the running one was to hold.
    #[oai(path = "/v1/offers/:offer_id/announce", method = "post", operation_id = "announce_price")]
    async fn announce(
        &self,
        caller: Caller,
        /// The running offer.
        offer_id: Path<OfferId>,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<AnnouncedPriceBody>,
    ) -> poem::Result<Made<OfferBody>> {
        let actor = Actor::of(&caller)?;
        actor.must(Permission::Catalogue).map_err(Refusal::from)?;
        let announce = AnnouncePrice {
            actor,
            id: offer_id.0,
            version: if_match(version.0.as_deref())?,
            price: body.0.price,
            tiers: body.0.tiers.unwrap_or_default().into_iter().map(Into::into).collect(),
            from: body.0.from_date,
        };
        let next = self.desk.gate.run(announce, None).await?.answer;
        let (location, version) = (format!("/v1/offers/{}", next.id), next.version);
        Ok(Made::now(&OfferBody::from(next)).at(location).version(version))
    }

    /// End an offer
    ///
    /// Sets its last day, today or later, never later than it was. What was ordered at its price stands. An offer that
    /// has not begun may end before its first day: it is withdrawn and never holds.
    #[oai(path = "/v1/offers/:offer_id/end", method = "post", operation_id = "end_offer")]
    async fn end(
        &self,
        caller: Caller,
        /// The offer.
        offer_id: Path<OfferId>,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<EndOfferBody>,
    ) -> poem::Result<Versioned<OfferBody>> {
        let actor = Actor::of(&caller)?;
        actor.must(Permission::Catalogue).map_err(Refusal::from)?;
        let end = EndOffer {
            actor,
            id: offer_id.0,
            version: if_match(version.0.as_deref())?,
            to: body.0.to_date,
        };
        let offer = self.desk.gate.run(end, None).await?.answer;
        let version = offer.version;
        Ok(Versioned(offer.into(), version))
    }
}
