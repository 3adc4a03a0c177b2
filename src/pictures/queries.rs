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
    Ok(store::picture(db, digest).await?.map(|(picture, _)| picture))
}

/// These pictures, in any order. One statement.
///
/// # Errors
/// Only the database's.
pub async fn pictures(db: &impl ConnectionTrait, digests: impl IntoIterator<Item = Digest>) -> Result<Vec<Picture>, DbErr> {
    store::pictures(db, digests).await
}

/// How many pictures are entered, and which of them have lost a file; where bytes are `read`, also which of them have other
/// bytes than were entered. Rows of before, of which nobody noted what is kept, are only looked for.
///
/// # Errors
/// The database's; `Unavailable` where the vault does not answer.
pub async fn missing(db: &impl ConnectionTrait, gallery: &Gallery, read: bool) -> Result<(u64, Vec<Digest>), Refusal> {
    let (mut looked_at, mut lost, mut after) = (0, Vec::new(), None);
    loop {
        let page = store::page(db, after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok((looked_at, lost)) };
        after = Some(last.0.clone());
        for (digest, kept) in page {
            looked_at += 1;
            let whole = match kept {
                Some(kept) if read => gallery.kept(&digest).await? == Some(kept),
                _ => gallery.has_all(&digest).await?,
            };
            if !whole {
                lost.push(digest);
            }
        }
    }
}
