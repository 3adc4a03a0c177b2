//! Orders on the wire.

use super::line_body::OrderLineBody;
use super::new_order::{Agreement, NewLine, NewOrder};
use super::placed::{PlacedGroup, PlacedOrder};
use super::queries::OrderWithLines;
use super::site::OrderSiteBody;
use super::worth::SumBody;
use crate::http::fault::Fault;
use chrono::{DateTime, Utc};
use entity::{
    CancelReason, Channel, CivilDate, ContractId, DeclineReason, EventReason, ExternalNo, FreeText, FundSource, ImportId, Mode, Money,
    OnShort, OrderGroupId, OrderId, OrderState, OrganisationId, Quantity, QuoteId, SiteId, Sku,
};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// A line asked for.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct NewLineBody {
    /// The product's SKU; case counts.
    pub sku: Sku,
    /// How much, in the product's unit; up to three decimals where the unit allows.
    pub quantity: Quantity,
}

/// What to order: lines of one or more suppliers, for one channel, one fund source and one day.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewOrderBody {
    /// The buyer's own number. It names the order group for ever: asked again with the same content, the group is
    /// answered as it is.
    pub external_order_no: Option<ExternalNo>,
    /// The channel; left out, the buyer's default.
    pub channel: Option<Channel>,
    /// The fund source; left out, the buyer's default.
    pub fund_source: Option<FundSource>,
    /// The receiving site; left out, the buyer's default site.
    pub site_id: Option<SiteId>,
    /// A framework contract to draw on: the prices are those of the contract, and every line must be of its goods.
    pub contract_id: Option<ContractId>,
    /// A quote to order by, in place of a contract.
    pub quote_id: Option<QuoteId>,
    /// The day of delivery, from tomorrow to 400 days ahead.
    pub deliver_on: CivilDate,
    /// What becomes of what the supplier cannot deliver; left out, it is closed.
    pub on_short: Option<OnShort>,
    /// A word to the supplier; kept beside the journal.
    pub note: Option<FreeText>,
    /// The lines. One product may stand on several.
    #[oai(validator(min_items = 1, max_items = 2000))]
    pub lines: Vec<NewLineBody>,
}

impl Example for NewOrderBody {
    fn example() -> Self {
        let line = |sku: &str, thousandths| {
            sku.parse().ok().map(|sku| NewLineBody {
                sku,
                quantity: Quantity::from_thousandths(thousandths),
            })
        };
        Self {
            external_order_no: "SC-2026-0117".parse().ok(),
            channel: Some(Channel::SchoolCanteen),
            fund_source: Some(FundSource::CanteenMeals),
            site_id: None,
            contract_id: None,
            quote_id: None,
            deliver_on: CivilDate::new(2026, 12, 1).unwrap_or(CivilDate::MIN),
            on_short: None,
            note: None,
            lines: [line("GR02", 10_000), line("FU02", 2_000)].into_iter().flatten().collect(),
        }
    }
}

impl TryFrom<NewOrderBody> for NewOrder {
    type Error = Fault;

    fn try_from(body: NewOrderBody) -> Result<Self, Fault> {
        let by = match (body.contract_id, body.quote_id) {
            (None, None) => None,
            (Some(id), None) => Some(Agreement::Contract(id)),
            (None, Some(id)) => Some(Agreement::Quote(id)),
            (Some(_), Some(_)) => return Err(Fault::of("two_agreements").at("/quote_id")),
        };
        Ok(Self {
            external_order_no: body.external_order_no,
            channel: body.channel,
            fund_source: body.fund_source,
            site: body.site_id,
            by,
            deliver_on: body.deliver_on,
            on_short: body.on_short.unwrap_or(OnShort::Close),
            note: body.note,
            lines: body
                .lines
                .into_iter()
                .map(|line| NewLine {
                    sku: line.sku,
                    quantity: line.quantity,
                })
                .collect(),
        })
    }
}

/// An organisation by id and name.
#[derive(Clone, Debug, Object)]
pub struct PartyBody {
    /// Id.
    pub id: OrganisationId,
    /// Name.
    #[oai(validator(max_length = 120))]
    pub name: String,
}

/// An order of a group just placed.
#[derive(Clone, Debug, Object)]
pub struct PlacedOrderBody {
    /// Id.
    pub id: OrderId,
    /// The number people use.
    #[oai(validator(max_length = 40))]
    pub order_no: String,
    /// The buyer's own number, which names the group.
    #[oai(nullable, validator(max_length = 64))]
    pub external_order_no: Option<String>,
    /// The supplier.
    pub supplier: PartyBody,
    /// State.
    pub status: OrderState,
    /// Channel.
    pub channel: Channel,
    /// Fund source.
    pub fund_source: FundSource,
    /// Day of delivery.
    pub deliver_on: CivilDate,
    /// Sum of its lines as they were placed.
    pub amount: Money,
    /// What was ordered, as it was placed.
    pub ordered: SumBody,
    /// What buyer and supplier agree on now: less what was closed, nothing of an order that was given up.
    pub agreed: SumBody,
    /// What stands: accepted less returned.
    pub standing: SumBody,
    /// Lines.
    #[oai(validator(max_items = 2000))]
    pub lines: Vec<OrderLineBody>,
}

/// A group: what one request placed, one order for each supplier.
#[derive(Clone, Debug, Object)]
pub struct OrderGroupBody {
    /// Id of the group.
    pub order_group_id: OrderGroupId,
    /// The buyer's own number.
    #[oai(nullable, validator(max_length = 64))]
    pub external_order_no: Option<String>,
    /// The orders.
    #[oai(validator(max_items = 2000))]
    pub orders: Vec<PlacedOrderBody>,
}

impl PlacedOrderBody {
    fn of(order: PlacedOrder, external_order_no: Option<String>) -> Self {
        Self {
            id: order.id,
            order_no: order.order_no,
            external_order_no,
            supplier: PartyBody {
                id: order.supplier_id,
                name: order.supplier_name,
            },
            status: order.state,
            channel: order.channel,
            fund_source: order.fund_source,
            deliver_on: order.deliver_on,
            amount: order.amount,
            ordered: SumBody::so_much(order.amount),
            // Just placed, all of it is agreed on and nothing stands.
            agreed: SumBody::so_much(order.agreed.unwrap_or(order.amount)),
            standing: SumBody::so_much(order.standing.unwrap_or(Money::ZERO)),
            lines: order.lines.into_iter().map(OrderLineBody::placed).collect(),
        }
    }
}

impl From<PlacedGroup> for OrderGroupBody {
    fn from(group: PlacedGroup) -> Self {
        Self {
            order_group_id: group.order_group_id,
            orders: group
                .orders
                .into_iter()
                .map(|order| PlacedOrderBody::of(order, group.external_order_no.clone()))
                .collect(),
            external_order_no: group.external_order_no,
        }
    }
}

/// An order as it is now.
#[derive(Clone, Debug, Object)]
pub struct OrderBody {
    /// Id.
    pub id: OrderId,
    /// The number people use.
    #[oai(validator(max_length = 40))]
    pub order_no: String,
    /// The buyer's own number, which names the group.
    #[oai(nullable, validator(max_length = 64))]
    pub external_order_no: Option<String>,
    /// Its group.
    pub order_group_id: OrderGroupId,
    /// The buyer.
    pub buyer: PartyBody,
    /// The supplier.
    pub supplier: PartyBody,
    /// The receiving site.
    #[oai(nullable)]
    pub site_id: Option<SiteId>,
    /// The import that booked it; null of an order that was placed here.
    #[oai(nullable)]
    pub import_id: Option<ImportId>,
    /// State.
    pub status: OrderState,
    /// Channel.
    pub channel: Channel,
    /// Fund source.
    pub fund_source: FundSource,
    /// Used up or sold on.
    pub mode: Mode,
    /// The buyer's town when it was placed, by division code.
    #[oai(validator(max_length = 16))]
    pub town_code: String,
    /// Day of delivery, as agreed last.
    pub deliver_on: CivilDate,
    /// What becomes of what the supplier cannot deliver.
    pub on_short: OnShort,
    /// Sum of its lines as they were placed.
    pub amount: Money,
    /// What was ordered, as it was placed.
    pub ordered: SumBody,
    /// What buyer and supplier agree on now: less what was closed, nothing of an order that was given up.
    pub agreed: SumBody,
    /// What stands: accepted less returned.
    pub standing: SumBody,
    /// When it was placed.
    pub placed_at: DateTime<Utc>,
    /// When the supplier answered.
    #[oai(nullable)]
    pub decided_at: Option<DateTime<Utc>>,
    /// When it ended.
    #[oai(nullable)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it ended, as a code.
    #[oai(nullable)]
    pub ended_reason: Option<EventReason>,
    /// The buyer's word to the supplier; only where one order is read.
    #[oai(nullable, validator(max_length = 2000))]
    pub note: Option<String>,
    /// The buyer's words to its cancel; only where one order is read.
    #[oai(nullable, validator(max_length = 2000))]
    pub ended_note: Option<String>,
    /// Where it goes, by name and address; only where one order is read.
    #[oai(nullable)]
    pub site: Option<OrderSiteBody>,
    /// Row version, as in `ETag`.
    #[oai(validator(minimum(value = "1")))]
    pub version: i64,
    /// Lines.
    #[oai(validator(max_items = 2000))]
    pub lines: Vec<OrderLineBody>,
}

impl From<OrderWithLines> for OrderBody {
    fn from(found: OrderWithLines) -> Self {
        let worth = found.worth();
        let order = found.order;
        Self {
            id: order.id,
            order_no: order.order_no,
            external_order_no: found.external_order_no,
            order_group_id: order.group_id,
            buyer: PartyBody {
                id: order.buyer_id,
                name: found.buyer_name,
            },
            supplier: PartyBody {
                id: order.supplier_id,
                name: found.supplier_name,
            },
            site_id: order.site_id,
            import_id: order.import_id,
            status: order.state,
            channel: order.channel,
            fund_source: order.fund_source,
            mode: order.mode,
            town_code: order.town_code,
            deliver_on: order.agreed_deliver_on.unwrap_or(order.deliver_on),
            on_short: order.on_short,
            amount: order.amount,
            ordered: SumBody::of(&worth, |line| line.ordered),
            agreed: SumBody::of(&worth, |line| line.agreed),
            standing: SumBody::of(&worth, |line| line.standing),
            placed_at: order.placed_at,
            decided_at: order.decided_at,
            ended_at: order.ended_at,
            ended_reason: order.ended_reason.and_then(|code| code.parse().ok()),
            note: found.note,
            ended_note: found.ended_note,
            site: found.site.map(Into::into),
            version: order.version,
            lines: found
                .lines
                .iter()
                .zip(worth)
                .map(|(line, worth)| {
                    let position = found.positions.get(&line.id).copied().unwrap_or_default();
                    OrderLineBody::now(line, position, order.state, worth)
                })
                .collect(),
        }
    }
}

crate::page! {
    /// Orders, newest first.
    OrderPage of OrderBody
}

/// Why the buyer cancels.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct CancelBody {
    /// As a code.
    pub reason: CancelReason,
    /// In own words; kept beside the journal.
    pub note: Option<FreeText>,
}

impl Example for CancelBody {
    fn example() -> Self {
        Self {
            reason: CancelReason::NoLongerNeeded,
            note: None,
        }
    }
}

/// Why the supplier declines.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct DeclineBody {
    /// As a code.
    pub reason: DeclineReason,
}

impl Example for DeclineBody {
    fn example() -> Self {
        Self {
            reason: DeclineReason::OutOfStock,
        }
    }
}
