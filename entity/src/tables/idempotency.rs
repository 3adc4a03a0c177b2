//! Rows of `idempotency`.

use crate::KeyId;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Key of a repeated request, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    /// `key_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_id: KeyId,
    /// `key`
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// `request_hash`
    pub request_hash: Vec<u8>,
    /// `answer`
    pub answer: String,
    /// `created_at`
    pub created_at: DateTime<Utc>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
