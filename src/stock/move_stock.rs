//! Moving stock: all movements of a request or none, set by set.

use super::movement::{Movement, NewMovement, Surroundings, faults, sums};
use super::store::{self, Sum};
use crate::access::{Actor, may_move_stock};
use crate::catalogue::queries::sold;
use crate::http::fault::Refusal;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::{MovementId, PlaceId, ProductId, shanghai_date};
use std::collections::{BTreeMap, BTreeSet};

/// A supplier receives, corrects and writes off its own stock.
#[derive(Clone, Debug)]
pub struct MoveStock {
    /// Who.
    pub actor: Actor,
    /// What.
    pub movements: Vec<NewMovement>,
}

#[async_trait::async_trait]
impl UseCase for MoveStock {
    type Answer = Vec<Movement>;

    async fn run(&self, turn: &mut Turn) -> Result<Vec<Movement>, TurnError> {
        may_move_stock(&self.actor)?;
        let around = self.look_around(turn).await?;
        let today = shanghai_date(turn.next().at);
        faults(&self.movements, self.actor.organisation, &around, today).finish()?;
        let sums = sums(&self.movements);
        let changed = store::change_on_hand(turn.tx(), turn.engine(), &sums).await?;
        if usize::try_from(changed).ok() != Some(sums.len()) {
            // The lots were checked in this turn, and nobody else has one: this is no fault of the caller.
            return Err(Refusal::broken(format!("{changed} of {} lots took their movements", sums.len())).into());
        }
        let mut moved = Vec::with_capacity(self.movements.len());
        let owed = owed_after(&sums, &around);
        for new in &self.movements {
            let next = turn.next();
            let movement = Movement {
                id: MovementId::at(next.at),
                product_id: new.product_id,
                place_id: new.place_id,
                quantity: new.quantity,
                reason: new.reason,
                moved_on: new.moved_on,
                recorded_at: next.at,
            };
            let mut entry = self.entry(&movement);
            if let Some(owed) = owed.get(&(movement.product_id, movement.place_id)) {
                entry = entry.with("owed", *owed);
            }
            turn.record(entry);
            moved.push((next.seq, movement));
        }
        store::insert_movements(turn.tx(), turn.engine(), &moved).await?;
        Ok(moved.into_iter().map(|(_, movement)| movement).collect())
    }
}

impl MoveStock {
    async fn look_around(&self, turn: &Turn) -> Result<Surroundings, TurnError> {
        let products: BTreeSet<ProductId> = self.movements.iter().map(|movement| movement.product_id).collect();
        let places: BTreeSet<PlaceId> = self.movements.iter().map(|movement| movement.place_id).collect();
        let (tx, engine) = (turn.tx(), turn.engine());
        let own = sold(tx, engine, products).await?;
        let own = own.into_iter().filter(|(_, sold)| sold.seller_id == self.actor.organisation);
        let products: Vec<(ProductId, String)> = own.map(|(id, sold)| (id, sold.sku)).collect();
        let ids: Vec<ProductId> = products.iter().map(|(id, _)| *id).collect();
        let lots = store::lots_of(tx, engine, &ids).await?;
        Ok(Surroundings {
            products: products.into_iter().collect(),
            places: store::owners_of(tx, engine, places).await?,
            lots: lots.into_iter().map(|lot| ((lot.product_id, lot.place_id), lot)).collect(),
        })
    }

    fn entry(&self, movement: &Movement) -> NewEntry {
        let mut entry = NewEntry::new("stock.moved", "movement", movement.id.uuid(), self.actor.who())
            .with("product", movement.product_id.to_string())
            .with("place", movement.place_id.to_string())
            .with("quantity", movement.quantity.quantity().thousandths())
            .with("reason", movement.reason.as_str())
            .with("moved_on", movement.moved_on.to_string());
        entry.reason = Some(movement.reason.as_str());
        entry.supplier = Some(self.actor.organisation);
        entry.content = Some(movement.content());
        entry
    }
}

/// What lots owe to orders once these sums are in them; those that owe nothing are left out.
fn owed_after(sums: &BTreeMap<(ProductId, PlaceId), Sum>, around: &Surroundings) -> BTreeMap<(ProductId, PlaceId), i64> {
    let owed = |(key, sum): (&(ProductId, PlaceId), &Sum)| {
        let lot = around.lots.get(key)?;
        let owed = lot.held - lot.on_hand - sum.all;
        (owed > 0).then_some((*key, owed))
    };
    sums.iter().filter_map(owed).collect()
}
