//! Rows of `jobs`.

use crate::{JobId, JobState};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Job, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    /// `kind`
    pub kind: String,
    /// `state`
    pub state: JobState,
    /// `due_at`
    pub due_at: DateTime<Utc>,
    /// `leased_until`
    pub leased_until: Option<DateTime<Utc>>,
    /// `attempts`
    pub attempts: i32,
    /// `progress`
    pub progress: String,
    /// `cancel_requested`
    pub cancel_requested: bool,
    /// `every_seconds`
    pub every_seconds: Option<i32>,
    /// `last_error`
    pub last_error: Option<String>,
    /// `created_at`
    pub created_at: DateTime<Utc>,
    /// `ended_at`
    pub ended_at: Option<DateTime<Utc>>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
