//! Rows of `shipment_lines`.

use crate::{Money, OrderLineId, PlaceId, ProductId, Quantity, ShipmentId};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Line of a shipment, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shipment_lines")]
pub struct Model {
    /// `shipment_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub shipment_id: ShipmentId,
    /// `no`
    #[sea_orm(primary_key, auto_increment = false)]
    pub no: i32,
    /// `order_line_id`
    pub order_line_id: OrderLineId,
    /// `place_id`
    pub place_id: PlaceId,
    /// `product_id`
    pub product_id: ProductId,
    /// `units`
    pub units: Quantity,
    /// `quantity`
    pub quantity: Quantity,
    /// `amount`
    pub amount: Money,
    /// `again`
    pub again: bool,
    /// `bound_permille`
    pub bound_permille: Option<i32>,
    /// `weight_confirmed`
    pub weight_confirmed: bool,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
