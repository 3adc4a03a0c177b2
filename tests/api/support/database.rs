//! A fresh database for each test: a file of its own on SQLite, a schema of its own on PostgreSQL.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, Executor};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::Uuid;
use yangpin::db::{Engine, OpenOptions, Target};
use yangpin::moving::Side;

/// Where tests look for PostgreSQL unless told.
const DEFAULT_POSTGRES: &str = "postgres://postgres@127.0.0.1:5432/postgres";
/// Schemas of tests begin like this, then come the second they were made in and an id.
const PREFIX: &str = "yangpin_test_";
/// Schemas that a killed run has left are swept after so many seconds.
const LEFTOVER_SECONDS: u64 = 3600;
/// Tests on PostgreSQL at a time: each holds up to eight connections of the server's hundred.
const MOST_ON_POSTGRES: usize = 10;

/// The database of one test.
#[derive(Debug)]
pub struct Database {
    pub target: Target,
    pub open: OpenOptions,
    directory: PathBuf,
    _place: Option<Place>,
}

/// The URL of the PostgreSQL that tests use.
pub fn postgres_url() -> String {
    std::env::var("YANGPIN_TEST_POSTGRES").unwrap_or_else(|_| DEFAULT_POSTGRES.to_owned())
}

/// Whether a PostgreSQL answers, or why it does not; asked once.
pub fn postgres() -> Result<(), String> {
    static ANSWER: OnceLock<Result<(), String>> = OnceLock::new();
    ANSWER
        // In a thread of its own: whoever asks first may be in a runtime already.
        .get_or_init(|| std::thread::spawn(ask).join().unwrap())
        .clone()
}

fn ask() -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let limit = Duration::from_secs(5);
        match tokio::time::timeout(limit, sweep()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("no answer within 5 s".to_owned()),
        }
    })
}

async fn connect() -> Result<PgConnection, sqlx::Error> {
    let options: PgConnectOptions = postgres_url().parse()?;
    PgConnection::connect_with(&options.application_name("yangpin tests")).await
}

fn now_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

async fn sweep() -> Result<(), sqlx::Error> {
    let mut connection = connect().await?;
    let names: Vec<String> = sqlx::query_scalar("SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'yangpin\\_test\\_%'")
        .fetch_all(&mut connection)
        .await?;
    for name in names {
        let made: Option<u64> = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split('_').next())
            .and_then(|text| text.parse().ok());
        if made.is_none_or(|made| made + LEFTOVER_SECONDS < now_seconds()) {
            drop_schema(&mut connection, &name).await?;
        }
    }
    connection.close().await
}

async fn drop_schema(connection: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    connection
        .execute(sqlx::AssertSqlSafe(format!("DROP SCHEMA IF EXISTS {name} CASCADE")))
        .await?;
    Ok(())
}

impl Database {
    /// A database nobody has used; nothing is migrated yet.
    pub fn fresh(engine: Engine) -> Self {
        let id = Uuid::now_v7().simple().to_string();
        let open = OpenOptions {
            readers: 2,
            acquire_timeout: Duration::from_secs(20),
            patient: false,
            schema: (engine == Engine::Postgres).then(|| format!("{PREFIX}{}_{id}", now_seconds())),
        };
        let directory = std::env::temp_dir().join(format!("yangpin-test-{id}"));
        match engine {
            Engine::Sqlite => {
                std::fs::create_dir_all(&directory).unwrap();
                Self {
                    target: Target::Sqlite(directory.join("yangpin.db")),
                    open,
                    directory,
                    _place: None,
                }
            }
            Engine::Postgres => Self {
                target: Target::Postgres(postgres_url()),
                open,
                directory,
                _place: Some(Place::take()),
            },
        }
    }

    /// The same by another address, with a connection waited for no longer than where it serves.
    pub fn at(&self, url: &str) -> Self {
        Self {
            target: Target::Postgres(url.to_owned()),
            open: OpenOptions {
                acquire_timeout: OpenOptions::default().acquire_timeout,
                ..self.open.clone()
            },
            directory: self.directory.join("beside"),
            _place: None,
        }
    }

    /// As a side of a move.
    pub fn side(&self) -> Side {
        Side {
            target: self.target.clone(),
            open: self.open.clone(),
        }
    }

    /// Where pictures of the test are kept.
    pub fn pictures(&self) -> PathBuf {
        self.directory.join("pictures")
    }

    /// Leaves nothing behind. On SQLite dropping does it.
    pub async fn remove(&self) {
        if let Some(name) = &self.open.schema {
            let mut connection = connect().await.unwrap();
            drop_schema(&mut connection, name).await.unwrap();
            connection.close().await.unwrap();
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Nobody is helped by a test that fails over its own rubbish.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// One of the places for tests on PostgreSQL; waits until one is free.
#[derive(Debug)]
struct Place;

static TAKEN: Mutex<usize> = Mutex::new(0);
static FREED: Condvar = Condvar::new();

impl Place {
    fn take() -> Self {
        let mut taken = TAKEN.lock().unwrap();
        while *taken >= MOST_ON_POSTGRES {
            taken = FREED.wait(taken).unwrap();
        }
        *taken += 1;
        Self
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *TAKEN.lock().unwrap() -= 1;
        FREED.notify_one();
    }
}
