//! Which words of permission there were when a key was made: 1 as before, 2 with `unit`, `inbox` and `jobs`. Keys of
//! before, and those that a program of before still makes, are at 1 until the program has gone through them and said so
//! in the journal.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
ALTER TABLE api_keys ADD COLUMN words integer NOT NULL DEFAULT 1;
CREATE INDEX api_keys_words ON api_keys (words, id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager).run(UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager)
            .run("DROP INDEX api_keys_words;\nALTER TABLE api_keys DROP COLUMN words;\n")
            .await
    }
}
