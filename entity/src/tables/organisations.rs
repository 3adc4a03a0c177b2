//! Rows of `organisations`.

use crate::{OrganisationId, OrganisationKind, SiteId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Organisation, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisations")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganisationId,
    /// `name`
    pub name: String,
    /// `kind`
    pub kind: OrganisationKind,
    /// `uscc`
    pub uscc: Option<String>,
    /// `uscc_override`
    pub uscc_override: Option<String>,
    /// `without_canteen`
    pub without_canteen: bool,
    /// `default_site_id`
    pub default_site_id: Option<SiteId>,
    /// `version`
    pub version: i64,
    /// `touched`
    pub touched: i64,
    /// `created_at`
    pub created_at: DateTime<Utc>,
    /// `archived_at`
    pub archived_at: Option<DateTime<Utc>>,
    /// `successor_id`
    pub successor_id: Option<OrganisationId>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
