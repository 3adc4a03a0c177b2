//! The runner: looks every second for what is due, and when this process has entered a job; claims it, works on it step
//! by step.

use super::claim::claim;
use super::enter::enter_standing;
use super::finish::{give_back, heed_cancel, note_step};
use super::job::Job;
use crate::http::fault::Refusal;
use crate::journal::Desk;
use entity::tables::jobs;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often the runner looks.
const POLL: Duration = Duration::from_secs(1);

/// Works on jobs of the kinds it was given. Of several runners, in one process or many, each job has one at a time.
#[derive(Clone)]
pub struct Runner {
    desk: Desk,
    kinds: BTreeMap<&'static str, Arc<dyn Job>>,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runner").field("kinds", &self.kinds.keys()).finish_non_exhaustive()
    }
}

/// A runner at work.
#[derive(Debug)]
pub struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    /// Stops after the step in hand; what is not through is given back, to be gone on with later.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the runner of jobs ended badly");
        }
    }
}

impl Runner {
    /// A runner that knows no kind yet.
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self {
            desk,
            kinds: BTreeMap::new(),
        }
    }

    /// One more kind.
    #[must_use]
    pub fn with(mut self, job: impl Job) -> Self {
        self.kinds.insert(job.kind(), Arc::new(job));
        self
    }

    /// Enters the standing jobs that are not in the table yet.
    ///
    /// # Errors
    /// Only the database's.
    pub async fn enter_standing(&self) -> Result<(), Refusal> {
        for job in self.kinds.values() {
            enter_standing(&self.desk, job.as_ref()).await?;
        }
        Ok(())
    }

    /// Works off all that is due now; how many jobs it had in hand.
    ///
    /// # Errors
    /// Only the database's: what a step refuses is noted with its job.
    pub async fn work_off(&self) -> Result<usize, Refusal> {
        let (_keep, never) = watch::channel(false);
        self.work_until(&never).await
    }

    /// Enters the standing jobs and works in a task of its own until it is stopped.
    #[must_use]
    pub fn start(self) -> Running {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(self.keep(stopped));
        Running { stop, task }
    }

    async fn keep(self, mut stopped: watch::Receiver<bool>) {
        let mut entered = false;
        while !*stopped.borrow() {
            let worked = match entered {
                true => self.work_until(&stopped).await.map(|_| ()),
                false => self.enter_standing().await.inspect(|()| entered = true),
            };
            if let Err(error) = worked {
                tracing::warn!(%error, "jobs must wait");
            }
            tokio::select! {
                changed = stopped.changed() => {
                    if changed.is_err() {
                        // The handle is gone.
                        return;
                    }
                }
                () = self.desk.job_bell.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    async fn work_until(&self, stopped: &watch::Receiver<bool>) -> Result<usize, Refusal> {
        let kinds: Vec<&'static str> = self.kinds.keys().copied().collect();
        let mut worked = 0;
        while !*stopped.borrow() {
            let Some(job) = claim(&self.desk, &kinds).await? else {
                break;
            };
            worked += 1;
            self.work(job, stopped).await?;
        }
        Ok(worked)
    }

    /// Works on one claimed job until it has ended, waits, is called off, or the runner stops.
    async fn work(&self, mut job: jobs::Model, stopped: &watch::Receiver<bool>) -> Result<(), Refusal> {
        let Some(kind) = self.kinds.get(job.kind.as_str()) else {
            return Ok(());
        };
        loop {
            if heed_cancel(&self.desk, &job).await? {
                return Ok(());
            }
            if *stopped.borrow() {
                return give_back(&self.desk, &job).await;
            }
            let outcome = match serde_json::from_str::<Value>(&job.progress) {
                Ok(progress) => kind.step(&self.desk, &progress).await,
                Err(error) => Err(Refusal::broken(error)),
            };
            match note_step(&self.desk, &job, outcome).await? {
                Some(next) => job = next,
                None => return Ok(()),
            }
        }
    }
}
