//! Rows of `cells_imported`.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Cell of what imports booked, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cells_imported")]
pub struct Model {
    /// `pairing`
    #[sea_orm(primary_key, auto_increment = false)]
    pub pairing: i16,
    /// `month`
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: i32,
    /// `measure`
    #[sea_orm(primary_key, auto_increment = false)]
    pub measure: i16,
    /// `mode`
    #[sea_orm(primary_key, auto_increment = false)]
    pub mode: i16,
    /// `town`
    #[sea_orm(primary_key, auto_increment = false)]
    pub town: i32,
    /// `department`
    #[sea_orm(primary_key, auto_increment = false)]
    pub department: i32,
    /// `channel`
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: i32,
    /// `buyer`
    #[sea_orm(primary_key, auto_increment = false)]
    pub buyer: i32,
    /// `supplier`
    #[sea_orm(primary_key, auto_increment = false)]
    pub supplier: i32,
    /// `amount`
    pub amount: i64,
    /// `lines`
    pub lines: i64,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
