//! Heads of the journal, signed each day, and the keys that signed them. They stand beside the journal and are no part of
//! it.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE journal_keys (
  key_id text PRIMARY KEY CHECK (length(key_id) = 16),
  public_key text NOT NULL CHECK (length(public_key) = 64),
  from_size {big} NOT NULL CHECK (from_size >= 0)
);
CREATE TABLE signed_heads (
  epoch {uuid} NOT NULL,
  size {big} NOT NULL CHECK (size > 0),
  root text NOT NULL CHECK (length(root) = 64),
  at text NOT NULL,
  key_id text NOT NULL,
  signature text NOT NULL CHECK (length(signature) = 128),
  PRIMARY KEY (epoch, size)
);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("journal", &["journal_keys", "signed_heads"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager).drop(&["signed_heads", "journal_keys"]).await
    }
}
