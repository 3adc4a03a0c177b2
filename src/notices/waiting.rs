//! SQL of addresses that wait to be confirmed.

use crate::db::{Engine, statement};
use chrono::{DateTime, Utc};
use entity::tables::address_confirmations::{Column as C, Entity, Model};
use entity::{ConfirmationId, MailAddress, MailState, PersonId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, PaginatorTrait, QueryFilter,
};

/// The address of a person that waits to be confirmed, its code still in force or not.
pub(super) async fn of(db: &impl ConnectionTrait, person: PersonId) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(C::PersonId.eq(person))
        .filter(C::EndedAt.is_null())
        .one(db)
        .await
}

/// How many codes were asked for by a person since then.
pub(super) async fn asked_since(db: &impl ConnectionTrait, person: PersonId, since: DateTime<Utc>) -> Result<u64, DbErr> {
    Entity::find()
        .filter(C::PersonId.eq(person))
        .filter(C::AskedAt.gt(since))
        .count(db)
        .await
}

/// Lets an address wait, whose code is to be sent now. None waits yet.
pub(super) async fn begin(
    tx: &DatabaseTransaction,
    person_id: PersonId,
    address: &MailAddress,
    now: DateTime<Utc>,
) -> Result<Model, DbErr> {
    let waits = Model {
        id: ConfirmationId::at(now),
        person_id,
        address: address.as_str().to_owned(),
        asked_at: now,
        ended_at: None,
        wrong_tries: 0,
        mail_state: MailState::Waiting,
        mail_due_at: Some(now),
        mail_attempts: 0,
    };
    Entity::insert(waits.clone().into_active_model()).exec_without_returning(tx).await?;
    Ok(waits)
}

/// Ends the waiting of what waits for a person; a letter that has not gone out goes out no more.
pub(super) async fn end(tx: &DatabaseTransaction, engine: Engine, person: PersonId, now: DateTime<Utc>) -> Result<(), DbErr> {
    let sql = "UPDATE address_confirmations SET ended_at = $1, mail_due_at = NULL, \
        mail_state = CASE mail_state WHEN 'waiting' THEN 'none' ELSE mail_state END WHERE person_id = $2 AND ended_at IS NULL";
    tx.execute_raw(statement(engine, sql, vec![now.into(), person.into()])).await?;
    Ok(())
}

/// Counts a code that was wrong.
pub(super) async fn note_wrong(tx: &DatabaseTransaction, engine: Engine, id: ConfirmationId) -> Result<(), DbErr> {
    let sql = "UPDATE address_confirmations SET wrong_tries = wrong_tries + 1 WHERE id = $1";
    tx.execute_raw(statement(engine, sql, vec![id.into()])).await?;
    Ok(())
}

/// The address whose code has been due the longest.
pub(super) async fn due(db: &impl ConnectionTrait, engine: Engine, now: DateTime<Utc>) -> Result<Option<Model>, DbErr> {
    let sql = "SELECT * FROM address_confirmations WHERE mail_state = 'waiting' AND mail_due_at <= $1 ORDER BY mail_due_at, id LIMIT 1";
    let row = db.query_one_raw(statement(engine, sql, vec![now.into()])).await?;
    row.map(|row| Model::from_query_result(&row, "")).transpose()
}
