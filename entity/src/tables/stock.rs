//! Rows of `stock`.

use crate::{PlaceId, ProductId, Quantity};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Stock, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stock")]
pub struct Model {
    /// `product_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: ProductId,
    /// `place_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub place_id: PlaceId,
    /// `on_hand`
    pub on_hand: Quantity,
    /// `held`
    pub held: Quantity,
    /// `owed`
    pub owed: Quantity,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
