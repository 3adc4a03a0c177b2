//! Rows of `saved_list_lines`.

use crate::{ListId, Quantity};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Line of a saved list, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_list_lines")]
pub struct Model {
    /// `list_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub list_id: ListId,
    /// `line_no`
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_no: i32,
    /// `sku`
    pub sku: String,
    /// `quantity`
    pub quantity: Quantity,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
