//! Stock on the wire.

use super::movement::{Movement, NewMovement};
use super::place::Place;
use super::queries::ListedLot;
use crate::catalogue::example;
use chrono::{DateTime, Utc};
use entity::{CivilDate, DivisionCode, MovementId, Name, OrganisationId, PlaceId, ProductId, Quantity, SignedQuantity, StockReason};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// A place where a supplier keeps goods.
#[derive(Clone, Debug, Object)]
pub struct PlaceBody {
    /// Its id.
    pub place_id: PlaceId,
    /// Whose it is.
    pub supplier_id: OrganisationId,
    /// Its name.
    pub name: Name,
    /// The town it lies in.
    #[oai(validator(max_length = 16))]
    pub town_code: String,
    /// Whether it is no longer used.
    pub archived: bool,
    /// Its version.
    pub version: i64,
}

impl From<Place> for PlaceBody {
    fn from(place: Place) -> Self {
        Self {
            place_id: place.id,
            supplier_id: place.supplier_id,
            name: place.name,
            town_code: place.town_code,
            archived: place.archived,
            version: place.version,
        }
    }
}

crate::page! {
    /// Places, a page at a time.
    PlacePage of PlaceBody
}

/// A place to be added.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewPlaceBody {
    /// Its name.
    pub name: Name,
    /// The town it lies in.
    pub town_code: DivisionCode,
}

impl Example for NewPlaceBody {
    fn example() -> Self {
        Self {
            name: example("谢村一号库"),
            town_code: example("610723104"),
        }
    }
}

/// What to correct of a place, and why; what is left out stays.
#[derive(Clone, Debug, Object)]
#[oai(rename = "PlaceChange", deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct PlaceChangeBody {
    /// The new name.
    pub name: Option<Name>,
    /// The town it really lies in.
    pub town_code: Option<DivisionCode>,
    /// Why, in a few words; kept beside the journal.
    pub reason: Name,
}

impl Example for PlaceChangeBody {
    fn example() -> Self {
        Self {
            name: Some(example("谢村二号库")),
            town_code: None,
            reason: example("编号写错"),
        }
    }
}

/// What lies at a place of a product.
#[derive(Clone, Debug, Object)]
pub struct LotBody {
    /// The product.
    pub product_id: ProductId,
    /// Its SKU.
    #[oai(validator(max_length = 40))]
    pub sku: String,
    /// Its name.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// The unit it is counted in.
    #[oai(validator(max_length = 20))]
    pub unit: String,
    /// Where it lies.
    pub place_id: PlaceId,
    /// What that place is called; null for buyers.
    #[oai(nullable, validator(max_length = 120))]
    pub place_name: Option<String>,
    /// Whose it is.
    pub supplier_id: OrganisationId,
    /// What that supplier is called.
    #[oai(validator(max_length = 120))]
    pub supplier_name: String,
    /// What lies there; null for buyers.
    #[oai(nullable)]
    pub on_hand: Option<SignedQuantity>,
    /// What of it is held for orders; null for buyers.
    #[oai(nullable)]
    pub held: Option<SignedQuantity>,
    /// What may still be ordered.
    pub available: SignedQuantity,
    /// What orders hold and a stocktaking did not find; null for buyers.
    #[oai(nullable)]
    pub owed: Option<SignedQuantity>,
}

impl LotBody {
    /// A lot, in full or only what may still be ordered.
    #[must_use]
    pub fn of(listed: ListedLot, in_full: bool) -> Self {
        let shown = |thousandths| SignedQuantity::from(Quantity::from_thousandths(thousandths));
        let lot = listed.lot;
        Self {
            product_id: lot.product_id,
            sku: listed.sku,
            name: listed.name,
            unit: listed.unit,
            place_id: lot.place_id,
            place_name: in_full.then_some(listed.place_name),
            supplier_id: listed.supplier_id,
            supplier_name: listed.supplier_name,
            on_hand: in_full.then(|| shown(lot.on_hand)),
            held: in_full.then(|| shown(lot.held)),
            available: shown(lot.available().max(0)),
            owed: in_full.then(|| shown(lot.owed())),
        }
    }
}

crate::page! {
    /// Stock, a page at a time.
    LotPage of LotBody
}

/// A movement of stock to be recorded.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct NewMovementBody {
    /// Of what: a product you sell.
    pub product_id: ProductId,
    /// Where: a place of yours.
    pub place_id: PlaceId,
    /// How much came in, or went out below zero; up to 1,000,000 units. Receipts and openings come in, samples and
    /// breakages go out, corrections and counts do either. What is held for orders stays; only a count may find less:
    /// the difference is owed to them.
    pub quantity: SignedQuantity,
    /// Why.
    pub reason: StockReason,
    /// On which day: today, or up to 30 days ago.
    pub moved_on: CivilDate,
}

/// Movements to be recorded together: all or none.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewMovementsBody {
    /// The movements.
    #[oai(validator(min_items = 1, max_items = 500))]
    pub movements: Vec<NewMovementBody>,
}

impl From<NewMovementsBody> for Vec<NewMovement> {
    fn from(body: NewMovementsBody) -> Self {
        let movement = |one: NewMovementBody| NewMovement {
            product_id: one.product_id,
            place_id: one.place_id,
            quantity: one.quantity,
            reason: one.reason,
            moved_on: one.moved_on,
        };
        body.movements.into_iter().map(movement).collect()
    }
}

impl Example for NewMovementsBody {
    fn example() -> Self {
        let movement = |quantity, reason| NewMovementBody {
            product_id: example("01933f2e-7c00-7a3b-9c41-5d2e8f60b174"),
            place_id: example("01933f2e-7c00-7a3b-9c41-5d2e8f60b175"),
            quantity: example(quantity),
            reason,
            moved_on: example("2026-12-01"),
        };
        Self {
            movements: vec![movement("120", StockReason::Receipt), movement("-1.5", StockReason::Breakage)],
        }
    }
}

/// A movement of stock. It stands; a mistake is put right by another.
#[derive(Clone, Debug, Object)]
pub struct MovementBody {
    /// Its id.
    pub movement_id: MovementId,
    /// Of what.
    pub product_id: ProductId,
    /// Where.
    pub place_id: PlaceId,
    /// How much came in, or went out below zero.
    pub quantity: SignedQuantity,
    /// Why.
    pub reason: StockReason,
    /// On which day.
    pub moved_on: CivilDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

impl From<Movement> for MovementBody {
    fn from(movement: Movement) -> Self {
        Self {
            movement_id: movement.id,
            product_id: movement.product_id,
            place_id: movement.place_id,
            quantity: movement.quantity,
            reason: movement.reason,
            moved_on: movement.moved_on,
            recorded_at: movement.recorded_at,
        }
    }
}

crate::page! {
    /// Movements, a page at a time.
    MovementPage of MovementBody
}

/// Movements recorded together.
#[derive(Clone, Debug, Object)]
pub struct MovementsBody {
    /// The movements, in the order of the request.
    #[oai(validator(max_items = 500))]
    pub movements: Vec<MovementBody>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_can_be_made() {
        assert_eq!(NewPlaceBody::example().town_code.as_str(), "610723104");
        assert_eq!(PlaceChangeBody::example().town_code, None);
        assert_eq!(NewMovementsBody::example().movements.len(), 2);
    }
}
