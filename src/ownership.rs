//! What the program makes is its owner's alone: files 0600 in folders 0700.
//!
//! Owns no data. [`keep_to_owner`] is called once at the start of the program, before anything is made, so that database,
//! logs, pictures, backups and temporary files need no word of their own; [`tighten`] and [`own_folder`] see to what was
//! there before.

use std::path::Path;

/// What others may do with a file or a folder.
#[cfg(unix)]
const OTHERS: u32 = 0o077;

/// From now on whatever this process and its children make is for its owner alone.
pub fn keep_to_owner() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(OTHERS));
}

/// Whether the process may do everything on this machine.
#[must_use]
pub fn is_root() -> bool {
    #[cfg(unix)]
    {
        rustix::process::geteuid().is_root()
    }
    #[cfg(not(unix))]
    {
        false
    }
}

/// Takes from others what they may do with a file or a folder of ours; whether there was anything to take. What is not
/// there needs nothing.
///
/// # Errors
/// The disk, or it is somebody else's.
pub fn tighten(path: &Path) -> std::io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mut permissions = match std::fs::metadata(path) {
            Ok(found) => found.permissions(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        let mode = permissions.mode();
        if mode & OTHERS == 0 {
            return Ok(false);
        }
        permissions.set_mode(mode & 0o7777 & !OTHERS);
        std::fs::set_permissions(path, permissions)?;
        Ok(true)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        Ok(false)
    }
}

/// A folder of our own: made, or, where it was there, taken from others.
///
/// # Errors
/// The disk, or it is somebody else's.
pub fn own_folder(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(path)?;
    tighten(path).map(|_| ())
}

/// Whether others may put files into a folder and take ours away: one as `/tmp` lets nobody take what is another's.
#[must_use]
pub fn others_may_write(folder: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder).map(|found| found.permissions().mode());
        mode.is_ok_and(|mode| mode & 0o022 != 0 && mode & 0o1000 == 0)
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        false
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn set(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_was_wider_is_tightened_and_what_was_not_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "x").unwrap();
        set(&file, 0o644);
        assert!(tighten(&file).unwrap());
        assert_eq!(mode(&file), 0o600);
        assert!(!tighten(&file).unwrap());
        assert!(!tighten(&folder.path().join("none")).unwrap());
        set(folder.path(), 0o777);
        assert!(others_may_write(folder.path()));
        set(folder.path(), 0o1777);
        assert!(!others_may_write(folder.path()));
        set(folder.path(), 0o755);
        own_folder(folder.path()).unwrap();
        assert_eq!(mode(folder.path()), 0o700);
    }
}
