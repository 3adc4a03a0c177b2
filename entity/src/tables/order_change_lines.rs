//! Rows of `order_change_lines`.

use crate::{OrderChangeId, Quantity};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Line of a change document, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_change_lines")]
pub struct Model {
    /// `change_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub change_id: OrderChangeId,
    /// `line_no`
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_no: i32,
    /// `units`
    pub units: Quantity,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
