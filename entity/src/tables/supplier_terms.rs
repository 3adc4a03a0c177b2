//! Rows of `supplier_terms`.

use crate::{Money, OrganisationId, ProductId};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Terms of a supplier, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supplier_terms")]
pub struct Model {
    /// `supplier_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub supplier_id: OrganisationId,
    /// `minimum_order`
    pub minimum_order: Money,
    /// `lead_days`
    pub lead_days: i32,
    /// `weekdays`
    pub weekdays: i32,
    /// `notice_days`
    pub notice_days: i32,
    /// `freight_product_id`: freight is a line of this product; inside the price if none
    pub freight_product_id: Option<ProductId>,
    /// `freight_fee`
    pub freight_fee: Option<Money>,
    /// `freight_free_from`
    pub freight_free_from: Option<Money>,
    /// `version`
    pub version: i64,
    /// `touched`
    pub touched: i64,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
