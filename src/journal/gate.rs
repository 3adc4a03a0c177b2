//! The gate: one per process. It takes up to 64 waiting use cases into one turn and answers after the commit.
//!
//! It runs in a task of its own, so a client that hangs up cancels nothing that has begun. Nothing lingers: the gate
//! takes the head as soon as something waits, and then all that is waiting.

use super::keeper::Keeper;
use super::meters::Meters;
use super::repeat::Repeat;
use super::turn::{Turn, TurnError};
use super::words::Words;
use crate::db::Db;
use crate::http::asking::{Asking, who_asks};
use crate::http::fault::{Fault, Refusal};
use entity::Clock;
use sea_orm::DbErr;
use serde::{Serialize, de::DeserializeOwned};
use std::any::Any;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc, oneshot};
use uuid::Uuid;

/// Bounds of the gate.
#[derive(Clone, Copy, Debug)]
pub struct GateOptions {
    /// Use cases in a turn.
    pub most_asks: usize,
    /// Order lines, or what weighs like one, in a turn.
    pub most_weight: usize,
    /// Use cases that may wait.
    pub queue: usize,
    /// How long an asker waits before 503.
    pub patience: Duration,
    /// How long the twin of a request in progress waits before 409.
    pub twin_patience: Duration,
}

impl Default for GateOptions {
    fn default() -> Self {
        Self {
            most_asks: 64,
            most_weight: 2_000,
            queue: 4_096,
            patience: Duration::from_millis(2_800),
            twin_patience: Duration::from_secs(5),
        }
    }
}

/// A use case that is decided and written for a whole batch at once: load, decide each one alone in memory, write
/// set by set.
#[async_trait::async_trait]
pub trait Batch: Send + Sync + 'static {
    /// What is asked for.
    type Ask: Send + Sync + 'static;
    /// What is answered.
    type Answer: Serialize + DeserializeOwned + Send;

    /// How many order lines it weighs.
    fn weight(ask: &Self::Ask) -> usize;

    /// Decides and writes all; one answer for each ask, in their order.
    async fn run(&self, turn: &mut Turn, asks: &[&Self::Ask]) -> Result<Vec<Result<Self::Answer, Refusal>>, DbErr>;
}

/// An answer, and whether it was given before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered<T> {
    /// The answer.
    pub answer: T,
    /// Whether this request repeats one that was answered before.
    pub replayed: bool,
}

pub(super) type Given = Result<Answered<String>, Refusal>;

/// A use case that runs in a savepoint of its own. It may run more than once, when a turn is tried again, so it owns
/// what it needs and changes nothing outside the turn.
#[async_trait::async_trait]
pub trait UseCase: Send + Sync + 'static {
    /// What is answered.
    type Answer: Serialize + DeserializeOwned + Send;

    /// Decides and writes.
    async fn run(&self, turn: &mut Turn) -> Result<Self::Answer, TurnError>;
}

#[async_trait::async_trait]
pub(super) trait Single: Send + Sync {
    async fn run(&self, turn: &mut Turn) -> Result<String, TurnError>;
}

#[async_trait::async_trait]
impl<U: UseCase> Single for U {
    async fn run(&self, turn: &mut Turn) -> Result<String, TurnError> {
        let answer = UseCase::run(self, turn).await?;
        Ok(to_json(&answer)?)
    }
}

#[async_trait::async_trait]
pub(super) trait Lane: Send + Sync {
    /// Asks of lanes with the same id are decided together.
    fn id(&self) -> usize;
    async fn run(&self, turn: &mut Turn, asks: &[&(dyn Any + Send + Sync)]) -> Result<Vec<Result<String, Refusal>>, DbErr>;
}

#[derive(Clone)]
pub(super) enum Work {
    Batched(Arc<dyn Lane>, Arc<dyn Any + Send + Sync>),
    Single(Arc<dyn Single>),
}

pub(super) struct Ticket {
    pub(super) work: Work,
    pub(super) weight: usize,
    pub(super) repeat: Option<Repeat>,
    /// The key that asks, where one does.
    pub(super) asking: Option<Asking>,
    pub(super) deadline: Instant,
    pub(super) reply: oneshot::Sender<Given>,
}

impl Ticket {
    /// The key it may be repeated by.
    pub(super) fn key(&self) -> Option<(Uuid, String)> {
        self.repeat.as_ref().map(|repeat| (repeat.key_id, repeat.key.clone()))
    }

    /// What is asked for, where it is decided with others.
    pub(super) fn ask(&self) -> Option<&(dyn Any + Send + Sync)> {
        match &self.work {
            Work::Batched(_, ask) => Some(ask.as_ref()),
            Work::Single(_) => None,
        }
    }
}

/// The way to write. Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    tickets: mpsc::Sender<Ticket>,
    in_progress: Arc<Mutex<HashSet<(Uuid, String)>>>,
    options: GateOptions,
    words: Words,
    meters: Meters,
    committed: Arc<Notify>,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate").field("options", &self.options).finish_non_exhaustive()
    }
}

struct LaneOf<B>(Arc<B>);

#[async_trait::async_trait]
impl<B: Batch> Lane for LaneOf<B> {
    fn id(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    async fn run(&self, turn: &mut Turn, asks: &[&(dyn Any + Send + Sync)]) -> Result<Vec<Result<String, Refusal>>, DbErr> {
        let asks: Vec<&B::Ask> = asks.iter().filter_map(|ask| ask.downcast_ref()).collect();
        let answers = self.0.run(turn, &asks).await?;
        answers
            .into_iter()
            .map(|answer| answer.map(|a| to_json(&a)).map_or_else(|r| Ok(Err(r)), |json| json.map(Ok)))
            .collect()
    }
}

fn to_json<T: Serialize>(answer: &T) -> Result<String, DbErr> {
    serde_json::to_string(answer).map_err(|e| DbErr::Custom(format!("an answer cannot be written down: {e}")))
}

/// Try again after so many seconds.
pub(super) fn later(retry_after_s: u32) -> Refusal {
    Refusal::Unavailable { retry_after_s }
}

impl Gate {
    /// Opens the gate over a database; its task ends when the last clone is dropped.
    #[must_use]
    pub fn open(db: Db, clock: Clock, options: GateOptions) -> Self {
        let (tickets, waiting) = mpsc::channel(options.queue);
        let (words, meters) = (Words::default(), Meters::default());
        let committed = Arc::<Notify>::default();
        let told = (words.clone(), meters.clone(), Arc::clone(&committed));
        let keeper = Keeper::new(db.clone(), clock, options, told);
        db.spawn_writing(keeper.keep(waiting));
        Self {
            tickets,
            in_progress: Arc::default(),
            options,
            words,
            meters,
            committed,
        }
    }

    /// A gate nobody keeps: every asker is told to come later.
    #[must_use]
    pub fn closed() -> Self {
        let (tickets, _) = mpsc::channel(1);
        Self {
            tickets,
            in_progress: Arc::default(),
            options: GateOptions::default(),
            words: Words::default(),
            meters: Meters::default(),
            committed: Arc::default(),
        }
    }

    /// The same gate for work that nobody waits for at the other end of a line: it waits for its turn as long as it is told.
    #[must_use]
    pub fn with_patience(&self, patience: Duration) -> Self {
        let mut gate = self.clone();
        gate.options.patience = patience;
        gate
    }

    /// Words learned so far.
    #[must_use]
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// Rings, for one who listens, when a turn of this process has written entries and is committed.
    #[must_use]
    pub fn committed(&self) -> Arc<Notify> {
        Arc::clone(&self.committed)
    }

    /// Asks for a use case that is written in batches.
    pub async fn ask<B: Batch>(&self, lane: &Arc<B>, ask: B::Ask, repeat: Option<Repeat>) -> Result<Answered<B::Answer>, Refusal> {
        let weight = B::weight(&ask).max(1);
        let work = Work::Batched(Arc::new(LaneOf(Arc::clone(lane))), Arc::new(ask));
        self.wait(work, weight, repeat).await
    }

    /// Asks for a use case that runs in a savepoint of its own.
    pub async fn run<U: UseCase>(&self, use_case: U, repeat: Option<Repeat>) -> Result<Answered<U::Answer>, Refusal> {
        self.wait(Work::Single(Arc::new(use_case)), 1, repeat).await
    }

    /// How it feels.
    #[must_use]
    pub fn meters(&self) -> &Meters {
        &self.meters
    }

    async fn wait<T: DeserializeOwned>(&self, work: Work, weight: usize, repeat: Option<Repeat>) -> Result<Answered<T>, Refusal> {
        let (_waiting, began) = (self.meters.enter(), Instant::now());
        let given = self.answer_to(work, weight, repeat).await;
        self.meters.given(&given, began.elapsed());
        given
    }

    async fn answer_to<T: DeserializeOwned>(&self, work: Work, weight: usize, repeat: Option<Repeat>) -> Result<Answered<T>, Refusal> {
        let _progress = match &repeat {
            Some(repeat) => Some(self.enter(repeat).await?),
            None => None,
        };
        let (reply, answer) = oneshot::channel();
        let ticket = Ticket {
            work,
            weight,
            repeat,
            asking: who_asks(),
            deadline: Instant::now() + self.options.patience,
            reply,
        };
        self.tickets.try_send(ticket).map_err(|_| later(1))?;
        let given: Result<Given, _> = match tokio::time::timeout(self.options.patience, answer).await {
            Ok(given) => given,
            Err(_) => return Err(later(2)),
        };
        let Answered { answer, replayed } = given.map_err(|_| later(2))??;
        let answer = serde_json::from_str(&answer).map_err(|e| Refusal::Broken(format!("a kept answer cannot be read: {e}")))?;
        Ok(Answered { answer, replayed })
    }

    /// A twin waits until the first is through; then the turn finds the first's answer.
    async fn enter(&self, repeat: &Repeat) -> Result<InProgress, Refusal> {
        let mine = (repeat.key_id, repeat.key.clone());
        let give_up = Instant::now() + self.options.twin_patience;
        loop {
            let entered = self.in_progress.lock().unwrap_or_else(PoisonError::into_inner).insert(mine.clone());
            if entered {
                return Ok(InProgress {
                    all: Arc::clone(&self.in_progress),
                    mine,
                });
            }
            if Instant::now() >= give_up {
                return Err(Fault::of("request_in_progress").with("retry_after_s", 1).into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

struct InProgress {
    all: Arc<Mutex<HashSet<(Uuid, String)>>>,
    mine: (Uuid, String),
}

impl Drop for InProgress {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.mine);
    }
}
