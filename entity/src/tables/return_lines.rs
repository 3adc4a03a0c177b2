//! Rows of `return_lines`.

use crate::{Grams, Money, OrderLineId, PlaceId, ProductId, Quantity, ReturnFate, ReturnId, ReturnLineId, ReturnReason, UnitPrice};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Line of a return, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "return_lines")]
pub struct Model {
    /// `return_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub return_id: ReturnId,
    /// `no`
    #[sea_orm(primary_key, auto_increment = false)]
    pub no: i32,
    /// `id`
    pub id: ReturnLineId,
    /// `order_line_id`
    pub order_line_id: Option<OrderLineId>,
    /// `product_id`
    pub product_id: ProductId,
    /// `place_id`
    pub place_id: PlaceId,
    /// `sku`
    pub sku: String,
    /// `name`
    pub name: String,
    /// `unit`
    pub unit: String,
    /// `category_code`
    pub category_code: String,
    /// `origin_code`
    pub origin_code: String,
    /// `net_weight_grams`
    pub net_weight_grams: Option<Grams>,
    /// `price`
    pub price: UnitPrice,
    /// `own_price`
    pub own_price: bool,
    /// `origin_unknown`
    pub origin_unknown: bool,
    /// `quantity`
    pub quantity: Quantity,
    /// `units`
    pub units: Quantity,
    /// `amount`
    pub amount: Money,
    /// `reason`
    pub reason: ReturnReason,
    /// `fate`
    pub fate: ReturnFate,
    /// `most_units`
    pub most_units: Option<Quantity>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
