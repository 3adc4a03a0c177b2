//! Rows of `site_versions`.

use crate::SiteId;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Site as it was, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "site_versions")]
pub struct Model {
    /// `site_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: SiteId,
    /// `version`
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// `name`
    pub name: String,
    /// `address`
    pub address: String,
    /// `town_code`
    pub town_code: String,
    /// `receiving_hours`
    pub receiving_hours: String,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
