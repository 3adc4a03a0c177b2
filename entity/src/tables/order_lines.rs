//! Rows of `order_lines`.

use crate::{Grams, LineKind, Money, OfferId, OrderId, OrderLineId, PlaceId, PriceSource, ProductId, Quantity, UnitPrice, VatClass};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

/// Order line, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_lines")]
pub struct Model {
    /// `order_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: OrderId,
    /// `line_no`
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_no: i32,
    /// `id`
    pub id: OrderLineId,
    /// `product_id`
    pub product_id: ProductId,
    /// `offer_id`
    pub offer_id: OfferId,
    /// `place_id`
    pub place_id: PlaceId,
    /// `sku`
    pub sku: String,
    /// `name`
    pub name: String,
    /// `unit`
    pub unit: String,
    /// `pack`
    pub pack: String,
    /// `net_weight_grams`
    pub net_weight_grams: Option<Grams>,
    /// `category_code`
    pub category_code: String,
    /// `origin_code`
    pub origin_code: String,
    /// `vat_class`
    pub vat_class: VatClass,
    /// `line_kind`
    pub line_kind: LineKind,
    /// `price`
    pub price: UnitPrice,
    /// `quantity`
    pub quantity: Quantity,
    /// `amount`
    pub amount: Money,
    /// `price_unit`: what the price is for, where it is not the unit ordered
    pub price_unit: Option<String>,
    /// `content`: price units in a unit
    pub content: Option<Quantity>,
    /// `tolerance_permille`
    pub tolerance_permille: i32,
    /// `price_source`
    pub price_source: PriceSource,
    /// `agreement_id`: the contract or quote that gives the price
    pub agreement_id: Option<Uuid>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
