//! Reads.

use super::gallery::Gallery;
use super::picture::Picture;
use super::store;
use crate::http::fault::Refusal;
use entity::Digest;
use sea_orm::{ConnectionTrait, DbErr};

/// Pictures looked at together.
const PAGE: u64 = 500;

/// A picture that is entered.
pub(super) async fn picture(db: &impl ConnectionTrait, digest: &Digest) -> Result<Option<Picture>, DbErr> {
    store::picture(db, digest).await
}

/// These pictures, in any order. One statement.
///
/// # Errors
/// Only the database's.
pub async fn pictures(db: &impl ConnectionTrait, digests: impl IntoIterator<Item = Digest>) -> Result<Vec<Picture>, DbErr> {
    store::pictures(db, digests).await
}

/// How many pictures are entered, and which of them have lost a file.
///
/// # Errors
/// The database's; `Unavailable` where the vault does not answer.
pub async fn missing(db: &impl ConnectionTrait, gallery: &Gallery) -> Result<(u64, Vec<Digest>), Refusal> {
    let (mut looked_at, mut lost, mut after) = (0, Vec::new(), None);
    loop {
        let page = store::page(db, after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok((looked_at, lost)) };
        after = Some(last.digest.clone());
        for picture in page {
            looked_at += 1;
            if !gallery.has_all(&picture.digest).await? {
                lost.push(picture.digest);
            }
        }
    }
}
