//! Rows of `signed_heads`.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

/// A head that was signed, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signed_heads")]
pub struct Model {
    /// `epoch`
    #[sea_orm(primary_key, auto_increment = false)]
    pub epoch: Uuid,
    /// `size`
    #[sea_orm(primary_key, auto_increment = false)]
    pub size: i64,
    /// `root`, in hex
    pub root: String,
    /// `at`, as it was signed
    pub at: String,
    /// `key_id`
    pub key_id: String,
    /// `signature`, in hex
    pub signature: String,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
