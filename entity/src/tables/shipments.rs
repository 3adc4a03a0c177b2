//! Rows of `shipments`.

use crate::{CivilDate, DepartmentId, ImportId, OrderId, OrganisationId, ShipmentId, ShipmentState};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Shipment, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shipments")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ShipmentId,
    /// `shipment_no`
    pub shipment_no: String,
    /// `order_id`
    pub order_id: OrderId,
    /// `buyer_id`
    pub buyer_id: OrganisationId,
    /// `supplier_id`
    pub supplier_id: OrganisationId,
    /// `town_code`
    pub town_code: String,
    /// `department_id`
    pub department_id: Option<DepartmentId>,
    /// `state`
    pub state: ShipmentState,
    /// `replacement`
    pub replacement: bool,
    /// `carrier`
    pub carrier: Option<String>,
    /// `plate`
    pub plate: Option<String>,
    /// `dispatched_on`
    pub dispatched_on: CivilDate,
    /// `recorded_at`
    pub recorded_at: DateTime<Utc>,
    /// `arrived_at`
    pub arrived_at: Option<DateTime<Utc>>,
    /// `inspected_at`
    pub inspected_at: Option<DateTime<Utc>>,
    /// `import_id`
    pub import_id: Option<ImportId>,
    /// `undone_at`
    pub undone_at: Option<DateTime<Utc>>,
    /// `version`
    pub version: i64,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
