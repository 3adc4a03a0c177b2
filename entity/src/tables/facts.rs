//! Rows of `facts`.

use crate::{CivilDate, OrderLineId};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Fact, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "facts")]
pub struct Model {
    /// `pairing`
    #[sea_orm(primary_key, auto_increment = false)]
    pub pairing: i16,
    /// `seq`
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// `no`
    #[sea_orm(primary_key, auto_increment = false)]
    pub no: i32,
    /// `line_id`
    pub line_id: OrderLineId,
    /// `measure`
    pub measure: i16,
    /// `mode`
    pub mode: i16,
    /// `amount`
    pub amount: i64,
    /// `quantity`
    pub quantity: i64,
    /// `weight_grams`
    pub weight_grams: Option<i64>,
    /// `lines`
    pub lines: i16,
    /// `business_date`
    pub business_date: CivilDate,
    /// `month`
    pub month: i32,
    /// `concerns`
    pub concerns: Option<CivilDate>,
    /// `reverses_seq`
    pub reverses_seq: Option<i64>,
    /// `reverses_no`
    pub reverses_no: Option<i32>,
    /// `town`
    pub town: i32,
    /// `department`
    pub department: i32,
    /// `channel`
    pub channel: i32,
    /// `fund_source`
    pub fund_source: i32,
    /// `category`
    pub category: i32,
    /// `origin`
    pub origin: i32,
    /// `buyer`
    pub buyer: i32,
    /// `product`
    pub product: i32,
    /// `supplier`
    pub supplier: i32,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
