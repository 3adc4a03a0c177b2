//! Notices: what people hear of the trade, in an inbox of their own and by letter.
//!
//! Owns the inboxes, what each person wants to hear and in which language, the addresses that letters go to, and how
//! far the journal has been read for it. Does not own what is told of: a notice names its thing and keeps the few
//! codes, numbers and names that its two texts are made of (`words.rs`).
//!
//! The way: [`FollowNotices`] reads the journal's entries after its cursor in their order, `telling.rs` decides by pure
//! rules which side hears what, `audience.rs` who of that side holds a key in force and wants to hear it, and one turn
//! writes the notices and moves the cursor. The cursor lies in the same database, so a restore takes both back
//! together. [`LookAhead`] tells once a day of what ends soon. Nobody hears of what they did themselves, or of what was
//! before they came. Of documents that were imported each party hears once an import (`imported.rs`).
//!
//! Letters wait in the rows of their notices and are sent by [`SendLetters`] through a [`Post`]. At least once: who
//! dies between the server's yes and the note of it sends again, with the same `Message-ID`. They go only to an address
//! whose holder has confirmed it, by a code that came there (`code.rs`); until then they go where they went. Nothing here is trade, so
//! nothing enters the journal; but all is written through the gate, like everything.

mod api;
mod audience;
mod body;
mod code;
mod confirm_address;
mod ending;
mod follow;
mod imported;
mod keep;
mod letter;
mod look_ahead;
mod mark_read;
mod post;
mod preferences_api;
mod preferences_body;
mod said;
mod send_letters;
mod set_wishes;
mod settings;
mod smtp;
mod store;
mod telling;
mod waiting;
mod wishes;
mod words;

pub use api::NoticesApi;
pub use code::Codes;
pub use follow::FollowNotices;
pub use letter::Letter;
pub use look_ahead::LookAhead;
pub use post::{NotSent, Post};
pub use preferences_api::PreferencesApi;
pub use send_letters::SendLetters;
pub use settings::{Login, MailFile, MailFlags, MailServer, MailSettings, MailTls};
pub use smtp::{MailError, Smtp};
