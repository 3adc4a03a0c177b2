//! Jobs over HTTP, for operators.

use super::cancel::cancel_job;
use super::store;
use crate::access::{Actor, may_call_off, may_see_jobs};
use crate::http::answer::{Listed, Made};
use crate::http::caller::Caller;
use crate::http::fault::Refusal;
use crate::http::idempotency::{IdempotencyKey, request_hash};
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::{Desk, Repeat};
use chrono::{DateTime, Utc};
use entity::tables::jobs;
use entity::{JobId, JobState};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::{Object, OpenApi, Tags};
use serde_json::Value;

const CURSOR: &str = "jobs";

#[derive(Tags)]
enum Tag {
    /// Work in the background.
    Jobs,
}

/// A job in the background.
#[derive(Clone, Debug, Object)]
pub struct JobBody {
    /// Its id.
    pub id: JobId,
    /// What it does.
    #[oai(validator(max_length = 40))]
    pub kind: String,
    /// Its state.
    pub status: JobState,
    /// When it is due, or was.
    pub due_at: DateTime<Utc>,
    /// Until when its worker has it.
    #[oai(nullable)]
    pub leased_until: Option<DateTime<Utc>>,
    /// Attempts since it last went forward.
    #[oai(validator(minimum(value = "0")))]
    pub attempts: i32,
    /// How far it is, as JSON in words of its own.
    #[oai(validator(max_length = 4000))]
    pub progress: String,
    /// Whether it is to be called off after its step.
    pub cancel_requested: bool,
    /// How often, for work that stands.
    #[oai(nullable, validator(minimum(value = "1")))]
    pub every_seconds: Option<i32>,
    /// Why the last attempt failed.
    #[oai(nullable, validator(max_length = 400))]
    pub last_error: Option<String>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    #[oai(nullable)]
    pub ended_at: Option<DateTime<Utc>>,
}

impl From<jobs::Model> for JobBody {
    fn from(job: jobs::Model) -> Self {
        Self {
            id: job.id,
            kind: job.kind,
            status: job.state,
            due_at: job.due_at,
            leased_until: job.leased_until,
            attempts: job.attempts,
            progress: job.progress,
            cancel_requested: job.cancel_requested,
            every_seconds: job.every_seconds,
            last_error: job.last_error,
            created_at: job.created_at,
            ended_at: job.ended_at,
        }
    }
}

crate::page! {
    /// Jobs, a page at a time.
    JobPage of JobBody
}

/// The operations on jobs.
#[derive(Clone, Debug)]
pub struct JobsApi {
    /// Where they are carried out.
    pub desk: Desk,
}

#[OpenApi(tag = "Tag::Jobs")]
impl JobsApi {
    /// List jobs
    ///
    /// Work in the background, newest first. For operators.
    #[oai(path = "/v1/jobs", method = "get", operation_id = "list_jobs")]
    async fn list(
        &self,
        caller: Caller,
        /// Only in this state.
        status: Query<Option<JobState>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<JobPage>> {
        let actor = Actor::of(&caller)?;
        may_see_jobs(&actor).map_err(Refusal::from)?;
        let before: Option<JobId> = cursor.0.map(|cursor| caller.position(CURSOR, &cursor)).transpose()?;
        let rows = store::list(self.desk.read(), status.0, before, limit.0.plus_one())
            .await
            .map_err(Refusal::from)?;
        let (rows, next) = cut(rows, limit.0, |last| caller.cursor(CURSOR, &last.id))?;
        Ok(Listed((rows.into_iter().map(JobBody::from).collect::<Vec<_>>(), next).into()))
    }

    /// Call a job off
    ///
    /// A waiting job ends at once, a running one after its step. Work that stands begins anew when it is due the
    /// next time. For operators.
    #[oai(path = "/v1/jobs/:job_id/cancel", method = "post", operation_id = "cancel_job")]
    async fn cancel(
        &self,
        caller: Caller,
        /// The job.
        job_id: Path<JobId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> poem::Result<Made<JobBody>> {
        let actor = Actor::of(&caller)?;
        may_call_off(&actor).map_err(Refusal::from)?;
        let key = IdempotencyKey::from_header(key.0.as_deref())?;
        let operation = format!("POST /v1/jobs/{}/cancel", job_id.0);
        let repeat = Repeat {
            key_id: caller.key_id,
            key: key.as_str().to_owned(),
            hash: request_hash(&operation, &Value::Null),
        };
        let done = cancel_job(&self.desk, &actor, job_id.0, Some(repeat)).await?;
        let job = store::job(self.desk.read(), job_id.0).await.map_err(Refusal::from)?;
        let body = JobBody::from(job.ok_or_else(|| Refusal::fault("not_found"))?);
        Ok(Made::before(&body).replayed(done.replayed))
    }
}
