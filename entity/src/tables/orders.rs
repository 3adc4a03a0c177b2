//! Rows of `orders`.

use crate::{
    Channel, CivilDate, DepartmentId, FundSource, ImportId, Mode, Money, OnShort, OrderGroupId, OrderId, OrderState, OrganisationId,
    PersonId, SiteId,
};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Order, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderId,
    /// `group_id`
    pub group_id: OrderGroupId,
    /// `order_no`
    pub order_no: String,
    /// `buyer_id`
    pub buyer_id: OrganisationId,
    /// `supplier_id`
    pub supplier_id: OrganisationId,
    /// `site_id`
    pub site_id: Option<SiteId>,
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
    /// `deliver_on`
    pub deliver_on: CivilDate,
    /// `state`
    pub state: OrderState,
    /// `amount`
    pub amount: Money,
    /// `line_count`
    pub line_count: i32,
    /// `placed_by`
    pub placed_by: PersonId,
    /// `placed_at`
    pub placed_at: DateTime<Utc>,
    /// `placed_on`
    pub placed_on: CivilDate,
    /// `decided_at`
    pub decided_at: Option<DateTime<Utc>>,
    /// `ended_at`
    pub ended_at: Option<DateTime<Utc>>,
    /// `ended_on`
    pub ended_on: Option<CivilDate>,
    /// `ended_reason`
    pub ended_reason: Option<String>,
    /// `on_short`
    pub on_short: OnShort,
    /// `agreed_deliver_on`: another day, agreed on afterwards
    pub agreed_deliver_on: Option<CivilDate>,
    /// `import_id`
    pub import_id: Option<ImportId>,
    /// `site_version`
    pub site_version: Option<i64>,
    /// `version`
    pub version: i64,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
