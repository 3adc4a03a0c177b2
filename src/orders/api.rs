//! Orders over HTTP.

use super::answer::{AnswerOrder, SupplierAnswer};
use super::body::{CancelBody, DeclineBody, NewOrderBody, OrderBody, OrderGroupBody, OrderPage};
use super::cancel::CancelOrder;
use super::desk::OrderDesk;
use super::new_order::NewOrder;
use super::store::OrderFilter;
use super::trial_body::TrialBody;
use crate::access::{Actor, may_answer, may_order, scope_of};
use crate::http::answer::{Listed, Made, Versioned};
use crate::http::caller::Caller;
use crate::http::fault::{Fault, Refusal};
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::Repeat;
use entity::{Channel, CivilDate, FundSource, ImportId, OrderGroupId, OrderId, OrderState, OrganisationId};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What buyers ask of suppliers.
    Orders,
}

/// The operations on orders.
#[derive(Clone, Debug)]
pub struct OrdersApi {
    /// Where they are carried out.
    pub desk: OrderDesk,
}

#[OpenApi(tag = "Tag::Orders")]
impl OrdersApi {
    /// Place orders
    ///
    /// Places one order for each supplier, all or none, at today's prices or at those of an agreement, and holds the
    /// stock. All faults are answered at once; short stock names the line and what is left.
    #[oai(path = "/v1/orders", method = "post", operation_id = "place_order")]
    async fn place(
        &self,
        caller: Caller,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewOrderBody>,
    ) -> poem::Result<Made<OrderGroupBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let repeat = Repeat::of(&caller, key.0.as_deref(), "POST /v1/orders", body.0.to_json())?;
        let asked = NewOrder::try_from(body.0).map_err(Refusal::from)?;
        let placed = self.desk.place(actor, asked, Some(repeat)).await?;
        let found = placed.answer.found;
        let group = OrderGroupBody::from(placed.answer);
        let made = if found { Made::before(&group) } else { Made::now(&group) };
        Ok(made
            .at(format!("/v1/order-groups/{}", group.order_group_id))
            .replayed(placed.replayed))
    }

    /// Try an order
    ///
    /// Says what an order would be and cost, by which offers, when each supplier can deliver, and of which lines there is not enough; or every
    /// rule that stands against it. Nothing is written or held.
    #[oai(path = "/v1/orders/dry-run", method = "post", operation_id = "try_order")]
    async fn try_order(
        &self,
        caller: Caller,
        /// Whether to say why each price is what it is: the offers that were looked at, at most 10 a line.
        explain: Query<Option<bool>>,
        body: Json<NewOrderBody>,
    ) -> poem::Result<Json<TrialBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let asked = body.0.try_into().map_err(|fault: Fault| Refusal::from(fault))?;
        let trial = self.desk.trial(&actor, &asked).await?;
        Ok(Json(TrialBody::of(&trial, explain.0.unwrap_or(false))))
    }

    /// List orders
    ///
    /// The orders you may see, newest first: buyers their own, suppliers those asked of them, officials those of
    /// their remit.
    #[oai(path = "/v1/orders", method = "get", operation_id = "list_orders")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn list(
        &self,
        caller: Caller,
        /// Only in this state.
        status: Query<Option<OrderState>>,
        /// Only for this channel.
        channel: Query<Option<Channel>>,
        /// Only from this fund source.
        fund_source: Query<Option<FundSource>>,
        /// Only of this buyer.
        buyer_id: Query<Option<OrganisationId>>,
        /// Only with this supplier.
        supplier_id: Query<Option<OrganisationId>>,
        /// Placed on this day or later.
        placed_from: Query<Option<CivilDate>>,
        /// Placed on this day or earlier.
        placed_to: Query<Option<CivilDate>>,
        /// To be delivered on this day or later.
        deliver_from: Query<Option<CivilDate>>,
        /// To be delivered on this day or earlier.
        deliver_to: Query<Option<CivilDate>>,
        /// Only the order with this number.
        #[oai(validator(max_length = 40))]
        order_no: Query<Option<String>>,
        /// Only orders of the group that a buyer has given this number.
        #[oai(validator(max_length = 64))]
        external_order_no: Query<Option<String>>,
        /// Only what this import has booked.
        import_id: Query<Option<ImportId>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<OrderPage>> {
        let scope = scope_of(&Actor::of(&caller)?);
        let filter = OrderFilter {
            state: status.0,
            channel: channel.0,
            fund_source: fund_source.0,
            supplier: supplier_id.0,
            buyer: buyer_id.0,
            placed_from: placed_from.0,
            placed_to: placed_to.0,
            deliver_from: deliver_from.0,
            deliver_to: deliver_to.0,
            order_no: order_no.0,
            external_order_no: external_order_no.0,
            import: import_id.0,
        };
        let before: Option<OrderId> = cursor.0.map(|cursor| caller.position("orders", &cursor)).transpose()?;
        let rows = self.desk.list(&scope, &filter, before, limit.0.plus_one()).await?;
        let (rows, next) = cut(rows, limit.0, |last| caller.cursor("orders", &last.order.id))?;
        Ok(Listed((rows.into_iter().map(OrderBody::from).collect(), next).into()))
    }

    /// Read an order
    ///
    /// As it is now, with its lines and its version as `ETag`.
    #[oai(path = "/v1/orders/:order_id", method = "get", operation_id = "read_order")]
    async fn read(
        &self,
        caller: Caller,
        /// The order.
        order_id: Path<OrderId>,
    ) -> poem::Result<Versioned<OrderBody>> {
        let scope = scope_of(&Actor::of(&caller)?);
        let found = self
            .desk
            .read(&scope, order_id.0)
            .await?
            .ok_or_else(|| Refusal::from(Fault::of("not_found")))?;
        let version = found.order.version;
        Ok(Versioned(found.into(), version))
    }

    /// Read an order group
    ///
    /// What one request placed, as it is now: those of its orders that you may see.
    #[oai(path = "/v1/order-groups/:order_group_id", method = "get", operation_id = "read_order_group")]
    async fn read_group(
        &self,
        caller: Caller,
        /// The group.
        order_group_id: Path<OrderGroupId>,
    ) -> poem::Result<Json<OrderGroupBody>> {
        let actor = Actor::of(&caller)?;
        let found = self.desk.group(&scope_of(&actor), order_group_id.0).await?;
        Ok(Json(found.ok_or_else(|| Refusal::from(Fault::of("not_found")))?.into()))
    }

    /// Cancel an order
    ///
    /// The buyer takes it back; possible until something is shipped. What was held is free again.
    #[oai(path = "/v1/orders/:order_id/cancel", method = "post", operation_id = "cancel_order")]
    async fn cancel(
        &self,
        caller: Caller,
        /// The order.
        order_id: Path<OrderId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<CancelBody>,
    ) -> poem::Result<Made<OrderBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let repeat = Repeat::of(
            &caller,
            key.0.as_deref(),
            &format!("POST /v1/orders/{}/cancel", order_id.0),
            body.0.to_json(),
        )?;
        let note = body.0.note.map(|note| note.as_str().to_owned());
        let use_case = CancelOrder {
            actor: actor.clone(),
            order: order_id.0,
            reason: body.0.reason,
            note,
        };
        let done = self.desk.gate().run(use_case, Some(repeat)).await?;
        self.as_it_is(&actor, order_id.0, done.replayed).await
    }

    /// Confirm an order
    ///
    /// The supplier says yes to all of it.
    #[oai(path = "/v1/orders/:order_id/confirm", method = "post", operation_id = "confirm_order")]
    async fn confirm(
        &self,
        caller: Caller,
        /// The order.
        order_id: Path<OrderId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> poem::Result<Made<OrderBody>> {
        let repeat = Repeat::of(&caller, key.0.as_deref(), &format!("POST /v1/orders/{}/confirm", order_id.0), None)?;
        self.answer(&caller, order_id.0, SupplierAnswer::Confirm, repeat).await
    }

    /// Decline an order
    ///
    /// The supplier says no to all of it, and why. What was held is free again.
    #[oai(path = "/v1/orders/:order_id/decline", method = "post", operation_id = "decline_order")]
    async fn decline(
        &self,
        caller: Caller,
        /// The order.
        order_id: Path<OrderId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<DeclineBody>,
    ) -> poem::Result<Made<OrderBody>> {
        let repeat = Repeat::of(
            &caller,
            key.0.as_deref(),
            &format!("POST /v1/orders/{}/decline", order_id.0),
            body.0.to_json(),
        )?;
        self.answer(&caller, order_id.0, SupplierAnswer::Decline(body.0.reason), repeat)
            .await
    }
}

impl OrdersApi {
    async fn answer(&self, caller: &Caller, order: OrderId, answer: SupplierAnswer, repeat: Repeat) -> poem::Result<Made<OrderBody>> {
        let actor = Actor::of(caller)?;
        may_answer(&actor).map_err(Refusal::from)?;
        let use_case = AnswerOrder {
            actor: actor.clone(),
            order,
            answer,
        };
        let done = self.desk.gate().run(use_case, Some(repeat)).await?;
        self.as_it_is(&actor, order, done.replayed).await
    }

    async fn as_it_is(&self, actor: &Actor, order: OrderId, replayed: bool) -> poem::Result<Made<OrderBody>> {
        let found = self
            .desk
            .read(&scope_of(actor), order)
            .await?
            .ok_or_else(|| Refusal::from(Fault::of("not_found")))?;
        let version = found.order.version;
        Ok(Made::before(&OrderBody::from(found)).version(version).replayed(replayed))
    }
}
