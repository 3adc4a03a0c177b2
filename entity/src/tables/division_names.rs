//! Rows of `division_names`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// A name that a division has given up, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "division_names")]
pub struct Model {
    /// `code`
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// `until_seq`
    #[sea_orm(primary_key, auto_increment = false)]
    pub until_seq: i64,
    /// `until_at`
    pub until_at: DateTime<Utc>,
    /// `name`
    pub name: String,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
