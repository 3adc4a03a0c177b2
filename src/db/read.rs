//! Reading: statements as text with typed parameters, and snapshots that see one moment.

use super::held::{Held, RowStream};
use super::{Db, Engine};
use futures_util::TryStreamExt;
use sea_orm::sea_query::ArrayType;
use sea_orm::{
    AccessMode, ConnectionTrait, DbBackend, DbErr, IsolationLevel, QueryResult, Statement, StreamTrait, TransactionOptions, Value,
};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

static STATEMENTS: AtomicU64 = AtomicU64::new(0);

/// How many statements [`statement`] has made in this process; tests count a batch with it.
#[must_use]
pub fn count_statements() -> u64 {
    STATEMENTS.load(Ordering::Relaxed)
}

/// A statement from text whose parameters are written `$n`, which both drivers understand.
#[must_use]
pub fn statement(engine: Engine, sql: &str, values: Vec<Value>) -> Statement {
    STATEMENTS.fetch_add(1, Ordering::Relaxed);
    Statement::from_sql_and_values(engine.backend(), sql, values)
}

/// Reads rows one after the other and keeps what is made of each. Where there are thousands, the driver would else hold
/// every value of every row beside it, and a process that has just started would stay as large as it once was.
pub async fn read_each<T>(
    db: &impl StreamTrait,
    statement: Statement,
    mut read: impl FnMut(&QueryResult) -> Result<T, DbErr>,
) -> Result<Vec<T>, DbErr> {
    let mut rows = pin!(db.stream_raw(statement).await?);
    let mut all = Vec::new();
    while let Some(row) = rows.try_next().await? {
        all.push(read(&row)?);
    }
    Ok(all)
}

/// Collects parameters while a statement's text is built: `params.add(value)` gives the engine's mark for it.
#[derive(Debug)]
pub struct Params {
    engine: Engine,
    values: Vec<Value>,
}

impl Params {
    /// None yet.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            values: Vec::new(),
        }
    }

    /// Takes a value, gives its mark.
    pub fn add(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Takes several, gives their marks with commas between; `NULL` for none, which no column equals.
    pub fn list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> String {
        let marks: Vec<String> = values.into_iter().map(|value| self.add(value)).collect();
        if marks.is_empty() { "NULL".to_owned() } else { marks.join(",") }
    }

    /// The same for lists of any length: the last value is repeated up to a power of two, so that few statements are made
    /// and kept where lists are long and differ in length.
    pub fn long_list<V: Into<Value> + Clone>(&mut self, values: impl IntoIterator<Item = V>) -> String {
        let mut values: Vec<V> = values.into_iter().collect();
        if let Some(last) = values.last().cloned() {
            values.resize(values.len().next_power_of_two(), last);
        }
        self.list(values)
    }

    /// Takes ids, gives what stands in `IN (…)`: one array on PostgreSQL, which else plans anew for each number of them.
    pub fn ids(&mut self, ids: impl IntoIterator<Item = Uuid>) -> String {
        match self.engine {
            Engine::Sqlite => self.long_list(ids),
            Engine::Postgres => {
                let ids = ids.into_iter().map(Value::from).collect();
                let mark = self.add(Value::Array(ArrayType::Uuid, Some(Box::new(ids))));
                format!("SELECT unnest({mark}::uuid[])")
            }
        }
    }

    /// The finished statement.
    #[must_use]
    pub fn into_statement(self, sql: &str) -> Statement {
        statement(self.engine, sql, self.values)
    }
}

/// A read transaction that sees one moment of the database.
#[derive(Debug)]
pub struct Snapshot(Held);

impl Db {
    /// Opens a snapshot. All reads that must agree with each other (a total and its `as_of`) go through one.
    ///
    /// It is opened in a task of its own, which nobody cancels: a connection whose `BEGIN` was cancelled in flight goes back
    /// to the pool inside a transaction that sqlx does not know of, in which the next snapshot cannot begin.
    pub async fn snapshot(&self) -> Result<Snapshot, DbErr> {
        let options = TransactionOptions {
            isolation_level: (self.engine() == Engine::Postgres).then_some(IsolationLevel::RepeatableRead),
            access_mode: (self.engine() == Engine::Postgres).then_some(AccessMode::ReadOnly),
            sqlite_transaction_mode: None,
        };
        let read = self.read().clone();
        let begun = tokio::spawn(Held::begin(read, options)).await;
        let begun = begun.map_err(|e| DbErr::Custom(format!("a snapshot was not opened: {e}")))?;
        Ok(Snapshot(begun?))
    }
}

impl Snapshot {
    /// Another one that sees the same moment, to read beside this one. `None` where the engine cannot, or where the pool
    /// has no connection to spare.
    pub async fn beside(&self, db: &Db) -> Result<Option<Self>, DbErr> {
        if db.engine() == Engine::Sqlite {
            return Ok(None);
        }
        let export = statement(db.engine(), "SELECT pg_export_snapshot() AS name", Vec::new());
        let Some(row) = self.query_one_raw(export).await? else {
            return Ok(None);
        };
        let name: String = row.try_get("", "name")?;
        let beside = match db.snapshot().await {
            Err(DbErr::ConnectionAcquire(_)) => return Ok(None),
            beside => beside?,
        };
        // Its first statement, and the name is the server's own.
        beside.execute_unprepared(&format!("SET TRANSACTION SNAPSHOT '{name}'")).await?;
        Ok(Some(beside))
    }

    /// Ends it; dropping does the same a moment later.
    pub async fn end(self) -> Result<(), DbErr> {
        self.0.rollback().await
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Snapshot {
    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.0)
    }
    async fn execute_raw(&self, stmt: Statement) -> Result<sea_orm::ExecResult, DbErr> {
        self.0.execute_raw(stmt).await
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<sea_orm::ExecResult, DbErr> {
        self.0.execute_unprepared(sql).await
    }
    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.0.query_one_raw(stmt).await
    }
    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.query_all_raw(stmt).await
    }
}

impl StreamTrait for Snapshot {
    type Stream<'a> = RowStream<'a>;

    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.0)
    }
    fn stream_raw<'a>(&'a self, stmt: Statement) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'a>, DbErr>> + 'a + Send>> {
        Box::pin(self.0.rows(stmt))
    }
}
