//! Rows of `products`.

use crate::{Grams, LineKind, OrganisationId, ProductId, Quantity, VatClass};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Product, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "products")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProductId,
    /// `sku`
    pub sku: String,
    /// `name`
    pub name: String,
    /// `category_code`
    pub category_code: String,
    /// `producer_id`
    pub producer_id: OrganisationId,
    /// `seller_id`
    pub seller_id: OrganisationId,
    /// `origin_code`
    pub origin_code: String,
    /// `unit`
    pub unit: String,
    /// `pack`
    pub pack: String,
    /// `net_weight_grams`
    pub net_weight_grams: Option<Grams>,
    /// `shelf_life_days`
    pub shelf_life_days: Option<i32>,
    /// `vat_class`
    pub vat_class: VatClass,
    /// `line_kind`
    pub line_kind: LineKind,
    /// `gtin`
    pub gtin: Option<String>,
    /// `quantity_step`
    pub quantity_step: Quantity,
    /// `price_unit`
    pub price_unit: Option<String>,
    /// `content`
    pub content: Option<Quantity>,
    /// `tolerance_permille`
    pub tolerance_permille: i32,
    /// `description`
    pub description: String,
    /// `claims`
    pub claims: String,
    /// `channels`
    pub channels: String,
    /// `search_text`
    pub search_text: String,
    /// `version`
    pub version: i64,
    /// `touched`
    pub touched: i64,
    /// `created_at`
    pub created_at: DateTime<Utc>,
    /// `archived_at`
    pub archived_at: Option<DateTime<Utc>>,
    /// `successor_id`
    pub successor_id: Option<ProductId>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
