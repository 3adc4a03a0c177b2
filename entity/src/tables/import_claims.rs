//! Rows of `import_claims`.

use crate::{ImportId, ImportRowKind, OrganisationId};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// A document's hold on its number between its parties, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_claims")]
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
    /// `supplier_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub supplier_id: OrganisationId,
    /// `buyer_id`; of stock, which has none, the supplier
    pub buyer_id: OrganisationId,
    /// `kind`
    pub kind: ImportRowKind,
    /// `document_no`
    pub document_no: String,
    /// `twin`: 0 for the first; counted on for the same document booked again before numbers were held
    pub twin: i32,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
