//! Orders as they were placed: what a line says of its goods is frozen on it. Only the state, its dates and the version of an order change.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE order_groups (
  id {uuid} PRIMARY KEY,
  buyer_id {uuid} NOT NULL,
  external_order_no text CHECK (length(external_order_no) BETWEEN 1 AND 64),
  content_hash {bytes} NOT NULL,
  orders integer NOT NULL CHECK (orders > 0),
  placed_at {instant} NOT NULL
);
CREATE UNIQUE INDEX order_groups_external ON order_groups (buyer_id, external_order_no) WHERE external_order_no IS NOT NULL;
CREATE TABLE orders (
  id {uuid} PRIMARY KEY,
  group_id {uuid} NOT NULL,
  order_no text NOT NULL UNIQUE CHECK (length(order_no) BETWEEN 10 AND 40),
  buyer_id {uuid} NOT NULL,
  supplier_id {uuid} NOT NULL,
  site_id {uuid},
  channel text NOT NULL CHECK (channel IN ('government_canteen','school_canteen','hospital_canteen','enterprise_canteen','union_welfare','supermarket','market','community','hall','zone','counter','online','fair')),
  fund_source text NOT NULL CHECK (fund_source IN ('canteen_meals','student_nutrition','official_reception','union_fund','welfare_fund','trading_stock','personal')),
  mode text NOT NULL CHECK (mode IN ('purchase','assisted_sale')),
  town_code text NOT NULL,
  department_id {uuid},
  deliver_on {date} NOT NULL,
  state text NOT NULL CHECK (state IN ('draft','submitted','pending_approval','approved','returned_for_change','rejected','placed','confirmed','declined','completed','cancelled')),
  amount {big} NOT NULL CHECK (amount >= 0),
  line_count integer NOT NULL CHECK (line_count BETWEEN 1 AND 2000),
  placed_by {uuid} NOT NULL,
  placed_at {instant} NOT NULL,
  placed_on {date} NOT NULL,
  decided_at {instant},
  ended_at {instant},
  ended_on {date},
  ended_reason text CHECK (length(ended_reason) <= 40),
  version {big} NOT NULL DEFAULT 1
){fill};
CREATE INDEX orders_group ON orders (group_id);
CREATE INDEX orders_buyer ON orders (buyer_id, id);
CREATE INDEX orders_supplier ON orders (supplier_id, id);
CREATE TABLE order_lines (
  order_id {uuid} NOT NULL,
  line_no integer NOT NULL CHECK (line_no BETWEEN 1 AND 2000),
  id {uuid} NOT NULL,
  product_id {uuid} NOT NULL,
  offer_id {uuid} NOT NULL,
  place_id {uuid} NOT NULL,
  sku text NOT NULL,
  name text NOT NULL,
  unit text NOT NULL,
  pack text NOT NULL,
  net_weight_grams {big},
  category_code text NOT NULL,
  origin_code text NOT NULL,
  vat_class text NOT NULL,
  line_kind text NOT NULL,
  price {big} NOT NULL CHECK (price >= 0),
  quantity {big} NOT NULL CHECK (quantity > 0 AND quantity <= 1000000000),
  amount {big} NOT NULL CHECK (amount >= 0 AND amount <= 100000000000),
  PRIMARY KEY (order_id, line_no)
){clustered};
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("trade", &["order_groups", "orders", "order_lines"]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.drop(&["order_lines", "orders", "order_groups"]).await?;
        Ok(())
    }
}
