//! Pictures: bytes known by their digest, checked, resized and kept; no word of what they show.
//!
//! Owns the table `pictures`, the files under each digest (one for each [`PictureSize`](entity::PictureSize), written anew: the
//! picture as it came may say where and by whom it was taken, and may have anything appended, so it is not kept), and where
//! they are kept: a [`Vault`], which is a folder or a bucket. Does not own what a picture is of: the room that shows it keeps
//! that, in the same turn in which it calls [`enter`].
//!
//! Hands out the [`Gallery`]: whoever shows a picture has it checked, says whether it may be shown, has it kept, and enters it.
//! Bytes are kept before a row says so; what is kept and never entered is taken away by [`SweepPictures`], and a row whose bytes
//! are gone is found by [`missing`].

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
mod sweep;
mod vault;
mod whole;

pub use api::PicturesApi;
pub use body::SizeBody;
pub use bucket::{Bucket, BucketSettings};
pub use folder::Folder;
pub use gallery::{Checked, Gallery};
pub use picture::{Kept, MOST_BYTES, MOST_PIXELS, MOST_SIDE, Picture, SupplierBounds, digest_of, fit};
pub use queries::{missing, pictures};
pub use settings::{PictureFile, PictureFlags, PicturePlace, PictureSettings};
pub use store::enter;
pub use sweep::SweepPictures;
pub use vault::{Part, Stored, Vault, VaultError, part_of};
