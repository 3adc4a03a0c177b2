//! Returns that wait for the supplier's word.

use super::returns_visible;
use crate::access::Scope;
use chrono::{DateTime, Utc};
use entity::tables::{return_lines, returns};
use entity::{PersonId, ReturnId, ReturnState};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// One return with its lines, if the scope shows it.
pub(in crate::delivery) async fn find_return(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: ReturnId,
) -> Result<Option<(returns::Model, Vec<return_lines::Model>)>, DbErr> {
    let found = returns::Entity::find_by_id(id).filter(returns_visible(scope)).one(db).await?;
    let Some(found) = found else { return Ok(None) };
    let lines = return_lines::Entity::find()
        .filter(return_lines::Column::ReturnId.eq(id))
        .order_by_asc(return_lines::Column::No)
        .all(db)
        .await?;
    Ok(Some((found, lines)))
}

/// The oldest returns recorded before a moment that still wait.
pub(in crate::delivery) async fn waiting_since(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
    most: u64,
) -> Result<Vec<ReturnId>, DbErr> {
    let found = returns::Entity::find()
        .filter(returns::Column::State.eq(ReturnState::Booked))
        .filter(returns::Column::RecordedAt.lt(before))
        .order_by_asc(returns::Column::RecordedAt)
        .limit(most)
        .all(db)
        .await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// Compare-and-set: the return is confirmed; false where somebody was faster. By nobody where the term ran out.
pub(in crate::delivery) async fn confirm(
    tx: &DatabaseTransaction,
    id: ReturnId,
    at: DateTime<Utc>,
    by: Option<PersonId>,
) -> Result<bool, DbErr> {
    let done = returns::Entity::update_many()
        .col_expr(returns::Column::State, ReturnState::Confirmed.as_str().into())
        .col_expr(returns::Column::ConfirmedAt, at.into())
        .col_expr(returns::Column::ConfirmedBy, by.map(PersonId::uuid).into())
        .filter(returns::Column::Id.eq(id))
        .filter(returns::Column::State.eq(ReturnState::Booked))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}
