//! Divisions of both sides, departments, and the table of retention classes.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE divisions (
  code text PRIMARY KEY CHECK (length(code) BETWEEN 2 AND 16),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  parent_code text,
  role text NOT NULL CHECK (role IN ('origin_county','buyer_city','origin_town','buyer_town')),
  black_rice_gi_area {flag},
  version {big} NOT NULL DEFAULT 1,
  touched {big} NOT NULL DEFAULT 0,
  created_at {instant} NOT NULL,
  archived_at {instant}
);
CREATE INDEX divisions_touched ON divisions (touched);
CREATE TABLE departments (
  id {uuid} PRIMARY KEY,
  code text NOT NULL UNIQUE CHECK (length(code) BETWEEN 1 AND 40),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  version {big} NOT NULL DEFAULT 1,
  touched {big} NOT NULL DEFAULT 0,
  created_at {instant} NOT NULL,
  archived_at {instant}
);
CREATE INDEX departments_touched ON departments (touched);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run("CREATE TABLE retention (table_name text PRIMARY KEY, class text NOT NULL CHECK (class IN ('reference','trade','journal','personal','passing')))").await?;
        sql.run(UP).await?;
        sql.retain("reference", &["divisions", "departments"]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.drop(&["departments", "divisions"]).await?;
        sql.run("DROP TABLE retention").await?;
        Ok(())
    }
}
