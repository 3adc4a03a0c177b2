//! Rows of `intake_things`.

use crate::IntakeId;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

/// A thing that an intake has brought, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "intake_things")]
pub struct Model {
    /// `intake_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub intake_id: IntakeId,
    /// `no`
    #[sea_orm(primary_key, auto_increment = false)]
    pub no: i32,
    /// `row_no`
    pub row_no: i32,
    /// `thing`
    pub thing: String,
    /// `thing_id`
    pub thing_id: Uuid,
    /// `taken_back`
    pub taken_back: bool,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
