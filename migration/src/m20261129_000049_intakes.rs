//! Intakes: which sheet brought which organisations, sites, products and offers, so that it can be taken back.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE intakes (
  id {uuid} PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('organisations','products','offers')),
  organisation_id {uuid} NOT NULL,
  made_by {uuid} NOT NULL,
  mode text NOT NULL CHECK (mode IN ('all_or_nothing','what_is_good')),
  file_hash {bytes} NOT NULL,
  row_count integer NOT NULL CHECK (row_count BETWEEN 1 AND 2000),
  created_at {instant} NOT NULL,
  undone_at {instant},
  version {big} NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX intakes_file ON intakes (organisation_id, kind, file_hash) WHERE undone_at IS NULL;
CREATE TABLE intake_things (
  intake_id {uuid} NOT NULL,
  no integer NOT NULL CHECK (no BETWEEN 1 AND 10000),
  row_no integer NOT NULL CHECK (row_no BETWEEN 1 AND 1048576),
  thing text NOT NULL CHECK (thing IN ('organisation','site','product','offer')),
  thing_id {uuid} NOT NULL,
  taken_back {flag} NOT NULL,
  PRIMARY KEY (intake_id, no)
){clustered};
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("trade", &["intakes", "intake_things"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager).drop(&["intake_things", "intakes"]).await
    }
}
