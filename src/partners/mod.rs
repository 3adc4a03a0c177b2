//! What other systems hold on to: the feed of events and signed heads of the journal; later webhooks.
//!
//! An event concerns one thing, so each party sees only its own. Owns no table: events are the journal's entries, and
//! signed heads stand beside them. Hands out the operations, the daily job that signs, and the one that notes once what was
//! there before its rows were hashed.

mod api;
mod body;
mod doings_api;
mod doings_body;
mod head_api;
mod head_body;
mod note_register;
mod sign_heads;

pub use api::PartnersApi;
pub use doings_api::DoingsApi;
pub use head_api::HeadApi;
pub use note_register::NoteRegister;
pub use sign_heads::SignHeads;
