//! Notes what has become of a claimed job: after each step, when it is called off, when its worker stops.

use super::claim::change;
use super::job::{Step, after_step, called_off, put_down};
use super::store;
use crate::http::fault::Refusal;
use crate::journal::Desk;
use entity::JobState;
use entity::tables::jobs;

/// Notes the outcome of a step. The job as it is now, if it is still to be worked on by this worker.
pub(super) async fn note_step(desk: &Desk, job: &jobs::Model, outcome: Result<Step, Refusal>) -> Result<Option<jobs::Model>, Refusal> {
    if let Err(error) = &outcome {
        tracing::warn!(kind = job.kind, id = %job.id, attempts = job.attempts, %error, "a step of a job failed");
    }
    let after = after_step(job, outcome, desk.clock.now());
    // Whose lease has ended, and whose job another has taken up, leaves it to that other.
    let mine = change(desk, job, &after).await?;
    Ok(Some(after).filter(|after| mine && after.state == JobState::Running))
}

/// Calls the job off if somebody asked for that; whether it was.
pub(super) async fn heed_cancel(desk: &Desk, job: &jobs::Model) -> Result<bool, Refusal> {
    let asked = store::job(desk.read(), job.id).await?.is_some_and(|now| now.cancel_requested);
    if asked {
        change(desk, job, &called_off(job, desk.clock.now())).await?;
    }
    Ok(asked)
}

/// Gives the job back, to be gone on with from where it is.
pub(super) async fn give_back(desk: &Desk, job: &jobs::Model) -> Result<(), Refusal> {
    change(desk, job, &put_down(job, desk.clock.now())).await?;
    Ok(())
}
