//! Rows of `import_parts`.

use crate::{ImportId, PersonId};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Part of an import, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_parts")]
pub struct Model {
    /// `import_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    /// `no`
    #[sea_orm(primary_key, auto_increment = false)]
    pub no: i32,
    /// `uploaded_by`
    pub uploaded_by: Option<PersonId>,
    /// `row_count`
    pub row_count: i32,
    /// `first_row`
    pub first_row: i64,
    /// `hash`
    pub hash: Vec<u8>,
    /// `content`
    pub content: String,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
