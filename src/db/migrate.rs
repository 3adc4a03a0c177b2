//! Migrations, under a lock: replicas that start at once on an empty database all come up.

use super::hosts::{Hosts, HostsError};
use super::promptly::{Silence, tend};
use super::{OpenOptions, Target, Unreached};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::time::Duration;

/// Any number will do, as long as all replicas know the same one.
const ADVISORY_LOCK: i64 = 7_270_010_723;

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The engine said no.
    #[error("the schema cannot be brought up to date: {0}")]
    Database(#[from] DbErr),
    /// The driver said no.
    #[error("the schema cannot be brought up to date: {0}")]
    Driver(#[from] sqlx::Error),
    /// The address.
    #[error("the schema cannot be brought up to date: {0}")]
    Hosts(#[from] HostsError),
    /// No server of it can be used.
    #[error("the schema cannot be brought up to date: {0}")]
    Unreached(#[from] Unreached),
}

/// Brings the schema up to date. The lock belongs to a session, so one connection does all of it.
pub async fn migrate(target: &Target, options: &OpenOptions) -> Result<(), MigrateError> {
    let db = connect(target, options).await?;
    let outcome = match target {
        Target::Sqlite(_) => Migrator::up(&db, None).await,
        Target::Postgres(_) => migrate_postgres(&db, options).await,
    };
    // The lock goes with the session, whatever happened.
    let _ = db.close().await;
    Ok(outcome?)
}

async fn migrate_postgres(db: &DatabaseConnection, options: &OpenOptions) -> Result<(), DbErr> {
    db.execute_unprepared(&format!("SELECT pg_advisory_lock({ADVISORY_LOCK})")).await?;
    if let Some(schema) = &options.schema {
        db.execute_unprepared(&format!("CREATE SCHEMA IF NOT EXISTS {schema}")).await?;
    }
    Migrator::up(db, None).await
}

/// How many steps the database still lacks.
pub async fn pending(target: &Target, options: &OpenOptions) -> Result<usize, MigrateError> {
    let db = connect(target, options).await?;
    let steps = Migrator::get_pending_migrations(&db).await?;
    let _ = db.close().await;
    Ok(steps.len())
}

async fn connect(target: &Target, options: &OpenOptions) -> Result<DatabaseConnection, MigrateError> {
    match target {
        Target::Sqlite(path) => {
            let how = SqliteConnectOptions::new()
                .filename(path)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(30));
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(how).await?;
            Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
        }
        Target::Postgres(url) => {
            let server = Hosts::parse(url)?.reach_soon(options).await?;
            let mut how = server.clone().application_name("yangpin migrate");
            if let Some(schema) = &options.schema {
                how = how.options([("search_path", schema.as_str())]);
            }
            // A step may take long: a hitch of the network should not end it.
            let pool = PgPoolOptions::new().max_connections(1).after_connect(move |_, _| {
                tend(&server, Silence::Long);
                Box::pin(async { Ok(()) })
            });
            let pool = pool.connect_with(how).await?;
            Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
        }
    }
}
