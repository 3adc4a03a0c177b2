//! What an order says when things go otherwise: changes lapse with it, its freight comes again, and a shelf that was
//! counted short owes it goods.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// A change that waits though its order has ended is told by its day: the service lapses it, with an entry in the
/// journal, once it runs.
const UP: &str = r"
UPDATE order_changes SET decided_at = (SELECT o.ended_at FROM orders o WHERE o.id = order_changes.order_id)
  WHERE state = 'proposed' AND order_id IN (SELECT id FROM orders WHERE state IN ('declined','completed','cancelled','rejected'));
ALTER TABLE shipment_lines ADD COLUMN again {flag} NOT NULL DEFAULT false;
";

/// The states a change may be in.
const POSTGRES_STATES: &str = r"
ALTER TABLE order_changes DROP CONSTRAINT order_changes_state_check;
ALTER TABLE order_changes ADD CONSTRAINT order_changes_state_check CHECK (state IN ({states}));
";

const POSTGRES_UP: &str = r"
ALTER TABLE stock ADD COLUMN owed {big} NOT NULL DEFAULT 0;
ALTER TABLE stock DROP CONSTRAINT stock_not_oversold;
ALTER TABLE stock ADD CONSTRAINT stock_not_oversold CHECK ({holds});
";

const POSTGRES_DOWN: &str = r"
ALTER TABLE stock DROP CONSTRAINT stock_not_oversold;
ALTER TABLE stock DROP COLUMN owed;
ALTER TABLE stock ADD CONSTRAINT stock_not_oversold CHECK ({holds});
";

/// SQLite cannot change a CHECK: the tables are built anew, in either direction.
const SQLITE: &str = r"
CREATE TABLE order_changes_anew (
  id {uuid} PRIMARY KEY,
  order_id {uuid} NOT NULL,
  state text NOT NULL CHECK (state IN ({states})),
  deliver_on {date},
  proposed_by {uuid} NOT NULL,
  created_at {instant} NOT NULL,
  decided_at {instant},
  version {big} NOT NULL DEFAULT 1
);
INSERT INTO order_changes_anew SELECT id, order_id, state, deliver_on, proposed_by, created_at, decided_at, version FROM order_changes;
DROP TABLE order_changes;
ALTER TABLE order_changes_anew RENAME TO order_changes;
CREATE UNIQUE INDEX order_changes_open ON order_changes (order_id) WHERE state = 'proposed';
CREATE INDEX order_changes_order ON order_changes (order_id, id);
CREATE TABLE stock_anew (
  product_id {uuid} NOT NULL,
  place_id {uuid} NOT NULL,
  on_hand {big} NOT NULL,
  held {big} NOT NULL,{owed}
  PRIMARY KEY (product_id, place_id),
  CONSTRAINT stock_not_oversold CHECK ({holds})
){fill};
INSERT INTO stock_anew (product_id, place_id, on_hand, held) SELECT product_id, place_id, on_hand, held FROM stock;
DROP TABLE stock;
ALTER TABLE stock_anew RENAME TO stock;
";

/// What the two tables are like on either side of this step.
struct Side {
    postgres: &'static str,
    states: &'static str,
    /// The column, where SQLite's table has it.
    owed: &'static str,
    holds: &'static str,
}

const BEFORE: Side = Side {
    postgres: POSTGRES_DOWN,
    states: "'proposed','agreed','refused','withdrawn'",
    owed: "",
    holds: "held >= 0 AND on_hand >= held",
};

const AFTER: Side = Side {
    postgres: POSTGRES_UP,
    states: "'proposed','agreed','refused','withdrawn','lapsed'",
    owed: "\n  owed {big} NOT NULL DEFAULT 0,",
    holds: "held >= 0 AND on_hand >= 0 AND owed >= 0 AND on_hand + owed >= held",
};

impl Side {
    async fn reach(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let script = match manager.get_database_backend() {
            DatabaseBackend::Postgres => format!("{POSTGRES_STATES}{}", self.postgres),
            _ => SQLITE.replace("{owed}", self.owed),
        };
        let script = script.replace("{states}", self.states).replace("{holds}", self.holds);
        Sql::new(manager).run(&script).await
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        AFTER.reach(manager).await?;
        Sql::new(manager).run(UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run("UPDATE order_changes SET state = 'withdrawn' WHERE state = 'lapsed'")
            .await?;
        sql.run("ALTER TABLE shipment_lines DROP COLUMN again").await?;
        BEFORE.reach(manager).await
    }
}
