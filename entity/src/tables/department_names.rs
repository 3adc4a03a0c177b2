//! Rows of `department_names`.

use crate::DepartmentId;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// A name that a department has given up, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "department_names")]
pub struct Model {
    /// `department_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub department_id: DepartmentId,
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
