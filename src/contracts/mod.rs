//! Framework contracts: what a supplier and its buyers have agreed on for a time, and how much of it is drawn.
//!
//! Owns contracts with their buyers and goods, how they come into force and end, and what is left of each. Does not own
//! orders: those name a contract, take its prices and draw on its cap by the statements that `store` hands out, under
//! the turn that places them.
//!
//! What is in force never changes but in what is drawn; whoever wants other terms makes another contract.

mod api;
mod body;
mod change;
mod content;
mod contract;
mod draft;
mod drawing;
mod offered;
mod step;
mod store;

pub use api::ContractsApi;
pub use contract::{Action, Contract, ContractBuyer, ContractGood, MOST_TERM_DAYS, Terms, buyers_of, next_state};
pub use draft::DraftContract;
pub use drawing::{Drawn, Left, draw, draw_standing, left};
pub use offered::ContractPrices;
pub use step::StepContract;
pub use store::read;
