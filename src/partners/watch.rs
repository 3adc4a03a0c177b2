//! Waiting for events: who waits holds no connection, and one look at the journal serves all that wait in a process.
//!
//! A commit of this process rings; those of others are seen by looking at the head a few times a second, and only while
//! somebody waits. A look finds out once what has come and whom it concerns, and calls only those: a few at a time, so that
//! many who wait for the same do not take the database from those who trade, and of each organisation one before a second
//! of any, so that who waits many times does not keep others from hearing.

use super::wanted::Wanted;
use crate::journal::{Desk, News, news, read_head};
use entity::OrganisationId;
use sea_orm::DbErr;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};
use tokio::time::{Instant, sleep, timeout_at};

/// How often the head is looked at for what other processes have committed, and how long it is let be after a call.
const PAUSE: Duration = Duration::from_millis(200);
/// How long it is let be where nobody was called: under load there is a commit every few milliseconds.
const GAP: Duration = Duration::from_millis(50);
/// Called after one look, at most.
const CALLED_AT_ONCE: usize = 32;
/// Who wait read so many at a time, before and after: whoever trades finds a connection.
const READ_AT_ONCE: usize = 4;
/// Of more entries than this it is not asked whom they concern: all that wait look for themselves.
const MOST_LOOKED_AT: i64 = 20_000;

/// What wakes those who wait in this process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    desk: Desk,
    state: Mutex<State>,
    turns: Semaphore,
}

#[derive(Debug, Default)]
struct State {
    waiting: Vec<Waiting>,
    /// Whether somebody looks.
    is_watched: bool,
    /// Whether the process is to end: nobody waits any more.
    is_over: bool,
}

#[derive(Debug)]
struct Waiting {
    wanted: Wanted,
    /// The number up to which it is known whether there is anything for who waits.
    seen: i64,
    /// Whether there is.
    due: bool,
    call: oneshot::Sender<()>,
}

impl Watch {
    /// Over the journal at this desk. Nothing is looked at until somebody waits.
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self(Arc::new(Inner {
            desk,
            state: Mutex::default(),
            turns: Semaphore::new(READ_AT_ONCE),
        }))
    }

    /// Waits until there may be something that is wanted after this number; whether there may be, in time.
    pub(super) async fn wait(&self, wanted: Wanted, seen: i64, until: Instant) -> bool {
        let (call, called) = oneshot::channel();
        let waiting = Waiting {
            wanted,
            seen,
            due: false,
            call,
        };
        if !self.enter(waiting) {
            return false;
        }
        matches!(timeout_at(until, called).await, Ok(Ok(())))
    }

    /// The turn to read of who waits, in the order in which they come; held while it reads. None where the time is over
    /// first: then it reads like anybody who does not wait.
    pub(super) async fn turn(&self, until: Instant) -> Option<SemaphorePermit<'_>> {
        timeout_at(until, self.0.turns.acquire()).await.ok()?.ok()
    }

    /// How many wait in this process.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let state = self.0.state();
        state.waiting.iter().filter(|one| !one.call.is_closed()).count()
    }

    /// Nobody waits any more: whoever does is answered now.
    pub fn end(&self) {
        let mut state = self.0.state();
        state.is_over = true;
        state.waiting.clear();
    }

    fn enter(&self, waiting: Waiting) -> bool {
        let mut state = self.0.state();
        if state.is_over {
            return false;
        }
        state.waiting.push(waiting);
        if !state.is_watched {
            state.is_watched = true;
            tokio::spawn(watch(Arc::clone(&self.0)));
        }
        true
    }
}

/// Looks, for as long as somebody waits.
async fn watch(inner: Arc<Inner>) {
    let bell = inner.desk.gate.committed();
    loop {
        let rest = inner.look().await.unwrap_or_else(|error| {
            tracing::debug!(%error, "the journal was not looked at for those who wait");
            PAUSE
        });
        sleep(rest).await;
        if rest < PAUSE {
            tokio::select! {
                () = bell.notified() => {}
                () = sleep(PAUSE) => {}
            }
        }
        if inner.is_alone() {
            return;
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets who is gone; whether nobody is left, and so nobody looks any more.
    fn is_alone(&self) -> bool {
        let mut state = self.state();
        state.waiting.retain(|one| !one.call.is_closed());
        state.is_watched = !state.waiting.is_empty();
        !state.is_watched
    }

    /// Looks at what has come since and calls whom it concerns; for how long the journal is let be after it.
    async fn look(&self) -> Result<Duration, DbErr> {
        let (db, engine) = (self.desk.read(), self.desk.engine());
        let head = read_head(db, engine, false).await?.seq;
        let unseen = self.unseen(head);
        if let Some(from) = unseen {
            let known = if head - from > MOST_LOOKED_AT {
                None
            } else {
                Some(news(db, engine, from, head).await?)
            };
            self.note(from, head, known.as_deref());
        }
        Ok(match (self.call(), unseen) {
            (true, _) => PAUSE,
            (false, Some(_)) => GAP,
            (false, None) => Duration::ZERO,
        })
    }

    /// The number after which not all that wait know what has come; none where they do.
    fn unseen(&self, head: i64) -> Option<i64> {
        let state = self.state();
        let open = state.waiting.iter().filter(|one| !one.due && one.seen < head);
        open.map(|one| one.seen).min()
    }

    /// Notes for whom there is something of what came after one number and up to another; where it is not known what came,
    /// there may be for all. Who has begun to wait meanwhile, and has seen less, is looked for the next time.
    fn note(&self, from: i64, head: i64, news: Option<&[News]>) {
        let mut state = self.state();
        let open = |one: &&mut Waiting| !one.due && (from..head).contains(&one.seen);
        for one in state.waiting.iter_mut().filter(open) {
            one.due = news.is_none_or(|news| one.wanted.is_met(news, one.seen));
            one.seen = head;
        }
    }

    /// Calls some of those for whom there is something; whether there were any.
    fn call(&self) -> bool {
        let called = take_some(&mut self.state().waiting);
        let any = !called.is_empty();
        for one in called {
            // Who has gone meanwhile asks again.
            let _ = one.call.send(());
        }
        any
    }
}

/// Takes out who is called now: of each organisation who has waited longest, then of each the next, as many as are called
/// at once.
fn take_some(waiting: &mut Vec<Waiting>) -> Vec<Waiting> {
    let mut taken: HashMap<OrganisationId, usize> = HashMap::new();
    let mut turns = Vec::new();
    for (at, one) in waiting.iter().enumerate().filter(|(_, one)| one.due) {
        let turn = taken.entry(one.wanted.asker).or_default();
        turns.push((*turn, at));
        *turn += 1;
    }
    turns.sort_unstable();
    let now: HashSet<usize> = turns.into_iter().take(CALLED_AT_ONCE).map(|(_, at)| at).collect();
    let mut at = 0..;
    waiting
        .extract_if(.., |_| at.next().is_some_and(|at: usize| now.contains(&at)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::FeedFilter;
    use uuid::Uuid;

    fn waiting(asker: u128, seen: i64, due: bool) -> (Waiting, oneshot::Receiver<()>) {
        let (call, called) = oneshot::channel();
        let wanted = Wanted {
            asker: OrganisationId::from_uuid(Uuid::from_u128(asker)),
            filter: FeedFilter::All,
            kinds: Vec::new(),
        };
        (Waiting { wanted, seen, due, call }, called)
    }

    #[test]
    fn who_waits_many_times_keeps_nobody_from_hearing() {
        let crowd = (0..100).map(|seen| waiting(1, seen, true));
        let others = [waiting(2, 100, true), waiting(3, 101, false), waiting(2, 102, true)];
        let (mut all, _held): (Vec<_>, Vec<_>) = crowd.chain(others).unzip();
        let called: Vec<i64> = take_some(&mut all).iter().map(|one| one.seen).collect();
        assert_eq!(
            called,
            (0..30).chain([100, 102]).collect::<Vec<_>>(),
            "who has waited longest of each, by turns"
        );
        assert_eq!(all.len(), 103 - CALLED_AT_ONCE);
        while all.iter().any(|one| one.due) {
            assert!(!take_some(&mut all).is_empty());
        }
        assert_eq!(all.iter().map(|one| one.seen).collect::<Vec<_>>(), [101]);
        assert!(take_some(&mut all).is_empty());
    }
}
