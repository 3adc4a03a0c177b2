//! What a buyer asks for, as read from the wire: shapes are right, rules are not checked yet.

use entity::{Channel, CivilDate, ContractId, ExternalNo, FreeText, FundSource, OnShort, PriceSource, Quantity, QuoteId, SiteId, Sku};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use uuid::Uuid;

/// The most lines of one request.
pub const MOST_LINES: usize = 2_000;

/// A line asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLine {
    /// The product, as typed: case counts.
    pub sku: Sku,
    /// How much, in the product's unit.
    pub quantity: Quantity,
}

/// What was agreed before and gives the prices of an order, in place of offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Agreement {
    /// A framework contract, drawn on until its cap.
    Contract(ContractId),
    /// A quote, used up by one order.
    Quote(QuoteId),
}

impl Agreement {
    /// The word on the lines it prices.
    #[must_use]
    pub fn source(self) -> PriceSource {
        match self {
            Self::Contract(_) => PriceSource::Contract,
            Self::Quote(_) => PriceSource::Quote,
        }
    }

    /// Its id, whichever it is.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        match self {
            Self::Contract(id) => id.uuid(),
            Self::Quote(id) => id.uuid(),
        }
    }

    /// The contract, if it is one.
    #[must_use]
    pub fn contract(self) -> Option<ContractId> {
        match self {
            Self::Contract(id) => Some(id),
            Self::Quote(_) => None,
        }
    }

    /// The quote, if it is one.
    #[must_use]
    pub fn quote(self) -> Option<QuoteId> {
        match self {
            Self::Quote(id) => Some(id),
            Self::Contract(_) => None,
        }
    }

    /// The agreement that a line names, if it names one.
    #[must_use]
    pub fn of(source: PriceSource, id: Option<Uuid>) -> Option<Self> {
        match source {
            PriceSource::Contract => id.map(ContractId::from_uuid).map(Self::Contract),
            PriceSource::Quote => id.map(QuoteId::from_uuid).map(Self::Quote),
            PriceSource::Offer | PriceSource::Terms => None,
        }
    }

    /// Where a request names it.
    #[must_use]
    pub fn pointer(self) -> &'static str {
        match self {
            Self::Contract(_) => "/contract_id",
            Self::Quote(_) => "/quote_id",
        }
    }
}

/// A request to place orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrder {
    /// The buyer's own number; names the group for ever.
    pub external_order_no: Option<ExternalNo>,
    /// The channel; the buyer's default where it has one.
    pub channel: Option<Channel>,
    /// The fund source; the buyer's default where it has one.
    pub fund_source: Option<FundSource>,
    /// Where to deliver; the buyer's default site.
    pub site: Option<SiteId>,
    /// What becomes of what a supplier cannot deliver.
    pub on_short: OnShort,
    /// What gives the prices; offers unless told.
    pub by: Option<Agreement>,
    /// The day of delivery.
    pub deliver_on: CivilDate,
    /// A word to the supplier.
    pub note: Option<FreeText>,
    /// What.
    pub lines: Vec<NewLine>,
}

impl NewOrder {
    /// Hash of the content as asked: two requests with one external number must agree in it.
    #[must_use]
    pub fn content_hash(&self) -> [u8; 32] {
        let mut text = String::with_capacity(64 + self.lines.len() * 32);
        let word = |value: Option<&dyn std::fmt::Display>| value.map_or_else(|| "-".to_owned(), ToString::to_string);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}|{}|{}|{}",
            word(self.channel.as_ref().map(|v| v as _)),
            word(self.fund_source.as_ref().map(|v| v as _)),
            word(self.site.as_ref().map(|v| v as _)),
            self.deliver_on
        );
        // Said only where it is not the usual, so that hashes of before still hold.
        if self.on_short != OnShort::Close {
            let _ = writeln!(text, "{}", self.on_short);
        }
        if let Some(by) = self.by {
            let _ = writeln!(text, "{}|{}", by.source(), by.uuid());
        }
        for line in &self.lines {
            let _ = writeln!(text, "{}|{}", line.sku.as_str(), line.quantity);
        }
        Sha256::digest(text.as_bytes()).into()
    }
}
