//! `backup` and `restore`.

use super::Stop;
use super::start::{close_files, lock, must_be_there};
use crate::backup::{backup_postgres, backup_sqlite, check_sqlite, restore_postgres, restore_sqlite};
use crate::db::{Db, OpenOptions, Target};
use crate::journal::begin_epoch;
use entity::Clock;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to copy and where to.
#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// The database; it may be serving.
    #[arg(long, env = "YANGPIN_DATABASE", value_name = "URL")]
    database: String,
    /// A file (SQLite) or an empty folder (PostgreSQL) that does not exist yet.
    #[arg(long, value_name = "PATH")]
    to: PathBuf,
}

/// What to put in place.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// A backup made by `yangpin backup`.
    #[arg(long, value_name = "PATH")]
    from: Option<PathBuf>,
    /// SQLite: the database to make. PostgreSQL: a server started on the restored folder, to begin the new epoch.
    #[arg(long, env = "YANGPIN_DATABASE", value_name = "URL")]
    database: Option<String>,
    /// PostgreSQL: the data folder to make from the backup.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

pub(super) async fn backup(args: &BackupArgs) -> Result<ExitCode, Stop> {
    let target = target_of(&args.database)?;
    must_be_there(&target)?;
    close_files(&target);
    let made = match &target {
        Target::Sqlite(path) => backup_sqlite(path, &args.to).await,
        Target::Postgres(url) => backup_postgres(url, &args.to).await,
    };
    println!("{}", made.map_err(Stop::because)?);
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn restore(args: &RestoreArgs) -> Result<ExitCode, Stop> {
    let database = args.database.as_deref().map(target_of).transpose()?;
    match (&args.from, &database, &args.data_dir) {
        (Some(from), Some(Target::Sqlite(to)), None) => {
            let _lock = lock(&Target::Sqlite(to.clone()))?;
            check_sqlite(from).await.map_err(Stop::because)?;
            restore_sqlite(from, to).map_err(Stop::because)?;
            new_epoch(&Target::Sqlite(to.clone())).await
        }
        (Some(from), None, Some(data_dir)) => {
            println!("{}", restore_postgres(from, data_dir).await.map_err(Stop::because)?);
            Ok(ExitCode::SUCCESS)
        }
        (None, Some(target @ Target::Postgres(_)), None) => new_epoch(target).await,
        _ => Err(Stop::because(
            "SQLite: --from BACKUP --database sqlite://FILE; PostgreSQL: first --from BACKUP --data-dir DIR, then, with a server on it, --database postgres://…",
        )),
    }
}

/// Read here and not with the command line, whose complaints repeat what they could not read.
fn target_of(url: &str) -> Result<Target, Stop> {
    url.parse().map_err(Stop::because)
}

/// What came after the backup is gone: cursors that point beyond it must hear of it.
async fn new_epoch(target: &Target) -> Result<ExitCode, Stop> {
    close_files(target);
    let db = Db::open(target, &OpenOptions::default()).await.map_err(Stop::because)?;
    let epoch = begin_epoch(&db, Clock::system().now(), "restore").await.map_err(Stop::because)?;
    db.close().await;
    println!(
        "restored to {}; the new epoch is {epoch}. Run `yangpin verify` before serving.",
        target.masked()
    );
    Ok(ExitCode::SUCCESS)
}
