//! Orders: what a buyer asks of suppliers, from placing to the supplier's answer or the cancel.
//!
//! Owns order groups, orders and their lines, and the facts *ordered*. Does not own goods, prices or stock (it asks
//! `catalogue` and `stock`), nor the figure (`tally` reads facts, never orders).
//!
//! One request places one **group**; the group holds one **order** for each supplier, all or none. A line freezes
//! what its goods were: name, pack, weight, VAT class, price, offer. Hot path: `place` is a batch of pure steps
//! (load → `decide` each alone, in memory → rows → write set by set).

mod answer;
mod api;
mod body;
mod cancel;
mod content;
mod decide;
mod desk;
mod facts;
mod new_order;
mod order;
mod place;
mod place_available;
mod placed;
mod prepare;
mod queries;
mod store;
mod trial_body;

pub use answer::{AnswerOrder, SupplierAnswer};
pub use api::OrdersApi;
pub use body::{OrderBody, OrderGroupBody};
pub use cancel::CancelOrder;
pub use desk::OrderDesk;
pub use new_order::{NewLine, NewOrder};
pub use order::{Action, next_state, order_no};
pub use place::{Place, PlaceAsk};
pub use place_available::{Available, Source};
pub use placed::{PlacedGroup, PlacedLine, PlacedOrder, Reason, Skipped};
pub use prepare::{Prepared, prepare};
pub use queries::OrderWithLines;
pub use store::OrderFilter;
