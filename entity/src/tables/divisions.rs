//! Rows of `divisions`.

use crate::DivisionRole;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Division, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "divisions")]
pub struct Model {
    /// `code`
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// `name`
    pub name: String,
    /// `parent_code`
    pub parent_code: Option<String>,
    /// `role`
    pub role: DivisionRole,
    /// `black_rice_gi_area`
    pub black_rice_gi_area: Option<bool>,
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
