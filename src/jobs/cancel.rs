//! Calls a job off.

use super::job::called_off;
use super::store;
use crate::access::{Actor, may_call_off};
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Answered, Desk, Repeat, Turn, TurnError, UseCase};
use entity::{JobId, JobState};

/// Calls a job off: a waiting one at once, a running one after its step. A standing job begins anew when it is due
/// the next time.
///
/// # Errors
/// `forbidden`, `not_found`, or `job_ended`.
pub async fn cancel_job(desk: &Desk, actor: &Actor, id: JobId, repeat: Option<Repeat>) -> Result<Answered<JobId>, Refusal> {
    may_call_off(actor)?;
    desk.gate.run(CancelJob { id }, repeat).await
}

struct CancelJob {
    id: JobId,
}

#[async_trait::async_trait]
impl UseCase for CancelJob {
    type Answer = JobId;

    async fn run(&self, turn: &mut Turn) -> Result<JobId, TurnError> {
        let job = store::job(turn.tx(), self.id).await?.ok_or_else(|| Fault::of("not_found"))?;
        let cancelled = match job.state {
            JobState::Waiting => store::change(turn.tx(), turn.engine(), &job, &called_off(&job, turn.next().at)).await?,
            JobState::Running => store::ask_to_cancel(turn.tx(), turn.engine(), job.id).await?,
            JobState::Done | JobState::Failed | JobState::Cancelled => false,
        };
        if cancelled {
            Ok(job.id)
        } else {
            Err(Fault::of("job_ended").with("state", job.state).into())
        }
    }
}
