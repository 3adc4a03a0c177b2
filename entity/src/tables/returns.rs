//! Rows of `returns`.

use crate::{Channel, CivilDate, DepartmentId, FundSource, ImportId, Mode, OrderId, OrganisationId, PersonId, ReturnId, ReturnState};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Return, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "returns")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReturnId,
    /// `return_no`
    pub return_no: String,
    /// `order_id`
    pub order_id: Option<OrderId>,
    /// `buyer_id`
    pub buyer_id: OrganisationId,
    /// `supplier_id`
    pub supplier_id: OrganisationId,
    /// `channel`
    pub channel: Channel,
    /// `fund_source`
    pub fund_source: FundSource,
    /// `mode`
    pub mode: Mode,
    /// `town_code`
    pub town_code: String,
    /// `department_id`
    pub department_id: Option<DepartmentId>,
    /// `returned_on`
    pub returned_on: CivilDate,
    /// `recorded_at`
    pub recorded_at: DateTime<Utc>,
    /// `import_id`
    pub import_id: Option<ImportId>,
    /// `undone_at`
    pub undone_at: Option<DateTime<Utc>>,
    /// `state`
    pub state: ReturnState,
    /// `confirmed_at`
    pub confirmed_at: Option<DateTime<Utc>>,
    /// `confirmed_by`
    pub confirmed_by: Option<PersonId>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
