//! Adding a place.

use super::change_place::entry;
use super::place::Place;
use super::store;
use crate::access::{Actor, may_move_stock};
use crate::journal::{Turn, TurnError, UseCase};
use entity::tables::places;
use entity::{DivisionCode, Name, PlaceId};

/// A supplier adds a place of its own.
#[derive(Clone, Debug)]
pub struct AddPlace {
    /// Who.
    pub actor: Actor,
    /// Its name.
    pub name: Name,
    /// The town it lies in.
    pub town_code: DivisionCode,
}

#[async_trait::async_trait]
impl UseCase for AddPlace {
    type Answer = Place;

    async fn run(&self, turn: &mut Turn) -> Result<Place, TurnError> {
        may_move_stock(&self.actor)?;
        store::check_town(turn.tx(), &self.town_code).await?;
        let recorded = turn.next();
        let row = places::Model {
            id: PlaceId::at(recorded.at),
            supplier_id: self.actor.organisation,
            name: self.name.as_str().to_owned(),
            town_code: self.town_code.as_str().to_owned(),
            version: 1,
            touched: recorded.seq,
            created_at: recorded.at,
            archived_at: None,
        };
        let place = store::place_of(row.clone())?;
        store::insert_place(turn.tx(), row).await?;
        turn.record(entry("place.added", &place, &self.actor));
        Ok(place)
    }
}
