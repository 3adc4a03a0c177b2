//! Rows of `quotes`.

use crate::{
    Channel, CivilDate, DepartmentId, InquiryId, Money, OrderGroupId, OrganisationId, PersonId, ProductId, QuoteId, QuoteOrigin, QuoteState,
};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Quote, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "quotes")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuoteId,
    /// `origin`
    pub origin: QuoteOrigin,
    /// `inquiry_id`
    pub inquiry_id: Option<InquiryId>,
    /// `buyer_id`
    pub buyer_id: OrganisationId,
    /// `town_code`
    pub town_code: String,
    /// `department_id`
    pub department_id: Option<DepartmentId>,
    /// `supplier_id`
    pub supplier_id: OrganisationId,
    /// `channel`
    pub channel: Channel,
    /// `state`
    pub state: QuoteState,
    /// `goods`
    pub goods: Money,
    /// `freight`
    pub freight: Money,
    /// `freight_product_id`: the supplier's product that the line of freight is of
    pub freight_product_id: Option<ProductId>,
    /// `total`
    pub total: Money,
    /// `deliver_on`
    pub deliver_on: CivilDate,
    /// `valid_until`
    pub valid_until: CivilDate,
    /// `line_count`
    pub line_count: i32,
    /// `made_by`
    pub made_by: PersonId,
    /// `made_at`
    pub made_at: DateTime<Utc>,
    /// `used_at`
    pub used_at: Option<DateTime<Utc>>,
    /// `order_group_id`: what was ordered by it
    pub order_group_id: Option<OrderGroupId>,
    /// `version`
    pub version: i64,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
