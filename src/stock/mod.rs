//! Stock: what lies where, what of it is held for orders, and every movement that made it so.
//!
//! Owns places, lots (a product at a place: on hand, held) and movements. Movements are the only writer of what is on
//! hand; holds are changed by orders, through [`store::change_holds`]. Does not own products. Hands out [`Lot`] and
//! the two set-based statements that placing and cancelling orders use.

pub mod store;

pub use store::{Lot, change_holds, lots_of};
