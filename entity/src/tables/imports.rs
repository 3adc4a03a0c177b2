//! Rows of `imports`.

use crate::{ImportId, ImportMode, ImportState, PersonId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Import, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    /// `source`
    pub source: String,
    /// `state`
    pub state: ImportState,
    /// `mode`
    pub mode: Option<ImportMode>,
    /// `created_by`
    pub created_by: PersonId,
    /// `created_at`
    pub created_at: DateTime<Utc>,
    /// `booked_by`
    pub booked_by: Option<PersonId>,
    /// `alone`
    pub alone: bool,
    /// `file_hash`
    pub file_hash: Option<Vec<u8>>,
    /// `expected_parts`
    pub expected_parts: Option<i32>,
    /// `parts`
    pub parts: i32,
    /// `row_count`
    pub row_count: i64,
    /// `checked_through`
    pub checked_through: i32,
    /// `booked_through`
    pub booked_through: i32,
    /// `undone_documents`
    pub undone_documents: i64,
    /// `stopped_by`
    pub stopped_by: Option<String>,
    /// `ended_at`
    pub ended_at: Option<DateTime<Utc>>,
    /// `version`
    pub version: i64,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
