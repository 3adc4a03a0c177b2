//! Where delivery is carried out: asks the gate, reads.

use super::queries::{self, FullReturn, FullShipment, ShipmentFilter};
use crate::access::Scope;
use crate::http::fault::Refusal;
use crate::journal::{Desk, Gate};
use entity::{OrderId, ReturnId, ShipmentId};

/// The desk of delivery.
#[derive(Clone, Debug)]
pub struct DeliveryDesk {
    desk: Desk,
}

impl DeliveryDesk {
    /// Over what the app has opened.
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self { desk }
    }

    /// The way to write.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.desk.gate
    }

    /// One shipment.
    pub async fn shipment(&self, scope: &Scope, id: ShipmentId) -> Result<Option<FullShipment>, Refusal> {
        Ok(queries::read(&self.desk.db.snapshot().await?, scope, id).await?)
    }

    pub(super) async fn shipments(
        &self,
        scope: &Scope,
        filter: &ShipmentFilter,
        before: Option<ShipmentId>,
        limit: u64,
    ) -> Result<Vec<FullShipment>, Refusal> {
        Ok(queries::list(&self.desk.db.snapshot().await?, scope, filter, before, limit).await?)
    }

    /// One return.
    pub async fn goods_return(&self, scope: &Scope, id: ReturnId) -> Result<Option<FullReturn>, Refusal> {
        Ok(queries::read_return(&self.desk.db.snapshot().await?, scope, id).await?)
    }

    pub(super) async fn returns(
        &self,
        scope: &Scope,
        order: Option<OrderId>,
        before: Option<ReturnId>,
        limit: u64,
    ) -> Result<Vec<FullReturn>, Refusal> {
        Ok(queries::list_returns(&self.desk.db.snapshot().await?, scope, order, before, limit).await?)
    }
}
