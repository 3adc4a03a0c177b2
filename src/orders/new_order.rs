//! What a buyer asks for, as read from the wire: shapes are right, rules are not checked yet.

use entity::{Channel, CivilDate, ExternalNo, FreeText, FundSource, OnShort, Quantity, SiteId, Sku};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

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
        for line in &self.lines {
            let _ = writeln!(text, "{}|{}", line.sku.as_str(), line.quantity);
        }
        Sha256::digest(text.as_bytes()).into()
    }
}
