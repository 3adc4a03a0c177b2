//! Imports: what was uploaded part by part, what is wrong with it, and which document became what.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE imports (
  id {uuid} PRIMARY KEY,
  source text NOT NULL CHECK (length(source) BETWEEN 1 AND 64),
  state text NOT NULL CHECK (state IN ('open','checking','checked','booking','booked','undoing','undone')),
  mode text CHECK (mode IN ('all_or_nothing','what_is_good')),
  created_by {uuid} NOT NULL,
  created_at {instant} NOT NULL,
  file_hash {bytes},
  expected_parts integer CHECK (expected_parts BETWEEN 1 AND 100000),
  parts integer NOT NULL CHECK (parts >= 0),
  row_count {big} NOT NULL CHECK (row_count >= 0),
  checked_through integer NOT NULL CHECK (checked_through >= 0),
  booked_through integer NOT NULL CHECK (booked_through >= 0),
  undone_documents {big} NOT NULL CHECK (undone_documents >= 0),
  stopped_by text CHECK (length(stopped_by) <= 64),
  ended_at {instant},
  version {big} NOT NULL DEFAULT 1
){fill};
CREATE TABLE import_parts (
  import_id {uuid} NOT NULL,
  no integer NOT NULL CHECK (no BETWEEN 1 AND 100000),
  row_count integer NOT NULL CHECK (row_count BETWEEN 1 AND 2000),
  first_row {big} NOT NULL CHECK (first_row >= 1),
  hash {bytes} NOT NULL,
  content text NOT NULL,
  PRIMARY KEY (import_id, no)
);
CREATE TABLE import_documents (
  import_id {uuid} NOT NULL,
  part integer NOT NULL,
  place integer NOT NULL CHECK (place BETWEEN 1 AND 2000),
  source text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('order','return','stock')),
  document_no text NOT NULL,
  state text NOT NULL CHECK (state IN ('good','faulty','booked','undone')),
  row_count integer NOT NULL,
  faulty_rows integer NOT NULL,
  thing_id {uuid},
  first_seq {big},
  last_seq {big},
  PRIMARY KEY (import_id, part, place)
){clustered};
CREATE INDEX import_documents_number ON import_documents (source, kind, document_no);
CREATE UNIQUE INDEX import_documents_booked ON import_documents (source, kind, document_no) WHERE state = 'booked';
CREATE TABLE import_faults (
  import_id {uuid} NOT NULL,
  part integer NOT NULL,
  place integer NOT NULL CHECK (place BETWEEN 1 AND 2000),
  no integer NOT NULL,
  row_no {big} NOT NULL,
  document_no text NOT NULL,
  column_name text NOT NULL CHECK (length(column_name) <= 40),
  slug text NOT NULL CHECK (length(slug) <= 64),
  fault_values text NOT NULL CHECK (length(fault_values) <= 4000),
  PRIMARY KEY (import_id, part, place, no)
){clustered};
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("trade", &["imports", "import_parts", "import_documents", "import_faults"])
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.drop(&["import_faults", "import_documents", "import_parts", "imports"]).await?;
        Ok(())
    }
}
