//! Rows of `import_documents`.

use crate::{ImportDocumentState, ImportId, ImportRowKind};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

/// Document of an import, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_documents")]
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
    /// `source`
    pub source: String,
    /// `kind`
    pub kind: ImportRowKind,
    /// `document_no`
    pub document_no: String,
    /// `state`
    pub state: ImportDocumentState,
    /// `row_count`
    pub row_count: i32,
    /// `faulty_rows`
    pub faulty_rows: i32,
    /// `thing_id`
    pub thing_id: Option<Uuid>,
    /// `first_seq`
    pub first_seq: Option<i64>,
    /// `last_seq`
    pub last_seq: Option<i64>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
