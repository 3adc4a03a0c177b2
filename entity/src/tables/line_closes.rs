//! Rows of `line_closes`.

use crate::{CivilDate, CloseCause, OrderId, OrderLineId, Quantity};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// What of a line was closed short, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "line_closes")]
pub struct Model {
    /// `order_line_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_line_id: OrderLineId,
    /// `seq`
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// `order_id`
    pub order_id: OrderId,
    /// `closed_on`
    pub closed_on: CivilDate,
    /// `units`
    pub units: Quantity,
    /// `cause`
    pub cause: CloseCause,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
