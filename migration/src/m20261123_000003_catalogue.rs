//! Categories, products, the channels a product may go to, and offers: a price for a channel, from a day to a day.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE categories (
  code text PRIMARY KEY CHECK (length(code) BETWEEN 1 AND 40),
  name_zh text NOT NULL CHECK (length(name_zh) BETWEEN 1 AND 120),
  name_en text NOT NULL CHECK (length(name_en) BETWEEN 1 AND 120),
  version {big} NOT NULL DEFAULT 1,
  touched {big} NOT NULL DEFAULT 0,
  created_at {instant} NOT NULL,
  archived_at {instant}
);
CREATE INDEX categories_touched ON categories (touched);
CREATE TABLE products (
  id {uuid} PRIMARY KEY,
  sku text NOT NULL UNIQUE CHECK (length(sku) BETWEEN 1 AND 40),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  category_code text NOT NULL REFERENCES categories (code),
  producer_id {uuid} NOT NULL REFERENCES organisations (id),
  seller_id {uuid} NOT NULL REFERENCES organisations (id),
  origin_code text NOT NULL REFERENCES divisions (code),
  unit text NOT NULL CHECK (length(unit) BETWEEN 1 AND 20),
  pack text NOT NULL CHECK (length(pack) <= 120),
  net_weight_grams {big} CHECK (net_weight_grams BETWEEN 1 AND 100000000),
  shelf_life_days integer CHECK (shelf_life_days BETWEEN 1 AND 7300),
  vat_class text NOT NULL CHECK (vat_class IN ('vat13','vat9','exempt_self_produced','exempt_circulation','zero_rated','not_taxable')),
  line_kind text NOT NULL CHECK (line_kind IN ('goods','freight','service','deposit')),
  gtin text UNIQUE CHECK (length(gtin) IN (8, 12, 13, 14)),
  quantity_step {big} NOT NULL CHECK (quantity_step BETWEEN 1 AND 1000000000),
  description text NOT NULL CHECK (length(description) <= 2000),
  claims text NOT NULL CHECK (length(claims) <= 200),
  channels text NOT NULL CHECK (length(channels) <= 400),
  search_text text NOT NULL,
  version {big} NOT NULL DEFAULT 1,
  touched {big} NOT NULL DEFAULT 0,
  created_at {instant} NOT NULL,
  archived_at {instant},
  successor_id {uuid}
);
CREATE INDEX products_touched ON products (touched);
CREATE INDEX products_seller ON products (seller_id);
CREATE TABLE offers (
  id {uuid} PRIMARY KEY,
  product_id {uuid} NOT NULL REFERENCES products (id),
  channel text NOT NULL CHECK (channel IN ('government_canteen','school_canteen','hospital_canteen','enterprise_canteen','union_welfare','supermarket','market','community','hall','zone','counter','online','fair')),
  price {big} NOT NULL CHECK (price BETWEEN 0 AND 100000000000),
  minimum {big} NOT NULL CHECK (minimum BETWEEN 1 AND 1000000000),
  step {big} NOT NULL CHECK (step BETWEEN 1 AND 1000000000),
  from_date {date} NOT NULL,
  to_date {date},
  version {big} NOT NULL DEFAULT 1,
  touched {big} NOT NULL DEFAULT 0,
  created_at {instant} NOT NULL,
  CHECK (version > 1 OR to_date IS NULL OR to_date >= from_date)
);
CREATE INDEX offers_product ON offers (product_id, channel, from_date);
CREATE INDEX offers_touched ON offers (touched);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("reference", &["categories", "products"]).await?;
        sql.retain("trade", &["offers"]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.drop(&["offers", "products", "categories"]).await?;
        Ok(())
    }
}
