//! Pictures: bytes known by their digest, checked, resized and kept; no word of what they show.
//!
//! Owns the table `pictures`, the files under each digest (the picture as it came, which is never handed out since it
//! may say where and by whom it was taken, and one for each [`PictureSize`](entity::PictureSize)), and where they are
//! kept: a [`Vault`], which is a folder or a bucket. Does not own what a picture is of: the room that shows it keeps
//! that, in the same turn in which it calls [`enter`].
//!
//! Hands out the [`Gallery`]. Bytes are kept before a row says so; what is kept and never entered harms nobody, and a
//! row whose bytes are gone is found by [`missing`].

mod api;
mod body;
mod bucket;
#[cfg(test)]
mod bucket_tests;
mod develop;
#[cfg(test)]
mod develop_tests;
mod folder;
mod gallery;
mod picture;
mod queries;
mod settings;
mod store;
mod vault;
mod whole;

pub use api::PicturesApi;
pub use body::SizeBody;
pub use bucket::{Bucket, BucketSettings};
pub use folder::Folder;
pub use gallery::Gallery;
pub use picture::{MOST_BYTES, MOST_PIXELS, Picture, digest_of, fit};
pub use queries::{missing, pictures};
pub use settings::{PictureFile, PictureFlags, PictureSettings};
pub use store::enter;
pub use vault::{Part, Vault, VaultError};
