//! Movements: the only thing that changes what is on hand. A movement once recorded stands; a mistake is put right
//! by another.

use super::store::{Lot, Sum};
use crate::http::fault::{Fault, Faults};
use crate::journal::Hash;
use chrono::{DateTime, Utc};
use entity::{CivilDate, MovementId, OrganisationId, PlaceId, ProductId, Quantity, SignedQuantity, StockReason};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

/// The most movements of a request.
pub const MAX_MOVEMENTS: usize = 500;
/// How many days back a movement may be dated.
pub const MAX_DAYS_BACK: i64 = 30;

/// A movement to be recorded.
#[derive(Clone, Debug)]
pub struct NewMovement {
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
}

/// A movement as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// Its id.
    pub id: MovementId,
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

/// What movements are held against: rows as they are in the turn.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// SKUs of the products the supplier sells.
    pub products: HashMap<ProductId, String>,
    /// Places in use, and whose they are.
    pub places: HashMap<PlaceId, OrganisationId>,
    /// What lies where.
    pub lots: HashMap<(ProductId, PlaceId), Lot>,
}

/// What movements come to for each lot.
#[must_use]
pub fn sums(movements: &[NewMovement]) -> BTreeMap<(ProductId, PlaceId), Sum> {
    let mut sums: BTreeMap<_, Sum> = BTreeMap::new();
    for movement in movements {
        let sum = sums.entry((movement.product_id, movement.place_id)).or_default();
        sum.add(movement.quantity.quantity().thousandths(), movement.reason);
    }
    sums
}

/// Every rule the movements of a supplier break, each with its place in the request.
#[must_use]
pub fn faults(movements: &[NewMovement], supplier: OrganisationId, around: &Surroundings, today: CivilDate) -> Faults {
    let mut faults = Faults::new();
    let fits = (1..=MAX_MOVEMENTS).contains(&movements.len());
    faults.check(fits, || {
        let fault = Fault::of("invalid_field").at("/movements");
        fault.with("expected", format!("1 to {MAX_MOVEMENTS} entries"))
    });
    for (at, movement) in movements.iter().enumerate() {
        faults.absorb(&format!("/movements/{at}"), faults_of_one(movement, supplier, around, today));
    }
    for (lot, sum) in sums(movements) {
        let first = movements.iter().position(|one| (one.product_id, one.place_id) == lot);
        if let (Some(at), Some(short)) = (first, shortage(lot, sum, around)) {
            faults.push(short.at(format!("/movements/{at}/quantity")));
        }
    }
    faults
}

fn faults_of_one(movement: &NewMovement, supplier: OrganisationId, around: &Surroundings, today: CivilDate) -> Faults {
    let mut faults = Faults::new();
    faults.check(around.products.contains_key(&movement.product_id), || {
        Fault::of("unknown_product")
            .at("/product_id")
            .with("product_id", movement.product_id)
    });
    faults.check(around.places.get(&movement.place_id) == Some(&supplier), || {
        Fault::of("unknown_place").at("/place_id").with("place_id", movement.place_id)
    });
    let quantity = movement.quantity.quantity().thousandths();
    let most = Quantity::MAX_INPUT;
    if quantity == 0 || quantity.unsigned_abs() > most.thousandths().unsigned_abs() {
        faults.push(Fault::of("quantity_out_of_range").at("/quantity").with("most", most));
    } else if let Some(expected) = sign_of(movement.reason).filter(|sign| *sign != quantity.signum()) {
        let expected = if expected > 0 { "a number above 0" } else { "a number below 0" };
        let fault = Fault::of("wrong_sign").at("/quantity");
        faults.push(fault.with("reason", movement.reason).with("expected", expected));
    }
    let earliest = today.checked_add_days(-MAX_DAYS_BACK).unwrap_or(CivilDate::MIN);
    faults.check((earliest..=today).contains(&movement.moved_on), || {
        let fault = Fault::of("moved_on_out_of_range").at("/moved_on");
        fault.with("earliest", earliest).with("latest", today)
    });
    faults
}

/// The sign a reason asks for; none where both make sense.
fn sign_of(reason: StockReason) -> Option<i64> {
    match reason {
        StockReason::Receipt | StockReason::Opening => Some(1),
        StockReason::Sample | StockReason::Breakage => Some(-1),
        StockReason::Correction | StockReason::Count => None,
    }
}

/// What is held for orders stays: the fault of a sum that would take more. What a stocktaking did not find is not
/// there, whatever is held: it may leave any shelf empty, but takes nothing more with it.
fn shortage(lot: (ProductId, PlaceId), sum: Sum, around: &Surroundings) -> Option<Fault> {
    let sku = around.products.get(&lot.0)?;
    let (on_hand, held) = around.lots.get(&lot).map_or((0, 0), |lot| (lot.on_hand, lot.held));
    let (taken, least) = if sum.may_owe() && on_hand.saturating_add(sum.all) < 0 {
        (sum.all, 0)
    } else if sum.may_owe() {
        (sum.all.saturating_sub(sum.counted), held)
    } else {
        (sum.all, held)
    };
    if taken >= 0 || on_hand.saturating_add(taken) >= least {
        return None;
    }
    let shown = Quantity::from_thousandths;
    let fault = Fault::of("stock_short")
        .with("sku", sku)
        .with("asked", shown(taken.saturating_neg()));
    let fault = fault.with("left", shown((on_hand - least).max(0)));
    Some(fault.with("on_hand", shown(on_hand)).with("held", shown(held)))
}

impl Movement {
    /// What its journal entry is held to: SHA-256 over `movement|product|place|quantity|reason|moved_on`, each as it
    /// is printed. Who recounts makes it from the row.
    #[must_use]
    pub fn content(&self) -> Hash {
        let text = format!(
            "{}|{}|{}|{}|{}|{}",
            self.id, self.product_id, self.place_id, self.quantity, self.reason, self.moved_on
        );
        Sha256::digest(text).into()
    }
}

#[cfg(test)]
#[path = "movement_tests.rs"]
mod tests;
