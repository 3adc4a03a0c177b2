//! What divisions, departments and categories were called before: a row for each name that was given up, with the moment
//! until which it was good. A thing that was never renamed has none, so nothing that is there needs one.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE division_names (
  code text NOT NULL CHECK (length(code) BETWEEN 2 AND 16),
  until_seq {big} NOT NULL CHECK (until_seq > 0),
  until_at {instant} NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  PRIMARY KEY (code, until_seq)
){clustered};
CREATE TABLE department_names (
  department_id {uuid} NOT NULL,
  until_seq {big} NOT NULL CHECK (until_seq > 0),
  until_at {instant} NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  PRIMARY KEY (department_id, until_seq)
){clustered};
CREATE TABLE category_names (
  code text NOT NULL CHECK (length(code) BETWEEN 1 AND 40),
  until_seq {big} NOT NULL CHECK (until_seq > 0),
  until_at {instant} NOT NULL,
  name_zh text NOT NULL CHECK (length(name_zh) BETWEEN 1 AND 120),
  name_en text NOT NULL CHECK (length(name_en) BETWEEN 1 AND 120),
  PRIMARY KEY (code, until_seq)
){clustered};
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("reference", &["division_names", "department_names", "category_names"])
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager)
            .drop(&["category_names", "department_names", "division_names"])
            .await
    }
}
