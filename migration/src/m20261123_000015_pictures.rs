//! Pictures by the digest of their bytes, and which products they show. The bytes themselves are kept in a folder or a
//! bucket.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE pictures (
  digest text PRIMARY KEY CHECK (length(digest) = 64),
  kind text NOT NULL CHECK (kind IN ('jpeg','png','webp')),
  bytes {big} NOT NULL CHECK (bytes > 0),
  width integer NOT NULL CHECK (width > 0),
  height integer NOT NULL CHECK (height > 0),
  created_at {instant} NOT NULL
);
CREATE TABLE product_pictures (
  product_id {uuid} NOT NULL REFERENCES products (id),
  digest text NOT NULL REFERENCES pictures (digest),
  position integer NOT NULL CHECK (position >= 0),
  alt text NOT NULL CHECK (length(alt) <= 200),
  added_at {instant} NOT NULL,
  archived_at {instant},
  PRIMARY KEY (product_id, digest)
);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("reference", &["pictures", "product_pictures"]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.drop(&["product_pictures", "pictures"]).await?;
        Ok(())
    }
}
