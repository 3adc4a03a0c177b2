//! Stock against its movements, holds against open orders.

use super::Report;
use crate::db::{Engine, Snapshot, statement};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

/// On hand is the sum of all movements, less what was sent, and what came back to the shelf and was confirmed.
const ON_HAND: &str = "SELECT y.product_id, y.place_id, CAST(SUM(y.there) AS bigint) AS there, CAST(SUM(y.counted) AS bigint) AS counted FROM ( \
      SELECT product_id, place_id, on_hand AS there, 0 AS counted FROM stock \
      UNION ALL SELECT product_id, place_id, 0, quantity FROM stock_movements \
      UNION ALL SELECT x.product_id, x.place_id, 0, -x.units FROM shipment_lines x \
      UNION ALL SELECT x.product_id, x.place_id, 0, x.units FROM return_lines x JOIN returns t ON t.id = x.return_id \
        WHERE x.fate = 'restock' AND t.state = 'confirmed' \
    ) y WHERE y.place_id <> $1 GROUP BY y.product_id, y.place_id HAVING SUM(y.there) <> SUM(y.counted)";

/// Held is what open orders still wait for.
const HELD: &str = "SELECT y.product_id, y.place_id, CAST(SUM(y.there) AS bigint) AS there, CAST(SUM(y.counted) AS bigint) AS counted FROM ( \
      SELECT product_id, place_id, held AS there, 0 AS counted FROM stock \
      UNION ALL SELECT l.product_id, l.place_id, 0, l.quantity - COALESCE(p.closed_units, 0) - COALESCE(p.shipped_units, 0) + COALESCE(p.replaced_units, 0) \
      FROM order_lines l JOIN orders o ON o.id = l.order_id LEFT JOIN line_positions p ON p.line_id = l.id \
      WHERE o.state IN ('placed','confirmed') AND l.line_kind <> 'freight' \
    ) y WHERE y.place_id <> $1 GROUP BY y.product_id, y.place_id HAVING SUM(y.there) <> SUM(y.counted)";

/// Movements that no entry has made.
const UNSAID: &str = "SELECT m.id FROM stock_movements m LEFT JOIN entries e ON e.pairing = 1 AND e.seq = m.seq AND e.thing_id = m.id WHERE e.seq IS NULL LIMIT 100";

/// Lots that owe otherwise than what is held and not there, or that owe without a stocktaking that found less.
const OWED: &str = "SELECT s.product_id, s.place_id FROM stock s WHERE s.owed <> CASE WHEN s.held > s.on_hand THEN s.held - s.on_hand ELSE 0 END \
    OR (s.owed > 0 AND NOT EXISTS (SELECT 1 FROM stock_movements m WHERE m.product_id = s.product_id AND m.place_id = s.place_id \
    AND m.reason = 'count' AND m.quantity < 0)) LIMIT 100";

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
    for row in db.query_all_raw(statement(engine, OWED, Vec::new())).await? {
        let (product, place): (Uuid, Uuid) = (row.try_get("", "product_id")?, row.try_get("", "place_id")?);
        report.find(
            format!("stock product_id={product} place_id={place}"),
            "owes what no stocktaking found missing",
        );
    }
    for row in db.query_all_raw(statement(engine, UNSAID, Vec::new())).await? {
        let id: Uuid = row.try_get("", "id")?;
        report.find(format!("stock_movements id={id}"), "was never made by an entry");
    }
    Ok(())
}
