//! The buyer notes that a shipment is at the site; it is inspected later.

use super::shipment::{ShipmentAction, next_state};
use super::store::{self, Reached};
use crate::access::{Actor, Scope};
use crate::http::fault::Fault;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::ShipmentId;

/// The use case.
#[derive(Clone, Debug)]
pub struct Arrive {
    /// Who has it now.
    pub actor: Actor,
    /// Which shipment.
    pub shipment: ShipmentId,
}

#[async_trait::async_trait]
impl UseCase for Arrive {
    type Answer = ShipmentId;

    async fn run(&self, turn: &mut Turn) -> Result<ShipmentId, TurnError> {
        let mine = Scope::Buyer(self.actor.organisation);
        let found = store::find(turn.tx(), &mine, self.shipment).await?;
        let shipment = found.ok_or_else(|| Fault::of("not_found"))?;
        let refused = || Fault::of("shipment_state").with("state", shipment.state);
        let to = next_state(shipment.state, ShipmentAction::Arrive).ok_or_else(refused)?;
        let at = turn.next().at;
        if !store::change_state(turn.tx(), &shipment, to, Reached::Arrived(at)).await? {
            return Err(refused().into());
        }
        let mut entry = NewEntry::new("shipment.arrived", "shipment", shipment.id.uuid(), self.actor.who())
            .with("order", shipment.order_id.to_string())
            .with("shipment_no", shipment.shipment_no.clone())
            .with("state", to.as_str());
        entry.buyer = Some(shipment.buyer_id);
        entry.supplier = Some(shipment.supplier_id);
        turn.record(entry);
        Ok(shipment.id)
    }
}
