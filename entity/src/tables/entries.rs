//! Rows of `entries`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

/// Entry, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "entries")]
pub struct Model {
    /// `pairing`
    #[sea_orm(primary_key, auto_increment = false)]
    pub pairing: i16,
    /// `seq`
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// `kind`
    pub kind: String,
    /// `thing_kind`
    pub thing_kind: String,
    /// `thing_id`
    pub thing_id: Uuid,
    /// `buyer`
    pub buyer: i32,
    /// `supplier`
    pub supplier: i32,
    /// `at`
    pub at: DateTime<Utc>,
    /// `body`
    pub body: String,
    /// `leaf`
    pub leaf: Vec<u8>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
