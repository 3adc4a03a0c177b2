//! People also hear of contracts that wait for them, of inquiries, and of what became of their quotes.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const BEFORE: &str = "'order_placed','order_confirmed','order_declined','order_cancelled','order_answered','order_short','change_proposed','change_agreed','change_refused','shipped','to_accept','accepted','surplus','returned','order_completed','offer_ending','contract_ending','quote_ending'";
const MORE: &str = "'contract_proposed','contract_answered','contract_terminated','inquiry_received','inquiry_answered','quote_decided'";

const POSTGRES: &str = r"
ALTER TABLE notices DROP CONSTRAINT notices_kind_check;
ALTER TABLE notices ADD CONSTRAINT notices_kind_check CHECK (kind IN ({kinds}));
";

/// SQLite cannot change a CHECK: the table is built anew.
const SQLITE: &str = r"
CREATE TABLE notices_anew (
  id {uuid} PRIMARY KEY,
  person_id {uuid} NOT NULL,
  cause text NOT NULL CHECK (length(cause) BETWEEN 1 AND 80),
  kind text NOT NULL CHECK (kind IN ({kinds})),
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
INSERT INTO notices_anew SELECT id, person_id, cause, kind, thing_kind, thing_id, what, in_inbox, mail_state, mail_due_at, mail_attempts, created_at, read_at FROM notices;
DROP TABLE notices;
ALTER TABLE notices_anew RENAME TO notices;
CREATE UNIQUE INDEX notices_once ON notices (cause, person_id);
CREATE INDEX notices_inbox ON notices (person_id, id);
CREATE INDEX notices_mail ON notices (mail_due_at) WHERE mail_state = 'waiting';
CREATE INDEX notices_unread ON notices (person_id, id) WHERE read_at IS NULL AND in_inbox;
CREATE INDEX notices_created ON notices (created_at);
";

/// The kinds that there are from this step on.
pub(crate) fn kinds() -> String {
    format!("{BEFORE},{MORE}")
}

/// Lets notices be of these kinds and of no others. What such a step wrote into the table of notices is the same in each.
pub(crate) async fn allow(manager: &SchemaManager<'_>, kinds: &str) -> Result<(), DbErr> {
    let script = match manager.get_database_backend() {
        DatabaseBackend::Postgres => POSTGRES,
        _ => SQLITE,
    };
    Sql::new(manager).run(&script.replace("{kinds}", kinds)).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        allow(manager, &kinds()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager)
            .run(&format!("DELETE FROM notices WHERE kind IN ({MORE})"))
            .await?;
        allow(manager, BEFORE).await
    }
}
