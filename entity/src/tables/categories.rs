//! Rows of `categories`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Category, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "categories")]
pub struct Model {
    /// `code`
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// `name_zh`
    pub name_zh: String,
    /// `name_en`
    pub name_en: String,
    /// `version`
    pub version: i64,
    /// `touched`
    pub touched: i64,
    /// `created_at`
    pub created_at: DateTime<Utc>,
    /// `archived_at`
    pub archived_at: Option<DateTime<Utc>>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
