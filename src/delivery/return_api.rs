//! Returns over HTTP.

use super::bodies::{ConfirmReturnBody, NewReturnBody, ReturnBody, ReturnPage};
use super::desk::DeliveryDesk;
use crate::access::{Actor, may_answer, may_receive, scope_of};
use crate::http::answer::{Listed, Made};
use crate::http::caller::Caller;
use crate::http::fault::{Fault, Refusal};
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::Repeat;
use entity::{OrderId, ReturnId};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What came back.
    Returns,
}

/// The operations on returns.
#[derive(Clone, Debug)]
pub struct ReturnsApi {
    /// Where they are carried out.
    pub desk: DeliveryDesk,
}

#[OpenApi(tag = "Tag::Returns")]
impl ReturnsApi {
    /// Return goods of an order
    ///
    /// What was accepted goes back, on the day both agreed on: to the supplier's stock, or to be destroyed. It lowers
    /// what was accepted in the month of the return.
    #[oai(path = "/v1/orders/:order_id/returns", method = "post", operation_id = "return_goods")]
    async fn give_back(
        &self,
        caller: Caller,
        /// The order.
        order_id: Path<OrderId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewReturnBody>,
    ) -> poem::Result<Made<ReturnBody>> {
        let actor = Actor::of(&caller)?;
        may_receive(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/orders/{}/returns", order_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let use_case = body.0.asked_by(actor.clone(), order_id.0);
        let done = self.desk.gate().run(use_case, Some(repeat)).await?;
        let body = self.now(&actor, done.answer).await?;
        Ok(Made::now(&body).at(format!("/v1/returns/{}", body.id)).replayed(done.replayed))
    }

    /// Confirm a return
    ///
    /// The supplier has seen what came back: what goes back on the shelf is in its stock from now on. Where it says
    /// nothing, that happens by itself at the end of the seventh day after the return was recorded. The figure does not
    /// wait for it.
    #[oai(path = "/v1/returns/:return_id/confirm", method = "post", operation_id = "confirm_return")]
    async fn confirm(
        &self,
        caller: Caller,
        /// The return.
        return_id: Path<ReturnId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<ConfirmReturnBody>,
    ) -> poem::Result<Json<ReturnBody>> {
        let actor = Actor::of(&caller)?;
        may_answer(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/returns/{}/confirm", return_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let use_case = body.0.asked_by(actor.clone(), return_id.0);
        let done = self.desk.gate().run(use_case, Some(repeat)).await?;
        Ok(Json(self.now(&actor, done.answer).await?))
    }

    /// List returns
    ///
    /// Those you may see, newest first.
    #[oai(path = "/v1/returns", method = "get", operation_id = "list_returns")]
    async fn list(
        &self,
        caller: Caller,
        /// Only of this order.
        order_id: Query<Option<OrderId>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<ReturnPage>> {
        let scope = scope_of(&Actor::of(&caller)?);
        let before: Option<ReturnId> = cursor.0.map(|cursor| caller.position("returns", &cursor)).transpose()?;
        let rows = self.desk.returns(&scope, order_id.0, before, limit.0.plus_one()).await?;
        let (rows, next) = cut(rows, limit.0, |last| caller.cursor("returns", &last.goods_return.id))?;
        Ok(Listed((rows.into_iter().map(ReturnBody::from).collect(), next).into()))
    }

    /// Read a return
    ///
    /// With its lines.
    #[oai(path = "/v1/returns/:return_id", method = "get", operation_id = "read_return")]
    async fn read(
        &self,
        caller: Caller,
        /// The return.
        return_id: Path<ReturnId>,
    ) -> poem::Result<Json<ReturnBody>> {
        Ok(Json(self.now(&Actor::of(&caller)?, return_id.0).await?))
    }
}

impl ReturnsApi {
    async fn now(&self, actor: &Actor, id: ReturnId) -> Result<ReturnBody, Refusal> {
        let found = self.desk.goods_return(&scope_of(actor), id).await?;
        Ok(found.ok_or_else(|| Fault::of("not_found"))?.into())
    }
}
