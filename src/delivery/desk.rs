//! Where delivery is carried out: asks the gate, reads.

use super::confirm_return::CONFIRMED;
use super::queries::{self, FullReturn, FullShipment, ShipmentFilter};
use crate::access::Scope;
use crate::db::Snapshot;
use crate::http::fault::Refusal;
use crate::journal::{Desk, Gate, Noted, notes_of};
use entity::{OrderId, ReturnId, ShipmentId};
use std::collections::HashMap;
use uuid::Uuid;

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
        let snapshot = self.desk.db.snapshot().await?;
        let mut found = queries::read(&snapshot, scope, id).await?;
        self.note_shipments(&snapshot, found.as_mut_slice()).await?;
        Ok(found)
    }

    pub(super) async fn shipments(
        &self,
        scope: &Scope,
        filter: &ShipmentFilter,
        before: Option<ShipmentId>,
        limit: u64,
    ) -> Result<Vec<FullShipment>, Refusal> {
        let snapshot = self.desk.db.snapshot().await?;
        let mut found = queries::list(&snapshot, scope, filter, before, limit).await?;
        self.note_shipments(&snapshot, &mut found).await?;
        Ok(found)
    }

    /// One return.
    pub async fn goods_return(&self, scope: &Scope, id: ReturnId) -> Result<Option<FullReturn>, Refusal> {
        let snapshot = self.desk.db.snapshot().await?;
        let mut found = queries::read_return(&snapshot, scope, id).await?;
        self.note_returns(&snapshot, found.as_mut_slice()).await?;
        Ok(found)
    }

    pub(super) async fn returns(
        &self,
        scope: &Scope,
        order: Option<OrderId>,
        before: Option<ReturnId>,
        limit: u64,
    ) -> Result<Vec<FullReturn>, Refusal> {
        let snapshot = self.desk.db.snapshot().await?;
        let mut found = queries::list_returns(&snapshot, scope, order, before, limit).await?;
        self.note_returns(&snapshot, &mut found).await?;
        Ok(found)
    }

    /// What was said of these things: one statement.
    async fn notes(&self, snapshot: &Snapshot, things: Vec<Uuid>) -> Result<HashMap<Uuid, String>, Refusal> {
        Ok(by_thing(notes_of(snapshot, self.desk.engine(), &things).await?))
    }

    async fn note_shipments(&self, snapshot: &Snapshot, found: &mut [FullShipment]) -> Result<(), Refusal> {
        let of = |full: &FullShipment| {
            let acceptances = full.acceptances.iter().map(|one| one.acceptance.id.uuid());
            acceptances.chain([full.shipment.id.uuid()]).collect::<Vec<_>>()
        };
        let mut notes = self.notes(snapshot, found.iter().flat_map(of).collect()).await?;
        for full in found {
            full.note = notes.remove(&full.shipment.id.uuid());
            for one in &mut full.acceptances {
                one.note = notes.remove(&one.acceptance.id.uuid());
            }
        }
        Ok(())
    }

    async fn note_returns(&self, snapshot: &Snapshot, found: &mut [FullReturn]) -> Result<(), Refusal> {
        let things: Vec<Uuid> = found.iter().map(|full| full.goods_return.id.uuid()).collect();
        let notes = notes_of(snapshot, self.desk.engine(), &things).await?;
        // Both sides may have said something: the one that recorded it, and the one that confirmed it.
        let (confirmed, booked): (Vec<_>, Vec<_>) = notes.into_iter().partition(|one| one.event.kind == CONFIRMED);
        let [mut confirmed, mut booked] = [confirmed, booked].map(by_thing);
        for full in found {
            let id = full.goods_return.id.uuid();
            (full.note, full.confirmation_note) = (booked.remove(&id), confirmed.remove(&id));
        }
        Ok(())
    }
}

fn by_thing(notes: Vec<Noted>) -> HashMap<Uuid, String> {
    notes.into_iter().map(|one| (one.event.thing_id, one.text)).collect()
}
