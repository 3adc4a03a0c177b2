//! SQLite: one file, one process, one writer.

use super::connections::Connections;
use super::writer::Writer;
use super::{Db, Engine, OpenError, OpenOptions};
use sea_orm::SqlxSqliteConnector;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Older releases can corrupt a database in WAL mode.
const OLDEST_VERSION: (u32, u32, u32) = (3, 51, 3);
/// The log is cut back to this after a checkpoint.
const LOG_LIMIT_BYTES: &str = "67108864";
/// Pages in the log before it is written into the file. A page that many orders change is written once for all of them
/// and not every 4 MiB; what a start after a crash has to read again is still only 32 MiB.
const CHECKPOINT_PAGES: &str = "8000";
/// Pages the writing connection keeps in memory, as KiB: the ends of all indices and the cells of a month.
const WRITER_CACHE_KIB: &str = "-65536";

pub(super) async fn open(path: &Path, options: &OpenOptions) -> Result<Db, OpenError> {
    let base = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("journal_size_limit", LOG_LIMIT_BYTES)
        .statement_cache_capacity(512);
    let write = pool(1, options.acquire_timeout)
        .connect_with(
            base.clone()
                .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
                .pragma("cache_size", WRITER_CACHE_KIB)
                .pragma("temp_store", "MEMORY"),
        )
        .await?;
    let durability = read_back(&write).await?;
    let read = pool(options.readers.clamp(1, 4), options.acquire_timeout)
        .connect_with(base.pragma("query_only", "1"))
        .await?;
    Ok(Db {
        engine: Engine::Sqlite,
        write: Connections::lasting(SqlxSqliteConnector::from_sqlx_sqlite_pool(write)),
        read: Connections::lasting(SqlxSqliteConnector::from_sqlx_sqlite_pool(read)),
        durability,
        writer: Some(Arc::new(Writer::start("writer", Engine::Sqlite)?)),
        pulse: None,
        stays_awake: std::thread::available_parallelism().is_ok_and(|processors| processors.get() > 1),
    })
}

/// A connection that comes back and counts itself inside a transaction is closed.
///
/// On a full disk SQLite takes a transaction back by itself. The driver's own `ROLLBACK` fails then, and it goes on
/// counting one transaction too many: every later `BEGIN` would be a savepoint and every later `COMMIT` the release of
/// one, inside a transaction that never ends. All would be acknowledged, and all would be lost.
fn pool(connections: u32, acquire_timeout: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(acquire_timeout)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_release(|connection, _| {
            Box::pin(async move {
                if connection.is_in_transaction() {
                    // A roll-back may still be under way; the answer comes after it.
                    connection.ping().await?;
                }
                Ok(!connection.is_in_transaction())
            })
        })
}

/// Reads the settings back: what was asked for and what the engine does are two things.
async fn read_back(pool: &SqlitePool) -> Result<Vec<(String, String)>, OpenError> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(pool).await?;
    if version_of(&version) < OLDEST_VERSION {
        return Err(OpenError::Durability {
            setting: "sqlite_version",
            found: version,
            wanted: "3.51.3 or later",
        });
    }
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(pool).await?;
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(pool).await?;
    let foreign_keys: i64 = sqlx::query_scalar("PRAGMA foreign_keys").fetch_one(pool).await?;
    if journal != "wal" {
        return Err(OpenError::Durability {
            setting: "journal_mode",
            found: journal,
            wanted: "wal",
        });
    }
    if synchronous < 2 {
        return Err(OpenError::Durability {
            setting: "synchronous",
            found: synchronous.to_string(),
            wanted: "FULL (2)",
        });
    }
    if foreign_keys != 1 {
        return Err(OpenError::Durability {
            setting: "foreign_keys",
            found: foreign_keys.to_string(),
            wanted: "1",
        });
    }
    Ok(vec![
        ("sqlite_version".to_owned(), version),
        ("journal_mode".to_owned(), journal),
        (
            "synchronous".to_owned(),
            if synchronous == 2 { "FULL".to_owned() } else { "EXTRA".to_owned() },
        ),
    ])
}

fn version_of(text: &str) -> (u32, u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

/// Held for the life of a serving process: two servers on one SQLite file starve each other and are refused.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

impl FileLock {
    /// Takes the lock beside the database file, or says who is in the way.
    pub fn take(database: &Path) -> Result<Self, String> {
        let path = lock_path(database);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|e| format!("{} cannot be opened: {e}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(_) => Err(format!(
                "{} is served by another process already; stop it first, or use PostgreSQL for several processes",
                database.display()
            )),
        }
    }
}

fn lock_path(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::version_of;

    #[test]
    fn versions_compare_by_number() {
        assert!(version_of("3.51.3") > version_of("3.9.99"));
        assert!(version_of("3.50.4") < super::OLDEST_VERSION);
    }
}
