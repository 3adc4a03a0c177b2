//! What every command does with its database before anything else: looks whether it is there, takes from others what they
//! may do with its files, and says so when nobody answers.

use super::Stop;
use crate::config::Settings;
use crate::db::{FileLock, Target};
use crate::ownership::{others_may_write, tighten};
use crate::pictures::PicturePlace;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long somebody who waits for a database is left without a word.
const WITHOUT_A_WORD: Duration = Duration::from_millis(1_500);
/// What lies beside an SQLite file and belongs to it.
const BESIDE: [&str; 5] = ["", "-wal", "-shm", ".lock", ".secret"];

/// A command that reads what is there makes nothing where nothing is.
pub(super) fn must_be_there(target: &Target) -> Result<(), Stop> {
    match target {
        Target::Sqlite(path) if !path.exists() => Err(Stop::because(format!("{}: there is no such database", path.display()))),
        Target::Sqlite(_) | Target::Postgres(_) => Ok(()),
    }
}

/// One process on an SQLite file; any number on PostgreSQL.
pub(super) fn lock(target: &Target) -> Result<Option<FileLock>, Stop> {
    match target {
        Target::Sqlite(path) => FileLock::take(path).map(Some).map_err(Stop::because),
        Target::Postgres(_) => Ok(None),
    }
}

/// Closes the files of these settings to others, and knocks at the server.
pub(super) async fn prepare(settings: &Settings) {
    if let PicturePlace::Folder(folder) = &settings.pictures.place {
        close(folder);
    }
    prepare_data(&settings.target).await;
}

/// The same for a database alone.
pub(super) async fn prepare_data(target: &Target) {
    match target {
        Target::Sqlite(database) => close_files(database),
        Target::Postgres(url) => knock(target, url).await,
    }
}

/// The folder of a database may hold what is not ours: it is only warned of.
fn close_files(database: &Path) {
    for suffix in BESIDE {
        let mut path = database.as_os_str().to_owned();
        path.push(suffix);
        close(&PathBuf::from(path));
    }
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if others_may_write(folder) {
        eprintln!(
            "yangpin: others may change what lies in {}: `chmod go-w` it, or keep the data elsewhere",
            folder.display()
        );
    }
}

fn close(path: &Path) {
    match tighten(path) {
        Ok(false) => {}
        Ok(true) => eprintln!("yangpin: {} was open to others and is its owner's alone now", path.display()),
        Err(error) => eprintln!("yangpin: {} is open to others and cannot be changed: {error}", path.display()),
    }
}

/// Says so at once when a server is away: whoever opens it goes on trying for a while, and would do so silently.
async fn knock(target: &Target, url: &str) {
    // What is wrong with the address is said where it is opened.
    let Ok(how) = url.parse::<PgConnectOptions>() else { return };
    let why = match tokio::time::timeout(WITHOUT_A_WORD, how.connect()).await {
        Ok(Ok(connection)) => {
            // It was only asked whether anybody is there.
            let _ = connection.close().await;
            return;
        }
        Ok(Err(sqlx::Error::Io(error))) => error.to_string(),
        Ok(Err(_)) => return,
        Err(_) => "nothing comes back".to_owned(),
    };
    eprintln!("yangpin: no answer yet from {}: {why}; still trying", target.masked());
}
