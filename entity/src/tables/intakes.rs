//! Rows of `intakes`.

use crate::{ImportMode, IntakeId, IntakeKind, OrganisationId, PersonId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Intake, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "intakes")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IntakeId,
    /// `kind`
    pub kind: IntakeKind,
    /// `organisation_id`
    pub organisation_id: OrganisationId,
    /// `made_by`
    pub made_by: PersonId,
    /// `mode`
    pub mode: ImportMode,
    /// `file_hash`
    pub file_hash: Vec<u8>,
    /// `row_count`
    pub row_count: i32,
    /// `created_at`
    pub created_at: DateTime<Utc>,
    /// `undone_at`
    pub undone_at: Option<DateTime<Utc>>,
    /// `version`
    pub version: i64,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
