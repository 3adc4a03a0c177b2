//! The two engines behind one door.
//!
//! Owns: connections and their durability, the process lock, migrations, sets of rows as parameters, which failures
//! may be tried again, whether the database is there. Does not own any table. Hands out [`Db`]: `write` is one connection
//! that only the gate of the journal uses, on a thread of its own; `read` is a pool that never writes.

mod awake;
mod connections;
mod engine;
mod failure;
mod held;
mod hosts;
mod migrate;
mod pool;
mod pools;
mod postgres;
mod promptly;
mod pulse;
mod reach;
mod read;
mod rows;
mod sqlite;
mod until;
mod writer;
mod writes;

pub use connections::Connections;
pub(crate) use connections::Hold;
pub use engine::{Engine, Target, TargetError};
pub use failure::{Failure, failure_of};
pub use hosts::HostsError;
pub use migrate::{MigrateError, migrate, pending};
pub use pools::PoolUse;
pub use reach::{Unreached, WaitError, wait_for};
pub use read::{Params, Snapshot, count_statements, read_each, statement};
pub use rows::{Kind, Rows, looked_up};
pub use sqlite::FileLock;
pub use writes::Writes;

use sea_orm::{DatabaseConnection, DbErr};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use writer::Writer;

/// How to open a database.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Connections of the read pool.
    pub readers: u32,
    /// How long a request waits for a free read connection.
    pub acquire_timeout: Duration,
    /// Schema on PostgreSQL, `public` unless told; tests give each case its own.
    pub schema: Option<String>,
    /// Lets a read take as long as it needs, and reads from a standby as well: for counting everything again, not for
    /// serving.
    pub patient: bool,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            readers: 8,
            acquire_timeout: Duration::from_secs(2),
            schema: None,
            patient: false,
        }
    }
}

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The engine said no.
    #[error("the database cannot be opened: {0}")]
    Database(#[from] DbErr),
    /// The driver said no.
    #[error("the database cannot be opened: {0}")]
    Driver(#[from] sqlx::Error),
    /// Its address.
    #[error(transparent)]
    Hosts(#[from] HostsError),
    /// No server of it can be used.
    #[error(transparent)]
    Unreached(#[from] Unreached),
    /// There is no thread to write on.
    #[error("the writing thread cannot be started: {0}")]
    Thread(#[from] std::io::Error),
    /// A setting would let an acknowledged order be lost.
    #[error("the database is not durable enough: {setting} is {found}, must be {wanted}")]
    Durability {
        /// The engine's name for it.
        setting: &'static str,
        /// What was read back.
        found: String,
        /// What is needed.
        wanted: &'static str,
    },
}

/// An open database.
#[derive(Clone, Debug)]
pub struct Db {
    engine: Engine,
    write: Connections,
    read: Connections,
    durability: Vec<(String, String)>,
    writer: Option<Arc<Writer>>,
    /// Keeps the pulse as long as it is held.
    pulse: Option<Arc<Writer>>,
    /// Whether who writes stays awake for the engine's answer: it is another thread, with a processor of its own.
    stays_awake: bool,
}

impl Db {
    /// Opens the target and reads its durability settings back; refuses weaker ones.
    pub async fn open(target: &Target, options: &OpenOptions) -> Result<Self, OpenError> {
        match target {
            Target::Sqlite(path) => sqlite::open(path, options).await,
            Target::Postgres(url) => postgres::open(url, options).await,
        }
    }

    /// No database at all, for describing the API.
    #[must_use]
    pub fn detached() -> Self {
        Self {
            engine: Engine::Sqlite,
            write: Connections::lasting(DatabaseConnection::default()),
            read: Connections::lasting(DatabaseConnection::default()),
            durability: Vec::new(),
            writer: None,
            pulse: None,
            stays_awake: false,
        }
    }

    /// Runs a task on the thread that writes; a database that is none has no such thread, and the task runs beside.
    pub fn spawn_writing<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        match &self.writer {
            Some(writer) => writer.spawn(task),
            None => tokio::spawn(task),
        }
    }

    /// Runs a small piece of writing; on SQLite without going to sleep each time it waits for the engine's thread. Where
    /// there is one processor only, that thread could not answer meanwhile.
    pub async fn attend<F: Future>(&self, writing: F) -> F::Output {
        if self.stays_awake {
            awake::awake(writing).await
        } else {
            writing.await
        }
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The one writing connection. Only the gate of the journal, migrations and a move may use it.
    #[must_use]
    pub fn write(&self) -> &Connections {
        &self.write
    }

    /// The pool that reads.
    #[must_use]
    pub fn read(&self) -> &Connections {
        &self.read
    }

    /// Whether the database does not answer; where it has not for a moment, it may yet.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.write.is_dark() || self.write.is_silent()
    }

    /// The durability settings as read back at start: name and value.
    #[must_use]
    pub fn durability(&self) -> &[(String, String)] {
        &self.durability
    }

    /// Closes all connections.
    pub async fn close(self) {
        drop(self.pulse);
        self.read.close().await;
        self.write.close().await;
    }
}
