//! Who takes part: divisions, departments, buyers, retailers, suppliers, offices, their sites, people and keys.

pub mod add_department;
pub mod add_division;
pub mod api;
pub mod archive_organisation;
pub mod change_organisation;
pub mod change_site;
mod concern;
pub mod create_organisation;
pub mod division;
pub mod issue_key;
pub mod key;
pub mod keyring;
pub mod keys;
pub mod kind;
pub mod move_organisation;
mod note_use;
pub mod open_site;
pub mod organisation;
pub mod party;
pub mod queries;
pub mod register;
pub mod revoke_key;
pub mod site;
mod store;

pub use party::{Department, Division, Membership, Party, Site, membership_on};
pub use register::{Parties, Register};
