//! Pictures in a folder on disk.

use super::vault::{Stored, Vault, VaultError};
use chrono::{DateTime, Utc};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// A folder. It is made when the first picture is kept.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Pictures under `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

fn failure(path: &Path, error: &std::io::Error) -> VaultError {
    VaultError(format!("{}: {error}", path.display()))
}

/// Written beside its place, flushed, and moved there: nobody ever finds half a file.
fn write_whole(place: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = place.parent().unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder)?;
    let beside = folder.join(format!(".{}", Uuid::now_v7().simple()));
    let written = (|| {
        let mut file = std::fs::File::create_new(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, place)
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written?;
    // The names must last as long as the bytes: the picture's folder, and the two above that may be new.
    for above in place.ancestors().skip(1).take(3) {
        if let Ok(open) = std::fs::File::open(above) {
            open.sync_all()?;
        }
    }
    Ok(())
}

/// Names in a folder in their order; none where there is no such folder.
fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&error.kind()) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().into_string());
    }
    names.sort_unstable();
    Ok(names)
}

/// Goes through the three levels of names in their order, which is the order of the paths.
fn list(root: &Path, after: &str, most: usize) -> std::io::Result<Vec<Stored>> {
    let mut found = Vec::new();
    let two = |name: &str| name.len() == 2 && root.join(name).is_dir();
    for first in names(root)?
        .into_iter()
        .filter(|name| two(name) && name.as_str() >= after.get(..2).unwrap_or_default())
    {
        for second in names(&root.join(&first))? {
            let above = format!("{first}/{second}/");
            if after.get(..above.len()).is_some_and(|after| above.as_str() < after) {
                continue;
            }
            for third in names(&root.join(&above))? {
                let path = format!("{above}{third}");
                if path.as_str() <= after {
                    continue;
                }
                if found.len() == most {
                    return Ok(found);
                }
                let written = std::fs::metadata(root.join(&path)).and_then(|file| file.modified());
                found.push(Stored {
                    path,
                    written_at: written.ok().map(DateTime::<Utc>::from),
                });
            }
        }
    }
    Ok(found)
}

/// Takes a file away, and the folder of its picture with the last one.
fn delete(place: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(place) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    if let Some(folder) = place.parent() {
        // Others of the picture are there, or another process was faster.
        let _ = std::fs::remove_dir(folder);
    }
    Ok(())
}

async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> Result<T, VaultError> + Send + 'static) -> Result<T, VaultError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| VaultError(error.to_string()))?
}

#[async_trait::async_trait]
impl Vault for Folder {
    async fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), VaultError> {
        let place = self.root.join(path);
        on_disk(move || write_whole(&place, &bytes).map_err(|error| failure(&place, &error))).await
    }

    async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, VaultError> {
        let place = self.root.join(path);
        on_disk(move || match std::fs::read(&place) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failure(&place, &error)),
        })
        .await
    }

    async fn list(&self, after: &str, most: usize) -> Result<Vec<Stored>, VaultError> {
        let (root, after) = (self.root.clone(), after.to_owned());
        on_disk(move || list(&root, &after, most).map_err(|error| failure(&root, &error))).await
    }

    async fn delete(&self, path: &str) -> Result<(), VaultError> {
        let place = self.root.join(path);
        on_disk(move || delete(&place).map_err(|error| failure(&place, &error))).await
    }

    async fn has(&self, path: &str) -> Result<bool, VaultError> {
        let place = self.root.join(path);
        on_disk(move || place.try_exists().map_err(|error| failure(&place, &error))).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn files_are_listed_in_order_page_by_page_and_taken_away() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::new(root.path());
        assert_eq!(folder.list("", 3).await.unwrap(), []);
        let mut paths = Vec::new();
        for path in ["ab/cd/thumb", "ab/cd/medium", "ab/ce/thumb", "00/ff/thumb", "ff/aa/thumb"] {
            folder.put(path, vec![1]).await.unwrap();
            paths.push(path);
        }
        folder.put("owner", vec![1]).await.unwrap();
        std::fs::write(root.path().join("ab/stray"), "x").unwrap();
        paths.sort_unstable();
        for most in [1, 2, 10] {
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let page = folder.list(&after, most).await.unwrap();
                let Some(last) = page.last() else { break };
                after.clone_from(&last.path);
                assert!(page.len() <= most && page.iter().all(|one| one.written_at.is_some()));
                seen.extend(page.into_iter().map(|one| one.path));
            }
            assert_eq!(seen, paths, "{most} at a time");
        }
        folder.delete("ff/aa/thumb").await.unwrap();
        folder.delete("ff/aa/thumb").await.unwrap();
        assert!(!root.path().join("ff/aa").exists());
        folder.delete("ab/cd/thumb").await.unwrap();
        assert!(folder.has("ab/cd/medium").await.unwrap());
    }

    #[tokio::test]
    async fn a_file_is_whole_or_not_there() {
        let root = std::env::temp_dir().join(format!("yangpin-pictures-{}", Uuid::now_v7().simple()));
        let folder = Folder::new(&root);
        assert_eq!(folder.get("ab/cd/thumb").await.unwrap(), None);
        folder.put("ab/cd/thumb", vec![7; 100_000]).await.unwrap();
        folder.put("ab/cd/thumb", vec![7; 100_000]).await.unwrap();
        assert_eq!(folder.get("ab/cd/thumb").await.unwrap(), Some(vec![7; 100_000]));
        assert!(folder.has("ab/cd/thumb").await.unwrap() && !folder.has("ab/cd/medium").await.unwrap());
        let left: Vec<_> = std::fs::read_dir(root.join("ab/cd")).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing is left beside it");
        // Where a folder stands in the way nothing is written.
        std::fs::create_dir_all(root.join("ab/cd/medium/x")).unwrap();
        assert!(folder.put("ab/cd/medium", vec![1]).await.is_err());
        assert_eq!(std::fs::read_dir(root.join("ab/cd")).unwrap().count(), 2);
        std::fs::remove_dir_all(root).unwrap();
    }
}
