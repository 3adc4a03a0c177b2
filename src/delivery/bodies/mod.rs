//! Shipments, acceptances and returns on the wire.

mod returns;
mod shipment;
mod shipments;

pub use returns::{ConfirmReturnBody, NewReturnBody, ReturnBody, ReturnPage};
pub use shipment::{ShipmentBody, ShipmentPage};
pub use shipments::{AcceptBody, NewShipmentBody, SurplusBody};

/// A text that may be left out; an empty one is left out.
fn told(note: Option<entity::FreeText>) -> Option<String> {
    note.map(|note| note.as_str().to_owned()).filter(|note| !note.trim().is_empty())
}
