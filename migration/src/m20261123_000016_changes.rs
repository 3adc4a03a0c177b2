//! What is agreed after an order is placed: lines closed short, and change documents.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE line_closes (
  order_line_id {uuid} NOT NULL,
  seq {big} NOT NULL,
  order_id {uuid} NOT NULL,
  closed_on {date} NOT NULL,
  units {big} NOT NULL CHECK (units > 0),
  cause text NOT NULL CHECK (cause IN ('answer','buyer','supplier','change')),
  PRIMARY KEY (order_line_id, seq)
){clustered};
CREATE INDEX line_closes_order ON line_closes (order_id);
CREATE TABLE order_changes (
  id {uuid} PRIMARY KEY,
  order_id {uuid} NOT NULL,
  state text NOT NULL CHECK (state IN ('proposed','agreed','refused','withdrawn')),
  deliver_on {date},
  proposed_by {uuid} NOT NULL,
  created_at {instant} NOT NULL,
  decided_at {instant},
  version {big} NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX order_changes_open ON order_changes (order_id) WHERE state = 'proposed';
CREATE INDEX order_changes_order ON order_changes (order_id, id);
CREATE TABLE order_change_lines (
  change_id {uuid} NOT NULL,
  line_no integer NOT NULL,
  units {big} NOT NULL CHECK (units >= 0),
  PRIMARY KEY (change_id, line_no)
){clustered};
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("trade", &["line_closes", "order_changes", "order_change_lines"]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager)
            .drop(&["order_change_lines", "order_changes", "line_closes"])
            .await
    }
}
