//! Enters jobs: one that is needed, or the standing ones of a service.

use super::job::{Job, waiting};
use super::store;
use crate::http::fault::Refusal;
use crate::journal::{Desk, Turn, TurnError, UseCase};
use chrono::{DateTime, Utc};
use entity::JobId;
use entity::tables::jobs;
use serde_json::Value;

/// Enters a job that begins with `progress` when it is due.
///
/// # Errors
/// Only the database's.
pub async fn enter_job(desk: &Desk, kind: &'static str, progress: Value, due_at: DateTime<Utc>) -> Result<JobId, Refusal> {
    let now = desk.clock.now();
    let job = waiting(JobId::at(now), kind, &progress, due_at, now);
    let id = job.id;
    desk.gate.run(Enter { job }, None).await?;
    desk.job_bell.notify_one();
    Ok(id)
}

/// Sees to it that the standing job of a kind is in the table, once, with its period.
pub(super) async fn enter_standing(desk: &Desk, job: &dyn Job) -> Result<(), Refusal> {
    let Some(every) = job.every() else {
        return Ok(());
    };
    let now = desk.clock.now();
    let seconds = i32::try_from(every.as_secs()).unwrap_or(i32::MAX).max(1);
    let row = jobs::Model {
        every_seconds: Some(seconds),
        ..waiting(JobId::at(now), job.kind(), &Value::Null, now, now)
    };
    desk.gate.run(Enter { job: row }, None).await?;
    Ok(())
}

struct Enter {
    job: jobs::Model,
}

#[async_trait::async_trait]
impl UseCase for Enter {
    type Answer = ();

    async fn run(&self, turn: &mut Turn) -> Result<(), TurnError> {
        if let Some(seconds) = self.job.every_seconds
            && let Some(known) = store::standing(turn.tx(), &self.job.kind).await?
        {
            store::set_period(turn.tx(), turn.engine(), known.id, seconds).await?;
            return Ok(());
        }
        store::insert(turn.tx(), self.job.clone()).await?;
        Ok(())
    }
}
