//! Rows of `pictures`.

use crate::{Digest, PictureKind};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Picture, as kept; its bytes are kept elsewhere, under its digest.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pictures")]
pub struct Model {
    /// `digest`: SHA-256 of the bytes as they came
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Digest,
    /// `kind`
    pub kind: PictureKind,
    /// `bytes`: how many
    pub bytes: i64,
    /// `width`: pixels, upright
    pub width: i32,
    /// `height`: pixels, upright
    pub height: i32,
    /// `created_at`
    pub created_at: DateTime<Utc>,
    /// `kept_bytes`: of all sizes; none in rows of before until they are noted
    pub kept_bytes: Option<i64>,
    /// `kept_digest`: SHA-256 over the SHA-256 of each size; none as before
    pub kept_digest: Option<Digest>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
