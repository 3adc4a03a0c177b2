//! What an import brings is looked at by two people and stands once: who uploaded and who booked, whether that was one
//! person alone, and which document holds its number between its parties, from whichever book it came. People hear that
//! trade in their name was imported.
//!
//! Of what was booked before the same document may stand several times: the one booked first holds the number (`twin`
//! 0), the others are counted on, and none more can be added while one of them stands. Stock has no buyer: the supplier
//! stands in its place.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
ALTER TABLE imports ADD COLUMN booked_by {uuid};
ALTER TABLE imports ADD COLUMN alone {flag} NOT NULL DEFAULT FALSE;
ALTER TABLE import_parts ADD COLUMN uploaded_by {uuid};
CREATE INDEX import_parts_by ON import_parts (import_id, uploaded_by);
CREATE TABLE import_claims (
  import_id {uuid} NOT NULL,
  part integer NOT NULL,
  place integer NOT NULL,
  supplier_id {uuid} NOT NULL,
  buyer_id {uuid} NOT NULL,
  kind text NOT NULL CHECK (kind IN ('order','return','stock')),
  document_no text NOT NULL,
  twin integer NOT NULL DEFAULT 0 CHECK (twin >= 0),
  PRIMARY KEY (import_id, part, place, supplier_id)
){clustered};
CREATE UNIQUE INDEX import_claims_once ON import_claims (kind, supplier_id, buyer_id, document_no, twin);
INSERT INTO import_claims (import_id, part, place, supplier_id, buyer_id, kind, document_no, twin)
SELECT x.import_id, x.part, x.place, x.supplier_id, x.buyer_id, x.kind, x.document_no,
  ROW_NUMBER() OVER (PARTITION BY x.kind, x.supplier_id, x.buyer_id, x.document_no ORDER BY x.first_seq) - 1
FROM (
  SELECT d.import_id, d.part, d.place, o.supplier_id, o.buyer_id, d.kind, d.document_no, d.first_seq
  FROM import_documents d JOIN orders o ON o.id = d.thing_id WHERE d.kind = 'order' AND d.state = 'booked'
  UNION ALL
  SELECT d.import_id, d.part, d.place, t.supplier_id, t.buyer_id, d.kind, d.document_no, d.first_seq
  FROM import_documents d JOIN returns t ON t.id = d.thing_id WHERE d.kind = 'return' AND d.state = 'booked'
  UNION ALL
  SELECT DISTINCT d.import_id, d.part, d.place, p.seller_id, p.seller_id, d.kind, d.document_no, d.first_seq
  FROM import_documents d JOIN entries e ON e.pairing = 1 AND e.seq BETWEEN d.first_seq AND d.last_seq AND e.kind = 'stock.moved'
  JOIN stock_movements m ON m.id = e.thing_id JOIN products p ON p.id = m.product_id WHERE d.kind = 'stock' AND d.state = 'booked'
) x;
";

const DOWN: &str = r"
DROP INDEX import_parts_by;
ALTER TABLE import_parts DROP COLUMN uploaded_by;
ALTER TABLE imports DROP COLUMN alone;
ALTER TABLE imports DROP COLUMN booked_by;
";

const BEFORE: &str = "'order_placed','order_confirmed','order_declined','order_cancelled','order_answered','order_short','change_proposed','change_agreed','change_refused','shipped','to_accept','accepted','surplus','returned','order_completed','offer_ending','contract_ending','quote_ending','contract_proposed','contract_answered','contract_terminated','inquiry_received','inquiry_answered','quote_decided'";
const MORE: &str = "'imported'";

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

async fn allow(manager: &SchemaManager<'_>, kinds: &str) -> Result<(), DbErr> {
    let script = match manager.get_database_backend() {
        DatabaseBackend::Postgres => POSTGRES,
        _ => SQLITE,
    };
    Sql::new(manager).run(&script.replace("{kinds}", kinds)).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("trade", &["import_claims"]).await?;
        allow(manager, &format!("{BEFORE},{MORE}")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(&format!("DELETE FROM notices WHERE kind IN ({MORE})")).await?;
        allow(manager, BEFORE).await?;
        sql.drop(&["import_claims"]).await?;
        sql.run(DOWN).await
    }
}
