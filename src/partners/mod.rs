//! What other systems hold on to: the feed of events and signed heads of the journal; later webhooks.
//!
//! An event concerns one thing, so each party sees only its own. Owns no table: events are the journal's entries, and
//! signed heads stand beside them. Hands out the operations and the daily job that signs.

mod api;
mod body;
mod head_api;
mod head_body;
mod sign_heads;

pub use api::PartnersApi;
pub use head_api::HeadApi;
pub use sign_heads::SignHeads;
