//! Orders against themselves and against the last thing that is said of them.

use super::Report;
use crate::db::{Engine, Snapshot, statement};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::Value;
use uuid::Uuid;

/// Orders that no entry has placed.
const UNSAID: &str =
    "SELECT o.id FROM orders o LEFT JOIN entries e ON e.thing_id = o.id AND e.kind = 'order.placed' WHERE e.seq IS NULL LIMIT 100";

/// Lines of no order.
const STRAY_LINES: &str = "SELECT l.id FROM order_lines l LEFT JOIN orders o ON o.id = l.order_id WHERE o.id IS NULL LIMIT 100";

/// Orders whose sums are not those of their lines.
const SUMS: &str = "SELECT o.id FROM orders o LEFT JOIN (SELECT order_id, CAST(SUM(amount) AS bigint) AS amount, COUNT(*) AS lines \
    FROM order_lines GROUP BY order_id) l ON l.order_id = o.id WHERE l.lines IS NULL OR l.lines <> o.line_count OR l.amount <> o.amount LIMIT 100";

/// Changes that wait for an answer though their order has ended: they lapse with it. Those of before are told by a day,
/// and lapse once the service runs.
const WAITING: &str = "SELECT c.id FROM order_changes c JOIN orders o ON o.id = c.order_id WHERE c.state = 'proposed' AND c.decided_at IS NULL \
    AND o.state IN ('declined','completed','cancelled','rejected') LIMIT 100";

/// Changes that have lapsed though their order goes on.
const LAPSED: &str = "SELECT c.id FROM order_changes c JOIN orders o ON o.id = c.order_id WHERE c.state = 'lapsed' \
    AND o.state NOT IN ('declined','completed','cancelled','rejected') LIMIT 100";

/// Orders that were given up though something of them was sent.
const GIVEN_UP: &str = "SELECT o.id FROM orders o JOIN line_positions p ON p.order_id = o.id WHERE o.state IN ('declined','cancelled','rejected') \
    AND p.shipped_units > 0 LIMIT 100";

/// Completed orders of whose goods something is still to be sent.
const STILL_OPEN: &str = "SELECT DISTINCT o.id FROM orders o JOIN order_lines l ON l.order_id = o.id LEFT JOIN line_positions p ON p.line_id = l.id \
    WHERE o.state = 'completed' AND l.line_kind <> 'freight' \
    AND l.quantity - COALESCE(p.closed_units, 0) - COALESCE(p.shipped_units, 0) + COALESCE(p.replaced_units, 0) <> 0 LIMIT 100";

/// Every order with the last entry about it.
const LAST: &str = "SELECT o.id, o.state, o.version, o.ended_reason, \
    CASE WHEN o.decided_at IS NULL THEN 0 ELSE 1 END AS decided, CASE WHEN o.ended_on IS NULL THEN 0 ELSE 1 END AS ended, y.entries, e.body \
    FROM (SELECT x.order_id, COUNT(*) AS entries, MAX(x.seq) AS seq FROM (SELECT thing_id AS order_id, seq FROM entries WHERE thing_kind = 'order' AND kind <> 'register.noted' \
      UNION ALL SELECT order_id, 0 FROM shipments UNION ALL SELECT order_id, 0 FROM acceptances \
      UNION ALL SELECT order_id, 0 FROM returns WHERE order_id IS NOT NULL) x GROUP BY x.order_id) y \
    JOIN orders o ON o.id = y.order_id JOIN entries e ON e.pairing = 1 AND e.seq = y.seq ORDER BY y.seq";

pub(super) async fn check(db: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
    for (sql, table, what) in [
        (UNSAID, "orders", "was never placed by an entry"),
        (STRAY_LINES, "order_lines", "belongs to no order"),
        (SUMS, "orders", "has sums that are not those of its lines"),
        (WAITING, "order_changes", "waits for an answer though its order has ended"),
        (LAPSED, "order_changes", "has lapsed though its order has not ended"),
        (GIVEN_UP, "orders", "was given up though something of it was sent"),
        (STILL_OPEN, "orders", "is completed though goods of it are still to be sent"),
    ] {
        for row in db.query_all_raw(statement(engine, sql, Vec::new())).await? {
            let id: Uuid = row.try_get("", "id")?;
            report.find(format!("{table} id={id}"), what);
        }
    }
    for row in db.query_all_raw(statement(engine, LAST, Vec::new())).await? {
        let (id, state): (Uuid, String) = (row.try_get("", "id")?, row.try_get("", "state")?);
        let (version, entries): (i64, i64) = (row.try_get("", "version")?, row.try_get("", "entries")?);
        let body: String = row.try_get("", "body")?;
        let said: Value = serde_json::from_str(&body).unwrap_or_default();
        let ended: i32 = row.try_get("", "ended")?;
        let reason: Option<String> = row.try_get("", "ended_reason")?;
        let over = ["cancelled", "declined", "completed", "rejected"].contains(&state.as_str());
        if said["what"]["state"] != state.as_str() {
            report.find(
                format!("orders id={id}"),
                format!("is {state}, its last entry says {}", said["what"]["state"]),
            );
        }
        if version != entries {
            report.find(
                format!("orders id={id}"),
                format!("has version {version} after {entries} entries and moves"),
            );
        }
        if (ended == 1) != over || reason.as_deref() != said["reason"].as_str() {
            report.find(format!("orders id={id}"), "has ended otherwise than its last entry says");
        }
    }
    Ok(())
}
