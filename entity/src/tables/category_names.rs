//! Rows of `category_names`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// The names that a category has given up, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "category_names")]
pub struct Model {
    /// `code`
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// `until_seq`
    #[sea_orm(primary_key, auto_increment = false)]
    pub until_seq: i64,
    /// `until_at`
    pub until_at: DateTime<Utc>,
    /// `name_zh`
    pub name_zh: String,
    /// `name_en`
    pub name_en: String,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
