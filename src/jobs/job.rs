//! What a job is, and how it goes on: states and back-off, pure.

use crate::http::fault::Refusal;
use crate::journal::Desk;
use chrono::{DateTime, TimeDelta, Utc};
use entity::JobState;
use entity::tables::jobs;
use serde_json::Value;
use std::time::Duration;

/// How long a claimed job belongs to its worker; each step renews it.
pub const LEASE: TimeDelta = TimeDelta::seconds(30);
/// Attempts without progress before a job is given up. A standing job is not given up: it waits for its next turn.
pub const MOST_ATTEMPTS: i32 = 8;
/// The longest pause between two attempts.
const LONGEST_PAUSE_S: i64 = 3_600;
/// The most characters of progress and of an error that are kept.
pub(super) const MOST_PROGRESS: usize = 4_000;
const MOST_ERROR: usize = 400;
/// Progress of a standing job at its beginning.
const NO_PROGRESS: &str = "null";

/// What a step has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// All is done.
    Done,
    /// There is more to do, from here.
    More {
        /// Where to go on; at most 4,000 characters of JSON.
        progress: Value,
    },
    /// Nothing to be done now; ask again later.
    Again {
        /// How much later.
        after: Duration,
    },
    /// It cannot go on, and trying again is in vain.
    GivenUp {
        /// Why.
        why: String,
    },
}

/// A kind of work. One step is short: it fits into a lease many times over and writes in short turns of its own.
#[async_trait::async_trait]
pub trait Job: Send + Sync + 'static {
    /// Its name in the table, at most 40 characters.
    fn kind(&self) -> &'static str;

    /// How often, for work that stands; none for work that is entered when it is needed.
    fn every(&self) -> Option<Duration>;

    /// Does the next piece of work from where the last one ended. May be done twice.
    async fn step(&self, desk: &Desk, progress: &Value) -> Result<Step, Refusal>;
}

/// How long to wait after so many attempts in a row have failed: 5 s, doubling, at most an hour.
#[must_use]
pub fn back_off(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(16);
    TimeDelta::seconds((5_i64 << doublings).min(LONGEST_PAUSE_S))
}

/// A job just entered, waiting to become due.
pub(super) fn waiting(id: entity::JobId, kind: &str, progress: &Value, due_at: DateTime<Utc>, now: DateTime<Utc>) -> jobs::Model {
    jobs::Model {
        id,
        kind: kind.to_owned(),
        state: JobState::Waiting,
        due_at,
        leased_until: None,
        attempts: 0,
        progress: progress.to_string(),
        cancel_requested: false,
        every_seconds: None,
        last_error: None,
        created_at: now,
        ended_at: None,
    }
}

/// The job as it is once claimed: an attempt begins.
pub(super) fn claimed(job: &jobs::Model, now: DateTime<Utc>) -> jobs::Model {
    jobs::Model {
        state: JobState::Running,
        leased_until: Some(now + LEASE),
        attempts: job.attempts.saturating_add(1),
        ..job.clone()
    }
}

/// The job after a step.
pub(super) fn after_step(job: &jobs::Model, outcome: Result<Step, Refusal>, now: DateTime<Utc>) -> jobs::Model {
    let step = match outcome {
        Ok(Step::More { progress }) if progress.to_string().chars().count() > MOST_PROGRESS => {
            Err(format!("progress of more than {MOST_PROGRESS} characters"))
        }
        Ok(step) => Ok(step),
        Err(refusal) => Err(refusal.to_string()),
    };
    match step {
        Ok(Step::Done) => ended(job, JobState::Done, now),
        Ok(Step::More { progress }) => jobs::Model {
            // The worker goes on at once; one attempt since the last progress.
            leased_until: Some(now + LEASE),
            attempts: 1,
            progress: progress.to_string(),
            last_error: None,
            ..job.clone()
        },
        Ok(Step::Again { after }) => jobs::Model {
            last_error: None,
            ..again(job, now + TimeDelta::from_std(after).unwrap_or(TimeDelta::days(1)), 0)
        },
        Ok(Step::GivenUp { why }) => jobs::Model {
            last_error: Some(kept(&why)),
            ..ended(job, JobState::Failed, now)
        },
        Err(error) => after_failure(job, &error, now),
    }
}

/// As much of an error as is kept.
fn kept(error: &str) -> String {
    error.chars().take(MOST_ERROR).collect()
}

/// The job once its worker has seen that it is to be called off. Of a standing job only this run is.
pub(super) fn called_off(job: &jobs::Model, now: DateTime<Utc>) -> jobs::Model {
    ended(job, JobState::Cancelled, now)
}

/// Whether this is a standing job before its first attempt: a wish to cancel that came before was for a run that is
/// over.
pub(super) fn begins_anew(job: &jobs::Model) -> bool {
    job.every_seconds.is_some() && job.state == JobState::Waiting && job.attempts == 0 && job.progress == NO_PROGRESS
}

/// The job when its worker stops before it is through: anybody may go on at once.
pub(super) fn put_down(job: &jobs::Model, now: DateTime<Utc>) -> jobs::Model {
    again(job, now, 0)
}

fn after_failure(job: &jobs::Model, error: &str, now: DateTime<Utc>) -> jobs::Model {
    let error = Some(kept(error));
    let job = if job.attempts >= MOST_ATTEMPTS {
        ended(job, JobState::Failed, now)
    } else {
        again(job, now + back_off(job.attempts), job.attempts)
    };
    jobs::Model { last_error: error, ..job }
}

/// Waits for another attempt, from where it is.
fn again(job: &jobs::Model, due_at: DateTime<Utc>, attempts: i32) -> jobs::Model {
    jobs::Model {
        state: JobState::Waiting,
        due_at,
        leased_until: None,
        attempts,
        ..job.clone()
    }
}

/// Ends; a standing job begins anew when it is due the next time.
fn ended(job: &jobs::Model, state: JobState, now: DateTime<Utc>) -> jobs::Model {
    if let Some(every) = job.every_seconds {
        return jobs::Model {
            progress: NO_PROGRESS.to_owned(),
            cancel_requested: false,
            last_error: None,
            ..again(job, now + TimeDelta::seconds(every.into()), 0)
        };
    }
    jobs::Model {
        state,
        leased_until: None,
        last_error: None,
        ended_at: Some(now),
        ..job.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::JobId;
    use serde_json::json;

    fn now() -> DateTime<Utc> {
        "2026-03-02T01:00:00Z".parse().unwrap()
    }

    fn running(attempts: i32, every_seconds: Option<i32>) -> jobs::Model {
        let job = waiting(JobId::at(now()), "counting", &Value::Null, now(), now());
        jobs::Model {
            state: JobState::Running,
            leased_until: Some(now() + LEASE),
            attempts,
            every_seconds,
            ..job
        }
    }

    #[test]
    fn pauses_double_up_to_an_hour() {
        let pauses: Vec<i64> = [1, 2, 3, 10, 11, i32::MAX].map(|n| back_off(n).num_seconds()).to_vec();
        assert_eq!(pauses, [5, 10, 20, 2_560, 3_600, 3_600]);
    }

    #[test]
    fn work_ends_and_standing_work_begins_anew() {
        let done = after_step(&running(1, None), Ok(Step::Done), now());
        assert_eq!((done.state, done.ended_at, done.leased_until), (JobState::Done, Some(now()), None));
        let anew = after_step(&running(1, Some(60)), Ok(Step::Done), now());
        assert_eq!((anew.state, anew.ended_at, anew.attempts), (JobState::Waiting, None, 0));
        assert_eq!(anew.due_at, now() + TimeDelta::seconds(60));
    }

    #[test]
    fn progress_renews_the_lease_and_forgets_failures() {
        let later = now() + TimeDelta::seconds(9);
        let more = after_step(
            &running(5, None),
            Ok(Step::More {
                progress: json!({"at": 7}),
            }),
            later,
        );
        assert_eq!((more.state, more.attempts), (JobState::Running, 1));
        assert_eq!(more.leased_until, Some(later + LEASE));
        assert_eq!(more.progress, r#"{"at":7}"#);
    }

    #[test]
    fn failures_are_tried_again_and_then_given_up() {
        let failed = |job| after_step(&job, Err(Refusal::broken("no")), now());
        let once = failed(running(1, None));
        assert_eq!((once.state, once.due_at), (JobState::Waiting, now() + back_off(1)));
        assert_eq!(once.last_error.as_deref(), Some("broken: no"));
        let last = failed(running(MOST_ATTEMPTS, None));
        assert_eq!((last.state, last.ended_at), (JobState::Failed, Some(now())));
        let standing = failed(running(MOST_ATTEMPTS, Some(60)));
        assert_eq!((standing.state, standing.attempts), (JobState::Waiting, 0));
        assert!(standing.last_error.is_some());
    }

    #[test]
    fn what_is_in_vain_is_not_tried_again() {
        let step = || Ok(Step::GivenUp { why: "no more".to_owned() });
        let ended = after_step(&running(1, None), step(), now());
        assert_eq!((ended.state, ended.ended_at), (JobState::Failed, Some(now())));
        assert_eq!(ended.last_error.as_deref(), Some("no more"));
        let standing = after_step(&running(1, Some(60)), step(), now());
        assert_eq!(
            (standing.state, standing.last_error.as_deref()),
            (JobState::Waiting, Some("no more"))
        );
    }

    #[test]
    fn progress_too_long_to_keep_is_a_failure() {
        let progress = Value::from("x".repeat(MOST_PROGRESS));
        let job = after_step(&running(1, None), Ok(Step::More { progress }), now());
        assert_eq!((job.state, job.attempts), (JobState::Waiting, 1));
    }
}
