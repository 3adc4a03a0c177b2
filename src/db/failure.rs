//! What a failed statement means for the one who asked.

use sea_orm::{DbErr, RuntimeErr};

/// What to do about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Another turn was in the way (serialisation, deadlock, lock wait, busy): try again soon.
    Contention,
    /// The connection is gone or the engine refuses work: nothing of the turn holds, unless it failed at commit.
    Lost,
    /// No room left on the disk.
    DiskFull,
    /// A mistake of ours or damage: trying again would not help.
    Fault,
}

/// Sorts a failure by the engine's code.
#[must_use]
pub fn failure_of(error: &DbErr) -> Failure {
    match sqlx_error(error) {
        // Whatever keeps a server from letting us in, it is no mistake of ours. With its disk full, PostgreSQL calls it an
        // error of its own.
        Some(sqlx::Error::Database(_)) if matches!(error, DbErr::Conn(_)) => Failure::Lost,
        Some(sqlx::Error::Database(inner)) => by_code(inner.code().as_deref().unwrap_or_default()),
        Some(
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_)
            | sqlx::Error::Tls(_),
        ) => Failure::Lost,
        Some(_) => Failure::Fault,
        None if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) => Failure::Lost,
        None => Failure::Fault,
    }
}

fn by_code(code: &str) -> Failure {
    match code {
        // PostgreSQL: serialization_failure, deadlock_detected, lock_not_available, query_canceled (statement_timeout)
        "40001" | "40P01" | "55P03" | "57014" => Failure::Contention,
        // idle_in_transaction_session_timeout, admin shutdown, crash shutdown, cannot_connect_now, too_many_connections,
        // read_only_sql_transaction (a standby, or a primary demoted under us)
        "25P03" | "25006" | "57P01" | "57P02" | "57P03" | "53300" | "08006" | "08003" => Failure::Lost,
        "53100" | "13" => Failure::DiskFull,
        // SQLite: BUSY, LOCKED, BUSY_RECOVERY, BUSY_SNAPSHOT, BUSY_TIMEOUT
        "5" | "6" | "261" | "517" | "773" => Failure::Contention,
        _ => Failure::Fault,
    }
}

fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(e)) | DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) => Some(e),
        _ => None,
    }
}
