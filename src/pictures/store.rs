//! All SQL of the pictures.

use super::gallery::Checked;
use super::picture::{Kept, Picture};
use crate::db::{Engine, Params, statement};
use crate::journal::Turn;
use chrono::{DateTime, Utc};
use entity::Digest;
use entity::tables::{journal_epochs, pictures};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// What a row says is kept; nothing where it is of before.
fn kept_of(row: &pictures::Model) -> Option<Kept> {
    Some(Kept {
        bytes: row.kept_bytes?,
        digest: row.kept_digest.clone()?,
    })
}

fn picture_of(row: pictures::Model) -> Picture {
    Picture {
        digest: row.digest,
        kind: row.kind,
        bytes: row.bytes,
        width: row.width,
        height: row.height,
    }
}

/// A picture by its digest, with what is kept of it.
pub(super) async fn picture(db: &impl ConnectionTrait, digest: &Digest) -> Result<Option<(Picture, Option<Kept>)>, DbErr> {
    let row = pictures::Entity::find_by_id(digest.clone()).one(db).await?;
    Ok(row.map(|row| {
        let kept = kept_of(&row);
        (picture_of(row), kept)
    }))
}

/// These pictures, in any order.
pub(super) async fn pictures(db: &impl ConnectionTrait, digests: impl IntoIterator<Item = Digest>) -> Result<Vec<Picture>, DbErr> {
    let rows = pictures::Entity::find()
        .filter(pictures::Column::Digest.is_in(digests))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(picture_of).collect())
}

/// What is kept of these pictures, of each that is entered.
pub(super) async fn kept(
    db: &impl ConnectionTrait,
    digests: impl IntoIterator<Item = Digest>,
) -> Result<Vec<(Digest, Option<Kept>)>, DbErr> {
    let rows = pictures::Entity::find()
        .filter(pictures::Column::Digest.is_in(digests))
        .all(db)
        .await?;
    let kept = rows.into_iter().map(|row| {
        let kept = kept_of(&row);
        (row.digest, kept)
    });
    Ok(kept.collect())
}

/// Notes what is kept of a picture whose row is of before.
pub(super) async fn note(turn: &Turn, digest: &Digest, kept: &Kept) -> Result<(), DbErr> {
    let sql = "UPDATE pictures SET kept_bytes = $1, kept_digest = $2 WHERE digest = $3 AND kept_digest IS NULL";
    let values = vec![kept.bytes.into(), kept.digest.as_str().into(), digest.as_str().into()];
    turn.tx().execute_raw(statement(turn.engine(), sql, values)).await?;
    Ok(())
}

/// What a database is known by: its first epoch, which a move and a restore leave as it is.
pub(super) async fn first_epoch(db: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    let first = journal_epochs::Entity::find()
        .order_by_asc(journal_epochs::Column::Number)
        .one(db)
        .await?;
    Ok(first.map(|row| row.epoch.to_string()))
}

/// A page of all pictures by digest, with what is kept of each.
pub(super) async fn page(db: &impl ConnectionTrait, after: Option<&Digest>, most: u64) -> Result<Vec<(Digest, Option<Kept>)>, DbErr> {
    let mut find = pictures::Entity::find();
    if let Some(after) = after {
        find = find.filter(pictures::Column::Digest.gt(after.clone()));
    }
    let rows = find.order_by_asc(pictures::Column::Digest).limit(most).all(db).await?;
    let page = rows.into_iter().map(|row| {
        let kept = kept_of(&row);
        (row.digest, kept)
    });
    Ok(page.collect())
}

/// Enters a picture whose bytes are kept, unless it is known; in the turn of whoever shows it.
///
/// # Errors
/// Only the database's.
pub async fn enter(turn: &Turn, checked: &Checked, at: DateTime<Utc>) -> Result<(), DbErr> {
    insert(turn.tx(), turn.engine(), checked, at).await
}

/// One whose files were lost and are kept anew has its row say what is kept now.
async fn insert(db: &impl ConnectionTrait, engine: Engine, checked: &Checked, at: DateTime<Utc>) -> Result<(), DbErr> {
    let (picture, anew) = (&checked.picture, checked.anew.as_ref());
    let mut params = Params::new(engine);
    let sql = format!(
        "INSERT INTO pictures (digest, kind, bytes, width, height, created_at, kept_bytes, kept_digest) \
         VALUES ({}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (digest) DO UPDATE SET \
         kept_bytes = COALESCE(excluded.kept_bytes, pictures.kept_bytes), \
         kept_digest = COALESCE(excluded.kept_digest, pictures.kept_digest)",
        params.add(picture.digest.as_str()),
        params.add(picture.kind.as_str()),
        params.add(picture.bytes),
        params.add(picture.width),
        params.add(picture.height),
        params.add(at),
        params.add(anew.map(|kept| kept.bytes)),
        params.add(anew.map(|kept| kept.digest.as_str().to_owned()))
    );
    db.execute_raw(params.into_statement(&sql)).await?;
    Ok(())
}
