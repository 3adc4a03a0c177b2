//! Shipments over HTTP.

use super::arrive::Arrive;
use super::bodies::{AcceptBody, NewShipmentBody, ShipmentBody, ShipmentPage, SurplusBody};
use super::desk::DeliveryDesk;
use super::queries::ShipmentFilter;
use crate::access::{Actor, may_receive, may_ship, scope_of};
use crate::http::answer::{Listed, Made, Versioned};
use crate::http::caller::Caller;
use crate::http::fault::{Fault, Refusal};
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::{Repeat, UseCase};
use entity::{CivilDate, OrderId, ShipmentId, ShipmentState};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What was sent, and what of it was accepted.
    Shipments,
}

/// The operations on shipments.
#[derive(Clone, Debug)]
pub struct ShipmentsApi {
    /// Where they are carried out.
    pub desk: DeliveryDesk,
}

#[OpenApi(tag = "Tag::Shipments")]
impl ShipmentsApi {
    /// Send goods of an order
    ///
    /// All that is open or part of it; an order may have several shipments. What is sent leaves the stock.
    #[oai(path = "/v1/orders/:order_id/shipments", method = "post", operation_id = "ship_order")]
    async fn ship(
        &self,
        caller: Caller,
        /// The order.
        order_id: Path<OrderId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewShipmentBody>,
    ) -> poem::Result<Made<ShipmentBody>> {
        let actor = Actor::of(&caller)?;
        may_ship(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/orders/{}/shipments", order_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let use_case = body.0.asked_by(actor.clone(), order_id.0);
        let done = self.desk.gate().run(use_case, Some(repeat)).await?;
        let (body, version) = self.now(&actor, done.answer).await?;
        Ok(Made::now(&body)
            .version(version)
            .at(format!("/v1/shipments/{}", body.id))
            .replayed(done.replayed))
    }

    /// List shipments
    ///
    /// Those you may see, newest first.
    #[oai(path = "/v1/shipments", method = "get", operation_id = "list_shipments")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn list(
        &self,
        caller: Caller,
        /// Only of this order.
        order_id: Query<Option<OrderId>>,
        /// Only in this state.
        status: Query<Option<ShipmentState>>,
        /// Sent on this day or later.
        dispatched_from: Query<Option<CivilDate>>,
        /// Sent on this day or earlier.
        dispatched_to: Query<Option<CivilDate>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<ShipmentPage>> {
        let scope = scope_of(&Actor::of(&caller)?);
        let filter = ShipmentFilter {
            order: order_id.0,
            state: status.0,
            from: dispatched_from.0,
            to: dispatched_to.0,
        };
        let before: Option<ShipmentId> = cursor.0.map(|cursor| caller.position("shipments", &cursor)).transpose()?;
        let rows = self.desk.shipments(&scope, &filter, before, limit.0.plus_one()).await?;
        let (rows, next) = cut(rows, limit.0, |last| caller.cursor("shipments", &last.shipment.id))?;
        Ok(Listed((rows.into_iter().map(ShipmentBody::from).collect(), next).into()))
    }

    /// Read a shipment
    ///
    /// As it is now, with what was accepted and rejected of it.
    #[oai(path = "/v1/shipments/:shipment_id", method = "get", operation_id = "read_shipment")]
    async fn read(
        &self,
        caller: Caller,
        /// The shipment.
        shipment_id: Path<ShipmentId>,
    ) -> poem::Result<Versioned<ShipmentBody>> {
        let (body, version) = self.now(&Actor::of(&caller)?, shipment_id.0).await?;
        Ok(Versioned(body, version))
    }

    /// Note an arrival
    ///
    /// The shipment is at the site; it is inspected later.
    #[oai(path = "/v1/shipments/:shipment_id/arrive", method = "post", operation_id = "arrive_shipment")]
    async fn arrive(
        &self,
        caller: Caller,
        /// The shipment.
        shipment_id: Path<ShipmentId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> poem::Result<Made<ShipmentBody>> {
        let actor = Actor::of(&caller)?;
        may_receive(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/shipments/{}/arrive", shipment_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, None)?;
        let shipment = shipment_id.0;
        let arrive = Arrive {
            actor: actor.clone(),
            shipment,
        };
        self.done(&actor, arrive, repeat).await
    }

    /// Inspect a shipment
    ///
    /// Each line is accepted, or rejected with reasons; lines not named are accepted as they were sent. More than was
    /// sent and tolerated is refused here and kept by a step of its own.
    #[oai(path = "/v1/shipments/:shipment_id/accept", method = "post", operation_id = "accept_shipment")]
    async fn accept(
        &self,
        caller: Caller,
        /// The shipment.
        shipment_id: Path<ShipmentId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<AcceptBody>,
    ) -> poem::Result<Made<ShipmentBody>> {
        let actor = Actor::of(&caller)?;
        may_receive(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/shipments/{}/accept", shipment_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let accept = body.0.asked_by(actor.clone(), shipment_id.0);
        self.done(&actor, accept, repeat).await
    }

    /// Keep a surplus
    ///
    /// After the inspection: goods beyond what was sent and tolerated that are kept, and paid, all the same.
    #[oai(
        path = "/v1/shipments/:shipment_id/surplus",
        method = "post",
        operation_id = "keep_shipment_surplus"
    )]
    async fn surplus(
        &self,
        caller: Caller,
        /// The shipment.
        shipment_id: Path<ShipmentId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<SurplusBody>,
    ) -> poem::Result<Made<ShipmentBody>> {
        let actor = Actor::of(&caller)?;
        may_receive(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/shipments/{}/surplus", shipment_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let surplus = body.0.asked_by(actor.clone(), shipment_id.0);
        self.done(&actor, surplus, repeat).await
    }
}

impl ShipmentsApi {
    async fn now(&self, actor: &Actor, id: ShipmentId) -> Result<(ShipmentBody, i64), Refusal> {
        let found = self.desk.shipment(&scope_of(actor), id).await?;
        let body = ShipmentBody::from(found.ok_or_else(|| Fault::of("not_found"))?);
        let version = body.version;
        Ok((body, version))
    }

    async fn done<U: UseCase<Answer = ShipmentId>>(&self, actor: &Actor, use_case: U, repeat: Repeat) -> poem::Result<Made<ShipmentBody>> {
        let done = self.desk.gate().run(use_case, Some(repeat)).await?;
        let (body, version) = self.now(actor, done.answer).await?;
        Ok(Made::before(&body).version(version).replayed(done.replayed))
    }
}
