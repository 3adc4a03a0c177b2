//! Prices that were agreed apart from offers, as a price's explanation names them. The room that keeps such agreements
//! lies above this one; the app plugs it in.

use entity::{CivilDate, ContractId, Money, OrganisationId, ProductId, Quantity, UnitPrice};
use sea_orm::DbErr;
use std::fmt::Debug;

/// A framework contract by which a buyer may order a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreedPrice {
    /// The contract.
    pub contract_id: ContractId,
    /// The number people use.
    pub contract_no: String,
    /// Price of a price unit.
    pub price: UnitPrice,
    /// The least quantity of a line.
    pub least: Option<Quantity>,
    /// A line is a whole number of this.
    pub step: Option<Quantity>,
    /// What may still be ordered of it.
    pub goods_left: Option<Quantity>,
    /// What may still be ordered in money.
    pub left: Money,
    /// The last day.
    pub to: CivilDate,
}

impl AgreedPrice {
    /// Whether so much may be ordered by it, at this amount.
    #[must_use]
    pub fn takes(&self, quantity: Quantity, amount: Money) -> bool {
        self.least.is_none_or(|least| least <= quantity)
            && self.step.is_none_or(|step| quantity.is_multiple_of(step))
            && self.goods_left.is_none_or(|left| quantity <= left)
            && amount <= self.left
    }
}

/// Who knows them.
#[async_trait::async_trait]
pub trait AgreedPrices: Debug + Send + Sync {
    /// The contracts by which a buyer may order a product on a day, at most 200.
    async fn of(&self, buyer: OrganisationId, product: ProductId, day: CivilDate) -> Result<Vec<AgreedPrice>, DbErr>;
}
