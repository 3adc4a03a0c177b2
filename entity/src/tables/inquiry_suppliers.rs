//! Rows of `inquiry_suppliers`.

use crate::{InquiryId, InvitationState, OrganisationId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Supplier asked in an inquiry, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inquiry_suppliers")]
pub struct Model {
    /// `inquiry_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub inquiry_id: InquiryId,
    /// `supplier_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub supplier_id: OrganisationId,
    /// `state`
    pub state: InvitationState,
    /// `reason`
    pub reason: Option<String>,
    /// `answered_at`
    pub answered_at: Option<DateTime<Utc>>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
