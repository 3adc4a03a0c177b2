//! The connections of one kind, to read or to write, each wait on which has an end.
//!
//! A connection can be cut without a word: nothing comes any more, and nothing says so. The driver waits for ever then, also
//! when it takes such a connection back, and its place in the pool is gone. So whatever waits here ends after its limit, or
//! as soon as the pulse finds that the database does not answer; and what was waited for in vain is thrown away with its
//! whole pool, and another pool takes its place. SQLite is in the process: nothing is cut there, and nothing of this is done.

use super::held::RowStream;
use super::pool::{Pool, Wait};
use super::until::{LOOK, within};
use arc_swap::ArcSwap;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
    StreamTrait, TransactionOptions, TransactionTrait,
};
use sqlx::postgres::PgPool;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Saying goodbye takes no longer.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

/// Makes a pool anew, on the server that is the right one now.
type Make = Box<dyn Fn() -> PgPool + Send + Sync>;

/// Connections of one kind. Cheap to clone.
#[derive(Clone)]
pub struct Connections(Arc<Lane>);

struct Lane {
    now: ArcSwap<Pool>,
    /// None where nothing can be cut.
    renewal: Option<Renewal>,
}

struct Renewal {
    make: Make,
    /// A statement's, with the wait for a connection.
    limit: Duration,
    /// Who looks more often has waited long: the server is asked whether it works for him.
    many_looks: usize,
    /// Whether the database does not answer; locked by whoever changes the pool.
    is_dark: Mutex<bool>,
    /// Whether it has not answered for a moment: who asks whether we are ready is told, and nothing is thrown away yet.
    is_silent: AtomicBool,
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections")
            .field("open", &self.0.now.load().open)
            .finish_non_exhaustive()
    }
}

/// A pool as somebody began to use it, and how to wait for its answers.
#[derive(Clone)]
pub(crate) struct Hold {
    lane: Arc<Lane>,
    pool: Arc<Pool>,
}

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hold").finish_non_exhaustive()
    }
}

fn silent() -> DbErr {
    let cause = io::Error::new(io::ErrorKind::TimedOut, "the database does not answer");
    DbErr::Conn(RuntimeErr::SqlxError(Arc::new(sqlx::Error::Io(cause))))
}

impl Hold {
    /// The pool.
    pub(crate) fn open(&self) -> &DatabaseConnection {
        &self.pool.open
    }

    /// Waits for work on the pool, no longer than `limit`.
    ///
    /// # Errors
    /// The work's, and that the database does not answer: then it is not known what became of the work.
    pub(crate) async fn within<T>(&self, limit: Duration, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        let Some(renewal) = &self.lane.renewal else {
            return work.await;
        };
        let wait = Wait::new(&self.pool, renewal.many_looks);
        match within(limit, || wait.is_over(), work).await {
            Some(done) => {
                if done.is_ok() {
                    self.note_answer();
                }
                done
            }
            None => Err(self.missed()),
        }
    }

    /// Notes that an answer came.
    pub(super) fn note_answer(&self) {
        self.pool.answers.fetch_add(1, Ordering::Relaxed);
    }

    /// The same with a statement's limit.
    pub(super) async fn answered<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        match &self.lane.renewal {
            Some(renewal) => self.within(renewal.limit, work).await,
            None => work.await,
        }
    }

    /// A statement's limit; none where nothing can be cut.
    pub(super) fn limit(&self) -> Option<Duration> {
        self.lane.renewal.as_ref().map(|renewal| renewal.limit)
    }

    pub(super) fn is_gone(&self) -> bool {
        self.pool.is_gone.load(Ordering::Relaxed)
    }

    /// Nobody shall ask this pool again: no answer came from it, or no connection of it comes back.
    pub(crate) fn give_up(&self) {
        let _ = self.missed();
    }

    pub(super) fn missed(&self) -> DbErr {
        if let Some(renewal) = &self.lane.renewal {
            let is_dark = renewal.is_dark.lock().unwrap_or_else(PoisonError::into_inner);
            if !*is_dark && Arc::ptr_eq(&self.lane.now.load(), &self.pool) {
                tracing::warn!("a connection to the database does not answer: its pool is made anew");
                self.lane.renew(renewal);
            }
        }
        silent()
    }
}

impl Lane {
    fn renew(&self, renewal: &Renewal) {
        let old = self.now.swap(Arc::new(Pool::of((renewal.make)())));
        old.shut();
    }
}

impl Connections {
    /// Connections that nothing can cut.
    pub(super) fn lasting(open: DatabaseConnection) -> Self {
        Self(Arc::new(Lane {
            now: ArcSwap::from_pointee(Pool::new(open, None)),
            renewal: None,
        }))
    }

    /// Connections that may be cut: `make` makes others. No statement is waited for longer than `limit`; `long` is longer
    /// than anybody waits for a connection.
    pub(super) fn renewable(first: PgPool, (limit, long): (Duration, Duration), make: impl Fn() -> PgPool + Send + Sync + 'static) -> Self {
        let renewal = Renewal {
            make: Box::new(make),
            limit,
            many_looks: usize::try_from(long.as_millis() / LOOK.as_millis()).unwrap_or(usize::MAX),
            is_dark: Mutex::new(false),
            is_silent: AtomicBool::new(false),
        };
        Self(Arc::new(Lane {
            now: ArcSwap::from_pointee(Pool::of(first)),
            renewal: Some(renewal),
        }))
    }

    pub(crate) fn hold(&self) -> Hold {
        Hold {
            lane: Arc::clone(&self.0),
            pool: self.0.now.load_full(),
        }
    }

    /// The pool as it is now, for what needs the whole of it.
    #[must_use]
    pub fn now(&self) -> DatabaseConnection {
        self.0.now.load().open.clone()
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        self.begin_with_options(TransactionOptions::default()).await
    }

    /// Begins a transaction of a kind.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin_with_options(&self, options: TransactionOptions) -> Result<DatabaseTransaction, DbErr> {
        let ask = |hold: Hold, options| async move { hold.answered(hold.open().begin_with_options(options)).await };
        self.ask(options, ask).await
    }

    /// Asks the pool; who got no connection of it, since another took its place meanwhile, has done nothing and asks that one.
    /// Nothing takes the place of connections that last.
    pub(super) async fn ask<Q, T, A>(&self, what: Q, ask: impl Fn(Hold, Q) -> A) -> Result<T, DbErr>
    where
        Q: Clone,
        A: Future<Output = Result<T, DbErr>>,
    {
        let hold = self.hold();
        if self.0.renewal.is_none() {
            return ask(hold, what).await;
        }
        match ask(hold.clone(), what.clone()).await {
            Err(DbErr::ConnectionAcquire(_)) if self.is_other_than(&hold) => ask(self.hold(), what).await,
            done => done,
        }
    }

    /// Whether another pool has taken the place of this one, and the database answers.
    fn is_other_than(&self, hold: &Hold) -> bool {
        let now = self.0.now.load();
        !Arc::ptr_eq(&now, &hold.pool) && !now.is_gone.load(Ordering::Relaxed)
    }

    /// Whether a place of the pool is neither free nor used by anybody: the driver takes a connection back, and asks it
    /// whether it is well. For a moment that is as it should be.
    pub(super) fn misses_a_place(&self) -> bool {
        let pool = self.0.now.load_full();
        let Some(postgres) = &pool.postgres else { return false };
        // Two are the lane's and ours; whoever uses or awaits a connection has another.
        let used = Arc::strong_count(&pool).saturating_sub(2);
        usize::try_from(postgres.size()).is_ok_and(|places| places > postgres.num_idle() + used)
    }

    /// How many have waited long, and still do.
    pub(super) fn long_waits(&self) -> usize {
        self.0.now.load().long.load(Ordering::Relaxed)
    }

    /// How often those who wait long have looked for their answer. Who has not looked since may have it, and be short of time.
    pub(super) fn long_looks(&self) -> usize {
        self.0.now.load().long_looks.load(Ordering::Relaxed)
    }

    /// How many answers came so far.
    pub(super) fn answers(&self) -> usize {
        self.0.now.load().answers.load(Ordering::Relaxed)
    }

    /// Who waits, waits in vain: all are told, and the pool is made anew.
    pub(super) fn abandon(&self) {
        let hold = self.hold();
        hold.pool.is_gone.store(true, Ordering::Relaxed);
        hold.give_up();
    }

    /// Whether the database does not answer.
    pub(super) fn is_dark(&self) -> bool {
        self.0.now.load().is_gone.load(Ordering::Relaxed)
    }

    /// Whether the database has not answered for a moment.
    pub(super) fn is_silent(&self) -> bool {
        self.0
            .renewal
            .as_ref()
            .is_some_and(|renewal| renewal.is_silent.load(Ordering::Relaxed))
    }

    /// Notes whether it has.
    pub(super) fn note_silence(&self, is_silent: bool) {
        if let Some(renewal) = &self.0.renewal {
            renewal.is_silent.store(is_silent, Ordering::Relaxed);
        }
    }

    /// The database does not answer: whoever waits is told, and whoever asks from now on as well.
    pub(super) fn darken(&self) {
        let Some(renewal) = &self.0.renewal else { return };
        let mut is_dark = renewal.is_dark.lock().unwrap_or_else(PoisonError::into_inner);
        *is_dark = true;
        let pool = self.0.now.load();
        pool.is_gone.store(true, Ordering::Relaxed);
        pool.shut();
    }

    /// The database answers, perhaps from another server: nobody asks the connections of before any more.
    pub(super) fn lighten(&self) {
        let Some(renewal) = &self.0.renewal else { return };
        let mut is_dark = renewal.is_dark.lock().unwrap_or_else(PoisonError::into_inner);
        *is_dark = false;
        self.0.renew(renewal);
    }

    /// Closes all of them.
    pub(super) async fn close(&self) {
        let closing = self.now().close();
        if self.0.renewal.is_some() {
            // A failure to say goodbye changes nothing: all that was acknowledged is on disk.
            let _ = within(CLOSE_LIMIT, || false, closing).await;
        } else {
            let _ = closing.await;
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Connections {
    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.0.now.load().open)
    }
    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        let ask = |hold: Hold, stmt| async move { hold.answered(hold.open().execute_raw(stmt)).await };
        self.ask(stmt, ask).await
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let hold = self.hold();
        hold.answered(hold.open().execute_unprepared(sql)).await
    }
    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        let ask = |hold: Hold, stmt| async move { hold.answered(hold.open().query_one_raw(stmt)).await };
        self.ask(stmt, ask).await
    }
    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let ask = |hold: Hold, stmt| async move { hold.answered(hold.open().query_all_raw(stmt)).await };
        self.ask(stmt, ask).await
    }
}

impl StreamTrait for Connections {
    type Stream<'a> = RowStream<'a>;

    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(self)
    }
    fn stream_raw<'a>(&'a self, stmt: Statement) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'a>, DbErr>> + 'a + Send>> {
        Box::pin(async move {
            let ask = |hold: Hold, stmt| async move {
                let rows = hold.answered(hold.open().stream_raw(stmt)).await?;
                Ok(RowStream::new(hold, rows))
            };
            self.ask(stmt, ask).await
        })
    }
}
