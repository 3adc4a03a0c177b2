//! Shipments, acceptances and returns against themselves, and positions of lines against them.

use super::Report;
use super::rows;
use crate::db::{Engine, Snapshot, statement};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

/// Things that no entry has made.
const UNSAID: [(&str, &str, &str); 3] = [
    ("shipments", "shipment.shipped", "shipment.shipped"),
    ("acceptances", "shipment.accepted", "shipment.surplus"),
    ("returns", "return.booked", "return.booked"),
];

/// What positions must be: sums over rows that are not undone. Both sides are added up in one pass, since SQLite has no
/// index for a FULL JOIN of what was summed and would go through all lines for each.
const POSITIONS: &str = "SELECT y.line_id AS id FROM ( \
     SELECT line_id, closed_units, shipped_units, replaced_units, shipped, accepted, rejected, surplus, returned, at_price FROM line_positions \
     UNION ALL SELECT order_line_id, -units, 0, 0, 0, 0, 0, 0, 0, 0 FROM line_closes \
     UNION ALL SELECT x.order_line_id, 0, -x.units, CASE WHEN t.replacement OR x.again THEN -x.units ELSE 0 END, -x.quantity, 0, 0, 0, 0, 0 \
       FROM shipment_lines x JOIN shipments t ON t.id = x.shipment_id WHERE t.undone_at IS NULL \
     UNION ALL SELECT x.order_line_id, 0, 0, 0, 0, -x.quantity, -x.rejected, CASE WHEN t.kind = 'surplus' THEN -x.quantity ELSE 0 END, 0, 0 \
       FROM acceptance_lines x JOIN acceptances t ON t.id = x.acceptance_id WHERE t.undone_at IS NULL \
     UNION ALL SELECT x.order_line_id, 0, 0, 0, 0, 0, 0, 0, -x.quantity, CASE WHEN x.own_price THEN 0 ELSE -x.quantity END \
       FROM return_lines x JOIN returns t ON t.id = x.return_id WHERE t.undone_at IS NULL AND x.order_line_id IS NOT NULL \
     ) y GROUP BY y.line_id HAVING SUM(y.closed_units) <> 0 OR SUM(y.shipped_units) <> 0 OR SUM(y.replaced_units) <> 0 \
    OR SUM(y.shipped) <> 0 OR SUM(y.accepted) <> 0 OR SUM(y.rejected) <> 0 OR SUM(y.surplus) <> 0 OR SUM(y.returned) <> 0 \
    OR SUM(y.at_price) <> 0 LIMIT 100";

/// Shipments whose state is not what their inspection makes of them.
const STATES: &str = "SELECT t.id FROM shipments t LEFT JOIN (SELECT a.shipment_id, CAST(SUM(x.quantity) AS bigint) AS accepted, \
    CAST(SUM(x.rejected) AS bigint) AS rejected FROM acceptances a JOIN acceptance_lines x ON x.acceptance_id = a.id \
    WHERE a.kind = 'inspection' AND a.undone_at IS NULL GROUP BY a.shipment_id) i ON i.shipment_id = t.id \
    WHERE t.state <> CASE WHEN t.undone_at IS NOT NULL THEN 'undone' WHEN i.shipment_id IS NULL THEN \
      (CASE WHEN t.state = 'planned' THEN 'planned' WHEN t.arrived_at IS NULL THEN 'shipped' ELSE 'arrived' END) \
    WHEN i.accepted = 0 THEN 'rejected' WHEN i.rejected = 0 THEN 'accepted' ELSE 'partly_accepted' END LIMIT 100";

/// Acceptance lines whose rejected quantity is not that of their reasons.
const REJECTED: &str = "SELECT x.acceptance_id AS id FROM acceptance_lines x LEFT JOIN (SELECT acceptance_id, no, CAST(SUM(quantity) AS bigint) AS quantity \
    FROM rejections GROUP BY acceptance_id, no) r ON r.acceptance_id = x.acceptance_id AND r.no = x.no \
    WHERE x.rejected <> COALESCE(r.quantity, 0) LIMIT 100";

pub(super) async fn check(db: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
    for (table, kind, or_kind) in UNSAID {
        let sql = format!(
            "SELECT t.id FROM {table} t LEFT JOIN entries e ON e.thing_id = t.id AND e.kind IN ('{kind}','{or_kind}') WHERE e.seq IS NULL LIMIT 100"
        );
        find_all(db, engine, &sql, table, "was never made by an entry", report).await?;
    }
    find_all(
        db,
        engine,
        POSITIONS,
        "line_positions line",
        "is not the sum of what was closed, sent, accepted and returned",
        report,
    )
    .await?;
    find_all(
        db,
        engine,
        STATES,
        "shipments",
        "has a state its inspection does not give it",
        report,
    )
    .await?;
    find_all(
        db,
        engine,
        REJECTED,
        "acceptance_lines of acceptance",
        "rejects otherwise than its reasons say",
        report,
    )
    .await?;
    for (table, sql) in rows::wrong_amounts() {
        for row in db.query_all_raw(statement(engine, &sql, Vec::new())).await? {
            let (id, no): (Uuid, i32) = (row.try_get("", "id")?, row.try_get("", "no")?);
            report.find(
                format!("{table} id={id} no={no}"),
                "has an amount that is not price × cumulative quantity",
            );
        }
    }
    Ok(())
}

async fn find_all(db: &Snapshot, engine: Engine, sql: &str, table: &str, what: &str, report: &mut Report) -> Result<(), DbErr> {
    for row in db.query_all_raw(statement(engine, sql, Vec::new())).await? {
        let id: Uuid = row.try_get("", "id")?;
        report.find(format!("{table} id={id}"), what);
    }
    Ok(())
}
