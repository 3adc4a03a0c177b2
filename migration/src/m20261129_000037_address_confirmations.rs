//! Addresses that wait to be confirmed before letters go there. Those that letters went to before count as confirmed:
//! they stay where they are. What is asked here is over within a day, and its rows go soon after.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE address_confirmations (
  id {uuid} PRIMARY KEY,
  person_id {uuid} NOT NULL REFERENCES people (id),
  address text NOT NULL CHECK (length(address) BETWEEN 3 AND 254),
  asked_at {instant} NOT NULL,
  ended_at {instant},
  wrong_tries integer NOT NULL CHECK (wrong_tries BETWEEN 0 AND 5),
  mail_state text NOT NULL CHECK (mail_state IN ('none','waiting','sent','given_up')),
  mail_due_at {instant},
  mail_attempts integer NOT NULL
);
CREATE UNIQUE INDEX address_confirmations_open ON address_confirmations (person_id) WHERE ended_at IS NULL;
CREATE INDEX address_confirmations_asked ON address_confirmations (asked_at);
CREATE INDEX address_confirmations_mail ON address_confirmations (mail_due_at) WHERE mail_state = 'waiting';
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("passing", &["address_confirmations"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager).drop(&["address_confirmations"]).await
    }
}
