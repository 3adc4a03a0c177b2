//! All SQL of the table `jobs`.

use super::job::begins_anew;
use crate::db::{Engine, Params, statement};
use chrono::{DateTime, Utc};
use entity::tables::jobs;
use entity::{JobId, JobState};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

/// The job of these kinds that has been due the longest: waiting, or left behind by a worker whose lease is over.
pub(super) async fn due(
    db: &impl ConnectionTrait,
    engine: Engine,
    kinds: &[&'static str],
    now: DateTime<Utc>,
) -> Result<Option<jobs::Model>, DbErr> {
    let mut params = Params::new(engine);
    let (kinds, now) = (params.list(kinds.iter().copied()), params.add(now));
    let sql = format!(
        "SELECT * FROM jobs WHERE kind IN ({kinds}) AND ((state = 'waiting' AND due_at <= {now}) \
         OR (state = 'running' AND leased_until < {now})) ORDER BY due_at, id LIMIT 1"
    );
    let row = db.query_one_raw(params.into_statement(&sql)).await?;
    row.map(|row| jobs::Model::from_query_result(&row, "")).transpose()
}

/// Writes a new job.
pub(super) async fn insert(db: &impl ConnectionTrait, job: jobs::Model) -> Result<(), DbErr> {
    jobs::Entity::insert(job.into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

/// The job.
pub(super) async fn job(db: &impl ConnectionTrait, id: JobId) -> Result<Option<jobs::Model>, DbErr> {
    jobs::Entity::find_by_id(id).one(db).await
}

/// The standing job of a kind.
pub(super) async fn standing(db: &impl ConnectionTrait, kind: &str) -> Result<Option<jobs::Model>, DbErr> {
    jobs::Entity::find()
        .filter(jobs::Column::Kind.eq(kind))
        .filter(jobs::Column::EverySeconds.is_not_null())
        .one(db)
        .await
}

/// Writes a job if nobody else has had it since `before` was read; whether it was. The end of the lease tells one
/// claim from another. A wish to cancel that has come since is kept, but where the run it was meant for is over.
pub(super) async fn change(db: &impl ConnectionTrait, engine: Engine, before: &jobs::Model, after: &jobs::Model) -> Result<bool, DbErr> {
    let mut params = Params::new(engine);
    let state = params.add(after.state.as_str());
    let due_at = params.add(after.due_at);
    let leased = params.add(after.leased_until);
    let attempts = params.add(after.attempts);
    let progress = params.add(after.progress.clone());
    let error = params.add(after.last_error.clone());
    let ended = params.add(after.ended_at);
    let anew = params.add(begins_anew(after));
    let (id, was) = (params.add(before.id), params.add(before.state.as_str()));
    let holder = match before.leased_until {
        Some(until) => format!("leased_until = {}", params.add(until)),
        None => "leased_until IS NULL".to_owned(),
    };
    let sql = format!(
        "UPDATE jobs SET state = {state}, due_at = {due_at}, leased_until = {leased}, attempts = {attempts}, progress = {progress}, \
         last_error = {error}, ended_at = {ended}, cancel_requested = (cancel_requested AND NOT {anew}) \
         WHERE id = {id} AND state = {was} AND {holder}"
    );
    Ok(db.execute_raw(params.into_statement(&sql)).await?.rows_affected() == 1)
}

/// Brings the period of a standing job up to date.
pub(super) async fn set_period(db: &impl ConnectionTrait, engine: Engine, id: JobId, seconds: i32) -> Result<(), DbErr> {
    let sql = "UPDATE jobs SET every_seconds = $1 WHERE id = $2 AND every_seconds <> $1";
    db.execute_raw(statement(engine, sql, vec![seconds.into(), id.into()])).await?;
    Ok(())
}

/// Notes the wish that a running job be called off; whether it runs.
pub(super) async fn ask_to_cancel(db: &impl ConnectionTrait, engine: Engine, id: JobId) -> Result<bool, DbErr> {
    let sql = "UPDATE jobs SET cancel_requested = true WHERE id = $1 AND state = 'running'";
    let done = db.execute_raw(statement(engine, sql, vec![id.into()])).await?;
    Ok(done.rows_affected() == 1)
}

/// Jobs, newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    state: Option<JobState>,
    before: Option<JobId>,
    limit: u64,
) -> Result<Vec<jobs::Model>, DbErr> {
    let mut find = jobs::Entity::find();
    if let Some(state) = state {
        find = find.filter(jobs::Column::State.eq(state));
    }
    if let Some(before) = before {
        find = find.filter(jobs::Column::Id.lt(before));
    }
    find.order_by_desc(jobs::Column::Id).limit(limit).all(db).await
}
