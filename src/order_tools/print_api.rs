//! Papers over HTTP.

use super::page::Page;
use super::print_delivery::{acceptance_paper, delivery_paper};
use super::print_order::order_paper;
use crate::access::{Actor, scope_of};
use crate::delivery::{DeliveryDesk, FullShipment};
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::http::fault::{Fault, Refusal};
use crate::orders::OrderDesk;
use entity::{OrderId, ShipmentId};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What buyers ask of suppliers.
    Orders,
}

/// The operations that answer with pages to be printed.
#[derive(Clone, Debug)]
pub struct PrintApi {
    /// Where orders are read.
    pub desk: OrderDesk,
    /// Where shipments are read.
    pub delivery: DeliveryDesk,
}

#[OpenApi(tag = "Tag::Orders")]
impl PrintApi {
    /// Print an order
    ///
    /// The order as a page for A4 paper (订货单), in Chinese or English, with room to sign.
    #[oai(path = "/v1/orders/:order_id/print", method = "get", operation_id = "print_order")]
    async fn order(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// The order.
        order_id: Path<OrderId>,
    ) -> poem::Result<Page> {
        let scope = scope_of(&Actor::of(&caller)?);
        let found = self.desk.read(&scope, order_id.0).await?;
        let found = found.ok_or_else(|| Refusal::from(Fault::of("not_found")))?;
        let head = self.desk.letterhead(&scope, order_id.0).await?;
        Ok(order_paper(&found, &head, context.language).page(context.language))
    }

    /// Print a delivery note
    ///
    /// The paper that goes with a shipment (送货单), as a page for A4 paper, in Chinese or English.
    #[oai(path = "/v1/shipments/:shipment_id/print", method = "get", operation_id = "print_shipment")]
    async fn shipment(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// The shipment.
        shipment_id: Path<ShipmentId>,
    ) -> poem::Result<Page> {
        let found = self.found(&caller, shipment_id.0).await?;
        let scope = scope_of(&Actor::of(&caller)?);
        let head = self.desk.letterhead(&scope, found.shipment.order_id).await?;
        Ok(delivery_paper(&found, &head, context.language).page(context.language))
    }

    /// Print a record of acceptance
    ///
    /// What of a shipment was accepted and rejected, and why (验收单), as a page for A4 paper with room for two inspectors
    /// to sign. Before the inspection it is a form to be filled in by hand.
    #[oai(
        path = "/v1/shipments/:shipment_id/acceptance/print",
        method = "get",
        operation_id = "print_acceptance"
    )]
    async fn acceptance(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// The shipment.
        shipment_id: Path<ShipmentId>,
    ) -> poem::Result<Page> {
        let found = self.found(&caller, shipment_id.0).await?;
        let scope = scope_of(&Actor::of(&caller)?);
        let head = self.desk.letterhead(&scope, found.shipment.order_id).await?;
        Ok(acceptance_paper(&found, &head, context.language).page(context.language))
    }
}

impl PrintApi {
    async fn found(&self, caller: &Caller, id: ShipmentId) -> Result<FullShipment, Refusal> {
        let scope = scope_of(&Actor::of(caller)?);
        let found = self.delivery.shipment(&scope, id).await?;
        found.ok_or_else(|| Fault::of("not_found").into())
    }
}
