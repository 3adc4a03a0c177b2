//! Organisations of all kinds, where they belong and since when, their sites, people and keys. What is personal stands in tables of its own.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE organisations (
  id {uuid} PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  kind text NOT NULL CHECK (kind IN ('government','school','hospital','enterprise','union','supermarket','wholesale_market','farm_market','community_shop','display_shop','sale_zone','sale_counter','online_shop','leading_firm','cooperative','family_farm','trading_agent','office')),
  uscc text CHECK (uscc IS NULL OR length(uscc) = 18),
  uscc_override text CHECK (uscc_override IS NULL OR length(uscc_override) BETWEEN 1 AND 200),
  without_canteen {flag} NOT NULL,
  default_site_id {uuid},
  version {big} NOT NULL DEFAULT 1,
  touched {big} NOT NULL DEFAULT 0,
  created_at {instant} NOT NULL,
  archived_at {instant},
  successor_id {uuid}
);
CREATE UNIQUE INDEX organisations_uscc ON organisations (uscc) WHERE uscc IS NOT NULL AND archived_at IS NULL;
CREATE INDEX organisations_touched ON organisations (touched);
CREATE TABLE memberships (
  organisation_id {uuid} NOT NULL REFERENCES organisations (id),
  from_date {date} NOT NULL,
  town_code text NOT NULL REFERENCES divisions (code),
  department_id {uuid} REFERENCES departments (id),
  recorded_at {instant} NOT NULL,
  PRIMARY KEY (organisation_id, from_date)
);
CREATE TABLE sites (
  id {uuid} PRIMARY KEY,
  organisation_id {uuid} NOT NULL REFERENCES organisations (id),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  address text NOT NULL CHECK (length(address) BETWEEN 1 AND 200),
  town_code text NOT NULL REFERENCES divisions (code),
  receiving_hours text NOT NULL CHECK (length(receiving_hours) <= 200),
  version {big} NOT NULL DEFAULT 1,
  touched {big} NOT NULL DEFAULT 0,
  created_at {instant} NOT NULL,
  archived_at {instant}
);
CREATE INDEX sites_organisation ON sites (organisation_id);
CREATE INDEX sites_touched ON sites (touched);
CREATE TABLE site_contacts (
  site_id {uuid} PRIMARY KEY REFERENCES sites (id),
  name text NOT NULL CHECK (length(name) <= 120),
  phone text NOT NULL CHECK (length(phone) <= 40)
);
CREATE TABLE people (
  id {uuid} PRIMARY KEY,
  organisation_id {uuid} NOT NULL REFERENCES organisations (id),
  machine {flag} NOT NULL,
  created_at {instant} NOT NULL,
  archived_at {instant}
);
CREATE INDEX people_organisation ON people (organisation_id);
CREATE TABLE person_details (
  person_id {uuid} PRIMARY KEY REFERENCES people (id),
  name text NOT NULL CHECK (length(name) <= 120)
);
CREATE TABLE api_keys (
  id {uuid} PRIMARY KEY,
  person_id {uuid} NOT NULL REFERENCES people (id),
  organisation_id {uuid} NOT NULL REFERENCES organisations (id),
  prefix text NOT NULL UNIQUE CHECK (length(prefix) BETWEEN 4 AND 40),
  hash {bytes} NOT NULL UNIQUE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  role text NOT NULL CHECK (role IN ('buyer','retailer','supplier','official','auditor','operator')),
  remit_kind text CHECK (remit_kind IN ('city','department','town','county')),
  remit_code text CHECK (length(remit_code) <= 40),
  permissions text NOT NULL CHECK (length(permissions) <= 400),
  requests_per_minute integer NOT NULL CHECK (requests_per_minute > 0),
  created_at {instant} NOT NULL,
  created_by {uuid},
  expires_at {instant} NOT NULL,
  revoked_at {instant},
  last_used_at {instant}
);
CREATE INDEX api_keys_organisation ON api_keys (organisation_id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("reference", &["organisations", "memberships", "sites", "people", "api_keys"])
            .await?;
        sql.retain("personal", &["site_contacts", "person_details"]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.drop(&[
            "api_keys",
            "person_details",
            "people",
            "site_contacts",
            "sites",
            "memberships",
            "organisations",
        ])
        .await?;
        Ok(())
    }
}
