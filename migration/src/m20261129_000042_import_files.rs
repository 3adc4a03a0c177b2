//! What is told of an import's file: which sheet and headings were read, and which columns and rows were left alone. Of
//! imports before this step nothing is known, and nothing is told.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE import_files (
  import_id {uuid} NOT NULL PRIMARY KEY,
  told text NOT NULL CHECK (length(told) <= 200000)
){clustered};
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("trade", &["import_files"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager).drop(&["import_files"]).await
    }
}
