//! Rows of `acceptance_lines`.

use crate::{AcceptanceId, Money, OrderLineId, Quantity};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Line of an acceptance, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "acceptance_lines")]
pub struct Model {
    /// `acceptance_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub acceptance_id: AcceptanceId,
    /// `no`
    #[sea_orm(primary_key, auto_increment = false)]
    pub no: i32,
    /// `order_line_id`
    pub order_line_id: OrderLineId,
    /// `shipment_line_no`
    pub shipment_line_no: i32,
    /// `quantity`
    pub quantity: Quantity,
    /// `rejected`
    pub rejected: Quantity,
    /// `amount`
    pub amount: Money,
    /// `most`
    pub most: Option<Quantity>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
