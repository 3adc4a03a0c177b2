//! What every command does with its database before anything else: looks whether it is there, and takes from others what they
//! may do with its files.

use super::Stop;
use crate::config::Settings;
use crate::db::{FileLock, Target};
use crate::ownership::{others_may_write, tighten};
use crate::pictures::PicturePlace;
use std::path::{Path, PathBuf};

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

/// Takes from others what they may do with the files of these settings, and says what it took.
pub(super) fn close_to_others(settings: &Settings) {
    if let PicturePlace::Folder(folder) = &settings.pictures.place {
        close(folder);
    }
    close_files(&settings.target);
}

/// The same for a database alone. The folder it lies in may hold what is not ours: it is only warned of.
pub(super) fn close_files(target: &Target) {
    let Target::Sqlite(database) = target else { return };
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
