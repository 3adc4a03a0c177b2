//! Offers on the wire.

use super::audience::Audience;
use super::category_body::example;
use super::good::Tier;
use super::offer::{NewOffer, OfferRecord};
use crate::http::fault::Fault;
use entity::{Channel, CivilDate, OfferId, OrganisationId, OrganisationKind, ProductId, Quantity, UnitPrice};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// A price for larger quantities.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct TierBody {
    /// From this quantity on, the whole quantity of a line takes this price.
    pub from: Quantity,
    /// Price of a unit in yuan, tax included.
    pub price: UnitPrice,
}

impl From<Tier> for TierBody {
    fn from(tier: Tier) -> Self {
        Self {
            from: tier.from,
            price: tier.price,
        }
    }
}

impl From<TierBody> for Tier {
    fn from(tier: TierBody) -> Self {
        Self {
            from: tier.from,
            price: tier.price,
        }
    }
}

/// An offer: the price of a product for somebody, from a day to a day.
#[derive(Clone, Debug, Object)]
pub struct OfferBody {
    /// Its id.
    pub offer_id: OfferId,
    /// For what.
    pub product_id: ProductId,
    /// The channel it is for; null where it is for all, a kind or a buyer.
    #[oai(nullable)]
    pub channel: Option<Channel>,
    /// The kind of organisation it is for; null unless it is for one.
    #[oai(nullable)]
    pub kind: Option<OrganisationKind>,
    /// The buyer it is for; null unless it is for one.
    #[oai(nullable)]
    pub buyer_id: Option<OrganisationId>,
    /// Price of a unit in yuan, tax included, below the first tier.
    pub price: UnitPrice,
    /// Prices of larger quantities, the smallest first.
    #[oai(validator(max_items = 10))]
    pub tiers: Vec<TierBody>,
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
            channel: offer.audience.channel(),
            kind: offer.audience.kind(),
            buyer_id: offer.audience.buyer(),
            price: offer.price,
            tiers: offer.tiers.into_iter().map(TierBody::from).collect(),
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
    /// The channel it is for. At most one of `channel`, `kind` and `buyer_id`; none of them: for all.
    pub channel: Option<Channel>,
    /// The kind of organisation it is for.
    pub kind: Option<OrganisationKind>,
    /// The buyer it is for; others never see it.
    pub buyer_id: Option<OrganisationId>,
    /// Price of a unit in yuan, tax included, below the first tier.
    pub price: UnitPrice,
    /// Prices of larger quantities, the smallest first; none, if left out.
    #[oai(validator(max_items = 10))]
    pub tiers: Option<Vec<TierBody>>,
    /// The least quantity of an order line; one step, if left out.
    pub minimum: Option<Quantity>,
    /// An order line is a whole number of this; the product's step, if left out.
    pub step: Option<Quantity>,
    /// The first day: today or later.
    pub from_date: CivilDate,
    /// The last day, itself included; open, if left out.
    pub to_date: Option<CivilDate>,
}

impl TryFrom<NewOfferBody> for NewOffer {
    type Error = Fault;

    fn try_from(body: NewOfferBody) -> Result<Self, Fault> {
        Ok(Self {
            product_id: body.product_id,
            audience: Audience::of(body.channel, body.kind, body.buyer_id)?,
            price: body.price,
            tiers: body.tiers.unwrap_or_default().into_iter().map(Tier::from).collect(),
            minimum: body.minimum,
            step: body.step,
            from: body.from_date,
            to: body.to_date,
        })
    }
}

impl Example for NewOfferBody {
    fn example() -> Self {
        Self {
            product_id: example("01933f2e-7c00-7a3b-9c41-5d2e8f60b174"),
            channel: Some(Channel::SchoolCanteen),
            kind: None,
            buyer_id: None,
            price: example("205.00"),
            tiers: None,
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

/// A new price, announced ahead.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct AnnouncedPriceBody {
    /// Price of a unit in yuan, tax included, below the first tier.
    pub price: UnitPrice,
    /// Prices of larger quantities; none, if left out.
    #[oai(validator(max_items = 10))]
    pub tiers: Option<Vec<TierBody>>,
    /// Its first day: as many days ahead as the supplier's terms say, at least. The running offer ends the day before.
    pub from_date: CivilDate,
}

impl Example for AnnouncedPriceBody {
    fn example() -> Self {
        Self {
            price: example("212.00"),
            tiers: None,
            from_date: example("2027-01-01"),
        }
    }
}
