//! What an undo reads and changes: facts and entries of what was booked, and the marks on rows that are taken back.

use crate::db::{Engine, Kind, Params, Rows, statement};
use crate::journal::PAIRING;
use chrono::{DateTime, Utc};
use entity::tables::{import_documents, stock_movements};
use entity::{ImportId, ImportRowKind, OrderId, OrderLineId, Quantity};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult};
use uuid::Uuid;

/// The next documents to take back, returns before what they came back from, else latest first, as many as have `most` rows together, one at least.
pub(in crate::imports) async fn booked(
    db: &impl ConnectionTrait,
    engine: Engine,
    id: ImportId,
    most: i32,
) -> Result<Vec<import_documents::Model>, DbErr> {
    let sql = "SELECT * FROM import_documents WHERE import_id = $1 AND state = 'booked' \
        ORDER BY CASE kind WHEN 'return' THEN 0 ELSE 1 END, part DESC, place DESC LIMIT 2000";
    let mut rows = 0;
    let mut taken = Vec::new();
    for row in db.query_all_raw(statement(engine, sql, vec![id.into()])).await? {
        let document = import_documents::Model::from_query_result(&row, "")?;
        rows += document.row_count;
        // Returns go alone: what they came back from can be taken back only when they are.
        let other = taken.first().is_some_and(|first: &import_documents::Model| {
            (first.kind == ImportRowKind::Return) != (document.kind == ImportRowKind::Return)
        });
        if other || (!taken.is_empty() && rows > most) {
            break;
        }
        taken.push(document);
    }
    Ok(taken)
}

/// An entry that is taken back.
#[derive(Clone, Debug, FromQueryResult)]
pub(in crate::imports) struct Said {
    pub(in crate::imports) seq: i64,
    pub(in crate::imports) kind: String,
    pub(in crate::imports) thing_id: Uuid,
    pub(in crate::imports) body: String,
}

/// The entries in these ranges of numbers, in their order.
pub(in crate::imports) async fn said(tx: &DatabaseTransaction, engine: Engine, ranges: &[(i64, i64)]) -> Result<Vec<Said>, DbErr> {
    let mut all = Vec::new();
    for (first, last) in ranges {
        let sql = "SELECT seq, kind, thing_id, body FROM entries WHERE pairing = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq";
        let values = vec![PAIRING.into(), (*first).into(), (*last).into()];
        for row in tx.query_all_raw(statement(engine, sql, values)).await? {
            all.push(Said::from_query_result(&row, "")?);
        }
    }
    Ok(all)
}

/// These movements, latest first.
pub(in crate::imports) async fn movements(
    tx: &DatabaseTransaction,
    engine: Engine,
    ids: &[Uuid],
) -> Result<Vec<stock_movements::Model>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut params = Params::new(engine);
    let sql = format!(
        "SELECT * FROM stock_movements WHERE id IN ({}) ORDER BY seq DESC",
        params.list(ids.iter().copied())
    );
    let rows = tx.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter().map(|row| stock_movements::Model::from_query_result(row, "")).collect()
}

/// Returns against this import's orders that another way than this import booked, and that still stand.
pub(in crate::imports) async fn returns_of_others(db: &impl ConnectionTrait, engine: Engine, id: ImportId) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(*) AS n FROM orders o JOIN returns r ON r.order_id = o.id \
        WHERE o.import_id = $1 AND r.undone_at IS NULL AND (r.import_id IS NULL OR r.import_id <> $1)";
    let row = db.query_one_raw(statement(engine, sql, vec![id.into()])).await?;
    row.map(|row| row.try_get("", "n")).transpose().map(Option::unwrap_or_default)
}

/// Cancels orders as taken back, on the day they were placed; how many took it.
pub(in crate::imports) async fn cancel_orders(
    tx: &DatabaseTransaction,
    engine: Engine,
    ids: &[Uuid],
    at: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let set = "state = 'cancelled', version = version + 1, ended_on = placed_on, ended_reason = 'import_undone', ended_at =";
    marked(tx, engine, ("orders", set, "state = 'completed'"), ids, at).await
}

/// Marks shipments as taken back; how many took it.
pub(in crate::imports) async fn undo_shipments(
    tx: &DatabaseTransaction,
    engine: Engine,
    ids: &[Uuid],
    at: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let set = "state = 'undone', version = version + 1, undone_at =";
    marked(tx, engine, ("shipments", set, "undone_at IS NULL"), ids, at).await
}

/// Marks acceptances as taken back; how many took it.
pub(in crate::imports) async fn undo_acceptances(
    tx: &DatabaseTransaction,
    engine: Engine,
    ids: &[Uuid],
    at: DateTime<Utc>,
) -> Result<u64, DbErr> {
    marked(tx, engine, ("acceptances", "undone_at =", "undone_at IS NULL"), ids, at).await
}

/// Marks returns as taken back; how many took it.
pub(in crate::imports) async fn undo_returns(
    tx: &DatabaseTransaction,
    engine: Engine,
    ids: &[Uuid],
    at: DateTime<Utc>,
) -> Result<u64, DbErr> {
    marked(tx, engine, ("returns", "undone_at =", "undone_at IS NULL"), ids, at).await
}

async fn marked(
    tx: &DatabaseTransaction,
    engine: Engine,
    (table, set, guard): (&str, &str, &str),
    ids: &[Uuid],
    at: DateTime<Utc>,
) -> Result<u64, DbErr> {
    if ids.is_empty() {
        return Ok(0);
    }
    let mut params = Params::new(engine);
    let at = params.add(at);
    let sql = format!(
        "UPDATE {table} SET {set} {at} WHERE id IN ({}) AND {guard}",
        params.list(ids.iter().copied())
    );
    Ok(tx.execute_raw(params.into_statement(&sql)).await?.rows_affected())
}

/// Takes the positions of orders back to nothing delivered.
pub(in crate::imports) async fn clear_positions(tx: &DatabaseTransaction, engine: Engine, orders: &[Uuid]) -> Result<(), DbErr> {
    if orders.is_empty() {
        return Ok(());
    }
    let mut params = Params::new(engine);
    let sql = format!(
        "UPDATE line_positions SET confirmed_units = NULL, shipped_units = 0, replaced_units = 0, shipped = 0, accepted = 0, rejected = 0, surplus = 0, \
         returned = 0, at_price = 0, version = version + 1 WHERE order_id IN ({})",
        params.list(orders.iter().copied())
    );
    tx.execute_raw(params.into_statement(&sql)).await?;
    Ok(())
}

/// Whether anything of these orders is returned still.
pub(in crate::imports) async fn still_returned(db: &impl ConnectionTrait, engine: Engine, orders: &[Uuid]) -> Result<bool, DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "SELECT line_id FROM line_positions WHERE returned > 0 AND order_id IN ({}) LIMIT 1",
        params.list(orders.iter().copied())
    );
    Ok(db.query_one_raw(params.into_statement(&sql)).await?.is_some())
}

/// What these returns gave back of order lines.
pub(in crate::imports) async fn given_back(
    tx: &DatabaseTransaction,
    engine: Engine,
    returns: &[Uuid],
) -> Result<Vec<(OrderLineId, Quantity)>, DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "SELECT order_line_id, CAST(SUM(quantity) AS bigint) AS quantity FROM return_lines WHERE order_line_id IS NOT NULL AND return_id IN ({}) \
         GROUP BY order_line_id",
        params.list(returns.iter().copied())
    );
    let rows = tx.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get("", "order_line_id")?,
                Quantity::from_thousandths(row.try_get("", "quantity")?),
            ))
        })
        .collect()
}

const RETURNED: &[(&str, Kind)] = &[("line_id", Kind::Id), ("delta", Kind::Big)];

/// Changes what of lines is returned; lines that would have more returned than accepted, or less than nothing, are
/// refused by the table itself.
pub(in crate::imports) async fn change_returned(
    tx: &DatabaseTransaction,
    engine: Engine,
    deltas: impl Iterator<Item = (OrderLineId, i64)>,
) -> Result<(), DbErr> {
    let mut rows = Rows::new(RETURNED);
    for (line, delta) in deltas {
        rows.push([line.into(), delta.into()]);
    }
    for (source, values) in rows.sources(engine) {
        let sql = format!(
            "UPDATE line_positions SET returned = line_positions.returned + r.delta, version = line_positions.version + 1 FROM {source} \
             WHERE line_positions.line_id = r.line_id"
        );
        tx.execute_raw(statement(engine, &sql, values)).await?;
    }
    Ok(())
}

const TOUCHED: &[(&str, Kind)] = &[("id", Kind::Id), ("moves", Kind::Big)];

/// Moves the versions of orders on that returns belong to.
pub(in crate::imports) async fn touch_orders(
    tx: &DatabaseTransaction,
    engine: Engine,
    moves: impl Iterator<Item = (OrderId, i64)>,
) -> Result<(), DbErr> {
    let mut rows = Rows::new(TOUCHED);
    for (order, times) in moves {
        rows.push([order.into(), times.into()]);
    }
    for (source, values) in rows.sources(engine) {
        let sql = format!("UPDATE orders SET version = orders.version + r.moves FROM {source} WHERE orders.id = r.id");
        tx.execute_raw(statement(engine, &sql, values)).await?;
    }
    Ok(())
}
