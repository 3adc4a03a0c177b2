//! Claims, leases, going on after a crash, calling off: with a fixed clock on a SQLite file of its own.

use super::claim::claim;
use super::finish::note_step;
use super::job::{Job, LEASE, MOST_ATTEMPTS, Step, back_off};
use super::run::Runner;
use super::store;
use super::{cancel_job, enter_job};
use crate::access::{Actor, Permission};
use crate::db::{Db, OpenOptions, Target, migrate};
use crate::http::fault::Refusal;
use crate::journal::{Desk, Gate, GateOptions, begin_journal, read_head};
use chrono::{DateTime, TimeDelta, Utc};
use entity::tables::jobs;
use entity::{Clock, JobId, JobState, KeyId, OrganisationId, PersonId, Role};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A desk on a database of its own, which goes when it is dropped.
pub(super) struct TestDesk {
    pub(super) desk: Desk,
    folder: PathBuf,
}

impl Drop for TestDesk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub(super) fn start() -> DateTime<Utc> {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

pub(super) async fn a_desk() -> TestDesk {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("yangpin-jobs-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (target, options) = (Target::Sqlite(folder.join("jobs.db")), OpenOptions::default());
    migrate(&target, &options).await.unwrap();
    let db = Db::open(&target, &options).await.unwrap();
    let clock = Clock::fixed(start());
    begin_journal(&db, clock.now()).await.unwrap();
    let gate = Gate::open(db.clone(), clock.clone(), GateOptions::default());
    TestDesk {
        desk: Desk {
            db,
            gate,
            clock,
            job_bell: std::sync::Arc::default(),
        },
        folder,
    }
}

/// Counts to three, a step at a time, and can be told to fail or to wait.
#[derive(Clone, Default)]
struct Counting {
    seen: Arc<Mutex<Vec<Value>>>,
    fails: bool,
    every: Option<Duration>,
}

#[async_trait::async_trait]
impl Job for Counting {
    fn kind(&self) -> &'static str {
        "counting"
    }

    fn every(&self) -> Option<Duration> {
        self.every
    }

    async fn step(&self, _: &Desk, progress: &Value) -> Result<Step, Refusal> {
        self.seen.lock().unwrap().push(progress.clone());
        let at = progress.as_u64().unwrap_or(0);
        match at {
            _ if self.fails => Err(Refusal::broken("no")),
            0..3 => Ok(Step::More { progress: json!(at + 1) }),
            _ => Ok(Step::Done),
        }
    }
}

impl Counting {
    fn seen(&self) -> Vec<Value> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

async fn read(desk: &Desk, id: JobId) -> jobs::Model {
    store::job(desk.read(), id).await.unwrap().unwrap()
}

fn operator(role: Role) -> Actor {
    Actor {
        key: KeyId::new(),
        person: PersonId::new(),
        organisation: OrganisationId::new(),
        role,
        remit: None,
        permissions: Permission::ALL.to_vec(),
    }
}

#[tokio::test]
async fn works_a_job_off_step_by_step_and_enters_nothing_in_the_journal() {
    let test = a_desk().await;
    let counting = Counting::default();
    let runner = Runner::new(test.desk.clone()).with(counting.clone());
    let id = enter_job(&test.desk, "counting", Value::Null, start() + TimeDelta::seconds(5))
        .await
        .unwrap();
    assert_eq!(runner.work_off().await.unwrap(), 0);
    test.desk.clock.advance(TimeDelta::seconds(5));
    assert_eq!(runner.work_off().await.unwrap(), 1);
    assert_eq!(counting.seen(), [Value::Null, json!(1), json!(2), json!(3)]);
    let job = read(&test.desk, id).await;
    assert_eq!((job.state, job.ended_at), (JobState::Done, Some(test.desk.clock.now())));
    assert_eq!(runner.work_off().await.unwrap(), 0);
    let head = read_head(test.desk.read(), test.desk.engine(), false).await.unwrap();
    assert_eq!(head.seq, 0);
}

#[tokio::test]
async fn of_many_who_claim_one_gets_it() {
    let test = a_desk().await;
    enter_job(&test.desk, "counting", Value::Null, start()).await.unwrap();
    let all = futures_util::future::join_all((0..16).map(|_| claim(&test.desk, &["counting"]))).await;
    let got: Vec<_> = all.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(got.len(), 1);
    assert_eq!((got[0].state, got[0].attempts), (JobState::Running, 1));
    assert_eq!(got[0].leased_until, Some(start() + LEASE));
}

#[tokio::test]
async fn kinds_that_nobody_here_knows_are_left_to_others() {
    let test = a_desk().await;
    enter_job(&test.desk, "importing", Value::Null, start()).await.unwrap();
    assert!(claim(&test.desk, &["counting"]).await.unwrap().is_none());
    assert!(claim(&test.desk, &[]).await.unwrap().is_none());
}

#[tokio::test]
async fn after_a_crash_another_goes_on_from_the_progress_once_the_lease_is_over() {
    let test = a_desk().await;
    let id = enter_job(&test.desk, "counting", Value::Null, start()).await.unwrap();
    let lost = claim(&test.desk, &["counting"]).await.unwrap().unwrap();
    let step = Ok(Step::More { progress: json!(2) });
    let lost = note_step(&test.desk, &lost, step).await.unwrap().unwrap();
    // The worker dies here.
    let counting = Counting::default();
    let runner = Runner::new(test.desk.clone()).with(counting.clone());
    test.desk.clock.advance(LEASE);
    assert_eq!(runner.work_off().await.unwrap(), 0);
    test.desk.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(runner.work_off().await.unwrap(), 1);
    assert_eq!(counting.seen(), [json!(2), json!(3)]);
    // It was not dead but asleep: what it says now counts no more.
    assert!(
        note_step(&test.desk, &lost, Ok(Step::More { progress: json!(9) }))
            .await
            .unwrap()
            .is_none()
    );
    let job = read(&test.desk, id).await;
    assert_eq!((job.state, job.progress.as_str()), (JobState::Done, "3"));
}

#[tokio::test]
async fn a_failing_job_is_tried_again_ever_later_and_given_up() {
    let test = a_desk().await;
    let counting = Counting {
        fails: true,
        ..Counting::default()
    };
    let runner = Runner::new(test.desk.clone()).with(counting.clone());
    let id = enter_job(&test.desk, "counting", Value::Null, start()).await.unwrap();
    for attempt in 1..MOST_ATTEMPTS {
        assert_eq!(runner.work_off().await.unwrap(), 1, "attempt {attempt}");
        let job = read(&test.desk, id).await;
        assert_eq!((job.state, job.attempts), (JobState::Waiting, attempt));
        assert_eq!(job.due_at, test.desk.clock.now() + back_off(attempt));
        test.desk.clock.set(job.due_at);
    }
    runner.work_off().await.unwrap();
    let job = read(&test.desk, id).await;
    assert_eq!((job.state, job.last_error.as_deref()), (JobState::Failed, Some("broken: no")));
    assert_eq!(counting.seen().len(), 8);
}

#[tokio::test]
async fn a_waiting_job_is_called_off_at_once_and_only_by_an_operator() {
    let test = a_desk().await;
    let id = enter_job(&test.desk, "counting", Value::Null, start()).await.unwrap();
    let refused = cancel_job(&test.desk, &operator(Role::Auditor), id, None).await.unwrap_err();
    assert_eq!(refused.faults()[0].slug(), "forbidden");
    cancel_job(&test.desk, &operator(Role::Operator), id, None).await.unwrap();
    assert_eq!(read(&test.desk, id).await.state, JobState::Cancelled);
    let over = cancel_job(&test.desk, &operator(Role::Operator), id, None).await.unwrap_err();
    assert_eq!(over.faults()[0].slug(), "job_ended");
    let unknown = cancel_job(&test.desk, &operator(Role::Operator), JobId::new(), None)
        .await
        .unwrap_err();
    assert_eq!(unknown.faults()[0].slug(), "not_found");
}

/// Asks to be called off in the middle of its own second step.
struct CallsItselfOff(Mutex<Vec<Value>>, Option<Duration>);

#[async_trait::async_trait]
impl Job for CallsItselfOff {
    fn kind(&self) -> &'static str {
        "counting"
    }

    fn every(&self) -> Option<Duration> {
        self.1
    }

    async fn step(&self, desk: &Desk, progress: &Value) -> Result<Step, Refusal> {
        self.0.lock().unwrap().push(progress.clone());
        if progress.as_u64() == Some(1) {
            let id = store::list(desk.read(), Some(JobState::Running), None, 1).await?[0].id;
            cancel_job(desk, &operator(Role::Operator), id, None).await?;
        }
        Ok(Step::More {
            progress: json!(progress.as_u64().unwrap_or(0) + 1),
        })
    }
}

#[tokio::test]
async fn a_running_job_is_called_off_after_its_step() {
    let test = a_desk().await;
    let id = enter_job(&test.desk, "counting", Value::Null, start()).await.unwrap();
    let runner = Runner::new(test.desk.clone()).with(CallsItselfOff(Mutex::default(), None));
    assert_eq!(runner.work_off().await.unwrap(), 1);
    let job = read(&test.desk, id).await;
    assert_eq!((job.state, job.progress.as_str()), (JobState::Cancelled, "2"));
    assert!(job.cancel_requested);
}

#[tokio::test]
async fn of_standing_work_only_the_run_is_called_off() {
    let test = a_desk().await;
    let every = Some(Duration::from_secs(60));
    let runner = Runner::new(test.desk.clone()).with(CallsItselfOff(Mutex::default(), every));
    runner.enter_standing().await.unwrap();
    assert_eq!(runner.work_off().await.unwrap(), 1);
    let job = store::list(test.desk.read(), None, None, 9).await.unwrap().pop().unwrap();
    assert_eq!((job.state, job.cancel_requested), (JobState::Waiting, false));
    assert_eq!((job.due_at, job.progress.as_str()), (start() + TimeDelta::seconds(60), "null"));
}

#[tokio::test]
async fn standing_work_is_entered_once_and_comes_again() {
    let test = a_desk().await;
    let counting = |seconds| Counting {
        every: Some(Duration::from_secs(seconds)),
        ..Counting::default()
    };
    Runner::new(test.desk.clone()).with(counting(60)).enter_standing().await.unwrap();
    let runner = Runner::new(test.desk.clone()).with(counting(90));
    runner.enter_standing().await.unwrap();
    let all = store::list(test.desk.read(), None, None, 9).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].every_seconds, Some(90));
    assert_eq!(runner.work_off().await.unwrap(), 1);
    assert_eq!(runner.work_off().await.unwrap(), 0);
    test.desk.clock.advance(TimeDelta::seconds(90));
    assert_eq!(runner.work_off().await.unwrap(), 1);
}

#[tokio::test]
async fn a_runner_that_is_stopped_gives_back_what_it_has() {
    let test = a_desk().await;
    let job = Stops(Mutex::default());
    let stop = job.0.lock().unwrap().clone();
    let id = enter_job(&test.desk, "stopping", Value::Null, start()).await.unwrap();
    let running = Runner::new(test.desk.clone()).with(job).start();
    // The first step has begun; it ends after the stop has been asked for.
    stop.begun.notified().await;
    let stopping = running.stop();
    stop.go_on.notify_one();
    stopping.await;
    let job = read(&test.desk, id).await;
    assert_eq!((job.state, job.leased_until), (JobState::Waiting, None));
}

#[derive(Clone, Default)]
struct Signals {
    begun: Arc<tokio::sync::Notify>,
    go_on: Arc<tokio::sync::Notify>,
}

/// Never through: each step waits to be told.
struct Stops(Mutex<Signals>);

#[async_trait::async_trait]
impl Job for Stops {
    fn kind(&self) -> &'static str {
        "stopping"
    }

    fn every(&self) -> Option<Duration> {
        None
    }

    async fn step(&self, _: &Desk, progress: &Value) -> Result<Step, Refusal> {
        let signals = self.0.lock().unwrap().clone();
        signals.begun.notify_one();
        signals.go_on.notified().await;
        Ok(Step::More {
            progress: json!(progress.as_u64().unwrap_or(0) + 1),
        })
    }
}
