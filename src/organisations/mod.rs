//! Who takes part: divisions, departments, buyers, retailers, suppliers, offices, their sites, people and keys.

pub mod kind;
pub mod party;
pub mod register;
mod store;

pub use party::{Department, Division, Membership, Party, Site, membership_on};
pub use register::{Parties, Register};
