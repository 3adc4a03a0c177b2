//! The unread notices of a person are found, and counted, without those that were read.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE INDEX notices_unread ON notices (person_id, id) WHERE read_at IS NULL AND in_inbox;
CREATE INDEX notices_created ON notices (created_at);
";

const DOWN: &str = r"
DROP INDEX notices_created;
DROP INDEX notices_unread;
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
