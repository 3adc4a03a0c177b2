//! Rows of `import_faults`.

use crate::ImportId;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Fault of a row of an import, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_faults")]
pub struct Model {
    /// `import_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    /// `part`
    #[sea_orm(primary_key, auto_increment = false)]
    pub part: i32,
    /// `place`
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i32,
    /// `no`
    #[sea_orm(primary_key, auto_increment = false)]
    pub no: i32,
    /// `row_no`
    pub row_no: i64,
    /// `document_no`
    pub document_no: String,
    /// `column_name`
    pub column_name: String,
    /// `slug`
    pub slug: String,
    /// `fault_values`
    pub fault_values: String,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
