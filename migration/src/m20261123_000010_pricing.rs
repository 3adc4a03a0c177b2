//! Offers for all, a kind, a channel or one buyer, with tiers; what each supplier asks of an order.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// SQLite cannot take a NOT NULL away from a column, so the table is made anew on both engines.
const UP: &str = r"
CREATE TABLE offers_anew (
  id {uuid} PRIMARY KEY,
  product_id {uuid} NOT NULL REFERENCES products (id),
  channel text CHECK (channel IN ('government_canteen','school_canteen','hospital_canteen','enterprise_canteen','union_welfare','supermarket','market','community','hall','zone','counter','online','fair')),
  kind text CHECK (kind IN ('government','school','hospital','enterprise','union','supermarket','wholesale_market','farm_market','community_shop','display_shop','sale_zone','sale_counter','online_shop')),
  buyer_id {uuid},
  price {big} NOT NULL CHECK (price BETWEEN 0 AND 100000000000),
  minimum {big} NOT NULL CHECK (minimum BETWEEN 1 AND 1000000000),
  step {big} NOT NULL CHECK (step BETWEEN 1 AND 1000000000),
  tiers text NOT NULL CHECK (length(tiers) <= 400),
  from_date {date} NOT NULL,
  to_date {date},
  version {big} NOT NULL DEFAULT 1,
  touched {big} NOT NULL DEFAULT 0,
  created_at {instant} NOT NULL,
  CHECK (version > 1 OR to_date IS NULL OR to_date >= from_date),
  CHECK (CASE WHEN channel IS NULL THEN 0 ELSE 1 END + CASE WHEN kind IS NULL THEN 0 ELSE 1 END + CASE WHEN buyer_id IS NULL THEN 0 ELSE 1 END <= 1)
);
INSERT INTO offers_anew (id, product_id, channel, price, minimum, step, tiers, from_date, to_date, version, touched, created_at)
  SELECT id, product_id, channel, price, minimum, step, '', from_date, to_date, version, touched, created_at FROM offers;
DROP TABLE offers;
ALTER TABLE offers_anew RENAME TO offers;
CREATE INDEX offers_product ON offers (product_id, from_date);
CREATE INDEX offers_touched ON offers (touched);
CREATE TABLE supplier_terms (
  supplier_id {uuid} PRIMARY KEY REFERENCES organisations (id),
  minimum_order {big} NOT NULL CHECK (minimum_order BETWEEN 0 AND 100000000000),
  lead_days integer NOT NULL CHECK (lead_days BETWEEN 1 AND 90),
  weekdays integer NOT NULL CHECK (weekdays BETWEEN 1 AND 127),
  notice_days integer NOT NULL CHECK (notice_days BETWEEN 0 AND 365),
  version {big} NOT NULL DEFAULT 1,
  touched {big} NOT NULL DEFAULT 0
);
CREATE INDEX supplier_terms_touched ON supplier_terms (touched);
";

/// Offers that are not for a channel cannot go back: there was no such thing.
const DOWN: &str = r"
CREATE TABLE offers_before (
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
INSERT INTO offers_before (id, product_id, channel, price, minimum, step, from_date, to_date, version, touched, created_at)
  SELECT id, product_id, channel, price, minimum, step, from_date, to_date, version, touched, created_at FROM offers WHERE channel IS NOT NULL;
DROP TABLE offers;
ALTER TABLE offers_before RENAME TO offers;
CREATE INDEX offers_product ON offers (product_id, channel, from_date);
CREATE INDEX offers_touched ON offers (touched);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("trade", &["supplier_terms"]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.drop(&["supplier_terms"]).await?;
        sql.run(DOWN).await?;
        Ok(())
    }
}
