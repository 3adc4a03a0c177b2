//! Bounds that belong to a line over all calls: the policy they come from, the bound that held on the row that used it,
//! returns that wait for the supplier, and what stood beyond its order before contracts were drawn on by what stands.
//!
//! Rows of before keep no bound (NULL): they are older than it. Returns of before went on the shelf when they were
//! recorded, so they are confirmed. What of a line already stands beyond its order was never drawn on its contract; it
//! is kept as `undrawn`, so that only what is accepted from now on is.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE policies (
  name text NOT NULL CHECK (name IN ('weight_permille','surplus_permille')),
  from_date {date} NOT NULL,
  value {big} NOT NULL CHECK (value BETWEEN 0 AND 1000),
  source text NOT NULL CHECK (length(source) BETWEEN 1 AND 400),
  PRIMARY KEY (name, from_date)
){clustered};
INSERT INTO policies (name, from_date, value, source) VALUES
  ('weight_permille', '2021-01-01', 300, '平台规则：称重商品每次发货与标称重量相差不超过三成，超出须再次确认'),
  ('surplus_permille', '2021-01-01', 100, '平台规则：一行发货的超量接收累计不超过所发数量的一成，更多的另行发货');
ALTER TABLE shipment_lines ADD COLUMN bound_permille integer CHECK (bound_permille BETWEEN 0 AND 1000);
ALTER TABLE shipment_lines ADD COLUMN weight_confirmed {flag} NOT NULL DEFAULT FALSE;
ALTER TABLE acceptance_lines ADD COLUMN most {big} CHECK (most >= 0);
ALTER TABLE return_lines ADD COLUMN most_units {big} CHECK (most_units >= units);
ALTER TABLE returns ADD COLUMN state text NOT NULL DEFAULT 'confirmed' CHECK (state IN ('booked','confirmed','objected','undone'));
ALTER TABLE returns ADD COLUMN confirmed_at {instant};
ALTER TABLE returns ADD COLUMN confirmed_by {uuid};
CREATE INDEX returns_booked ON returns (recorded_at) WHERE state = 'booked';
ALTER TABLE line_positions ADD COLUMN undrawn {big} NOT NULL DEFAULT 0 CHECK (undrawn >= 0);
ALTER TABLE line_positions ADD COLUMN undrawn_units {big} NOT NULL DEFAULT 0 CHECK (undrawn_units >= 0);
UPDATE line_positions SET
  undrawn = CASE WHEN x.stands > x.ordered THEN x.stands - x.ordered ELSE 0 END,
  undrawn_units = CASE WHEN x.stands_units > x.ordered_units THEN x.stands_units - x.ordered_units ELSE 0 END
FROM (
  SELECT l.id,
    (l.price * (p.accepted - p.returned) + 50000) / 100000 AS stands,
    (l.price * (CASE WHEN l.content IS NULL THEN l.quantity - p.closed_units ELSE (l.quantity - p.closed_units) * l.content / 1000 END) + 50000) / 100000 AS ordered,
    CASE WHEN l.content IS NULL THEN p.accepted - p.returned ELSE ((p.accepted - p.returned) * 1000 + l.content - 1) / l.content END AS stands_units,
    l.quantity - p.closed_units AS ordered_units
  FROM order_lines l JOIN line_positions p ON p.line_id = l.id WHERE l.price_source = 'contract'
) x WHERE line_positions.line_id = x.id;
";

const DOWN: &str = r"
ALTER TABLE line_positions DROP COLUMN undrawn_units;
ALTER TABLE line_positions DROP COLUMN undrawn;
DROP INDEX returns_booked;
ALTER TABLE returns DROP COLUMN confirmed_by;
ALTER TABLE returns DROP COLUMN confirmed_at;
ALTER TABLE returns DROP COLUMN state;
ALTER TABLE return_lines DROP COLUMN most_units;
ALTER TABLE acceptance_lines DROP COLUMN most;
ALTER TABLE shipment_lines DROP COLUMN weight_confirmed;
ALTER TABLE shipment_lines DROP COLUMN bound_permille;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("trade", &["policies"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(DOWN).await?;
        sql.drop(&["policies"]).await
    }
}
