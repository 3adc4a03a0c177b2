//! Rows of `line_positions`.

use crate::{Money, OrderId, OrderLineId, Quantity};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// How far an order line has come, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "line_positions")]
pub struct Model {
    /// `line_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_id: OrderLineId,
    /// `order_id`
    pub order_id: OrderId,
    /// `confirmed_units`
    pub confirmed_units: Option<Quantity>,
    /// `closed_units`
    pub closed_units: Quantity,
    /// `shipped_units`
    pub shipped_units: Quantity,
    /// `replaced_units`
    pub replaced_units: Quantity,
    /// `shipped`
    pub shipped: Quantity,
    /// `accepted`
    pub accepted: Quantity,
    /// `rejected`
    pub rejected: Quantity,
    /// `surplus`
    pub surplus: Quantity,
    /// `returned`
    pub returned: Quantity,
    /// `at_price`
    pub at_price: Quantity,
    /// `version`
    pub version: i64,
    /// `undrawn`
    pub undrawn: Money,
    /// `undrawn_units`
    pub undrawn_units: Quantity,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
