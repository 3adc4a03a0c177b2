//! Ordering the same again, over HTTP.

use super::repeat_body::{OrderedBody, RepeatOrderBody, wants_what_is_good};
use crate::access::{Actor, Scope, may_order};
use crate::http::answer::Made;
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Answered, Repeat};
use crate::orders::{Agreement, NewLine, NewOrder, OrderDesk, OrderWithLines, PlacedGroup, Source};
use entity::{LineKind, OrderId};
use poem::web::Data;
use poem_openapi::param::{Header, Path};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What buyers ask of suppliers.
    Orders,
}

/// The operations on orders that begin with an earlier one.
#[derive(Clone, Debug)]
pub struct RepeatApi {
    /// Where orders are carried out.
    pub desk: OrderDesk,
}

#[OpenApi(tag = "Tag::Orders")]
impl RepeatApi {
    /// Order the same again
    ///
    /// Places the lines of an earlier order of yours for another day: same channel, fund source and site, at today's
    /// prices or those of a contract. Where the site is used no more, the goods go to the one you name in `site_id`; left
    /// out, they go where an order goes that names none: to your default site. Lines that cannot be had are named all at
    /// once, or left out and answered with their reasons. In a problem, `/lines/0` is the first line of the earlier order.
    #[oai(path = "/v1/orders/:order_id/repeat", method = "post", operation_id = "repeat_order")]
    async fn repeat(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// The earlier order.
        order_id: Path<OrderId>,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<RepeatOrderBody>,
    ) -> poem::Result<Made<OrderedBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/orders/{}/repeat", order_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let found = self.desk.read(&Scope::Buyer(actor.organisation), order_id.0).await?;
        let earlier = found.ok_or_else(|| Refusal::from(Fault::of("not_found")))?;
        let skip = wants_what_is_good(body.0.mode, body.0.skip_unavailable);
        let named = body.0.site_id.is_some();
        let asked = the_same(earlier, body.0)?;
        let gone = match asked.site.filter(|_| !named) {
            Some(site) => self.desk.site_is_gone(actor.organisation, site).await?,
            None => false,
        };
        let placed = match self.place(actor.clone(), asked.clone(), skip, repeat.clone()).await {
            // Asked first as it may have been answered before the site went.
            Err(Refusal::Faults(_)) if gone => self.place(actor, NewOrder { site: None, ..asked }, skip, repeat).await?,
            placed => placed?,
        };
        let found = placed.answer.found;
        let body = OrderedBody::of(placed.answer, context.language);
        let made = if found { Made::before(&body) } else { Made::now(&body) };
        Ok(made
            .at(format!("/v1/order-groups/{}", body.group.order_group_id))
            .replayed(placed.replayed))
    }
}

impl RepeatApi {
    /// Places all, or what can be had of it.
    async fn place(&self, actor: Actor, asked: NewOrder, skip: bool, repeat: Repeat) -> Result<Answered<PlacedGroup>, Refusal> {
        if skip {
            self.desk.place_available(actor, asked, Source::default(), Some(repeat)).await
        } else {
            self.desk.place(actor, asked, Some(repeat)).await
        }
    }
}

/// The request that asks for the lines of an earlier order.
fn the_same(earlier: OrderWithLines, body: RepeatOrderBody) -> Result<NewOrder, Refusal> {
    let order = earlier.order;
    // Freight is added anew, by the terms of today.
    let goods = earlier.lines.into_iter().filter(|line| line.line_kind != LineKind::Freight);
    let lines = goods.map(|line| {
        let sku = line
            .sku
            .parse()
            .map_err(|_| Refusal::broken("an order line has a SKU that is none"))?;
        Ok(NewLine {
            sku,
            quantity: line.quantity,
        })
    });
    Ok(NewOrder {
        external_order_no: body.external_order_no,
        channel: Some(order.channel),
        fund_source: Some(order.fund_source),
        site: body.site_id.or(order.site_id),
        on_short: order.on_short,
        by: body.contract_id.map(Agreement::Contract),
        deliver_on: body.deliver_on,
        note: body.note,
        lines: lines.collect::<Result<_, Refusal>>()?,
    })
}
