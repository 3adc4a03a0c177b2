//! A PostgreSQL database of its own for each proof.

use sqlx::AssertSqlSafe;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use std::str::FromStr as _;
use std::time::Duration;

/// A database that is dropped at the end.
#[derive(Debug)]
pub struct Database {
    name: String,
    pub url: String,
}

fn server_url() -> String {
    std::env::var("YANGPIN_TEST_POSTGRES").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned())
}

async fn pool(options: PgConnectOptions) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(2)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with(options.application_name("proof"))
        .await
}

impl Database {
    /// A new database, or nothing where no server answers; that is said aloud.
    pub async fn create(purpose: &str) -> Option<Self> {
        let options = PgConnectOptions::from_str(&server_url()).expect("YANGPIN_TEST_POSTGRES is a URL");
        let server = match pool(options).await {
            Ok(server) => server,
            Err(error) => {
                println!("SKIPPED on PostgreSQL: no server answers ({error})");
                return None;
            }
        };
        let name = format!("yangpin_proof_{purpose}_{}", std::process::id());
        sqlx::raw_sql(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")))
            .execute(&server)
            .await
            .expect("an old database of a proof can be dropped");
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&server)
            .await
            .expect("a database can be created");
        server.close().await;
        let url = with_database(&server_url(), &name);
        Some(Self { name, url })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                let Ok(options) = PgConnectOptions::from_str(&server_url()) else {
                    return;
                };
                if let Ok(server) = pool(options).await {
                    // What cannot be dropped is left; its name says whose it was.
                    let _ = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&server).await;
                    server.close().await;
                }
            });
        });
        let _ = dropping.join();
    }
}

/// The URL of another database on the same server.
fn with_database(url: &str, name: &str) -> String {
    let (place, query) = url.split_once('?').map_or((url, None), |(place, query)| (place, Some(query)));
    let host_from = place.find("://").map_or(0, |at| at + 3);
    let host_to = place
        .get(host_from..)
        .and_then(|rest| rest.find('/'))
        .map_or(place.len(), |at| host_from + at);
    let host = place.get(..host_to).unwrap_or(place);
    query.map_or_else(|| format!("{host}/{name}"), |query| format!("{host}/{name}?{query}"))
}
