//! Corrects a place, or archives it.

use super::place::Place;
use super::store;
use crate::access::{Actor, may_move_stock};
use crate::http::conditional::stale;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use crate::organisations::division::archived;
use entity::{DivisionCode, Name, PlaceId};

/// A supplier corrects a place of its own.
#[derive(Clone, Debug)]
pub struct ChangePlace {
    /// Who.
    pub actor: Actor,
    /// Which.
    pub id: PlaceId,
    /// The version that was read.
    pub version: i64,
    /// The new name; none leaves it.
    pub name: Option<Name>,
    /// The town it really lies in; none leaves it.
    pub town_code: Option<DivisionCode>,
    /// Why.
    pub reason: Name,
}

#[async_trait::async_trait]
impl UseCase for ChangePlace {
    type Answer = Place;

    async fn run(&self, turn: &mut Turn) -> Result<Place, TurnError> {
        let before = own_place(turn, &self.actor, self.id).await?;
        if before.version != self.version {
            return Err(stale().into());
        }
        if before.archived {
            return Err(archived(before.name.as_str()).into());
        }
        if let Some(code) = &self.town_code {
            store::check_town(turn.tx(), code).await?;
        }
        let mut after = before.clone();
        if let Some(name) = &self.name {
            after.name = name.clone();
        }
        if let Some(code) = &self.town_code {
            after.town_code = code.to_string();
        }
        if after == before {
            return Ok(before);
        }
        let mut entry = entry("place.changed", &after, &self.actor).with("renamed", after.name != before.name);
        entry.note = Some(self.reason.to_string());
        write(turn, after, entry).await
    }
}

/// A supplier archives a place of its own in which nothing lies any more.
#[derive(Clone, Debug)]
pub struct ArchivePlace {
    /// Who.
    pub actor: Actor,
    /// Which.
    pub id: PlaceId,
    /// Why.
    pub reason: Name,
}

#[async_trait::async_trait]
impl UseCase for ArchivePlace {
    type Answer = Place;

    async fn run(&self, turn: &mut Turn) -> Result<Place, TurnError> {
        let mut place = own_place(turn, &self.actor, self.id).await?;
        if place.archived {
            return Ok(place);
        }
        let products = store::products_at(turn.tx(), turn.engine(), self.id).await?;
        if products > 0 {
            return Err(Fault::of("place_not_empty")
                .with("name", &place.name)
                .with("products", products)
                .into());
        }
        place.archived = true;
        let mut entry = entry("place.archived", &place, &self.actor);
        entry.note = Some(self.reason.to_string());
        write(turn, place, entry).await
    }
}

/// A place of the actor's own; for everybody else there is none.
async fn own_place(turn: &Turn, actor: &Actor, id: PlaceId) -> Result<Place, TurnError> {
    may_move_stock(actor)?;
    let place = store::place(turn.tx(), id).await?;
    let place = place.filter(|place| place.supplier_id == actor.organisation);
    Ok(place.ok_or_else(|| Refusal::fault("not_found"))?)
}

/// An entry about a place.
pub(super) fn entry(kind: &'static str, place: &Place, actor: &Actor) -> NewEntry {
    let mut entry = NewEntry::new(kind, "place", place.id.uuid(), actor.who())
        .with("town", place.town_code.as_str())
        .of_register();
    entry.supplier = Some(place.supplier_id);
    entry
}

async fn write(turn: &mut Turn, mut after: Place, entry: NewEntry) -> Result<Place, TurnError> {
    after.version += 1;
    if !store::update_place(turn.tx(), turn.engine(), &after, turn.next()).await? {
        return Err(stale().into());
    }
    turn.record(entry);
    Ok(after)
}
