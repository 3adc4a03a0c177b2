//! What went wrong, said without HTTP: a [`Fault`] is one broken rule, a [`Refusal`] is why a use case gave up.
//!
//! Nothing here knows poem, so a room's pure files may use it. The words shown to people, and the status of each
//! kind of fault, stand in `problems.toml`; `problem.rs` puts the two together.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::db::{Failure, failure_of};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// At most this many faults are reported in one answer; the rest would help nobody and cost everybody.
pub const MAX_FAULTS: usize = 100;

/// Codes of PostgreSQL and SQLite that mean "not now" rather than "wrong": locks, deadlocks, time limits, shutdown.
const PASSING_CODES: [&str; 13] = [
    "40001", "40P01", "53300", "55P03", "57014", "57P01", "57P02", "57P03", "25P03", "5", "6", "261", "517",
];

/// One broken rule: which kind, where in the request, and the values its sentence needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    slug: &'static str,
    pointer: String,
    parameter: Option<String>,
    values: BTreeMap<&'static str, String>,
}

impl Fault {
    /// A fault of the kind `slug`, which must stand in `problems.toml` (a test holds that).
    #[must_use]
    pub fn of(slug: &'static str) -> Self {
        Self {
            slug,
            pointer: String::new(),
            parameter: None,
            values: BTreeMap::new(),
        }
    }

    /// Where in the request body, as a JSON pointer (RFC 6901); without it the fault concerns the whole.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = pointer.into();
        self
    }

    /// Which parameter of the query, path or header.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>) -> Self {
        self.parameter = Some(name.into());
        self
    }

    /// A value for the placeholder `{name}` of the sentence; clients get it as data too.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.values.insert(name, value.to_string());
        self
    }

    /// The kind.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        self.slug
    }

    /// The JSON pointer, empty for the whole request.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The parameter's name, if a parameter is at fault.
    #[must_use]
    pub fn parameter_name(&self) -> Option<&str> {
        self.parameter.as_deref()
    }

    /// The values of the sentence.
    #[must_use]
    pub fn values(&self) -> &BTreeMap<&'static str, String> {
        &self.values
    }

    /// The same fault seen from outside: `prefix` is put before its pointer (a line's check does not know its place).
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        self.pointer.insert_str(0, prefix);
        self
    }
}

/// Why a request was refused.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refusal {
    /// The caller can do something about it; every fault found, not only the first.
    #[error("{}", slugs(.0))]
    Faults(Vec<Fault>),
    /// Nobody is wrong, but not now.
    #[error("unavailable, retry after {retry_after_s} s")]
    Unavailable {
        /// Seconds after which trying again makes sense.
        retry_after_s: u32,
    },
    /// Our own failure. The cause is logged once by the edge and never shown.
    #[error("broken: {0}")]
    Broken(String),
}

impl Refusal {
    /// A refusal of one plain fault.
    #[must_use]
    pub fn fault(slug: &'static str) -> Self {
        Fault::of(slug).into()
    }

    /// Our own failure with its cause.
    #[must_use]
    pub fn broken(cause: impl Display) -> Self {
        Self::Broken(cause.to_string())
    }

    /// The faults, none for what is not the caller's doing.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        match self {
            Self::Faults(faults) => faults,
            Self::Unavailable { .. } | Self::Broken(_) => &[],
        }
    }
}

fn slugs(faults: &[Fault]) -> String {
    let slugs: Vec<&str> = faults.iter().map(Fault::slug).collect();
    format!("refused: {}", slugs.join(", "))
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Faults(vec![fault])
    }
}

impl From<Vec<Fault>> for Refusal {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Faults(faults)
    }
}

impl From<DbErr> for Refusal {
    fn from(error: DbErr) -> Self {
        if passes(&error) {
            tracing::warn!(%error, "database busy or away");
            return Self::Unavailable { retry_after_s: 1 };
        }
        if failure_of(&error) == Failure::DiskFull {
            tracing::warn!(%error, "no room");
            return Fault::of("storage_full").into();
        }
        Self::Broken(format!("database: {error}"))
    }
}

/// Whether the same statement may well succeed a moment later.
fn passes(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout | ConnAcquireErr::ConnectionClosed) => true,
        // Whatever keeps a server from letting us in, it is not the request. With its disk full, PostgreSQL calls it an
        // error of its own.
        DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => match cause.as_ref() {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => true,
            sqlx::Error::Database(cause) => cause.code().is_some_and(|code| PASSING_CODES.contains(&code.as_ref())),
            _ => false,
        },
        _ => false,
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

/// Collects every fault of a request, so that people mend all of them at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// An empty collection.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fault.
    pub fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Adds the fault unless the condition holds.
    pub fn check(&mut self, holds: bool, fault: impl FnOnce() -> Fault) {
        if !holds {
            self.0.push(fault());
        }
    }

    /// The value, or its fault noted.
    pub fn take<T>(&mut self, result: Result<T, Fault>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(fault) => {
                self.0.push(fault);
                None
            }
        }
    }

    /// Takes over another's faults, each pointer under `prefix`.
    pub fn absorb(&mut self, prefix: &str, other: Faults) {
        self.0.extend(other.0.into_iter().map(|fault| fault.under(prefix)));
    }

    /// Whether nothing was found so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many were found so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Nothing, or the refusal that names them all.
    ///
    /// # Errors
    /// The collected faults, if there is one.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::Faults(self.0)) }
    }

    /// The faults themselves.
    #[must_use]
    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collects_every_fault_with_its_place() {
        let mut line = Faults::new();
        line.check(false, || Fault::of("invalid_field").at("/quantity").with("reason", 1));
        let mut all = Faults::new();
        all.absorb("/lines/3", line);
        assert_eq!(all.take(Ok::<_, Fault>(7)), Some(7));
        assert_eq!(all.take::<u8>(Err(Fault::of("missing_field"))), None);
        let refusal = all.finish().unwrap_err();
        assert_eq!(refusal.faults().len(), 2);
        assert_eq!(refusal.faults()[0].pointer(), "/lines/3/quantity");
        assert_eq!(refusal.to_string(), "refused: invalid_field, missing_field");
    }

    #[test]
    fn a_tired_pool_is_not_a_broken_one() {
        let tired = Refusal::from(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
        assert!(matches!(tired, Refusal::Unavailable { .. }));
        let away = Refusal::from(DbErr::Conn(RuntimeErr::Internal("could not write init file".to_owned())));
        assert!(matches!(away, Refusal::Unavailable { .. }));
        let broken = Refusal::from(DbErr::Custom("no such column".to_owned()));
        assert!(matches!(broken, Refusal::Broken(_)));
    }
}
