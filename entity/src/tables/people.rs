//! Rows of `people`.

use crate::{OrganisationId, PersonId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Person, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "people")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PersonId,
    /// `organisation_id`
    pub organisation_id: OrganisationId,
    /// `machine`
    pub machine: bool,
    /// `created_at`
    pub created_at: DateTime<Utc>,
    /// `archived_at`
    pub archived_at: Option<DateTime<Utc>>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
