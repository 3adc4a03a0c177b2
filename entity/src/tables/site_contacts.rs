//! Rows of `site_contacts`.

use crate::SiteId;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Contact of a site, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "site_contacts")]
pub struct Model {
    /// `site_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: SiteId,
    /// `name`
    pub name: String,
    /// `phone`
    pub phone: String,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
