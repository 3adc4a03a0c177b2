//! Rows of `contracts`.

use crate::{CivilDate, ContractFreight, ContractId, ContractState, Money, OrganisationId, ProductId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Framework contract, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contracts")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContractId,
    /// `contract_no`
    pub contract_no: String,
    /// `supplier_id`
    pub supplier_id: OrganisationId,
    /// `buyer_id`: who signs for the buyers
    pub buyer_id: OrganisationId,
    /// `drafted_by`: the organisation that writes and proposes it
    pub drafted_by: OrganisationId,
    /// `state`
    pub state: ContractState,
    /// `from_date`
    pub from_date: CivilDate,
    /// `to_date`
    pub to_date: CivilDate,
    /// `cap`
    pub cap: Money,
    /// `drawn`
    pub drawn: Money,
    /// `freight`
    pub freight: ContractFreight,
    /// `freight_product_id`
    pub freight_product_id: Option<ProductId>,
    /// `freight_fee`
    pub freight_fee: Option<Money>,
    /// `created_at`
    pub created_at: DateTime<Utc>,
    /// `in_force_at`
    pub in_force_at: Option<DateTime<Utc>>,
    /// `ended_at`
    pub ended_at: Option<DateTime<Utc>>,
    /// `ended_reason`
    pub ended_reason: Option<String>,
    /// `version`
    pub version: i64,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
