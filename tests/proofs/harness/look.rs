//! A look into the database past the service: a session of the proof's own, on either engine.

use sqlx::AssertSqlSafe;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use std::collections::BTreeSet;
use std::str::FromStr as _;
use std::time::Duration;

/// The proof's own session.
#[derive(Clone, Debug)]
pub enum Look {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Look {
    pub async fn into(database: &str) -> Self {
        if let Some(path) = database.strip_prefix("sqlite://") {
            let how = SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(10));
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(how).await;
            return Self::Sqlite(pool.expect("the proof's own session opens"));
        }
        let how = PgConnectOptions::from_str(database)
            .expect("the URL is good")
            .application_name("proof");
        let pool = PgPoolOptions::new().max_connections(1).connect_with(how).await;
        Self::Postgres(pool.expect("the proof's own session opens"))
    }

    /// One number.
    pub async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
            Self::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
        }
        .expect("the proof's question is answered")
    }

    /// One column of text.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
            Self::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
        }
        .expect("the proof's question is answered")
    }

    /// Reads every row of a table, as it comes. The bench beside the proofs uses it.
    #[allow(dead_code, reason = "used by tests/load alone")]
    pub async fn scan(&self, table: &str) -> u64 {
        use futures_util::TryStreamExt as _;
        let sql = AssertSqlSafe(format!("SELECT * FROM {table}"));
        let mut rows = 0;
        match self {
            Self::Sqlite(pool) => {
                let mut all = sqlx::query(sql).fetch(pool);
                while all.try_next().await.expect("the rows can be read").is_some() {
                    rows += 1;
                }
            }
            Self::Postgres(pool) => {
                let mut all = sqlx::query(sql).fetch(pool);
                while all.try_next().await.expect("the rows can be read").is_some() {
                    rows += 1;
                }
            }
        }
        rows
    }

    /// Statements that change something; how many rows they touched.
    pub async fn change(&self, sql: &str) -> u64 {
        let text = AssertSqlSafe(sql.to_owned());
        let done = match self {
            Self::Sqlite(pool) => sqlx::raw_sql(text).execute(pool).await.map(|done| done.rows_affected()),
            Self::Postgres(pool) => sqlx::raw_sql(text).execute(pool).await.map(|done| done.rows_affected()),
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// An id column as text.
    pub fn id(&self, column: &str) -> String {
        match self {
            Self::Postgres(_) => format!("{column}::text"),
            Self::Sqlite(_) => {
                let part = |from: u8, length: u8| format!("substr(lower(hex({column})),{from},{length})");
                [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)].join("||'-'||")
            }
        }
    }

    /// All ids of a table.
    pub async fn ids(&self, table: &str) -> BTreeSet<String> {
        let sql = format!("SELECT {} FROM {table}", self.id("id"));
        self.texts(&sql).await.into_iter().collect()
    }

    pub async fn close(self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
