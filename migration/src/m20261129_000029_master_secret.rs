//! The master secret: its fingerprint, so that no other one is taken; and, where there is no file to keep it in, itself.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE master_secrets (
  id smallint PRIMARY KEY CHECK (id = 1),
  fingerprint {bytes} NOT NULL,
  secret text CHECK (length(secret) BETWEEN 32 AND 1024),
  made_at {instant} NOT NULL,
  old_cursors_until {instant}
);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("reference", &["master_secrets"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager).drop(&["master_secrets"]).await
    }
}
