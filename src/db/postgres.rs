//! PostgreSQL: several processes, one head.

use super::promptly::send_at_once;
use super::writer::Writer;
use super::{Db, Engine, OpenError, OpenOptions};
use sea_orm::SqlxPostgresConnector;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// A turn waits this long for the head, milliseconds.
const LOCK_TIMEOUT_MS: &str = "2000";
/// No statement of a turn runs longer, milliseconds.
const STATEMENT_TIMEOUT_MS: &str = "5000";
/// A holder of the head that stalls between two statements loses its session, so that the others can go on: they wait
/// `LOCK_TIMEOUT_MS` and must find the head free before, even where the server is late to end the session.
const IDLE_IN_TURN_MS: &str = "1000";
/// Nothing that reads on the primary lives longer, milliseconds.
const READ_TIMEOUT_MS: &str = "10000";

pub(super) async fn open(url: &str, options: &OpenOptions) -> Result<Db, OpenError> {
    let mut base = PgConnectOptions::from_str(url)?
        .application_name("yangpin")
        .statement_cache_capacity(512);
    if let Some(schema) = &options.schema {
        base = base.options([("search_path", schema.as_str())]);
    }
    let writing = base.clone().options([
        ("lock_timeout", LOCK_TIMEOUT_MS),
        ("statement_timeout", STATEMENT_TIMEOUT_MS),
        ("idle_in_transaction_session_timeout", IDLE_IN_TURN_MS),
        ("synchronous_commit", "on"),
        ("client_connection_check_interval", "1000"),
        // Whatever a turn asks for, it asks for by key, in tables that grow while a plan lives. Planned anew each time, the
        // statement that writes a turn costs as much as the writing; planned once over a small table, it would go
        // through all of it when it is large.
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("enable_seqscan", "off"),
        ("jit", "off"),
    ]);
    // Connected where it is used: the thread that waits for the server's answer is the one that goes on with it.
    let writer = Writer::start(Engine::Postgres)?;
    let port = base.get_port();
    let connecting = pool(1, options.acquire_timeout, port).connect_with(writing);
    let write = writer.spawn(connecting).await.map_err(std::io::Error::other)??;
    let durability = read_back(&write).await?;
    let limit = if options.patient { "0" } else { READ_TIMEOUT_MS };
    let mut reading = base.options([("statement_timeout", limit), ("idle_in_transaction_session_timeout", limit)]);
    let mut readers = options.readers.max(1);
    if options.patient {
        // Everything is gone through once; compiling the statements for it takes longer than running them. Of tables without
        // statistics the planner thinks that a key leaves little of them, and would collect and sort what is better
        // read in the order of the key, or hashed.
        reading = reading.options([
            ("work_mem", "128MB"),
            ("jit", "off"),
            ("enable_bitmapscan", "off"),
            ("enable_mergejoin", "off"),
        ]);
        // Two can read beside each other.
        readers = readers.max(2);
    }
    let read = pool(readers, options.acquire_timeout, port).connect_with(reading).await?;
    Ok(Db {
        engine: Engine::Postgres,
        write: SqlxPostgresConnector::from_sqlx_postgres_pool(write),
        read: SqlxPostgresConnector::from_sqlx_postgres_pool(read),
        durability,
        writer: Some(Arc::new(writer)),
        stays_awake: false,
    })
}

fn pool(connections: u32, acquire_timeout: Duration, port: u16) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(acquire_timeout)
        .test_before_acquire(false)
        .max_lifetime(None)
        .after_connect(move |_, _| {
            send_at_once(port);
            Box::pin(async { Ok(()) })
        })
}

async fn read_back(pool: &PgPool) -> Result<Vec<(String, String)>, OpenError> {
    let mut found = Vec::new();
    for (setting, wanted, good) in [
        ("fsync", "on", &["on"][..]),
        ("full_page_writes", "on", &["on"]),
        ("synchronous_commit", "on", &["on", "remote_apply"]),
    ] {
        let value: String = sqlx::query_scalar("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(pool)
            .await?;
        if !good.contains(&value.as_str()) {
            return Err(OpenError::Durability {
                setting,
                found: value,
                wanted,
            });
        }
        found.push((setting.to_owned(), value));
    }
    let version: String = sqlx::query_scalar("SHOW server_version").fetch_one(pool).await?;
    found.push(("server_version".to_owned(), version));
    Ok(found)
}
