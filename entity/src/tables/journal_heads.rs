//! Rows of `journal_heads`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

/// Head of a journal, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_heads")]
pub struct Model {
    /// `pairing`
    #[sea_orm(primary_key, auto_increment = false)]
    pub pairing: i16,
    /// `seq`
    pub seq: i64,
    /// `epoch`
    pub epoch: Uuid,
    /// `format`
    pub format: i32,
    /// `fold`
    pub fold: i32,
    /// `frontier`
    pub frontier: Vec<u8>,
    /// `last_at`
    pub last_at: DateTime<Utc>,
    /// `register_seq`
    pub register_seq: i64,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
