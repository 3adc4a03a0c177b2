//! Rows of `policies`.

use crate::CivilDate;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Dated policy, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policies")]
pub struct Model {
    /// `name`
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// `from_date`
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_date: CivilDate,
    /// `value`
    pub value: i64,
    /// `source`
    pub source: String,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
