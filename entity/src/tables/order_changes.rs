//! Rows of `order_changes`.

use crate::{ChangeState, CivilDate, OrderChangeId, OrderId, PersonId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Change document, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_changes")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderChangeId,
    /// `order_id`
    pub order_id: OrderId,
    /// `state`
    pub state: ChangeState,
    /// `deliver_on`
    pub deliver_on: Option<CivilDate>,
    /// `proposed_by`
    pub proposed_by: PersonId,
    /// `created_at`
    pub created_at: DateTime<Utc>,
    /// `decided_at`
    pub decided_at: Option<DateTime<Utc>>,
    /// `version`
    pub version: i64,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
