//! All SQL of pictures of products.

use super::Shown;
use crate::catalogue::product::Product;
use crate::db::{Engine, Params, statement};
use crate::http::fault::Fault;
use crate::journal::Turn;
use crate::pictures::{Picture, SupplierBounds, pictures};
use chrono::{DateTime, Utc};
use entity::tables::product_pictures;
use entity::{Digest, OrganisationId, ProductId, ShortText};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;

/// A picture of a product, shown or archived.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) digest: Digest,
    pub(super) alt: ShortText,
    pub(super) archived: bool,
}

fn text_of(alt: String) -> Result<ShortText, DbErr> {
    alt.try_into()
        .map_err(|_| DbErr::Type("product_pictures.alt: not a value of its kind".to_owned()))
}

/// All pictures of a product in their order, archived ones too.
pub(super) async fn links(db: &impl ConnectionTrait, product: ProductId) -> Result<Vec<Link>, DbErr> {
    let rows = product_pictures::Entity::find()
        .filter(product_pictures::Column::ProductId.eq(product))
        .order_by_asc(product_pictures::Column::Position)
        .all(db)
        .await?;
    let links = rows.into_iter().map(|row| {
        Ok(Link {
            alt: text_of(row.alt)?,
            digest: row.digest,
            archived: row.archived_at.is_some(),
        })
    });
    links.collect()
}

/// What a supplier has of pictures, those it no longer shows included, and whether the one that is asked about is among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pictures: i64,
    bytes: i64,
    has_it: bool,
}

impl Held {
    /// What speaks against one more of so many bytes. One that is there already takes no more room.
    pub(super) fn full(self, bytes: i64, bounds: SupplierBounds) -> Option<Fault> {
        let (most_pictures, most_bytes) = (i64::from(bounds.pictures), i64::from(bounds.mebibytes) << 20);
        let is_full = self.pictures >= most_pictures || self.bytes.saturating_add(bytes) > most_bytes;
        (is_full && !self.has_it).then(|| {
            Fault::of("pictures_full")
                .with("pictures", self.pictures)
                .with("bytes", self.bytes)
                .with("most_pictures", most_pictures)
                .with("most_bytes", most_bytes)
        })
    }
}

/// What a supplier has. Of rows of before counts what came.
pub(super) async fn held(db: &impl ConnectionTrait, engine: Engine, seller: OrganisationId, digest: &Digest) -> Result<Held, DbErr> {
    let sql = "SELECT count(*) AS pictures, CAST(COALESCE(SUM(COALESCE(x.kept_bytes, x.bytes)), 0) AS bigint) AS bytes, \
        CAST(COALESCE(SUM(CASE WHEN x.digest = $2 THEN 1 ELSE 0 END), 0) AS bigint) AS same FROM pictures x WHERE x.digest IN \
        (SELECT s.digest FROM product_pictures s JOIN products p ON p.id = s.product_id WHERE p.seller_id = $1)";
    let values = vec![seller.into(), digest.as_str().into()];
    let row = db.query_one_raw(statement(engine, sql, values)).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("a count".to_owned()))?;
    let same: i64 = row.try_get("", "same")?;
    Ok(Held {
        pictures: row.try_get("", "pictures")?,
        bytes: row.try_get("", "bytes")?,
        has_it: same > 0,
    })
}

/// Shows a picture of a product in a place, one that was archived too.
pub(super) async fn put(
    turn: &Turn,
    product: ProductId,
    digest: &Digest,
    place: i32,
    alt: &ShortText,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut params = Params::new(turn.engine());
    let sql = format!(
        "INSERT INTO product_pictures (product_id, digest, position, alt, added_at) VALUES ({}, {}, {}, {}, {}) \
         ON CONFLICT (product_id, digest) DO UPDATE SET position = excluded.position, alt = excluded.alt, archived_at = NULL",
        params.add(product),
        params.add(digest.as_str()),
        params.add(place),
        params.add(alt.as_str()),
        params.add(at)
    );
    turn.tx().execute_raw(params.into_statement(&sql)).await?;
    Ok(())
}

/// Shows a picture of a product no more.
pub(super) async fn archive(turn: &Turn, product: ProductId, digest: &Digest, at: DateTime<Utc>) -> Result<(), DbErr> {
    let mut params = Params::new(turn.engine());
    let sql = format!(
        "UPDATE product_pictures SET archived_at = {} WHERE product_id = {} AND digest = {} AND archived_at IS NULL",
        params.add(at),
        params.add(product),
        params.add(digest.as_str())
    );
    turn.tx().execute_raw(params.into_statement(&sql)).await?;
    Ok(())
}

/// Gives a product its next version, if the one before is still there.
pub(super) async fn bump(turn: &Turn, after: &Product) -> Result<bool, DbErr> {
    let mut params = Params::new(turn.engine());
    let sql = format!(
        "UPDATE products SET version = {}, touched = {} WHERE id = {} AND version = {}",
        params.add(after.version),
        params.add(turn.next().seq),
        params.add(after.id),
        params.add(after.version - 1)
    );
    Ok(turn.tx().execute_raw(params.into_statement(&sql)).await?.rows_affected() == 1)
}

/// What these products show, each in its order. Two statements for a page.
pub(in crate::catalogue) async fn shown_of(
    db: &impl ConnectionTrait,
    products: impl IntoIterator<Item = ProductId>,
) -> Result<HashMap<ProductId, Vec<Shown>>, DbErr> {
    let rows = product_pictures::Entity::find()
        .filter(product_pictures::Column::ProductId.is_in(products))
        .filter(product_pictures::Column::ArchivedAt.is_null())
        .order_by_asc(product_pictures::Column::Position)
        .all(db)
        .await?;
    let mut shown: HashMap<ProductId, Vec<Shown>> = HashMap::new();
    if rows.is_empty() {
        return Ok(shown);
    }
    let known = pictures(db, rows.iter().map(|row| row.digest.clone())).await?;
    let known: HashMap<Digest, Picture> = known.into_iter().map(|one| (one.digest.clone(), one)).collect();
    for row in rows {
        if let Some(picture) = known.get(&row.digest).cloned() {
            let alt = text_of(row.alt)?;
            shown.entry(row.product_id).or_default().push(Shown { picture, alt });
        }
    }
    Ok(shown)
}
