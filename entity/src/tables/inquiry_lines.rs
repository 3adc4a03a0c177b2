//! Rows of `inquiry_lines`.

use crate::{InquiryId, Quantity};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Line of an inquiry, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inquiry_lines")]
pub struct Model {
    /// `inquiry_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub inquiry_id: InquiryId,
    /// `line_no`
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_no: i32,
    /// `wanted`
    pub wanted: String,
    /// `category_code`
    pub category_code: Option<String>,
    /// `quantity`
    pub quantity: Quantity,
    /// `unit`
    pub unit: String,
    /// `spec`
    pub spec: Option<String>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
