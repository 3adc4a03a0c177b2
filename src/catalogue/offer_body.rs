//! Offers on the wire.

use super::category_body::example;
use super::offer::{NewOffer, OfferRecord};
use entity::{Channel, CivilDate, OfferId, ProductId, Quantity, UnitPrice};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// An offer: the price of a product for a channel, from a day to a day.
#[derive(Clone, Debug, Object)]
pub struct OfferBody {
    /// Its id.
    pub offer_id: OfferId,
    /// For what.
    pub product_id: ProductId,
    /// For whom.
    pub channel: Channel,
    /// Price of a unit in yuan, tax included.
    pub price: UnitPrice,
    /// The least quantity of an order line.
    pub minimum: Quantity,
    /// An order line is a whole number of this.
    pub step: Quantity,
    /// The first day.
    pub from_date: CivilDate,
    /// The last day, itself included; null while open.
    #[oai(nullable)]
    pub to_date: Option<CivilDate>,
}

impl From<OfferRecord> for OfferBody {
    fn from(offer: OfferRecord) -> Self {
        Self {
            offer_id: offer.id,
            product_id: offer.product_id,
            channel: offer.channel,
            price: offer.price,
            minimum: offer.minimum,
            step: offer.step,
            from_date: offer.from,
            to_date: offer.to,
        }
    }
}

crate::page! {
    /// Offers, a page at a time.
    OfferPage of OfferBody
}

/// An offer to be made.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewOfferBody {
    /// For what.
    pub product_id: ProductId,
    /// For whom: one offer at a time for a product and a channel.
    pub channel: Channel,
    /// Price of a unit in yuan, tax included.
    pub price: UnitPrice,
    /// The least quantity of an order line; one step, if left out.
    pub minimum: Option<Quantity>,
    /// An order line is a whole number of this; the product's step, if left out.
    pub step: Option<Quantity>,
    /// The first day: today or later.
    pub from_date: CivilDate,
    /// The last day, itself included; open, if left out.
    pub to_date: Option<CivilDate>,
}

impl From<NewOfferBody> for NewOffer {
    fn from(body: NewOfferBody) -> Self {
        Self {
            product_id: body.product_id,
            channel: body.channel,
            price: body.price,
            minimum: body.minimum,
            step: body.step,
            from: body.from_date,
            to: body.to_date,
        }
    }
}

impl Example for NewOfferBody {
    fn example() -> Self {
        Self {
            product_id: example("01933f2e-7c00-7a3b-9c41-5d2e8f60b174"),
            channel: Channel::SchoolCanteen,
            price: example("205.00"),
            minimum: Some(Quantity::ONE),
            step: Some(Quantity::ONE),
            from_date: example("2026-12-01"),
            to_date: None,
        }
    }
}

/// The end of an offer.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct EndOfferBody {
    /// The last day, itself included: today or later.
    pub to_date: CivilDate,
}

impl Example for EndOfferBody {
    fn example() -> Self {
        Self {
            to_date: example("2026-12-31"),
        }
    }
}
