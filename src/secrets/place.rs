//! Where the secret lies: a file beside an SQLite database, a row on PostgreSQL, or outside.

use super::keep::SecretError;
use super::master::{MasterSecret, VARIABLE};
use crate::db::{Db, Engine, Target, statement};
use sea_orm::{ConnectionTrait, DbErr};
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where the secret was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the variable.
    Variable,
    /// In this file.
    File(PathBuf),
    /// In the database itself.
    Row,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable => write!(f, "{VARIABLE}"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Row => f.write_str("a row of the database"),
        }
    }
}

/// The file of an SQLite database's secret.
#[must_use]
pub fn secret_file(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".secret");
    name.into()
}

/// The secret that lies in the file, if there is one.
///
/// # Errors
/// The disk, or what is in it is no secret.
pub fn beside(database: &Path) -> Result<Option<MasterSecret>, SecretError> {
    let path = secret_file(database);
    match std::fs::read_to_string(&path).map(Zeroizing::new) {
        Ok(text) => text.parse().map(Some).map_err(|_| SecretError::Unreadable(path)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SecretError::Disk(path, error)),
    }
}

/// Writes the file, for its owner alone and whole or not at all; what is there already stays.
pub(super) fn put_beside(database: &Path, secret: &MasterSecret) -> Result<(), SecretError> {
    let path = secret_file(database);
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let disk = |error| SecretError::Disk(path.clone(), error);
    // Made with mode 0600.
    let mut half = tempfile::NamedTempFile::new_in(folder).map_err(disk)?;
    half.write_all(secret.text().as_bytes()).map_err(disk)?;
    half.write_all(b"\n").map_err(disk)?;
    half.as_file().sync_all().map_err(disk)?;
    match half.persist_noclobber(&path) {
        Ok(_) => std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(disk),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(disk(error.error)),
    }
}

/// Copies the file, where there is one, to where a copy of the database finds it.
///
/// # Errors
/// The disk, or another secret lies there.
pub fn copy_beside(database: &Path, copy: &Path) -> Result<(), SecretError> {
    let Some(secret) = beside(database)? else { return Ok(()) };
    lay_beside(copy, &secret)
}

fn lay_beside(database: &Path, secret: &MasterSecret) -> Result<(), SecretError> {
    put_beside(database, secret)?;
    match beside(database)? {
        Some(there) if there.fingerprint() == secret.fingerprint() => Ok(()),
        _ => Err(SecretError::Another(secret_file(database).display().to_string())),
    }
}

/// Where a copy of the database finds its secret: for whoever makes a backup, to be told aloud. None where the database
/// has no secret yet.
pub async fn kept_at(db: &impl ConnectionTrait, target: &Target) -> Result<Option<Place>, DbErr> {
    let sql = "SELECT secret FROM master_secrets WHERE id = 1";
    let row = match db.query_one_raw(statement(target.engine(), sql, Vec::new())).await {
        Ok(Some(row)) => row,
        // A database of an older release has no such table.
        Ok(None) | Err(_) => return Ok(None),
    };
    let secret: Option<String> = row.try_get("", "secret")?;
    Ok(Some(match (secret, target) {
        (Some(_), _) => Place::Row,
        (None, Target::Sqlite(path)) if secret_file(path).exists() => Place::File(secret_file(path)),
        (None, _) => Place::Variable,
    }))
}

/// Brings the secret of `source` to where `target` looks for it, after all rows were copied as they are: a file becomes a
/// row and a row a file. What comes from the variable stays there. Says where it is now.
///
/// # Errors
/// The disk, or a statement.
pub async fn carry(source: &Target, target: &Db, to: &Target) -> Result<Option<Place>, SecretError> {
    match (source, to) {
        (Target::Sqlite(from), Target::Postgres(_)) => {
            let Some(secret) = beside(from)? else { return Ok(None) };
            let sql = "UPDATE master_secrets SET secret = $1 WHERE id = 1 AND fingerprint = $2";
            let values = vec![secret.text().into(), secret.fingerprint().into()];
            let done = target.write().execute_raw(statement(Engine::Postgres, sql, values)).await?;
            Ok((done.rows_affected() == 1).then_some(Place::Row))
        }
        (Target::Postgres(_), Target::Sqlite(file)) => {
            let sql = "SELECT secret FROM master_secrets WHERE id = 1";
            let row = target.write().query_one_raw(statement(Engine::Sqlite, sql, Vec::new())).await?;
            let text: Option<String> = row.map(|row| row.try_get("", "secret")).transpose()?.flatten();
            let Some(text) = text.map(Zeroizing::new) else { return Ok(None) };
            lay_beside(file, &text.parse()?)?;
            let sql = "UPDATE master_secrets SET secret = NULL WHERE id = 1";
            target.write().execute_unprepared(sql).await?;
            Ok(Some(Place::File(secret_file(file))))
        }
        _ => Ok(None),
    }
}
