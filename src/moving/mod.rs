//! Moving everything from one engine to the other: SQLite to PostgreSQL when one process is no longer enough, and back.
//!
//! Owns nothing; copies every table there is, as it is, numbers, epochs and hashes included, so that cursors and
//! proofs go on to hold. What there is to copy and of which kind it is says PostgreSQL's catalogue, so a new table
//! needs nothing here. Afterwards both sides are counted the second way: same root, same rows, same totals.

mod check;
mod copy;
mod shape;

use crate::db::{Db, Engine, FileLock, MigrateError, OpenError, OpenOptions, Target, migrate, pending};
use crate::secrets::{Place, SecretError, carry};
use sea_orm::DbErr;
use std::path::{Path, PathBuf};

/// One side of a move.
#[derive(Clone, Debug)]
pub struct Side {
    /// Where.
    pub target: Target,
    /// How it is opened.
    pub open: OpenOptions,
}

/// Why nothing was moved. What is at the target is then not to be served; on SQLite nothing is there.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// For this there is a better way.
    #[error("both are of one engine: use `yangpin backup` and `yangpin restore`")]
    SameEngine,
    /// Something is at the target.
    #[error("{0} holds something already; name a database with nothing in it")]
    NotEmpty(String),
    /// The source is served, or older than this program.
    #[error("{0}")]
    Source(String),
    /// The two sides have not the same tables.
    #[error("the two sides differ: {0}")]
    Differ(String),
    /// The schema.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// Opening.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The master secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A statement.
    #[error("the database says: {0}")]
    Database(#[from] DbErr),
    /// The disk.
    #[error("{0}: {1}")]
    Disk(PathBuf, std::io::Error),
}

/// What was moved, counted on both sides.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Tables.
    pub tables: usize,
    /// Rows of all tables.
    pub rows: u64,
    /// Entries of the journal.
    pub entries: u64,
    /// The root of the tree, the same on both sides.
    pub root: String,
    /// Lines and fen by measure, the same on both sides.
    pub totals: Vec<(i16, i64, i64)>,
    /// Where the master secret lies now; none where it came from outside and stays there.
    pub secret: Option<Place>,
}

/// Copies everything from one side to the other and counts both. `progress` hears table, rows done and rows in all.
///
/// # Errors
/// Why nothing was moved.
pub async fn move_all(from: &Side, to: &Side, mut progress: impl FnMut(&str, u64, u64)) -> Result<Moved, MoveError> {
    if from.target.engine() == to.target.engine() {
        return Err(MoveError::SameEngine);
    }
    let _lock = match &from.target {
        Target::Sqlite(path) => Some(FileLock::take(path).map_err(MoveError::Source)?),
        Target::Postgres(_) => None,
    };
    if pending(&from.target, &from.open).await? > 0 {
        let what = "the source is of an older version: run `yangpin migrate` on it first";
        return Err(MoveError::Source(what.to_owned()));
    }
    let patient = |side: &Side| OpenOptions {
        patient: true,
        ..side.open.clone()
    };
    let source = Db::open(&from.target, &patient(from)).await?;
    let place = Spot::prepare(to)?;
    migrate(&place.target, &to.open).await?;
    let target = Db::open(&place.target, &patient(to)).await?;
    let moved = moved(&source, &target, (&from.target, &to.target), &mut progress).await;
    source.close().await;
    target.close().await;
    match &moved {
        Ok(_) => place.keep()?,
        Err(_) => place.discard(),
    }
    moved
}

async fn moved(
    source: &Db,
    target: &Db,
    (from, to): (&Target, &Target),
    progress: &mut impl FnMut(&str, u64, u64),
) -> Result<Moved, MoveError> {
    if check::entries(target.read(), target.engine()).await? > 0 {
        return Err(MoveError::NotEmpty(to.masked()));
    }
    let tables = shape::tables(source, target).await?;
    let copied = copy::all(source, target, &tables, progress).await?;
    let moved = check::both(source, target, &tables, copied).await?;
    let secret = carry(from, target, to).await?;
    Ok(Moved { secret, ..moved })
}

/// Where the copy is written: on SQLite beside the file it becomes, so that half a copy is never taken for a whole.
struct Spot {
    target: Target,
    file: Option<(PathBuf, PathBuf)>,
}

impl Spot {
    fn prepare(to: &Side) -> Result<Self, MoveError> {
        let Target::Sqlite(path) = &to.target else {
            return Ok(Self {
                target: to.target.clone(),
                file: None,
            });
        };
        if path.exists() {
            return Err(MoveError::NotEmpty(to.target.masked()));
        }
        let half = with_suffix(path, ".moving");
        remove(&half);
        Ok(Self {
            target: Target::Sqlite(half.clone()),
            file: Some((half, path.clone())),
        })
    }

    fn keep(&self) -> Result<(), MoveError> {
        let Some((half, whole)) = &self.file else { return Ok(()) };
        let flushed = std::fs::File::open(half).and_then(|file| file.sync_all());
        flushed
            .and_then(|()| std::fs::rename(half, whole))
            .map_err(|error| MoveError::Disk(whole.clone(), error))
    }

    fn discard(&self) {
        if let Some((half, _)) = &self.file {
            remove(half);
        }
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// What an earlier attempt left; mostly nothing is there.
fn remove(half: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(with_suffix(half, suffix));
    }
}

/// Which of the two is on PostgreSQL.
fn on_postgres<'a>(source: &'a Db, target: &'a Db) -> &'a Db {
    if source.engine() == Engine::Postgres { source } else { target }
}
