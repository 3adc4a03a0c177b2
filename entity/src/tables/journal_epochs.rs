//! Rows of `journal_epochs`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

/// Epoch of a journal, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_epochs")]
pub struct Model {
    /// `epoch`
    #[sea_orm(primary_key, auto_increment = false)]
    pub epoch: Uuid,
    /// `pairing`
    pub pairing: i16,
    /// `number`
    pub number: i32,
    /// `began_after`
    pub began_after: i64,
    /// `began_at`
    pub began_at: DateTime<Utc>,
    /// `reason`
    pub reason: String,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
