//! The journal: its head, its epochs, its entries and the facts they establish, the words facts are told by, and what stands beside it.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE journal_heads (
  pairing smallint PRIMARY KEY,
  seq {big} NOT NULL CHECK (seq >= 0),
  epoch {uuid} NOT NULL,
  format integer NOT NULL,
  fold integer NOT NULL,
  frontier {bytes} NOT NULL,
  last_at {instant} NOT NULL,
  register_seq {big} NOT NULL
);
CREATE TABLE journal_epochs (
  epoch {uuid} PRIMARY KEY,
  pairing smallint NOT NULL,
  number integer NOT NULL,
  began_after {big} NOT NULL,
  began_at {instant} NOT NULL,
  reason text NOT NULL CHECK (reason IN ('first','restore','promotion')),
  UNIQUE (pairing, number)
);
CREATE TABLE entries (
  pairing smallint NOT NULL,
  seq {big} NOT NULL,
  kind text NOT NULL,
  thing_kind text NOT NULL,
  thing_id {uuid} NOT NULL,
  buyer integer NOT NULL,
  supplier integer NOT NULL,
  at {instant} NOT NULL,
  body text NOT NULL,
  leaf {bytes} NOT NULL,
  PRIMARY KEY (pairing, seq)
);
CREATE INDEX entries_thing ON entries (thing_id, seq);
CREATE INDEX entries_buyer ON entries (buyer, seq) WHERE buyer > 0;
CREATE INDEX entries_supplier ON entries (supplier, seq) WHERE supplier > 0;
CREATE TABLE dimensions (
  id integer PRIMARY KEY,
  kind text NOT NULL,
  word text NOT NULL,
  UNIQUE (kind, word)
);
INSERT INTO dimensions (id, kind, word) VALUES (0, 'none', '');
CREATE TABLE facts (
  pairing smallint NOT NULL,
  seq {big} NOT NULL,
  no integer NOT NULL,
  line_id {uuid} NOT NULL,
  measure smallint NOT NULL CHECK (measure BETWEEN 1 AND 7),
  mode smallint NOT NULL CHECK (mode BETWEEN 1 AND 2),
  amount {big} NOT NULL,
  quantity {big} NOT NULL,
  weight_grams {big},
  lines smallint NOT NULL,
  business_date {date} NOT NULL,
  month integer NOT NULL CHECK (month BETWEEN 200001 AND 210012),
  concerns {date},
  reverses_seq {big},
  reverses_no integer,
  town integer NOT NULL,
  department integer NOT NULL,
  channel integer NOT NULL,
  fund_source integer NOT NULL,
  category integer NOT NULL,
  origin integer NOT NULL,
  buyer integer NOT NULL,
  product integer NOT NULL,
  supplier integer NOT NULL,
  PRIMARY KEY (pairing, seq, no)
){clustered};
CREATE INDEX facts_month ON facts (month, measure, seq, no);
CREATE TABLE notes (
  id {uuid} PRIMARY KEY,
  thing_id {uuid} NOT NULL,
  seq {big} NOT NULL,
  salt {bytes} NOT NULL,
  text text NOT NULL CHECK (length(text) <= 2000)
);
CREATE INDEX notes_thing ON notes (thing_id);
CREATE TABLE idempotency (
  key_id {uuid} NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_hash {bytes} NOT NULL,
  answer text NOT NULL,
  created_at {instant} NOT NULL,
  PRIMARY KEY (key_id, key)
){clustered};
CREATE INDEX idempotency_created ON idempotency (created_at);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("journal", &["journal_heads", "journal_epochs", "entries", "facts", "dimensions"])
            .await?;
        sql.retain("personal", &["notes"]).await?;
        sql.retain("passing", &["idempotency"]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.drop(&[
            "idempotency",
            "notes",
            "facts",
            "dimensions",
            "entries",
            "journal_epochs",
            "journal_heads",
        ])
        .await?;
        Ok(())
    }
}
