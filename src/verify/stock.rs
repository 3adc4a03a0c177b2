//! Stock against its movements, holds against open orders.

use super::Report;
use crate::db::{Engine, Snapshot, statement};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

/// On hand is the sum of all movements, less what was sent, and what came back to the shelf.
const ON_HAND: &str = "SELECT COALESCE(s.product_id, m.product_id) AS product_id, COALESCE(s.place_id, m.place_id) AS place_id, \
    COALESCE(s.on_hand, 0) AS there, COALESCE(m.quantity, 0) AS counted FROM stock s FULL JOIN \
    (SELECT y.product_id, y.place_id, CAST(SUM(y.quantity) AS bigint) AS quantity FROM ( \
      SELECT product_id, place_id, quantity FROM stock_movements \
      UNION ALL SELECT x.product_id, x.place_id, -x.units FROM shipment_lines x \
      UNION ALL SELECT x.product_id, x.place_id, x.units FROM return_lines x WHERE x.fate = 'restock' \
    ) y GROUP BY y.product_id, y.place_id) m \
    ON m.product_id = s.product_id AND m.place_id = s.place_id \
    WHERE COALESCE(s.on_hand, 0) <> COALESCE(m.quantity, 0) AND COALESCE(s.place_id, m.place_id) <> $1";

/// Held is what open orders still wait for.
const HELD: &str = "SELECT COALESCE(s.product_id, h.product_id) AS product_id, COALESCE(s.place_id, h.place_id) AS place_id, \
    COALESCE(s.held, 0) AS there, COALESCE(h.quantity, 0) AS counted FROM stock s FULL JOIN \
    (SELECT l.product_id, l.place_id, CAST(SUM(l.quantity - COALESCE(p.closed_units, 0) - COALESCE(p.shipped_units, 0) + COALESCE(p.replaced_units, 0)) AS bigint) \
      AS quantity FROM order_lines l JOIN orders o ON o.id = l.order_id LEFT JOIN line_positions p ON p.line_id = l.id \
      WHERE o.state IN ('placed','confirmed') AND l.line_kind <> 'freight' GROUP BY l.product_id, l.place_id) h \
    ON h.product_id = s.product_id AND h.place_id = s.place_id \
    WHERE COALESCE(s.held, 0) <> COALESCE(h.quantity, 0) AND COALESCE(s.place_id, h.place_id) <> $1";

/// Movements that no entry has made.
const UNSAID: &str = "SELECT m.id FROM stock_movements m LEFT JOIN entries e ON e.pairing = 1 AND e.seq = m.seq AND e.thing_id = m.id WHERE e.seq IS NULL LIMIT 100";

pub(super) async fn check(db: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
    for (sql, what) in [(ON_HAND, "on hand"), (HELD, "held")] {
        // What was imported lies in nobody's place.
        let nowhere = vec![Uuid::nil().into()];
        for row in db.query_all_raw(statement(engine, sql, nowhere)).await? {
            let (product, place): (Uuid, Uuid) = (row.try_get("", "product_id")?, row.try_get("", "place_id")?);
            let (there, counted): (i64, i64) = (row.try_get("", "there")?, row.try_get("", "counted")?);
            report.find(
                format!("stock product_id={product} place_id={place}"),
                format!("{what} is {there}, counted {counted} (thousandths)"),
            );
        }
    }
    for row in db.query_all_raw(statement(engine, UNSAID, Vec::new())).await? {
        let id: Uuid = row.try_get("", "id")?;
        report.find(format!("stock_movements id={id}"), "was never made by an entry");
    }
    Ok(())
}
