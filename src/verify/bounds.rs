//! What lines are bound by over all calls: weights near what is nominally in the units or said twice, acceptances within
//! what was sent, surplus within a tenth, units back on the shelf within those that were sent, and states of returns
//! against what was said. A row without a bound is older than it: where it would not keep to it, that is a note.

use super::Report;
use crate::db::{Engine, Snapshot, statement};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

/// Weighed lines of shipments beyond their bound that were not said twice; of those without a bound, beyond three tenths.
const WEIGHTS: &str = "SELECT y.shipment_id AS id, y.no, y.older FROM (SELECT x.shipment_id, x.no, x.quantity, x.weight_confirmed, \
    CASE WHEN x.bound_permille IS NULL THEN 1 ELSE 0 END AS older, COALESCE(x.bound_permille, 300) AS bound, x.units * l.content / 1000 AS nominal \
    FROM shipment_lines x JOIN shipments t ON t.id = x.shipment_id JOIN order_lines l ON l.order_id = t.order_id AND l.id = x.order_line_id \
    WHERE l.content IS NOT NULL AND t.undone_at IS NULL) y WHERE NOT y.weight_confirmed \
    AND ABS(y.quantity - y.nominal) * 1000 > y.bound * y.nominal LIMIT 100";

/// Lines of inspections that account for more than was sent and tolerated, or carry another bound than that.
const ACCEPTED: &str = "SELECT y.acceptance_id AS id, y.no, y.older FROM (SELECT a.acceptance_id, a.no, a.quantity + a.rejected AS told, a.most, \
    CASE WHEN a.most IS NULL THEN 1 ELSE 0 END AS older, x.quantity + x.quantity * l.tolerance_permille / 1000 AS bound \
    FROM acceptances t JOIN acceptance_lines a ON a.acceptance_id = t.id JOIN shipment_lines x ON x.shipment_id = t.shipment_id AND x.no = a.shipment_line_no \
    JOIN order_lines l ON l.order_id = t.order_id AND l.id = a.order_line_id WHERE t.kind = 'inspection' AND t.undone_at IS NULL) y \
    WHERE y.told > y.bound OR y.most <> y.bound LIMIT 100";

/// Lines of shipments of which more is kept as surplus than the bound says: a tenth where none does.
const SURPLUS: &str = "SELECT y.shipment_id AS id, y.no, y.older FROM (SELECT x.shipment_id, x.no, \
    CASE WHEN COUNT(a.most) = COUNT(*) THEN 0 ELSE 1 END AS older, SUM(a.quantity) AS kept, COALESCE(MAX(a.most), x.quantity / 10) AS bound \
    FROM acceptances t JOIN acceptance_lines a ON a.acceptance_id = t.id JOIN shipment_lines x ON x.shipment_id = t.shipment_id AND x.no = a.shipment_line_no \
    WHERE t.kind = 'surplus' AND t.undone_at IS NULL GROUP BY x.shipment_id, x.no, x.quantity) y WHERE y.kept > y.bound LIMIT 100";

/// Lines of orders of which more units are back on the shelf than were sent, or more than the bound at the last of them.
const RESTOCKED: &str = "SELECT y.order_line_id AS id, 0 AS no, y.older FROM (SELECT x.order_line_id, SUM(x.units) AS units, \
    CASE WHEN COUNT(x.most_units) = COUNT(*) THEN 0 ELSE 1 END AS older, MAX(x.most_units) AS bound, MAX(p.shipped_units) AS sent \
    FROM returns t JOIN return_lines x ON x.return_id = t.id JOIN line_positions p ON p.line_id = x.order_line_id \
    WHERE x.fate = 'restock' AND t.undone_at IS NULL AND t.state <> 'undone' GROUP BY x.order_line_id) y \
    WHERE y.units > y.sent OR (y.older = 0 AND y.units > y.bound) LIMIT 100";

/// Returns whose state is not what was said of them. Those of before had none, and are confirmed.
const RETURNS: &str = "SELECT t.id, 0 AS no, 0 AS older FROM returns t LEFT JOIN entries e ON e.thing_id = t.id AND e.kind = 'return.confirmed' \
    WHERE (e.seq IS NULL AND t.state = 'confirmed' AND (t.confirmed_at IS NOT NULL OR t.confirmed_by IS NOT NULL)) \
    OR (e.seq IS NOT NULL AND t.state = 'booked') OR (t.state = 'booked' AND (t.confirmed_at IS NOT NULL OR t.confirmed_by IS NOT NULL)) LIMIT 100";

pub(super) async fn check(db: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
    for (sql, place, what) in [
        (
            WEIGHTS,
            "shipment_lines",
            "weighs more or less than its bound allows and was not said twice",
        ),
        (
            ACCEPTED,
            "acceptance_lines",
            "accounts for more than was sent and tolerated, or says another bound",
        ),
        (SURPLUS, "shipment_lines", "has more surplus than its bound allows"),
        (RESTOCKED, "order_lines", "has more units back on the shelf than its bound allows"),
        (RETURNS, "returns", "is in another state than its entries say"),
    ] {
        for row in db.query_all_raw(statement(engine, sql, Vec::new())).await? {
            let (id, no): (Uuid, i32) = (row.try_get("", "id")?, row.try_get("", "no")?);
            let older: i32 = row.try_get("", "older")?;
            let place = if no == 0 {
                format!("{place} id={id}")
            } else {
                format!("{place} id={id} no={no}")
            };
            if older == 0 {
                report.find(place, what);
            } else {
                report.note(place, format!("is older than the bound: it {what}"));
            }
        }
    }
    Ok(())
}
