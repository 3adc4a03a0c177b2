//! What an import brings is looked at by two people and stands once: who uploaded and who booked, whether that was one
//! person alone, and which document holds its number between its parties, from whichever book it came. People hear that
//! trade in their name was imported.
//!
//! Of what was booked before the same document may stand several times: the one booked first holds the number (`twin`
//! 0), the others are counted on, and none more can be added while one of them stands. Stock has no buyer: the supplier
//! stands in its place.

use crate::dialect::Sql;
use crate::m20261125_000022_notice_kinds::{allow, kinds};
use sea_orm_migration::prelude::*;

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

const IMPORTED: &str = "'imported'";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("trade", &["import_claims"]).await?;
        allow(manager, &format!("{},{IMPORTED}", kinds())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(&format!("DELETE FROM notices WHERE kind IN ({IMPORTED})")).await?;
        allow(manager, &kinds()).await?;
        sql.drop(&["import_claims"]).await?;
        sql.run(DOWN).await
    }
}
