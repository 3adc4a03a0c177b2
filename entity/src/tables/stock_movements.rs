//! Rows of `stock_movements`.

use crate::{CivilDate, MovementId, PlaceId, ProductId, Quantity, StockReason};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Movement of stock, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stock_movements")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MovementId,
    /// `seq`
    pub seq: i64,
    /// `product_id`
    pub product_id: ProductId,
    /// `place_id`
    pub place_id: PlaceId,
    /// `quantity`
    pub quantity: Quantity,
    /// `reason`
    pub reason: StockReason,
    /// `moved_on`
    pub moved_on: CivilDate,
    /// `recorded_at`
    pub recorded_at: DateTime<Utc>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
