//! What lies where, what of it is held for orders, and every movement that made it so.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE places (
  id {uuid} PRIMARY KEY,
  supplier_id {uuid} NOT NULL REFERENCES organisations (id),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  town_code text NOT NULL REFERENCES divisions (code),
  version {big} NOT NULL DEFAULT 1,
  touched {big} NOT NULL DEFAULT 0,
  created_at {instant} NOT NULL,
  archived_at {instant}
);
CREATE INDEX places_supplier ON places (supplier_id);
CREATE INDEX places_touched ON places (touched);
CREATE TABLE stock (
  product_id {uuid} NOT NULL,
  place_id {uuid} NOT NULL,
  on_hand {big} NOT NULL,
  held {big} NOT NULL,
  PRIMARY KEY (product_id, place_id),
  CONSTRAINT stock_not_oversold CHECK (held >= 0 AND on_hand >= held)
){fill};
CREATE TABLE stock_movements (
  id {uuid} PRIMARY KEY,
  seq {big} NOT NULL,
  product_id {uuid} NOT NULL,
  place_id {uuid} NOT NULL,
  quantity {big} NOT NULL CHECK (quantity <> 0),
  reason text NOT NULL CHECK (reason IN ('receipt','correction','sample','breakage','count','opening')),
  moved_on {date} NOT NULL,
  recorded_at {instant} NOT NULL
);
CREATE INDEX stock_movements_product ON stock_movements (product_id, place_id, seq);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("reference", &["places"]).await?;
        sql.retain("trade", &["stock", "stock_movements"]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.drop(&["stock_movements", "stock", "places"]).await?;
        Ok(())
    }
}
