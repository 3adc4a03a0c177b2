//! Prices explained, on the wire.

use super::offer_body::OfferBody;
use super::pricing::Verdict;
use super::queries::PastPrice;
use chrono::{DateTime, Utc};
use entity::{Channel, CivilDate, ContractId, Money, OfferId, OrganisationId, ProductId, Quantity, UnitPrice};
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

/// A framework contract by which the buyer may order.
#[derive(Clone, Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct AgreedPriceBody {
    /// The contract, as an order names it.
    pub contract_id: ContractId,
    /// The number people use.
    #[oai(validator(max_length = 64))]
    pub contract_no: String,
    /// Price of a unit.
    pub price: UnitPrice,
    /// Price × quantity, rounded once.
    pub amount: Option<Money>,
    /// What may still be ordered by it.
    pub left: Money,
    /// Its last day.
    pub to_date: CivilDate,
    /// Whether the quantity fits its least, its step and what is left.
    pub fits: bool,
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
    /// Framework contracts that an order could name instead.
    #[oai(validator(max_items = 200))]
    pub contracts: Vec<AgreedPriceBody>,
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
