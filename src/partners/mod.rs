//! What other systems hold on to: today the feed of events, later webhooks, imports and exports.
//!
//! An event concerns one thing, so each party sees only its own. Owns no table: events are the journal's entries.

mod api;
mod body;

pub use api::PartnersApi;
