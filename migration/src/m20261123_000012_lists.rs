//! Saved lists (常购清单): what a buyer orders again and again.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE saved_lists (
  id {uuid} PRIMARY KEY,
  buyer_id {uuid} NOT NULL REFERENCES organisations (id),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  version {big} NOT NULL DEFAULT 1,
  created_at {instant} NOT NULL,
  archived_at {instant}
);
CREATE INDEX saved_lists_buyer ON saved_lists (buyer_id, id);
CREATE TABLE saved_list_lines (
  list_id {uuid} NOT NULL REFERENCES saved_lists (id),
  line_no integer NOT NULL CHECK (line_no BETWEEN 1 AND 500),
  sku text NOT NULL CHECK (length(sku) BETWEEN 1 AND 40),
  quantity {big} NOT NULL CHECK (quantity BETWEEN 1 AND 1000000000),
  PRIMARY KEY (list_id, line_no)
){clustered};
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("trade", &["saved_lists", "saved_list_lines"]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.drop(&["saved_list_lines", "saved_lists"]).await?;
        Ok(())
    }
}
