//! Pictures in a folder on disk.

use super::vault::{Vault, VaultError};
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

    async fn has(&self, path: &str) -> Result<bool, VaultError> {
        let place = self.root.join(path);
        on_disk(move || place.try_exists().map_err(|error| failure(&place, &error))).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
