//! SQL of what moves after an order is placed: positions of lines, state and version of orders. Set by set.

use crate::db::{Engine, Kind, Rows, statement};
use crate::orders::position::Position;
use entity::tables::{line_positions, orders, return_lines, returns};
use entity::{Money, OrderId, OrderLineId, Quantity};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

const POSITIONS: &[(&str, Kind)] = &[
    ("line_id", Kind::Id),
    ("order_id", Kind::Id),
    ("confirmed_units", Kind::MaybeBig),
    ("closed_units", Kind::Big),
    ("shipped_units", Kind::Big),
    ("replaced_units", Kind::Big),
    ("shipped", Kind::Big),
    ("accepted", Kind::Big),
    ("rejected", Kind::Big),
    ("surplus", Kind::Big),
    ("returned", Kind::Big),
    ("at_price", Kind::Big),
    ("undrawn", Kind::Big),
    ("undrawn_units", Kind::Big),
    ("version", Kind::Big),
];

/// A position takes the place of the one it was made from; `was` is how often that one had moved.
const MOVE: &str = "ON CONFLICT (line_id) DO UPDATE SET confirmed_units = excluded.confirmed_units, closed_units = excluded.closed_units, \
    shipped_units = excluded.shipped_units, replaced_units = excluded.replaced_units, shipped = excluded.shipped, \
    accepted = excluded.accepted, rejected = excluded.rejected, surplus = excluded.surplus, returned = excluded.returned, \
    at_price = excluded.at_price, version = excluded.version WHERE line_positions.version < excluded.version";

/// Where the lines of these orders stand; a line that has not moved has no row. One statement.
pub(in crate::orders) async fn load(db: &impl ConnectionTrait, of: &[OrderId]) -> Result<HashMap<OrderLineId, Position>, DbErr> {
    let found = load_with_orders(db, of).await?;
    Ok(found.into_iter().map(|(line, _, position)| (line, position)).collect())
}

/// The same, each with its order.
pub(in crate::orders) async fn load_with_orders(
    db: &impl ConnectionTrait,
    of: &[OrderId],
) -> Result<Vec<(OrderLineId, OrderId, Position)>, DbErr> {
    let rows = line_positions::Entity::find()
        .filter(line_positions::Column::OrderId.is_in(of.iter().copied()))
        .all(db)
        .await?;
    Ok(rows
        .iter()
        .map(|row| (row.line_id, row.order_id, Position::from_row(row)))
        .collect())
}

/// What came back of these lines at prices of credit notes' own; no statement for none.
pub(in crate::orders) async fn own_priced(
    db: &impl ConnectionTrait,
    lines: &BTreeSet<OrderLineId>,
) -> Result<HashMap<OrderLineId, Money>, DbErr> {
    let mut sums = HashMap::new();
    if lines.is_empty() {
        return Ok(sums);
    }
    let standing = returns::Entity::find()
        .select_only()
        .column(returns::Column::Id)
        .filter(returns::Column::UndoneAt.is_null());
    let rows = return_lines::Entity::find()
        .filter(return_lines::Column::OrderLineId.is_in(lines.iter().copied()))
        .filter(return_lines::Column::OwnPrice.eq(true))
        .filter(return_lines::Column::ReturnId.in_subquery(QueryTrait::into_query(standing)))
        .all(db)
        .await?;
    for row in rows {
        let Some(line) = row.order_line_id else { continue };
        let sum: &mut Money = sums.entry(line).or_default();
        *sum = sum.checked_add(row.amount).unwrap_or(*sum);
    }
    Ok(sums)
}

/// Writes positions that have moved; the number of those that took it.
pub(in crate::orders) async fn write(
    tx: &DatabaseTransaction,
    engine: Engine,
    moved: &[(OrderLineId, OrderId, Position)],
) -> Result<u64, DbErr> {
    let mut rows = Rows::new(POSITIONS);
    for (line, order, p) in moved {
        rows.push([
            (*line).into(),
            (*order).into(),
            p.confirmed_units.map(Quantity::thousandths).into(),
            p.closed_units.thousandths().into(),
            p.shipped_units.thousandths().into(),
            p.replaced_units.thousandths().into(),
            p.shipped.thousandths().into(),
            p.accepted.thousandths().into(),
            p.rejected.thousandths().into(),
            p.surplus.thousandths().into(),
            p.returned.thousandths().into(),
            p.at_price.thousandths().into(),
            p.undrawn.fen().into(),
            p.undrawn_units.thousandths().into(),
            p.version.into(),
        ]);
    }
    rows.write(tx, engine, "line_positions", MOVE).await
}

const STEPS: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("was", Kind::Big),
    ("version", Kind::Big),
    ("state", Kind::Text),
    ("decided_at", Kind::MaybeInstant),
    ("agreed_deliver_on", Kind::MaybeDate),
    ("ended_at", Kind::MaybeInstant),
    ("ended_on", Kind::MaybeDate),
    ("ended_reason", Kind::MaybeText),
];

/// Writes what of an order may change, each from the version it was read at; the number of those that took it.
pub(in crate::orders) async fn step(tx: &DatabaseTransaction, engine: Engine, steps: &[(i64, &orders::Model)]) -> Result<u64, DbErr> {
    let mut rows = Rows::new(STEPS);
    for (was, order) in steps {
        rows.push([
            order.id.into(),
            (*was).into(),
            order.version.into(),
            order.state.as_str().into(),
            order.decided_at.into(),
            order.agreed_deliver_on.map(|day| day.naive()).into(),
            order.ended_at.into(),
            order.ended_on.map(|day| day.naive()).into(),
            order.ended_reason.clone().into(),
        ]);
    }
    let mut taken = 0;
    for (source, values) in rows.sources(engine) {
        let sql = format!(
            "UPDATE orders SET version = r.version, state = r.state, decided_at = r.decided_at, agreed_deliver_on = r.agreed_deliver_on, \
             ended_at = r.ended_at, ended_on = r.ended_on, ended_reason = r.ended_reason FROM {source} \
             WHERE orders.id = r.id AND orders.version = r.was"
        );
        taken += tx.execute_raw(statement(engine, &sql, values)).await?.rows_affected();
    }
    Ok(taken)
}

/// Shipments of an order that are still to be inspected.
pub(in crate::orders) async fn under_way(tx: &DatabaseTransaction, engine: Engine, order: OrderId) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(*) AS n FROM shipments WHERE order_id = $1 AND state IN ('planned','shipped','arrived')";
    let row = tx.query_one_raw(statement(engine, sql, vec![order.into()])).await?;
    Ok(row.map(|row| row.try_get("", "n")).transpose()?.unwrap_or(0))
}

/// The order and what was sent, accepted and returned of it: the things its timeline tells of, at most 1,000.
pub(in crate::orders) async fn things_of(db: &impl ConnectionTrait, engine: Engine, order: OrderId) -> Result<Vec<Uuid>, DbErr> {
    let sql = "SELECT id FROM shipments WHERE order_id = $1 UNION ALL SELECT id FROM acceptances WHERE order_id = $1 \
        UNION ALL SELECT id FROM returns WHERE order_id = $1 LIMIT 999";
    let mut things = vec![order.uuid()];
    for row in db.query_all_raw(statement(engine, sql, vec![order.into()])).await? {
        things.push(row.try_get("", "id")?);
    }
    Ok(things)
}
