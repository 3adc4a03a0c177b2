//! What an order would be, on the wire.

use super::body::PartyBody;
use super::prepare::Prepared;
use entity::{Channel, FundSource, Money, PriceSource, Quantity, UnitPrice};
use poem_openapi::Object;

/// A line as it would be ordered.
#[derive(Clone, Debug, Object)]
pub struct TrialLineBody {
    /// SKU.
    #[oai(validator(max_length = 40))]
    pub sku: String,
    /// Name.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Unit.
    #[oai(validator(max_length = 20))]
    pub unit: String,
    /// How much.
    pub quantity: Quantity,
    /// Price of a unit today.
    pub price: UnitPrice,
    /// Price × quantity, rounded once.
    pub amount: Money,
    /// Where the price comes from.
    pub price_source: PriceSource,
}

/// What would be asked of one supplier.
#[derive(Clone, Debug, Object)]
pub struct TrialOrderBody {
    /// The supplier.
    pub supplier: PartyBody,
    /// Sum of its lines.
    pub amount: Money,
    /// Lines.
    #[oai(validator(max_items = 2000))]
    pub lines: Vec<TrialLineBody>,
}

/// What an order would be; nothing is written or held.
#[derive(Clone, Debug, Object)]
pub struct TrialBody {
    /// Channel it would have.
    pub channel: Channel,
    /// Fund source it would have.
    pub fund_source: FundSource,
    /// Sum of all.
    pub amount: Money,
    /// One for each supplier.
    #[oai(validator(max_items = 2000))]
    pub orders: Vec<TrialOrderBody>,
}

impl From<&Prepared> for TrialBody {
    fn from(prepared: &Prepared) -> Self {
        let orders: Vec<TrialOrderBody> = prepared
            .orders
            .iter()
            .map(|order| TrialOrderBody {
                supplier: PartyBody {
                    id: order.supplier.id,
                    name: order.supplier.name.clone(),
                },
                amount: order.amount,
                lines: order
                    .lines
                    .iter()
                    .map(|line| TrialLineBody {
                        sku: line.good.sku.clone(),
                        name: line.good.name.clone(),
                        unit: line.good.unit.clone(),
                        quantity: line.quantity,
                        price: line.price,
                        amount: line.amount,
                        price_source: line.source,
                    })
                    .collect(),
            })
            .collect();
        Self {
            channel: prepared.channel,
            fund_source: prepared.fund_source,
            amount: Money::checked_total(orders.iter().map(|order| order.amount)).unwrap_or(Money::ZERO),
            orders,
        }
    }
}
