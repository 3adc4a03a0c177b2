//! All SQL of the pictures.

use super::picture::Picture;
use crate::db::{Engine, Params};
use crate::journal::Turn;
use chrono::{DateTime, Utc};
use entity::Digest;
use entity::tables::pictures;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

fn picture_of(row: pictures::Model) -> Picture {
    Picture {
        digest: row.digest,
        kind: row.kind,
        bytes: row.bytes,
        width: row.width,
        height: row.height,
    }
}

/// A picture by its digest.
pub(super) async fn picture(db: &impl ConnectionTrait, digest: &Digest) -> Result<Option<Picture>, DbErr> {
    Ok(pictures::Entity::find_by_id(digest.clone()).one(db).await?.map(picture_of))
}

/// These pictures, in any order.
pub(super) async fn pictures(db: &impl ConnectionTrait, digests: impl IntoIterator<Item = Digest>) -> Result<Vec<Picture>, DbErr> {
    let rows = pictures::Entity::find()
        .filter(pictures::Column::Digest.is_in(digests))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(picture_of).collect())
}

/// A page of all pictures by digest.
pub(super) async fn page(db: &impl ConnectionTrait, after: Option<&Digest>, most: u64) -> Result<Vec<Picture>, DbErr> {
    let mut find = pictures::Entity::find();
    if let Some(after) = after {
        find = find.filter(pictures::Column::Digest.gt(after.clone()));
    }
    let rows = find.order_by_asc(pictures::Column::Digest).limit(most).all(db).await?;
    Ok(rows.into_iter().map(picture_of).collect())
}

/// Enters a picture whose bytes are kept, unless it is known; in the turn of whoever shows it.
///
/// # Errors
/// Only the database's.
pub async fn enter(turn: &Turn, picture: &Picture, at: DateTime<Utc>) -> Result<(), DbErr> {
    insert(turn.tx(), turn.engine(), picture, at).await
}

async fn insert(db: &impl ConnectionTrait, engine: Engine, picture: &Picture, at: DateTime<Utc>) -> Result<(), DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "INSERT INTO pictures (digest, kind, bytes, width, height, created_at) VALUES ({}, {}, {}, {}, {}, {}) \
         ON CONFLICT (digest) DO NOTHING",
        params.add(picture.digest.as_str()),
        params.add(picture.kind.as_str()),
        params.add(picture.bytes),
        params.add(picture.width),
        params.add(picture.height),
        params.add(at)
    );
    db.execute_raw(params.into_statement(&sql)).await?;
    Ok(())
}
