//! The catalogue: what may be bought, by whom, and at what price.
//!
//! Owns categories, products, offers (a price for a channel, from a day to a day), which goods may go to which
//! channels, and search. Does not own stock, who the sellers are, or what an order froze of a product. Hands out the
//! [`Shelf`]: all goods in memory, brought up to date by what was touched, for work that is prepared outside a turn.

mod category;
pub mod eligibility;
mod good;
pub mod search;
pub mod shelf;
mod store;

pub use category::Category;
pub use good::{Good, Offer};
pub use shelf::{Goods, Shelf};
