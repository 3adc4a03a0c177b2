//! Rows of `notice_cursors`.

use crate::CivilDate;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// How far the journal has been read for notices, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_cursors")]
pub struct Model {
    /// `pairing`
    #[sea_orm(primary_key, auto_increment = false)]
    pub pairing: i16,
    /// `seq`: the last entry read
    pub seq: i64,
    /// `swept_on`: the day on which endings were looked for last
    pub swept_on: Option<CivilDate>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
