//! PostgreSQL: several processes, one head.

use super::connections::Connections;
use super::hosts::Hosts;
use super::promptly::{SILENT_CLIENTS, Silence, tend};
use super::pulse::Pulse;
use super::reach::ANSWER_LIMIT;
use super::until::within;
use super::writer::Writer;
use super::{Db, Engine, OpenError, OpenOptions};
use arc_swap::ArcSwap;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
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

/// A statement is waited for so long: for a connection, for the longest that the server lets run, and a moment.
const STATEMENT_LIMIT: Duration = Duration::from_secs(13);
/// Where the server lets run what needs hours, the pulse alone ends a wait.
const PATIENT_LIMIT: Duration = Duration::from_secs(7 * 24 * 3_600);
/// A connection that lay unused for longer is asked first whether it is well: balancers forget those silently.
const UNUSED: Duration = Duration::from_secs(1);

pub(super) async fn open(url: &str, options: &OpenOptions) -> Result<Db, OpenError> {
    let hosts = Hosts::parse(url)?;
    let server = Arc::new(ArcSwap::from_pointee(hosts.reach_soon(options).await?));
    let pools = Arc::new(Pools {
        server: Arc::clone(&server),
        options: options.clone(),
        name: format!("yangpin {:08x}", rand::random::<u32>()),
    });
    // Connected where it is used: the thread that waits for the server's answer is the one that goes on with it.
    let writer = Writer::start("writer", Engine::Postgres)?;
    let at = pools.server.load_full();
    let connecting = pools.pool(1, &at).connect_with(pools.writing(&at));
    let write = writer.spawn(connecting).await.map_err(std::io::Error::other)??;
    let durability = read_back(&write).await?;
    let read = pools.pool(pools.readers(), &at).connect_with(pools.reading(&at)).await?;
    let limit = if options.patient { PATIENT_LIMIT } else { STATEMENT_LIMIT };
    let limits = (limit, options.acquire_timeout + Duration::from_secs(1));
    let (name_of_writing, name_of_reading) = (pools.name("write"), pools.name("read"));
    let (of_writing, of_reading) = (Arc::clone(&pools), pools);
    let write = Connections::renewable(write, limits, move || {
        let at = of_writing.server.load_full();
        of_writing.pool(1, &at).connect_lazy_with(of_writing.writing(&at))
    });
    let read = Connections::renewable(read, limits, move || {
        let at = of_reading.server.load_full();
        of_reading
            .pool(of_reading.readers(), &at)
            .connect_lazy_with(of_reading.reading(&at))
    });
    let pulse = Pulse {
        hosts,
        server,
        connections: [(write.clone(), name_of_writing), (read.clone(), name_of_reading)],
        is_patient: options.patient,
    };
    let keeper = Writer::start("pulse", Engine::Postgres)?;
    keeper.spawn(pulse.keep());
    Ok(Db {
        engine: Engine::Postgres,
        write,
        read,
        durability,
        writer: Some(Arc::new(writer)),
        pulse: Some(Arc::new(keeper)),
        stays_awake: false,
    })
}

/// How pools are made, now and again.
struct Pools {
    server: Arc<ArcSwap<PgConnectOptions>>,
    options: OpenOptions,
    /// This process's own, by which it finds its sessions at the server.
    name: String,
}

impl Pools {
    fn name(&self, what: &str) -> String {
        format!("{} {what}", self.name)
    }

    fn base(&self, server: &PgConnectOptions, what: &str) -> PgConnectOptions {
        let base = server
            .clone()
            .application_name(&self.name(what))
            .statement_cache_capacity(512)
            .options(SILENT_CLIENTS);
        match &self.options.schema {
            Some(schema) => base.options([("search_path", schema.as_str())]),
            None => base,
        }
    }

    fn writing(&self, server: &PgConnectOptions) -> PgConnectOptions {
        // Who moves all there is counts it and makes its indices: nobody waits behind him.
        let limit = if self.options.patient { "0" } else { STATEMENT_TIMEOUT_MS };
        self.base(server, "write").options([
            ("lock_timeout", LOCK_TIMEOUT_MS),
            ("statement_timeout", limit),
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
        ])
    }

    fn reading(&self, server: &PgConnectOptions) -> PgConnectOptions {
        let limit = if self.options.patient { "0" } else { READ_TIMEOUT_MS };
        let reading = self
            .base(server, "read")
            .options([("statement_timeout", limit), ("idle_in_transaction_session_timeout", limit)]);
        if !self.options.patient {
            return reading;
        }
        // Everything is gone through once; compiling the statements for it takes longer than running them. Of tables without
        // statistics the planner thinks that a key leaves little of them, and would collect and sort what is better
        // read in the order of the key, or hashed.
        reading.options([
            ("work_mem", "128MB"),
            ("jit", "off"),
            ("enable_bitmapscan", "off"),
            ("enable_mergejoin", "off"),
        ])
    }

    fn readers(&self) -> u32 {
        // Of those that count everything again, two can read beside each other.
        self.options.readers.max(if self.options.patient { 2 } else { 1 })
    }

    fn pool(&self, connections: u32, server: &Arc<PgConnectOptions>) -> PgPoolOptions {
        let (server, silence) = (Arc::clone(server), Silence::of(&self.options));
        PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(self.options.acquire_timeout)
            .test_before_acquire(false)
            .max_lifetime(None)
            .after_connect(move |_, _| {
                tend(&server, silence);
                Box::pin(async { Ok(()) })
            })
            .before_acquire(|connection, lay| {
                Box::pin(async move {
                    if lay.idle_for < UNUSED {
                        return Ok(true);
                    }
                    match within(ANSWER_LIMIT, || false, connection.ping()).await {
                        Some(answer) => answer.map(|()| true),
                        None => Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()),
                    }
                })
            })
    }
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
