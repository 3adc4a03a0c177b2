//! Rows of `offers`.

use crate::{Channel, CivilDate, OfferId, OrganisationId, OrganisationKind, ProductId, Quantity, UnitPrice};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Offer, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "offers")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OfferId,
    /// `product_id`
    pub product_id: ProductId,
    /// `channel`
    pub channel: Option<Channel>,
    /// `kind`
    pub kind: Option<OrganisationKind>,
    /// `buyer_id`
    pub buyer_id: Option<OrganisationId>,
    /// `price`
    pub price: UnitPrice,
    /// `minimum`
    pub minimum: Quantity,
    /// `step`
    pub step: Quantity,
    /// `tiers`
    pub tiers: String,
    /// `from_date`
    pub from_date: CivilDate,
    /// `to_date`
    pub to_date: Option<CivilDate>,
    /// `version`
    pub version: i64,
    /// `touched`
    pub touched: i64,
    /// `created_at`
    pub created_at: DateTime<Utc>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
