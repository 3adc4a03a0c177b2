//! Rows of `site_contact_versions`.

use crate::SiteId;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Contact of a site as it was, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "site_contact_versions")]
pub struct Model {
    /// `site_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: SiteId,
    /// `version`
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// `name`
    pub name: String,
    /// `phone`
    pub phone: String,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
