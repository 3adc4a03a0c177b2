//! What other systems hold on to: the feed of events, the timeline of an order, and signed heads of the journal; later
//! webhooks.
//!
//! An event concerns one thing, so each party sees only its own. Owns no table: events are the journal's entries, and
//! signed heads stand beside them. Owns how an entry is told: [`told`] is the one table of what each field of each kind is.
//! Hands out the operations, what wakes those who wait, the daily job that signs, and the one that notes once what was
//! there before its rows were hashed.

mod api;
mod around;
mod body;
mod doings_api;
mod doings_body;
mod event_ids;
mod fields;
mod head_api;
mod head_body;
mod kinds;
mod note_register;
mod schemas;
mod sign_heads;
mod timeline_api;
mod wanted;
mod watch;

pub use api::{LONGEST_WAIT, PartnersApi};
pub use around::{OrderNow, OrderRef, orders_named, orders_now};
pub use doings_api::DoingsApi;
pub use event_ids::EventIds;
pub use head_api::HeadApi;
pub use kinds::{Told, told};
pub use note_register::NoteRegister;
pub use schemas::{mapping as event_schema_names, schema_name, schemas as event_schemas};
pub use sign_heads::SignHeads;
pub use timeline_api::TimelineApi;
pub use watch::Watch;
