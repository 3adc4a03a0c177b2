//! Who takes part: divisions, departments, buyers, retailers, suppliers, offices, their sites, people and keys.
//!
//! Owns these things, their rules, where an organisation belongs from which day on, and what each kind of it buys
//! through and pays with ([`kind`]). Names of people, phone numbers and the use of keys stand beside the journal; all
//! else is changed in a turn, with an entry for each thing.
//!
//! Does not own what is bought or sold, budgets, or what a caller may do once let in (`access`). Nothing is deleted:
//! archived, with a successor; codes are never used again.
//!
//! Hands out the [`Register`], all of it in memory as of one number of the journal, for work prepared outside a turn;
//! the [`keyring::StoredKeyring`] by which the edge lets callers in; [`keys`] for the command line; the operations
//! ([`api::all`]); and for each change a function that asks for its turn.

pub mod add_department;
pub mod add_division;
pub mod api;
pub mod archive_organisation;
pub mod change_department;
pub mod change_division;
pub mod change_organisation;
pub mod change_site;
mod concern;
pub mod create_organisation;
pub mod division;
pub mod former_names;
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
mod widen_keys;

pub use party::{Department, Division, Membership, Party, Site, membership_on};
pub use register::{Parties, Register};
pub use widen_keys::widen_keys;
