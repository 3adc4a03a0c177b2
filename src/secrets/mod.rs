//! The master secret: the one secret under all that the service seals or signs.
//!
//! Owns the secret itself, where it is kept (the variable `YANGPIN_MASTER_SECRET`, else a file beside an SQLite
//! database or a row of its own on PostgreSQL), and the table `master_secrets` with its fingerprint, which refuses any
//! other. Does not own what is sealed or signed with it: whoever does takes a key of its own by a name. Hands out
//! [`keep`], [`MasterSecret::derive`] and the names in [`purpose`].

mod keep;
mod master;
mod place;

pub use keep::{Kept, SecretError, keep};
pub use master::{Derived, MasterSecret, WeakSecret, purpose};
pub use place::{Place, beside, carry, copy_beside, kept_at, secret_file};
