//! Delivery: what was sent, what of it was accepted, rejected and kept beyond it, and what came back.
//!
//! Owns shipments, acceptances and returns, with the facts *shipped*, *accepted* and *returned*. Does not own how far a
//! line has come (its position moves by the rules of `orders`), nor stock (it asks `stock` to take and put back).
//! Papers, batches and the second signature will stand beside an acceptance line; nothing here has to change for them.
//!
//! The way: the supplier sends (`ship`), the buyer may note the arrival (`arrive`), inspects (`accept`: each line is
//! accepted or rejected with reasons, within the goods' tolerance), may keep more than that as a step of its own
//! (`surplus`), and may return what it had accepted (`give_back`; what goes back on the shelf is there once the supplier
//! confirms it, or its term is over: `confirm_return`). Rejected and returned goods may be replaced by
//! another shipment on the same line. An order is completed when nothing is left to be sent or inspected.

mod accept;
mod acceptance;
mod api;
mod arrive;
mod bodies;
mod confirm_return;
mod content;
mod days;
mod desk;
mod fare;
mod give_back;
mod goods_return;
mod queries;
mod return_api;
mod ship;
mod shipment;
pub mod store;
mod surplus;
mod weight;

pub use accept::{Accept, InspectedLine};
pub use acceptance::{Inspected, inspect};
pub use api::ShipmentsApi;
pub use arrive::Arrive;
pub use confirm_return::{ConfirmReturn, ConfirmReturns};
pub use content::{acceptance_text, hash_of, return_text, shipment_text};
pub use desk::DeliveryDesk;
pub(crate) use fare::ELSEWHERE;
pub use give_back::{GiveBack, ReturnedLine};
pub use queries::{FullAcceptance, FullShipment};
pub use return_api::ReturnsApi;
pub use ship::{SentLine, Ship};
pub use shipment::{ShipmentAction, next_state};
pub use surplus::{KeepSurplus, SurplusLine};
