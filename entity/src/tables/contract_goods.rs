//! Rows of `contract_goods`.

use crate::{ContractId, ProductId, Quantity, UnitPrice};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Good of a contract, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_goods")]
pub struct Model {
    /// `contract_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub contract_id: ContractId,
    /// `product_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: ProductId,
    /// `no`: its place in the contract
    pub no: i32,
    /// `price`
    pub price: UnitPrice,
    /// `least`: of an order line
    pub least: Option<Quantity>,
    /// `step`: of an order line
    pub step: Option<Quantity>,
    /// `most`: in all
    pub most: Option<Quantity>,
    /// `drawn`
    pub drawn: Quantity,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
