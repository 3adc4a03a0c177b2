//! Rows of `register_notings`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// How far things of a kind that were there before their rows were hashed have been noted.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "register_notings")]
pub struct Model {
    /// `thing`: the kind, as entries name it
    #[sea_orm(primary_key, auto_increment = false)]
    pub thing: String,
    /// `through_seq`: the last entry of before
    pub through_seq: i64,
    /// `after_key`: id or code of the last thing noted
    pub after_key: Option<String>,
    /// `ended_at`: when all were
    pub ended_at: Option<DateTime<Utc>>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
