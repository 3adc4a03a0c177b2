//! Rows of `journal_keys`.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// A key that signs heads, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_keys")]
pub struct Model {
    /// `key_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_id: String,
    /// `public_key`, in hex
    pub public_key: String,
    /// `from_size`: how long the journal was when it came
    pub from_size: i64,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
