//! Imports: what they brought is marked as theirs and stands once, and its cells are what its facts add up to.

use super::Report;
use super::printed::id_text;
use super::recount::place;
use crate::db::{Engine, Snapshot, statement};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use uuid::Uuid;

/// Keys of the cells, in the order of findings.
const KEYS: [&str; 8] = ["month", "measure", "mode", "town", "department", "channel", "buyer", "supplier"];

/// More of a kind is not asked for.
const MOST: usize = 2_000;

/// The numbers that booked documents hold, counted from what they became. A credit note that only charges is an order.
const HELD: &str = "SELECT d.import_id, d.part, d.place, o.supplier_id, o.buyer_id, d.kind, d.document_no FROM import_documents d \
    JOIN orders o ON o.id = d.thing_id WHERE d.kind IN ('order', 'return') AND d.state = 'booked' \
    UNION SELECT d.import_id, d.part, d.place, t.supplier_id, t.buyer_id, d.kind, d.document_no FROM import_documents d \
    JOIN returns t ON t.id = d.thing_id WHERE d.kind = 'return' AND d.state = 'booked' \
    UNION SELECT d.import_id, d.part, d.place, p.seller_id, p.seller_id, d.kind, d.document_no FROM import_documents d \
    JOIN entries e ON e.pairing = 1 AND e.seq BETWEEN d.first_seq AND d.last_seq AND e.kind = 'stock.moved' \
    JOIN stock_movements m ON m.id = e.thing_id JOIN products p ON p.id = m.product_id WHERE d.kind = 'stock' AND d.state = 'booked'";

/// The numbers as they are kept.
const KEPT: &str = "SELECT import_id, part, place, supplier_id, buyer_id, kind, document_no FROM import_claims";

/// What was booked again before numbers were held.
const TWINS: &str =
    "SELECT import_id, part, place, document_no FROM import_claims WHERE twin > 0 ORDER BY import_id, part, place LIMIT 100";

/// Things of imports by their own marks.
const MARKED: &str = "SELECT id, 'order' AS kind FROM orders WHERE import_id IS NOT NULL \
    UNION ALL SELECT id, 'shipment' FROM shipments WHERE import_id IS NOT NULL \
    UNION ALL SELECT id, 'acceptance' FROM acceptances WHERE import_id IS NOT NULL \
    UNION ALL SELECT id, 'return' FROM returns WHERE import_id IS NOT NULL";

pub(super) async fn check(db: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
    marks(db, engine, report).await?;
    numbers(db, engine, report).await?;
    cells(db, engine, report).await
}

/// Orders say that they were imported just as the entry that placed them does.
async fn marks(db: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
    let id = id_text(engine, "o.import_id");
    let sql = format!(
        "SELECT o.id FROM entries e JOIN orders o ON o.id = e.thing_id WHERE e.pairing = 1 AND e.kind = 'order.placed' AND \
         CASE WHEN o.import_id IS NULL THEN e.body LIKE '%\"import\":\"%' ELSE e.body NOT LIKE '%\"import\":\"' || {id} || '\"%' END LIMIT 100"
    );
    for row in db.query_all_raw(statement(engine, &sql, Vec::new())).await? {
        let order: Uuid = row.try_get("", "id")?;
        report.find(format!("orders id={order}"), "names another import than the entry that placed it");
    }
    Ok(())
}

/// Every booked document holds its number between its parties, and nothing else holds one.
async fn numbers(db: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
    for (sql, what) in [
        (
            format!("SELECT * FROM ({HELD}) h EXCEPT {KEPT} LIMIT 100"),
            "is of a document that is booked, and not held",
        ),
        (
            format!("{KEPT} EXCEPT SELECT * FROM ({HELD}) h LIMIT 100"),
            "is held without a document that is booked",
        ),
    ] {
        for row in db.query_all_raw(statement(engine, &sql, Vec::new())).await? {
            report.find(number(&row)?, what);
        }
    }
    for row in db.query_all_raw(statement(engine, TWINS, Vec::new())).await? {
        report.note(
            number(&row)?,
            "is booked more than once between its parties; that is older than the rule",
        );
    }
    Ok(())
}

fn number(row: &QueryResult) -> Result<String, DbErr> {
    let (import, no): (Uuid, String) = (row.try_get("", "import_id")?, row.try_get("", "document_no")?);
    let (part, place): (i32, i32) = (row.try_get("", "part")?, row.try_get("", "place")?);
    Ok(format!(
        "import_claims import_id={import} part={part} place={place} document_no={no}"
    ))
}

/// Cells against the facts of what imports brought, added up in one pass: what is the same adds up to nothing.
async fn cells(db: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
    let all = db
        .query_one_raw(statement(engine, "SELECT COUNT(*) AS n FROM cells_imported", Vec::new()))
        .await?;
    let all: i64 = all.map_or(Ok(0), |row| row.try_get("", "n"))?;
    report.cells += u64::try_from(all).unwrap_or_default();
    let keys = KEYS.join(", ");
    let of_facts = KEYS.map(|key| format!("f.{key}")).join(", ");
    let sql = format!(
        "SELECT {keys}, MAX(x.fen) AS fen, CAST(SUM(x.amount) AS bigint) AS difference FROM \
         (SELECT {keys}, amount, lines, amount AS fen FROM cells_imported WHERE pairing = 1 \
         UNION ALL SELECT {of_facts}, -f.amount, -f.lines, NULL FROM ({MARKED}) t JOIN entries e ON e.thing_id = t.id AND e.thing_kind = t.kind \
         JOIN facts f ON f.pairing = e.pairing AND f.seq = e.seq) x GROUP BY {keys} \
         HAVING MAX(x.fen) IS NULL OR COUNT(*) = 1 OR SUM(x.amount) <> 0 OR SUM(x.lines) <> 0 ORDER BY {keys} LIMIT {MOST}"
    );
    for row in db.query_all_raw(statement(engine, &sql, Vec::new())).await? {
        let (fen, difference): (Option<i64>, i64) = (row.try_get("", "fen")?, row.try_get("", "difference")?);
        report.difference_fen += difference.abs();
        let counted = fen.unwrap_or_default() - difference;
        let what = match fen {
            Some(fen) => format!("is there with {fen} fen, what imports brought is {counted}, or other lines"),
            None => format!("is counted from what imports brought with {counted} fen, not there"),
        };
        report.find(format!("cells_imported {}", place(&row, &KEYS)?), what);
    }
    Ok(())
}
