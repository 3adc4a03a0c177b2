//! Sites as they were: an order names the site as it was when it was placed. Whom to call there stands in a table of
//! its own, which may be erased.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What is known today of a site is its present version. Orders of before name none.
const UP: &str = r"
CREATE TABLE site_versions (
  site_id {uuid} NOT NULL,
  version {big} NOT NULL,
  name text NOT NULL,
  address text NOT NULL,
  town_code text NOT NULL,
  receiving_hours text NOT NULL,
  PRIMARY KEY (site_id, version)
){clustered};
CREATE TABLE site_contact_versions (
  site_id {uuid} NOT NULL,
  version {big} NOT NULL,
  name text NOT NULL,
  phone text NOT NULL,
  PRIMARY KEY (site_id, version)
){clustered};
INSERT INTO site_versions SELECT id, version, name, address, town_code, receiving_hours FROM sites;
INSERT INTO site_contact_versions SELECT c.site_id, s.version, c.name, c.phone FROM site_contacts c JOIN sites s ON s.id = c.site_id;
ALTER TABLE orders ADD COLUMN site_version {big};
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("trade", &["site_versions"]).await?;
        sql.retain("personal", &["site_contact_versions"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run("ALTER TABLE orders DROP COLUMN site_version").await?;
        sql.drop(&["site_contact_versions", "site_versions"]).await
    }
}
