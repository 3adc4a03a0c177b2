//! SQL of change documents.

use crate::access::Scope;
use crate::db::{Engine, statement};
use crate::orders::store;
use chrono::{DateTime, Utc};
use entity::tables::{order_change_lines, order_changes};
use entity::{ChangeState, OrderChangeId, OrderId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

/// A change document with its lines.
pub(in crate::orders) type Document = (order_changes::Model, Vec<order_change_lines::Model>);

/// A document with the buyer's words to it.
pub(in crate::orders) type NotedChange = (Document, Option<String>);

/// Writes a new document.
pub(in crate::orders) async fn insert(
    tx: &DatabaseTransaction,
    change: order_changes::Model,
    lines: Vec<order_change_lines::Model>,
) -> Result<(), DbErr> {
    order_changes::Entity::insert(change.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    if lines.is_empty() {
        return Ok(());
    }
    order_change_lines::Entity::insert_many(lines.into_iter().map(|line| line.into_active_model().reset_all()))
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// A document of an order that the scope shows.
pub(in crate::orders) async fn find(db: &impl ConnectionTrait, scope: &Scope, id: OrderChangeId) -> Result<Option<Document>, DbErr> {
    let Some(change) = order_changes::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    if store::find(db, scope, change.order_id).await?.is_none() {
        return Ok(None);
    }
    let lines = lines_of(db, &[change.id]).await?;
    Ok(Some((change, lines)))
}

/// The document of the order that waits for an answer: there is never more than one.
pub(in crate::orders) async fn waiting(db: &impl ConnectionTrait, order: OrderId) -> Result<Option<order_changes::Model>, DbErr> {
    order_changes::Entity::find()
        .filter(order_changes::Column::OrderId.eq(order))
        .filter(order_changes::Column::State.eq(ChangeState::Proposed))
        .one(db)
        .await
}

/// Orders that have ended and whose document waits still, at most so many.
pub(in crate::orders) async fn left_waiting(db: &impl ConnectionTrait, engine: Engine, most: u64) -> Result<Vec<OrderId>, DbErr> {
    let sql = format!(
        "SELECT o.id FROM order_changes c JOIN orders o ON o.id = c.order_id WHERE c.state = 'proposed' \
         AND o.state IN ('declined','completed','cancelled','rejected') ORDER BY c.id LIMIT {most}"
    );
    let rows = db.query_all_raw(statement(engine, &sql, Vec::new())).await?;
    rows.iter().map(|row| row.try_get("", "id")).collect()
}

/// The documents of an order, oldest first, at most 200.
pub(in crate::orders) async fn of_order(db: &impl ConnectionTrait, order: OrderId) -> Result<Vec<Document>, DbErr> {
    let changes = order_changes::Entity::find()
        .filter(order_changes::Column::OrderId.eq(order))
        .order_by_asc(order_changes::Column::Id)
        .limit(200)
        .all(db)
        .await?;
    let ids: Vec<OrderChangeId> = changes.iter().map(|change| change.id).collect();
    let lines = lines_of(db, &ids).await?;
    let with_lines = |change: order_changes::Model| {
        let own = lines.iter().filter(|line| line.change_id == change.id).cloned().collect();
        (change, own)
    };
    Ok(changes.into_iter().map(with_lines).collect())
}

async fn lines_of(db: &impl ConnectionTrait, ids: &[OrderChangeId]) -> Result<Vec<order_change_lines::Model>, DbErr> {
    order_change_lines::Entity::find()
        .filter(order_change_lines::Column::ChangeId.is_in(ids.iter().copied()))
        .order_by_asc(order_change_lines::Column::ChangeId)
        .order_by_asc(order_change_lines::Column::LineNo)
        .all(db)
        .await
}

/// Compare-and-set of the state; false where somebody was faster.
pub(in crate::orders) async fn decide(
    tx: &DatabaseTransaction,
    change: &order_changes::Model,
    to: ChangeState,
    at: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let done = order_changes::Entity::update_many()
        .col_expr(order_changes::Column::State, to.as_str().into())
        .col_expr(order_changes::Column::DecidedAt, at.into())
        .col_expr(order_changes::Column::Version, (change.version + 1).into())
        .filter(order_changes::Column::Id.eq(change.id))
        .filter(order_changes::Column::State.eq(ChangeState::Proposed))
        .filter(order_changes::Column::Version.eq(change.version))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}
