//! Rows of `acceptances`.

use crate::{AcceptanceId, AcceptanceKind, CivilDate, ImportId, OrderId, OrganisationId, PersonId, ShipmentId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Acceptance, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "acceptances")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AcceptanceId,
    /// `acceptance_no`
    pub acceptance_no: String,
    /// `kind`
    pub kind: AcceptanceKind,
    /// `shipment_id`
    pub shipment_id: ShipmentId,
    /// `order_id`
    pub order_id: OrderId,
    /// `buyer_id`
    pub buyer_id: OrganisationId,
    /// `supplier_id`
    pub supplier_id: OrganisationId,
    /// `accepted_on`
    pub accepted_on: CivilDate,
    /// `accepted_by`
    pub accepted_by: PersonId,
    /// `recorded_at`
    pub recorded_at: DateTime<Utc>,
    /// `import_id`
    pub import_id: Option<ImportId>,
    /// `undone_at`
    pub undone_at: Option<DateTime<Utc>>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
