//! What is said of an order after it is placed, over HTTP.

use super::answer::{AnswerOrder, SupplierAnswer};
use super::body::OrderBody;
use super::change::{DecideChange, ProposeChange, Say};
use super::change_body::{AnswerBody, ChangeBody, ChangesBody, CloseShortBody, NewChangeBody};
use super::close_short::CloseShort;
use super::desk::OrderDesk;
use crate::access::{Actor, may_answer, may_close_short, may_order, scope_of};
use crate::http::answer::Made;
use crate::http::caller::Caller;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Repeat, UseCase};
use entity::{OrderChangeId, OrderId};
use poem_openapi::param::{Header, Path};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What buyers ask of suppliers.
    Orders,
}

/// The operations on placed orders.
#[derive(Clone, Debug)]
pub struct OrderChangesApi {
    /// Where they are carried out.
    pub desk: OrderDesk,
}

#[OpenApi(tag = "Tag::Orders")]
impl OrderChangesApi {
    /// Answer an order by line
    ///
    /// The supplier says of each line how much of it comes: all, part or none. The rest is closed short, or kept as a
    /// backorder where the buyer asked for that. To say no to all of it, decline the order.
    #[oai(path = "/v1/orders/:order_id/answer", method = "post", operation_id = "answer_order")]
    async fn answer(
        &self,
        caller: Caller,
        /// The order.
        order_id: Path<OrderId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<AnswerBody>,
    ) -> poem::Result<Made<OrderBody>> {
        let actor = Actor::of(&caller)?;
        may_answer(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/orders/{}/answer", order_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let use_case = AnswerOrder {
            actor: actor.clone(),
            order: order_id.0,
            answer: SupplierAnswer::ByLine(body.0.lines.into_iter().map(Into::into).collect()),
        };
        self.done(&actor, use_case, repeat).await
    }

    /// Close lines short
    ///
    /// Gives up what is still to be sent: it is no longer ordered, and its stock is free. The buyer may always, the
    /// supplier where the buyer did not ask for a backorder.
    #[oai(path = "/v1/orders/:order_id/close-short", method = "post", operation_id = "close_order_short")]
    async fn close_short(
        &self,
        caller: Caller,
        /// The order.
        order_id: Path<OrderId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<CloseShortBody>,
    ) -> poem::Result<Made<OrderBody>> {
        let actor = Actor::of(&caller)?;
        may_close_short(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/orders/{}/close-short", order_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let use_case = CloseShort {
            actor: actor.clone(),
            order: order_id.0,
            lines: body.0.lines.into_iter().map(Into::into).collect(),
        };
        self.done(&actor, use_case, repeat).await
    }

    /// Propose a change
    ///
    /// The buyer asks for less of some lines, or for another day, in an order the supplier has confirmed. It holds
    /// once the supplier agrees.
    #[oai(path = "/v1/orders/:order_id/changes", method = "post", operation_id = "propose_order_change")]
    async fn propose(
        &self,
        caller: Caller,
        /// The order.
        order_id: Path<OrderId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewChangeBody>,
    ) -> poem::Result<Made<ChangeBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/orders/{}/changes", order_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let use_case = ProposeChange {
            actor: actor.clone(),
            order: order_id.0,
            deliver_on: body.0.deliver_on,
            lines: body.0.lines.into_iter().map(Into::into).collect(),
            note: body.0.note.map(|note| note.as_str().to_owned()),
        };
        let done = self.desk.gate().run(use_case, Some(repeat)).await?;
        let change = self.desk.change(&scope_of(&actor), done.answer).await?;
        let body = ChangeBody::from(change.ok_or_else(|| Refusal::from(Fault::of("not_found")))?);
        Ok(Made::now(&body)
            .at(format!("/v1/orders/{}/changes", order_id.0))
            .replayed(done.replayed))
    }

    /// Read the changes of an order
    ///
    /// Its change documents, oldest first.
    #[oai(path = "/v1/orders/:order_id/changes", method = "get", operation_id = "read_order_changes")]
    async fn list(
        &self,
        caller: Caller,
        /// The order.
        order_id: Path<OrderId>,
    ) -> poem::Result<Json<ChangesBody>> {
        let actor = Actor::of(&caller)?;
        let found = self.desk.changes(&scope_of(&actor), order_id.0).await?;
        let found = found.ok_or_else(|| Refusal::from(Fault::of("not_found")))?;
        Ok(Json(ChangesBody {
            items: found.into_iter().map(Into::into).collect(),
        }))
    }

    /// Agree to a change
    ///
    /// The supplier agrees: lines are closed down to what is asked, the day is the new one.
    #[oai(path = "/v1/order-changes/:change_id/agree", method = "post", operation_id = "agree_order_change")]
    async fn agree(
        &self,
        caller: Caller,
        /// The change document.
        change_id: Path<OrderChangeId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> poem::Result<Made<OrderBody>> {
        self.decide(&caller, change_id.0, Say::Agree, key.0.as_deref()).await
    }

    /// Refuse a change
    ///
    /// The supplier refuses: the order stays as it is.
    #[oai(
        path = "/v1/order-changes/:change_id/refuse",
        method = "post",
        operation_id = "refuse_order_change"
    )]
    async fn refuse(
        &self,
        caller: Caller,
        /// The change document.
        change_id: Path<OrderChangeId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> poem::Result<Made<OrderBody>> {
        self.decide(&caller, change_id.0, Say::Refuse, key.0.as_deref()).await
    }

    /// Withdraw a change
    ///
    /// The buyer takes back what it proposed, before the supplier has said anything to it.
    #[oai(
        path = "/v1/order-changes/:change_id/withdraw",
        method = "post",
        operation_id = "withdraw_order_change"
    )]
    async fn withdraw(
        &self,
        caller: Caller,
        /// The change document.
        change_id: Path<OrderChangeId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> poem::Result<Made<OrderBody>> {
        self.decide(&caller, change_id.0, Say::Withdraw, key.0.as_deref()).await
    }
}

impl OrderChangesApi {
    async fn decide(&self, caller: &Caller, change: OrderChangeId, say: Say, key: Option<&str>) -> poem::Result<Made<OrderBody>> {
        let actor = Actor::of(caller)?;
        let (may, word) = match say {
            Say::Agree => (may_answer(&actor), "agree"),
            Say::Refuse => (may_answer(&actor), "refuse"),
            Say::Withdraw => (may_order(&actor), "withdraw"),
        };
        may.map_err(Refusal::from)?;
        let repeat = Repeat::of(caller, key, &format!("POST /v1/order-changes/{change}/{word}"), None)?;
        let use_case = DecideChange {
            actor: actor.clone(),
            change,
            say,
        };
        self.done(&actor, use_case, repeat).await
    }

    /// Carries out what moves an order and answers the order as it is then.
    async fn done<U: UseCase<Answer = OrderId>>(&self, actor: &Actor, use_case: U, repeat: Repeat) -> poem::Result<Made<OrderBody>> {
        let done = self.desk.gate().run(use_case, Some(repeat)).await?;
        let found = self.desk.read(&scope_of(actor), done.answer).await?;
        let found = found.ok_or_else(|| Refusal::from(Fault::of("not_found")))?;
        let version = found.order.version;
        Ok(Made::before(&OrderBody::from(found)).version(version).replayed(done.replayed))
    }
}
