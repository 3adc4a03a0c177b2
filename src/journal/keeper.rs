//! Who keeps the gate: gathers what waits, runs it in one turn, and tries again what another turn was in the way of.

use super::admission::{Seen, is_open};
use super::gate::{Answered, GateOptions, Given, Lane, Ticket, Work, later};
use super::head::{self, Head};
use super::meters::Meters;
use super::repeat::{self, Priors};
use super::turn::{Granted, Turn, TurnError};
use super::unsettled::Unsettled;
use super::words::Words;
use crate::db::{Db, Engine, Failure, failure_of};
use crate::http::fault::{Fault, Refusal};
use entity::Clock;
use rand::RngExt as _;
use sea_orm::DbErr;
use std::any::Any;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc};

/// A turn that another was in the way of is tried this often in all; not counted is what it took for granted wrongly.
const ATTEMPTS: u32 = 3;
/// A turn is through within this time, its commit within that: what takes longer has lost its connection. The server lets
/// no statement run for longer than 5 s.
const TURN_LIMIT: Duration = Duration::from_secs(20);
const COMMIT_LIMIT: Duration = Duration::from_secs(6);
/// A turn that weighs no more is small, and mostly waits.
const SMALL_TURN: usize = 40;
/// So many turns look for kept answers before they decide, after one has met a request that was answered before: where
/// requests are repeated, as after an outage, hardly a turn would be through at its first attempt.
const WARY_TURNS: u32 = 1_000;

pub(super) struct Keeper {
    db: Db,
    clock: Clock,
    options: GateOptions,
    words: Words,
    /// The head as the last turn left it, on SQLite. On PostgreSQL other processes move it, and taking it reads it.
    head: Mutex<Option<Head>>,
    /// Turns left that look for kept answers before they decide.
    wary: AtomicU32,
    /// Keys that turns have looked at.
    seen: Seen,
    meters: Meters,
    /// Rings after a turn that wrote entries.
    committed: Arc<Notify>,
}

impl Keeper {
    pub(super) fn new(db: Db, clock: Clock, options: GateOptions, (words, meters, committed): (Words, Meters, Arc<Notify>)) -> Self {
        Self {
            db,
            clock,
            options,
            words,
            head: Mutex::default(),
            wary: AtomicU32::new(0),
            seen: Seen::default(),
            meters,
            committed,
        }
    }

    pub(super) async fn keep(self, mut waiting: mpsc::Receiver<Ticket>) {
        let mut held = VecDeque::new();
        loop {
            let was_idle = held.is_empty() && waiting.is_empty();
            let first = match held.pop_front() {
                Some(ticket) => ticket,
                None => match waiting.recv().await {
                    Some(ticket) => ticket,
                    None => return,
                },
            };
            // The head is taken first: what comes while others have it goes into the same turn. Taken the other way
            // round, the first to come would wait alone and have a turn of its own.
            let begun = if was_idle {
                self.db.attend(self.begin(true)).await
            } else {
                // The connection has still to come back from the last turn, which takes this thread.
                self.begin(true).await
            };
            let batch = self.gather(first, &mut waiting, &mut held);
            self.serve(batch, begun).await;
        }
    }

    async fn begin(&self, trusting: bool) -> Result<Turn, DbErr> {
        let left = self.remembered().take();
        let granted = Granted {
            head: left.filter(|_| trusting),
            words: trusting,
            keys: trusting && !self.is_wary(),
        };
        let began = Instant::now();
        let turn = Turn::begin(&self.db, self.words.clone(), self.clock.now(), granted).await;
        self.meters.head_taken(began.elapsed());
        turn
    }

    fn remembered(&self) -> MutexGuard<'_, Option<Head>> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_wary(&self) -> bool {
        let one_less = |left: u32| left.checked_sub(1);
        self.wary.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok()
    }

    /// What is waiting now, up to the bounds of a turn. A second request with a key that is in the batch already is
    /// held for the next turn, where it finds the first's answer.
    fn gather(&self, first: Ticket, waiting: &mut mpsc::Receiver<Ticket>, held: &mut VecDeque<Ticket>) -> Vec<Ticket> {
        let mut weight = first.weight;
        let mut keys: HashSet<_> = first.key().into_iter().collect();
        let mut batch = vec![first];
        let mut later = VecDeque::new();
        while batch.len() < self.options.most_asks {
            let Some(next) = held.pop_front().or_else(|| waiting.try_recv().ok()) else {
                break;
            };
            let fits = weight + next.weight <= self.options.most_weight;
            if !fits || next.key().is_some_and(|key| !keys.insert(key)) {
                later.push_back(next);
                if !fits {
                    break;
                }
                continue;
            }
            weight += next.weight;
            batch.push(next);
        }
        later.append(held);
        *held = later;
        batch
    }

    async fn serve(&self, batch: Vec<Ticket>, begun: Result<Turn, DbErr>) {
        let now = Instant::now();
        // Who has given up waiting gets nothing done: the answer said so.
        let (open, gone): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .partition(|ticket| ticket.deadline > now && !ticket.reply.is_closed());
        reply(gone, Err(later(1)));
        if open.is_empty() {
            return;
        }
        match self.persist(&open, begun).await {
            Ok(answers) => reply_each(open, answers),
            Err(error) if failure_of(&error) == Failure::Fault && open.len() > 1 => self.one_by_one(open).await,
            Err(error) => reply(open, Err(refusal_of(&error))),
        }
    }

    /// One bad use case must not take the others of its batch with it.
    async fn one_by_one(&self, batch: Vec<Ticket>) {
        for ticket in batch {
            let alone = [ticket];
            let outcome = self.persist(&alone, self.begin(true).await).await;
            match outcome {
                Ok(answers) => reply_each(Vec::from(alone), answers),
                Err(error) => reply(Vec::from(alone), Err(refusal_of(&error))),
            }
        }
    }

    /// Tries a turn until it is through, another's fault stops it for good, or the attempts are used up.
    async fn persist(&self, batch: &[Ticket], mut begun: Result<Turn, DbErr>) -> Result<Vec<Given>, DbErr> {
        let mut unsettled = None;
        let mut attempt = 1;
        loop {
            let trusts = begun.as_ref().is_ok_and(Turn::trusts);
            let done = match begun {
                Ok(turn) => self.bounded(turn, batch, &mut unsettled).await,
                Err(error) => Err(error),
            };
            let error = match done {
                Ok(answers) => return Ok(answers),
                Err(error) => error,
            };
            let failure = failure_of(&error);
            if failure == Failure::Lost && self.db.is_away() {
                // Who waits is told now: it may be away for long. What a lost commit wrote is found by the request's key.
                return Err(error);
            }
            if trusts && failure == Failure::Fault {
                tracing::debug!(asks = batch.len(), %error, "a turn took for granted what is not so");
                begun = self.begin(false).await;
                continue;
            }
            tracing::warn!(attempt, asks = batch.len(), ?failure, %error, "a turn failed");
            if attempt == ATTEMPTS || !matches!(failure, Failure::Contention | Failure::Lost) {
                return Err(error);
            }
            let pause = rand::rng().random_range(5..=25) * u64::from(attempt);
            tokio::time::sleep(Duration::from_millis(pause)).await;
            attempt += 1;
            begun = self.begin(true).await;
        }
    }

    /// One attempt, however long the database is silent. Where it was given up, its session may still be at work: the next
    /// turn takes the head only when that has ended.
    async fn bounded(&self, turn: Turn, batch: &[Ticket], unsettled: &mut Option<Unsettled>) -> Result<Vec<Given>, DbErr> {
        let (hold, began) = (turn.hold(), Instant::now());
        let attempt = self.attempt(turn, batch, unsettled);
        let done = if is_small(batch) {
            hold.within(TURN_LIMIT, self.db.attend(attempt)).await
        } else {
            hold.within(TURN_LIMIT, attempt).await
        };
        self.meters.turn(batch.len(), done.is_ok(), began.elapsed());
        done
    }

    async fn attempt(&self, mut turn: Turn, batch: &[Ticket], unsettled: &mut Option<Unsettled>) -> Result<Vec<Given>, DbErr> {
        if let Some(earlier) = unsettled.as_ref()
            && earlier.is_written(&turn).await?
        {
            return Ok(earlier.answers.clone());
        }
        *unsettled = None;
        let answers = self.work(&mut turn, batch).await?;
        let fresh: Vec<_> = batch
            .iter()
            .zip(&answers)
            .filter_map(|(ticket, given)| fresh_answer(ticket, given))
            .collect();
        if !fresh.is_empty() {
            let now = turn.begun_at();
            repeat::keep(turn.writes(), &fresh, now);
        }
        let (trusts, hold) = (turn.trusts(), turn.hold());
        let finished = turn.finish().await?;
        if trusts && finished.last.is_none() && batch.iter().any(|ticket| ticket.asking.is_some()) {
            head::check(&finished.tx, self.db.engine(), &finished.head).await?;
        }
        *unsettled = finished.last.map(|(seq, leaf)| Unsettled {
            seq,
            leaf,
            answers: answers.clone(),
        });
        hold.within(COMMIT_LIMIT, finished.tx.commit()).await?;
        if unsettled.is_some() {
            self.committed.notify_one();
        }
        finished.words.keep(finished.head.seq);
        if self.db.engine() == Engine::Sqlite {
            *self.remembered() = Some(finished.head);
        }
        Ok(answers)
    }

    async fn work(&self, turn: &mut Turn, batch: &[Ticket]) -> Result<Vec<Given>, DbErr> {
        let mut answers: Vec<Option<Given>> = vec![None; batch.len()];
        self.turn_away(turn, batch, &mut answers).await?;
        if !turn.keys_are_new() {
            self.answer_again(turn, batch, &mut answers).await?;
        }
        self.decide(turn, batch, &mut answers).await?;
        if turn.keys_are_new() {
            // What was done once can be refused when it is asked for again: the goods are gone, the order is cancelled.
            self.answer_again(turn, batch, &mut answers).await?;
        }
        Ok(answers
            .into_iter()
            .map(|given| given.unwrap_or_else(|| Err(Refusal::broken("a use case gave no answer"))))
            .collect())
    }

    /// Whoever asks with a key that is good no more is told so, and nothing is written for it.
    async fn turn_away(&self, turn: &Turn, batch: &[Ticket], answers: &mut [Option<Given>]) -> Result<(), DbErr> {
        let open = batch.iter().zip(&*answers);
        let asking: Vec<_> = open.map(|(ticket, given)| ticket.asking.filter(|_| given.is_none())).collect();
        let away = self.seen.turned_away(turn, &asking).await?;
        for (given, refusal) in answers.iter_mut().zip(away) {
            if let Some(refusal) = refusal {
                *given = Some(Err(refusal));
            }
        }
        Ok(())
    }

    /// Who was answered before gets that answer: looked up for all that have no answer, or a refusal.
    async fn answer_again(&self, turn: &Turn, batch: &[Ticket], answers: &mut [Option<Given>]) -> Result<(), DbErr> {
        let open = batch.iter().zip(&*answers).filter(|(_, given)| is_open(given));
        let repeats: Vec<_> = open.filter_map(|(ticket, _)| ticket.repeat.as_ref()).collect();
        if repeats.is_empty() {
            return Ok(());
        }
        let priors = repeat::find(turn.tx(), turn.engine(), &repeats).await?;
        if priors.is_empty() {
            return Ok(());
        }
        self.wary.store(WARY_TURNS, Ordering::Relaxed);
        for (ticket, given) in batch.iter().zip(answers).filter(|(_, given)| is_open(given)) {
            if let Some(before) = answered_before(ticket, &priors) {
                *given = Some(before);
            }
        }
        Ok(())
    }

    async fn decide(&self, turn: &mut Turn, batch: &[Ticket], answers: &mut [Option<Given>]) -> Result<(), DbErr> {
        let mut lanes: HashMap<usize, (Arc<dyn Lane>, Vec<usize>)> = HashMap::new();
        for (at, ticket) in batch.iter().enumerate() {
            if answers.get(at).is_none_or(Option::is_some) {
                continue;
            }
            match &ticket.work {
                Work::Batched(lane, _) => lanes.entry(lane.id()).or_insert_with(|| (Arc::clone(lane), Vec::new())).1.push(at),
                Work::Single(single) => {
                    let savepoint = turn.enter().await?;
                    let outcome = single.run(turn).await;
                    let given = match outcome {
                        Ok(answer) => Ok(Answered { answer, replayed: false }),
                        Err(TurnError::Refused(refusal)) => Err(refusal),
                        Err(TurnError::Database(error)) => return Err(error),
                    };
                    turn.leave(savepoint, given.is_ok()).await?;
                    set(answers, at, given);
                    if turn.shuts_keys() {
                        self.turn_away(turn, batch, answers).await?;
                    }
                }
            }
        }
        for (lane, mut places) in lanes.into_values() {
            places.retain(|at| answers.get(*at).is_some_and(Option::is_none));
            if places.is_empty() {
                continue;
            }
            turn.flush().await?;
            let asks: Vec<&(dyn Any + Send + Sync)> = places.iter().filter_map(|at| batch.get(*at)).filter_map(Ticket::ask).collect();
            for (at, answer) in places.iter().zip(lane.run(turn, &asks).await?) {
                set(answers, *at, answer.map(|answer| Answered { answer, replayed: false }));
            }
        }
        Ok(())
    }
}

fn is_small(batch: &[Ticket]) -> bool {
    batch.iter().map(|ticket| ticket.weight).sum::<usize>() <= SMALL_TURN
}

fn set(answers: &mut [Option<Given>], at: usize, given: Given) {
    if let Some(place) = answers.get_mut(at) {
        *place = Some(given);
    }
}

fn answered_before(ticket: &Ticket, priors: &Priors) -> Option<Given> {
    let repeat = ticket.repeat.as_ref()?;
    let prior = priors.get(&(repeat.key_id, repeat.key.clone()))?;
    Some(if prior.hash == repeat.hash {
        Ok(Answered {
            answer: prior.answer.clone(),
            replayed: true,
        })
    } else {
        Err(Fault::of("idempotency_key_reused").into())
    })
}

fn fresh_answer<'a>(ticket: &'a Ticket, given: &'a Given) -> Option<(&'a repeat::Repeat, &'a str)> {
    match (&ticket.repeat, given) {
        (Some(repeat), Ok(Answered { answer, replayed: false })) => Some((repeat, answer)),
        _ => None,
    }
}

fn refusal_of(error: &DbErr) -> Refusal {
    match failure_of(error) {
        Failure::Contention | Failure::Lost => later(2),
        Failure::DiskFull => Fault::of("storage_full").into(),
        Failure::Fault => Refusal::broken(error),
    }
}

fn reply_each(batch: Vec<Ticket>, answers: Vec<Given>) {
    for (ticket, given) in batch.into_iter().zip(answers) {
        // A client that has gone gets its answer by asking again with the same key.
        let _ = ticket.reply.send(given);
    }
}

fn reply(batch: Vec<Ticket>, given: Given) {
    for ticket in batch {
        let _ = ticket.reply.send(given.clone());
    }
}
