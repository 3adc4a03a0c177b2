//! Rows of `sites`.

use crate::{OrganisationId, SiteId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Site, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sites")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SiteId,
    /// `organisation_id`
    pub organisation_id: OrganisationId,
    /// `name`
    pub name: String,
    /// `address`
    pub address: String,
    /// `town_code`
    pub town_code: String,
    /// `receiving_hours`
    pub receiving_hours: String,
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
