//! Rows of `contract_buyers`.

use crate::{ContractId, DepartmentId, OrganisationId};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Buyer who may order by a contract, as kept, with town and department as they were.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_buyers")]
pub struct Model {
    /// `contract_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub contract_id: ContractId,
    /// `buyer_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub buyer_id: OrganisationId,
    /// `town_code`
    pub town_code: String,
    /// `department_id`
    pub department_id: Option<DepartmentId>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
