//! Rows of `quote_lines`.

use crate::{Money, OfferId, ProductId, Quantity, QuoteId, UnitPrice};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Line of a quote, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "quote_lines")]
pub struct Model {
    /// `quote_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub quote_id: QuoteId,
    /// `line_no`
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_no: i32,
    /// `answers_line`: the line of the inquiry it answers
    pub answers_line: Option<i32>,
    /// `product_id`
    pub product_id: ProductId,
    /// `offer_id`: nil where the supplier gave a price of its own
    pub offer_id: OfferId,
    /// `sku`
    pub sku: String,
    /// `name`
    pub name: String,
    /// `unit`
    pub unit: String,
    /// `quantity`
    pub quantity: Quantity,
    /// `price`
    pub price: UnitPrice,
    /// `amount`
    pub amount: Money,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
