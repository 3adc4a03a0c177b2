//! Rows of `order_groups`.

use crate::{OrderGroupId, OrganisationId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Order group, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_groups")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderGroupId,
    /// `buyer_id`
    pub buyer_id: OrganisationId,
    /// `external_order_no`
    pub external_order_no: Option<String>,
    /// `content_hash`
    pub content_hash: Vec<u8>,
    /// `orders`
    pub orders: i32,
    /// `placed_at`
    pub placed_at: DateTime<Utc>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
