//! Which engine, and where.

use crate::addresses;
use sea_orm::DbBackend;
use std::fmt;
use std::path::PathBuf;

/// The engine under the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one file.
    Sqlite,
    /// A server, for several replicas.
    Postgres,
}

impl Engine {
    /// sea-orm's word for it.
    #[must_use]
    pub fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }
}

/// Where a database is. Shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// A file.
    Sqlite(PathBuf),
    /// A URL.
    Postgres(String),
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// The database URL is of no kind we know.
#[derive(Debug, thiserror::Error)]
#[error("database URL must begin with sqlite:// (and name a file) or postgres://")]
pub struct TargetError;

impl std::str::FromStr for Target {
    type Err = TargetError;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        if let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
            let path = path.split('?').next().unwrap_or_default();
            return if path.is_empty() || path == ":memory:" {
                Err(TargetError)
            } else {
                Ok(Self::Sqlite(path.into()))
            };
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err(TargetError)
    }
}

impl Target {
    /// The engine that serves it.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// The URL without a password, for people to read.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(url) => addresses::masked(url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let target: Target = "postgres://u:secret@127.0.0.1:5432/x".parse().unwrap();
        assert_eq!(target.masked(), "postgres://u:***@127.0.0.1:5432/x");
        let target: Target = "postgres://u@127.0.0.1/x".parse().unwrap();
        assert_eq!(target.masked(), "postgres://u@127.0.0.1/x");
        assert_eq!(format!("{target:?}"), "postgres://u@127.0.0.1/x");
    }

    #[test]
    fn only_known_engines() {
        assert!("mysql://x".parse::<Target>().is_err());
        assert!("sqlite::memory:".parse::<Target>().is_err());
        assert_eq!("sqlite:///tmp/a.db".parse::<Target>().unwrap(), Target::Sqlite("/tmp/a.db".into()));
    }
}
