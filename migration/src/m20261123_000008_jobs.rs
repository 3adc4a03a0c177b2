//! One table of background work: what, when, who has it, how far it is.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE jobs (
  id {uuid} PRIMARY KEY,
  kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
  state text NOT NULL CHECK (state IN ('waiting','running','done','failed','cancelled')),
  due_at {instant} NOT NULL,
  leased_until {instant},
  attempts integer NOT NULL,
  progress text NOT NULL CHECK (length(progress) <= 4000),
  cancel_requested {flag} NOT NULL,
  every_seconds integer CHECK (every_seconds > 0),
  last_error text CHECK (length(last_error) <= 400),
  created_at {instant} NOT NULL,
  ended_at {instant}
);
CREATE INDEX jobs_due ON jobs (state, due_at);
CREATE UNIQUE INDEX jobs_standing ON jobs (kind) WHERE every_seconds IS NOT NULL;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("passing", &["jobs"]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.drop(&["jobs"]).await?;
        Ok(())
    }
}
