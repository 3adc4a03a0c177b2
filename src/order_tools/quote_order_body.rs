//! Keeping quotes and ordering by them, on the wire.

use crate::orders::{NewLine, NewLineBody, NewOrder};
use entity::{Channel, CivilDate, ExternalNo, FreeText, FundSource, OnShort, Quantity, SiteId};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// What to keep quotes for: as in a dry run.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct KeepQuotesBody {
    /// The channel; left out, your default.
    pub channel: Option<Channel>,
    /// The fund source; left out, your default.
    pub fund_source: Option<FundSource>,
    /// The day of delivery, from tomorrow to 400 days ahead.
    pub deliver_on: CivilDate,
    /// The last day on which an order may be placed at these prices: no later than the suppliers have promised them.
    /// Left out, each quote holds as long as its supplier has promised, 30 days at most.
    pub valid_until: Option<CivilDate>,
    /// The lines; each product stands once.
    #[oai(validator(min_items = 1, max_items = 200))]
    pub lines: Vec<NewLineBody>,
}

impl Example for KeepQuotesBody {
    fn example() -> Self {
        let line = |sku: &str, thousandths| {
            let quantity = Quantity::from_thousandths(thousandths);
            sku.parse().ok().map(|sku| NewLineBody { sku, quantity })
        };
        Self {
            channel: Some(Channel::SchoolCanteen),
            fund_source: None,
            deliver_on: CivilDate::new(2026, 12, 1).unwrap_or(CivilDate::MIN),
            valid_until: CivilDate::new(2026, 11, 28).ok(),
            lines: [line("GR02", 10_000), line("FU02", 2_000)].into_iter().flatten().collect(),
        }
    }
}

impl From<KeepQuotesBody> for NewOrder {
    fn from(body: KeepQuotesBody) -> Self {
        let line = |line: NewLineBody| NewLine {
            sku: line.sku,
            quantity: line.quantity,
        };
        Self {
            external_order_no: None,
            channel: body.channel,
            fund_source: body.fund_source,
            site: None,
            by: None,
            deliver_on: body.deliver_on,
            on_short: OnShort::Close,
            note: None,
            lines: body.lines.into_iter().map(line).collect(),
        }
    }
}

/// For when to order by a quote: its lines, prices and freight are taken as they stand.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct OrderQuoteBody {
    /// The day of delivery; left out, the quote's own.
    pub deliver_on: Option<CivilDate>,
    /// The buyer's own number of the order group.
    pub external_order_no: Option<ExternalNo>,
    /// The fund source; left out, your default.
    pub fund_source: Option<FundSource>,
    /// The receiving site; left out, your default site.
    pub site_id: Option<SiteId>,
    /// What becomes of what the supplier cannot deliver; left out, it is closed.
    pub on_short: Option<OnShort>,
    /// A word to the supplier; kept beside the journal.
    pub note: Option<FreeText>,
}

impl Example for OrderQuoteBody {
    fn example() -> Self {
        Self {
            deliver_on: CivilDate::new(2026, 12, 15).ok(),
            external_order_no: None,
            fund_source: None,
            site_id: None,
            on_short: None,
            note: None,
        }
    }
}
