//! Quotes on the wire.

use super::quote::{Quote, holds_on};
use crate::organisations::Parties;
use chrono::{DateTime, Utc};
use entity::tables::quote_lines;
use entity::{
    Channel, CivilDate, InquiryId, Money, OfferId, OrderGroupId, OrganisationId, ProductId, Quantity, QuoteId, QuoteOrigin, QuoteState,
    UnitPrice,
};
use poem_openapi::Object;

/// A line of a quote.
#[derive(Clone, Debug, Object)]
pub struct QuoteLineBody {
    /// From 1.
    #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
    pub line_no: i32,
    /// The line of the inquiry it answers; null where there is none.
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "200")))]
    pub answers_line: Option<i32>,
    /// The product.
    pub product_id: ProductId,
    /// SKU.
    #[oai(validator(max_length = 40))]
    pub sku: String,
    /// Name when it was quoted.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Unit the quantity is in.
    #[oai(validator(max_length = 20))]
    pub unit: String,
    /// How much: an order by the quote is for exactly this.
    pub quantity: Quantity,
    /// Price of a unit, tax-inclusive yuan.
    pub price: UnitPrice,
    /// Price × quantity, rounded once.
    pub amount: Money,
    /// The offer that gave the price; null where the supplier gave one of its own.
    #[oai(nullable)]
    pub offer_id: Option<OfferId>,
}

impl From<quote_lines::Model> for QuoteLineBody {
    fn from(line: quote_lines::Model) -> Self {
        Self {
            line_no: line.line_no,
            answers_line: line.answers_line,
            product_id: line.product_id,
            sku: line.sku,
            name: line.name,
            unit: line.unit,
            quantity: line.quantity,
            price: line.price,
            amount: line.amount,
            offer_id: Some(line.offer_id).filter(|id| !id.uuid().is_nil()),
        }
    }
}

/// A quote: prices of one supplier that hold for a while.
#[derive(Clone, Debug, Object)]
pub struct QuoteBody {
    /// Its id; an order says it as `quote_id`.
    pub id: QuoteId,
    /// Where its prices come from.
    pub origin: QuoteOrigin,
    /// The inquiry it answers; null where there is none.
    #[oai(nullable)]
    pub inquiry_id: Option<InquiryId>,
    /// For whom.
    pub buyer_id: OrganisationId,
    /// The buyer's name.
    #[oai(validator(max_length = 120))]
    pub buyer_name: String,
    /// By whom.
    pub supplier_id: OrganisationId,
    /// The supplier's name.
    #[oai(validator(max_length = 120))]
    pub supplier_name: String,
    /// For which channel.
    pub channel: Channel,
    /// State.
    pub status: QuoteState,
    /// Whether its last day is not over; only an open quote that is valid can be ordered by.
    pub valid: bool,
    /// Sum of its lines.
    pub goods: Money,
    /// Freight.
    pub freight: Money,
    /// Both.
    pub total: Money,
    /// Day of delivery: as promised by the supplier, or as asked for when it was kept.
    pub deliver_on: CivilDate,
    /// The last day on which an order may be placed by it.
    pub valid_until: CivilDate,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When an order was placed by it.
    #[oai(nullable)]
    pub used_at: Option<DateTime<Utc>>,
    /// What was ordered by it.
    #[oai(nullable)]
    pub order_group_id: Option<OrderGroupId>,
    /// The supplier's word to the buyer; only where one quote is read.
    #[oai(nullable, validator(max_length = 2000))]
    pub note: Option<String>,
    /// Lines.
    #[oai(validator(max_items = 200))]
    pub lines: Vec<QuoteLineBody>,
}

impl QuoteBody {
    /// A quote as it is today.
    #[must_use]
    pub fn of(quote: Quote, parties: &Parties, today: CivilDate) -> Self {
        let valid = holds_on(&quote.row, today);
        let row = quote.row;
        Self {
            id: row.id,
            origin: row.origin,
            inquiry_id: row.inquiry_id,
            buyer_id: row.buyer_id,
            buyer_name: name_of(parties, row.buyer_id),
            supplier_id: row.supplier_id,
            supplier_name: name_of(parties, row.supplier_id),
            channel: row.channel,
            status: row.state,
            valid,
            goods: row.goods,
            freight: row.freight,
            total: row.total,
            deliver_on: row.deliver_on,
            valid_until: row.valid_until,
            made_at: row.made_at,
            used_at: row.used_at,
            order_group_id: row.order_group_id,
            note: None,
            lines: quote.lines.into_iter().map(Into::into).collect(),
        }
    }
}

/// The name of an organisation.
pub(super) fn name_of(parties: &Parties, id: OrganisationId) -> String {
    parties.organisation(id).map(|party| party.name.clone()).unwrap_or_default()
}

/// Quotes just kept, one for each supplier.
#[derive(Clone, Debug, Object)]
pub struct KeptBody {
    /// The quotes.
    #[oai(validator(max_items = 200))]
    pub quotes: Vec<QuoteBody>,
}

crate::page! {
    /// Quotes, newest first.
    QuotePage of QuoteBody
}
