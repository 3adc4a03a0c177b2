//! Where the bytes of pictures are kept.

use entity::{Digest, PictureSize};
use std::fmt::Debug;

/// A file kept of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The picture as it came. Never handed out.
    Original,
    /// One of its sizes.
    Size(PictureSize),
}

impl Part {
    fn word(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Size(size) => size.as_str(),
        }
    }

    /// The path of the file, with `/` between: two digits of the digest, the digest, the part.
    #[must_use]
    pub fn path(self, digest: &Digest) -> String {
        let digest = digest.as_str();
        format!("{}/{digest}/{}", digest.get(..2).unwrap_or_default(), self.word())
    }
}

/// Why bytes were not kept or found: for the log.
#[derive(Debug, thiserror::Error)]
#[error("pictures: {0}")]
pub struct VaultError(pub String);

/// A place for files that are written once and never changed: whoever writes one twice writes the same bytes.
#[async_trait::async_trait]
pub trait Vault: Debug + Send + Sync + 'static {
    /// Keeps a file, durably, whole or not at all.
    async fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), VaultError>;

    /// The bytes of a file; none where there is none.
    async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, VaultError>;

    /// Whether the file is there.
    async fn has(&self, path: &str) -> Result<bool, VaultError> {
        Ok(self.get(path).await?.is_some())
    }
}
