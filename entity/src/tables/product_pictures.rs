//! Rows of `product_pictures`.

use crate::{Digest, ProductId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Picture of a product, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "product_pictures")]
pub struct Model {
    /// `product_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: ProductId,
    /// `digest`
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Digest,
    /// `position`: the first is shown first
    pub position: i32,
    /// `alt`: what it shows, in Chinese
    pub alt: String,
    /// `added_at`
    pub added_at: DateTime<Utc>,
    /// `archived_at`: since when it is no longer shown
    pub archived_at: Option<DateTime<Utc>>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
