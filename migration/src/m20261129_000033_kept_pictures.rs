//! What is kept of a picture: how many bytes, and by which digest they can be held to what was entered. Rows of before say
//! nothing (NULL) until the service has looked at their files.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
ALTER TABLE pictures ADD COLUMN kept_bytes {big} CHECK (kept_bytes > 0);
ALTER TABLE pictures ADD COLUMN kept_digest text CHECK (length(kept_digest) = 64);
";

const DOWN: &str = r"
ALTER TABLE pictures DROP COLUMN kept_digest;
ALTER TABLE pictures DROP COLUMN kept_bytes;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager).run(UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager).run(DOWN).await
    }
}
