//! Where the bytes of pictures are kept.

use chrono::{DateTime, Utc};
use entity::{Digest, PictureSize};
use std::fmt::Debug;

/// A file kept of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The picture as it came, which releases before this one kept: it may say where and by whom it was taken. Nobody writes it
    /// any more, and [`SweepPictures`](super::SweepPictures) takes it away.
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

/// The part and the picture that a path is of; none where it is no path of ours.
#[must_use]
pub fn part_of(path: &str) -> Option<(Digest, Part)> {
    let mut words = path.split('/');
    let (_, digest, word) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
    let sizes = PictureSize::ALL.iter().map(|size| Part::Size(*size));
    let part = sizes.chain([Part::Original]).find(|part| part.word() == word)?;
    (part.path(&digest) == path).then_some((digest, part))
}

/// A file as a list of files tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its path, with `/` between.
    pub path: String,
    /// When it was written; none where that is not told.
    pub written_at: Option<DateTime<Utc>>,
}

/// Why bytes were not kept or found: for the log.
#[derive(Debug, thiserror::Error)]
#[error("pictures: {0}")]
pub struct VaultError(pub String);

/// A place for files that are written once and never changed: whoever writes one twice writes what shows the same.
#[async_trait::async_trait]
pub trait Vault: Debug + Send + Sync + 'static {
    /// Keeps a file, durably, whole or not at all.
    async fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), VaultError>;

    /// The bytes of a file; none where there is none.
    async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, VaultError>;

    /// At most so many files that come after a path, in the order of their paths; files that are not ours may be among them.
    async fn list(&self, after: &str, most: usize) -> Result<Vec<Stored>, VaultError>;

    /// Takes a file away; one that is not there is no failure.
    async fn delete(&self, path: &str) -> Result<(), VaultError>;

    /// Whether the file is there.
    async fn has(&self, path: &str) -> Result<bool, VaultError> {
        Ok(self.get(path).await?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_taken_for_pictures() {
        let digest: Digest = "9f86d081".repeat(8).parse().unwrap();
        for part in [Part::Original, Part::Size(PictureSize::Thumb), Part::Size(PictureSize::Medium)] {
            assert_eq!(part_of(&part.path(&digest)), Some((digest.clone(), part)));
        }
        for path in [
            "owner".to_owned(),
            format!("9f/{digest}"),
            format!("9f/{digest}/other"),
            format!("9f/{digest}/thumb/x"),
            format!("00/{digest}/thumb"),
            format!("/9f/{digest}/thumb"),
        ] {
            assert_eq!(part_of(&path), None, "{path}");
        }
    }
}
