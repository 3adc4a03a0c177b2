//! Stock: what lies where, what of it is held for orders, and every movement that made it so.
//!
//! Owns places, lots (a product at a place: on hand, held) and movements. Movements are the only writer of what is on
//! hand; holds are changed by orders, through [`change_holds`]. Does not own products. Hands out [`Lot`] and the two
//! set-based statements that placing and cancelling orders use.

mod add_place;
mod api;
mod body;
mod change_place;
mod export_api;
mod move_stock;
mod movement;
mod place;
mod place_api;
pub mod queries;
pub mod store;

pub use add_place::AddPlace;
pub use api::StockApi;
pub use change_place::{ArchivePlace, ChangePlace};
pub use export_api::StockExportApi;
pub use move_stock::MoveStock;
pub use movement::{Movement, NewMovement};
pub use place::Place;
pub use place_api::PlacesApi;
pub use store::{Lot, Sum, change, change_holds, lots_of};
