//! Notices in the inboxes of people, how far the journal has been read for them, what people want to hear, and where
//! letters go. Addresses are personal and stand apart.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE notices (
  id {uuid} PRIMARY KEY,
  person_id {uuid} NOT NULL,
  cause text NOT NULL CHECK (length(cause) BETWEEN 1 AND 80),
  kind text NOT NULL CHECK (kind IN ('order_placed','order_confirmed','order_declined','order_cancelled','order_answered','order_short','change_proposed','change_agreed','change_refused','shipped','to_accept','accepted','surplus','returned','order_completed','offer_ending','contract_ending','quote_ending')),
  thing_kind text NOT NULL CHECK (length(thing_kind) BETWEEN 1 AND 40),
  thing_id {uuid} NOT NULL,
  what text NOT NULL CHECK (length(what) <= 1000),
  in_inbox {flag} NOT NULL,
  mail_state text NOT NULL CHECK (mail_state IN ('none','waiting','sent','given_up')),
  mail_due_at {instant},
  mail_attempts integer NOT NULL,
  created_at {instant} NOT NULL,
  read_at {instant}
);
CREATE UNIQUE INDEX notices_once ON notices (cause, person_id);
CREATE INDEX notices_inbox ON notices (person_id, id);
CREATE INDEX notices_mail ON notices (mail_due_at) WHERE mail_state = 'waiting';
CREATE TABLE notice_cursors (
  pairing smallint PRIMARY KEY,
  seq {big} NOT NULL,
  swept_on {date}
);
CREATE TABLE notice_preferences (
  person_id {uuid} PRIMARY KEY,
  language text NOT NULL CHECK (language IN ('zh','en')),
  not_in_inbox text NOT NULL CHECK (length(not_in_inbox) <= 1000),
  by_mail text NOT NULL CHECK (length(by_mail) <= 1000),
  version {big} NOT NULL
);
CREATE TABLE person_mails (
  person_id {uuid} PRIMARY KEY REFERENCES people (id),
  address text NOT NULL CHECK (length(address) BETWEEN 3 AND 254)
);
INSERT INTO notice_cursors (pairing, seq) VALUES (1, 0);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("passing", &["notices"]).await?;
        sql.retain("reference", &["notice_cursors", "notice_preferences"]).await?;
        sql.retain("personal", &["person_mails"]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.drop(&["person_mails", "notice_preferences", "notice_cursors", "notices"])
            .await?;
        Ok(())
    }
}
