//! Backups: a copy that is consistent, checked, and says what it holds.
//!
//! SQLite is copied by itself while it serves (`VACUUM INTO` reads one moment and leaves writers alone). PostgreSQL
//! is copied by its own tools: `pg_basebackup` takes the cluster with the log that makes it consistent,
//! `pg_verifybackup` holds every file to its checksum.

use crate::addresses::apart;
use crate::db::{Db, OpenOptions, Target};
use crate::ownership::{own_folder, tighten};
use crate::secrets::{Place, SecretError, copy_beside, kept_at, secret_file};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, SqlxSqliteConnector};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// Why there is no backup, or why one is not put in place.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something is there already.
    #[error("{0} exists already; name a place where nothing is")]
    Exists(PathBuf),
    /// The backup is not what was made.
    #[error("the backup {0} is damaged: {1}")]
    Damaged(PathBuf, String),
    /// The database.
    #[error("the database cannot be read: {0}")]
    Database(#[from] DbErr),
    /// The driver.
    #[error("the database cannot be read: {0}")]
    Driver(#[from] sqlx::Error),
    /// The disk.
    #[error("{0}: {1}")]
    Disk(PathBuf, std::io::Error),
    /// The master secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// An address whose password cannot be told from the rest.
    #[error("the database's address cannot be read: write what is special in its password as %40, %2F and so on")]
    Address,
    /// A tool of PostgreSQL.
    #[error("{0} failed: {1}")]
    Tool(&'static str, String),
}

/// What a backup says of itself, in a file beside it.
#[derive(Debug, Serialize, Deserialize)]
struct Label {
    bytes: u64,
    sha256: String,
    sequence: i64,
    epoch: String,
}

/// How long the copy may wait for a moment to begin.
const PATIENCE: Duration = Duration::from_secs(30);

/// Copies an SQLite database that may be serving; every change acknowledged before the copy began is in it.
pub async fn backup_sqlite(database: &Path, to: &Path) -> Result<String, BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let db = open(database, false).await?;
    let quoted = to.display().to_string().replace('\'', "''");
    db.execute_unprepared(&format!("VACUUM INTO '{quoted}'")).await?;
    let secret = kept_at(&db, &Target::Sqlite(database.to_owned())).await?;
    let _ = db.close().await;
    copy_beside(database, to)?;
    let disk = |error| BackupError::Disk(to.to_owned(), error);
    std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(disk)?;
    let label = label_of(to).await?;
    let text = serde_json::to_string_pretty(&label).map_err(|e| BackupError::Damaged(to.to_owned(), e.to_string()))?;
    std::fs::write(label_path(to), text + "\n").map_err(disk)?;
    std::fs::File::open(label_path(to)).and_then(|file| file.sync_all()).map_err(disk)?;
    Ok(format!(
        "{} · {} bytes · up to entry {} · sha256 {}\n{}",
        to.display(),
        label.bytes,
        label.sequence,
        label.sha256,
        told(secret, &secret_file(to))
    ))
}

/// Holds a backup to its label and to SQLite's own check.
pub async fn check_sqlite(from: &Path) -> Result<(), BackupError> {
    let damaged = |what: String| BackupError::Damaged(from.to_owned(), what);
    let text = std::fs::read_to_string(label_path(from)).map_err(|e| damaged(format!("its label {}: {e}", label_path(from).display())))?;
    let label: Label = serde_json::from_str(&text).map_err(|e| damaged(format!("its label: {e}")))?;
    let (bytes, sha256) = measure(from)?;
    if bytes != label.bytes || sha256 != label.sha256 {
        return Err(damaged("its bytes are not those of the label".to_owned()));
    }
    let db = open(from, true).await?;
    let row = db
        .query_one_raw(sea_orm::Statement::from_string(
            sea_orm::DbBackend::Sqlite,
            "PRAGMA integrity_check",
        ))
        .await?;
    let said: String = row.map(|row| row.try_get("", "integrity_check")).transpose()?.unwrap_or_default();
    let _ = db.close().await;
    if said == "ok" { Ok(()) } else { Err(damaged(said)) }
}

/// Puts a checked backup in place; never over something that is there.
pub fn restore_sqlite(from: &Path, to: &Path) -> Result<(), BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let disk = |error| BackupError::Disk(to.to_owned(), error);
    copy_beside(from, to)?;
    // A copy has the mode of what it was made of.
    std::fs::copy(from, to).and_then(|_| tighten(to)).map_err(disk)?;
    std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(disk)
}

/// Whether the master secret is in the copy, aloud: whoever has it can seal and sign as the service does.
fn told(secret: Option<Place>, copy: &Path) -> String {
    match secret {
        Some(Place::File(_)) => format!(
            "the master secret IS in the copy, in {}: whoever has it can sign as the service does; keep it apart from the copy, and put it back there to restore",
            copy.display()
        ),
        Some(Place::Row) => {
            "the master secret IS in the copy, in a row of the database: whoever has the copy can sign as the service does".to_owned()
        }
        Some(Place::Variable) => {
            "the master secret is NOT in the copy: without the YANGPIN_MASTER_SECRET of today it cannot be served".to_owned()
        }
        None => "there is no master secret yet: it is made at the next start".to_owned(),
    }
}

/// Copies a PostgreSQL cluster that may be serving, and checks the copy.
pub async fn backup_postgres(url: &str, to: &Path) -> Result<String, BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let to_text = to.display().to_string();
    run("pg_basebackup", base_backup(url, &to_text)?).await?;
    // A cluster that lets its group read lets it read the copy.
    own_folder(to).map_err(|error| BackupError::Disk(to.to_owned(), error))?;
    tool("pg_verifybackup", &[&to_text]).await?;
    let target = Target::Postgres(url.to_owned());
    let options = OpenOptions {
        patient: true,
        ..OpenOptions::default()
    };
    let secret = match Db::open(&target, &options).await {
        Ok(db) => kept_at(db.read(), &target).await?,
        Err(_) => None,
    };
    Ok(format!("{to_text} · checked by pg_verifybackup\n{}", told(secret, to)))
}

/// The tool that copies a cluster. Its arguments are seen by everybody on the machine, its environment is not: what is secret
/// goes there.
fn base_backup(url: &str, to: &str) -> Result<Command, BackupError> {
    let apart = apart(url).ok_or(BackupError::Address)?;
    let mut command = Command::new(find_tool("pg_basebackup"));
    // The log is streamed beside the copy, so that it is consistent by itself.
    command.args(["--dbname", &apart.address, "--pgdata", to, "--no-password"]);
    command.args(["--wal-method=stream", "--checkpoint=fast", "--manifest-checksums=SHA256"]);
    command.envs(apart.variables);
    Ok(command)
}

/// Checks a copy of a cluster and makes a data folder of it.
pub async fn restore_postgres(from: &Path, data_dir: &Path) -> Result<String, BackupError> {
    if data_dir.exists() {
        return Err(BackupError::Exists(data_dir.to_owned()));
    }
    let (from_text, to_text) = (from.display().to_string(), data_dir.display().to_string());
    tool("pg_verifybackup", &[&from_text])
        .await
        .map_err(|e| BackupError::Damaged(from.to_owned(), e.to_string()))?;
    tool("cp", &["-a", &from_text, &to_text]).await?;
    Ok(format!(
        "{to_text} is ready: start PostgreSQL on it, then run `yangpin restore --database postgres://…` to begin the new epoch"
    ))
}

async fn tool(name: &'static str, arguments: &[&str]) -> Result<(), BackupError> {
    let mut command = Command::new(find_tool(name));
    command.args(arguments);
    run(name, command).await
}

async fn run(name: &'static str, mut command: Command) -> Result<(), BackupError> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(|e| BackupError::Tool(name, e.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(BackupError::Tool(name, String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}

/// Debian keeps some of PostgreSQL's tools beside the path, one folder a version; the newest serves.
fn find_tool(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions
        .map(|version| version.path().join("bin").join(name))
        .filter(|path| path.exists())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| name.into())
}

async fn open(path: &Path, read_only: bool) -> Result<DatabaseConnection, BackupError> {
    let how = SqliteConnectOptions::new()
        .filename(path)
        .read_only(read_only)
        .busy_timeout(PATIENCE);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(how).await?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

async fn label_of(path: &Path) -> Result<Label, BackupError> {
    let db = open(path, true).await?;
    let sql = "SELECT seq, lower(hex(epoch)) AS epoch FROM journal_heads WHERE pairing = 1";
    let row = db
        .query_one_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql))
        .await?;
    let row = row.ok_or_else(|| BackupError::Damaged(path.to_owned(), "there is no journal in it".to_owned()))?;
    let (sequence, epoch) = (row.try_get("", "seq")?, row.try_get("", "epoch")?);
    let _ = db.close().await;
    let (bytes, sha256) = measure(path)?;
    Ok(Label {
        bytes,
        sha256,
        sequence,
        epoch,
    })
}

fn measure(path: &Path) -> Result<(u64, String), BackupError> {
    let disk = |error| BackupError::Disk(path.to_owned(), error);
    let mut file = std::fs::File::open(path).map_err(disk)?;
    let (mut hasher, mut buffer, mut bytes) = (Sha256::new(), vec![0_u8; 1 << 16], 0_u64);
    loop {
        let read = file.read(&mut buffer).map_err(disk)?;
        if read == 0 {
            return Ok((bytes, hex::encode(hasher.finalize())));
        }
        bytes += read as u64;
        hasher.update(buffer.get(..read).unwrap_or_default());
    }
}

fn label_path(backup: &Path) -> PathBuf {
    let mut name = backup.as_os_str().to_owned();
    name.push(".json");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::base_backup;

    #[test]
    fn a_password_is_in_no_argument() {
        let command = base_backup("postgres://u:se%40cret@h:5432/d?sslmode=require", "/to").unwrap();
        let command = command.as_std();
        let arguments: Vec<_> = command.get_args().map(|one| one.to_string_lossy().into_owned()).collect();
        assert_eq!(arguments.get(1).map(String::as_str), Some("postgres://u@h:5432/d?sslmode=require"));
        assert!(arguments.iter().all(|one| !one.contains("cret")), "{arguments:?}");
        let environment: Vec<_> = command.get_envs().collect();
        assert_eq!(environment, [("PGPASSWORD".as_ref(), Some("se@cret".as_ref()))]);
        assert!(base_backup("postgres://u:se/cret@h/d", "/to").is_err());
    }
}
