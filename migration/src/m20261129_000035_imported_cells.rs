//! Sums of what imports booked, beside the cells of everything: kept by booking and taking back only, and filled here for
//! what was imported before.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE cells_imported (
  pairing smallint NOT NULL,
  month integer NOT NULL,
  measure smallint NOT NULL,
  mode smallint NOT NULL,
  town integer NOT NULL,
  department integer NOT NULL,
  channel integer NOT NULL,
  buyer integer NOT NULL,
  supplier integer NOT NULL,
  amount {big} NOT NULL,
  lines {big} NOT NULL,
  PRIMARY KEY (pairing, month, measure, mode, town, department, channel, buyer, supplier)
){fill};
CREATE INDEX cells_imported_buyer ON cells_imported (buyer);
CREATE INDEX cells_imported_supplier ON cells_imported (supplier);
INSERT INTO cells_imported (pairing, month, measure, mode, town, department, channel, buyer, supplier, amount, lines)
SELECT f.pairing, f.month, f.measure, f.mode, f.town, f.department, f.channel, f.buyer, f.supplier,
  CAST(SUM(f.amount) AS bigint), CAST(SUM(f.lines) AS bigint)
FROM (
  SELECT id, 'order' AS kind FROM orders WHERE import_id IS NOT NULL
  UNION ALL SELECT id, 'shipment' FROM shipments WHERE import_id IS NOT NULL
  UNION ALL SELECT id, 'acceptance' FROM acceptances WHERE import_id IS NOT NULL
  UNION ALL SELECT id, 'return' FROM returns WHERE import_id IS NOT NULL
) t JOIN entries e ON e.thing_id = t.id AND e.thing_kind = t.kind JOIN facts f ON f.pairing = e.pairing AND f.seq = e.seq
GROUP BY f.pairing, f.month, f.measure, f.mode, f.town, f.department, f.channel, f.buyer, f.supplier;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("journal", &["cells_imported"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager).drop(&["cells_imported"]).await
    }
}
