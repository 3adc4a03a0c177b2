//! Prices explained, on the wire.

use super::offer_body::OfferBody;
use super::pricing::Verdict;
use super::queries::PastPrice;
use chrono::{DateTime, Utc};
use entity::{Channel, CivilDate, Money, OfferId, OrganisationId, ProductId, Quantity, UnitPrice};
use poem_openapi::Object;

/// The most offers an explanation names.
pub(super) const MOST_CANDIDATES: usize = 200;

/// An offer that was looked at, and how it fared.
#[derive(Clone, Debug, Object)]
pub struct CandidateBody {
    /// The offer.
    pub offer: OfferBody,
    /// Its price at the quantity asked for.
    pub price_at_quantity: UnitPrice,
    /// How it fared.
    pub verdict: Verdict,
}

/// The price of a product for a buyer, and why.
#[derive(Clone, Debug, Object)]
pub struct PriceBody {
    /// The product.
    pub product_id: ProductId,
    /// For whom.
    pub buyer_id: OrganisationId,
    /// For which channel.
    pub channel: Channel,
    /// How much.
    pub quantity: Quantity,
    /// On which day.
    pub day: CivilDate,
    /// The offer that wins; null where there is none.
    #[oai(nullable)]
    pub offer_id: Option<OfferId>,
    /// Price of a unit; null where there is none.
    #[oai(nullable)]
    pub price: Option<UnitPrice>,
    /// Price × quantity, rounded once; null where there is no price.
    #[oai(nullable)]
    pub amount: Option<Money>,
    /// Every offer you may see, the winner first, with how it fared.
    #[oai(validator(max_items = 200))]
    pub candidates: Vec<CandidateBody>,
}

/// A price of the past, the present or the future.
#[derive(Clone, Debug, Object)]
pub struct PastPriceBody {
    /// The offer.
    pub offer: OfferBody,
    /// When it was made.
    pub made_at: DateTime<Utc>,
}

impl From<PastPrice> for PastPriceBody {
    fn from(past: PastPrice) -> Self {
        Self {
            offer: past.offer.into(),
            made_at: past.made_at,
        }
    }
}

crate::page! {
    /// Prices of a product by their first day, a page at a time.
    PastPricePage of PastPriceBody
}
