//! Takes pictures in and hands them out.

use super::bucket::Bucket;
use super::develop::{Developed, develop};
use super::folder::Folder;
use super::picture::{Picture, digest_of};
use super::settings::PictureSettings;
use super::store;
use super::vault::{Part, Vault, VaultError};
use crate::http::fault::Refusal;
use entity::{Digest, PictureSize};
use sea_orm::ConnectionTrait;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Pictures that are decoded at a time: each may take hundreds of megabytes.
const AT_ONCE: usize = 2;
/// Seconds after which a vault that cannot be reached is worth another try.
const RETRY_AFTER_S: u32 = 5;

impl From<VaultError> for Refusal {
    fn from(error: VaultError) -> Self {
        tracing::warn!(%error, "the vault of pictures is away");
        Self::Unavailable {
            retry_after_s: RETRY_AFTER_S,
        }
    }
}

/// The pictures of this process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Gallery {
    vault: Arc<dyn Vault>,
    places: Arc<Semaphore>,
}

impl Gallery {
    /// Pictures in this vault.
    #[must_use]
    pub fn new(vault: Arc<dyn Vault>) -> Self {
        Self {
            vault,
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Pictures where the settings say.
    ///
    /// # Errors
    /// An endpoint that is none.
    pub fn open(settings: &PictureSettings) -> Result<Self, VaultError> {
        Ok(Self::new(match settings {
            PictureSettings::Folder(root) => Arc::new(Folder::new(root)),
            PictureSettings::Bucket(bucket) => Arc::new(Bucket::open(bucket)?),
        }))
    }

    /// Checks a picture, makes its sizes and keeps them; the row is entered by whoever shows it ([`super::enter`]).
    /// Bytes that are known already are not worked on again.
    ///
    /// # Errors
    /// What is wrong with the picture; `Unavailable` where it cannot be kept.
    pub async fn take_in(&self, db: &impl ConnectionTrait, bytes: Vec<u8>) -> Result<Picture, Refusal> {
        let digest = digest_of(&bytes).ok_or_else(|| Refusal::broken("a digest that is none"))?;
        if let Some(known) = store::picture(db, &digest).await?
            && self.has_all(&digest).await?
        {
            return Ok(known);
        }
        let bytes = Arc::new(bytes);
        let developed = self.develop(Arc::clone(&bytes)).await?;
        let picture = Picture {
            kind: developed.kind,
            bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            width: i32::try_from(developed.width).map_err(Refusal::broken)?,
            height: i32::try_from(developed.height).map_err(Refusal::broken)?,
            digest,
        };
        self.vault.put(&Part::Original.path(&picture.digest), bytes.to_vec()).await?;
        for (size, bytes) in developed.sizes {
            self.vault.put(&Part::Size(size).path(&picture.digest), bytes).await?;
        }
        Ok(picture)
    }

    async fn develop(&self, bytes: Arc<Vec<u8>>) -> Result<Developed, Refusal> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(Refusal::broken)?;
        // The place is given back when the work ends, even where nobody waits for it any more.
        let work = tokio::task::spawn_blocking(move || {
            let developed = develop(&bytes);
            drop(place);
            developed
        });
        // A decoder that panics on some bytes says no more than that it cannot read them.
        work.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a decoder of pictures broke");
            Err(Refusal::fault("picture_unreadable"))
        })
    }

    /// Whether every file of a picture is there.
    pub(super) async fn has_all(&self, digest: &Digest) -> Result<bool, VaultError> {
        let sizes = PictureSize::ALL.iter().map(|size| Part::Size(*size));
        for part in std::iter::once(Part::Original).chain(sizes) {
            if !self.vault.has(&part.path(digest)).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The bytes of a picture in a size; none where they are not kept.
    ///
    /// # Errors
    /// `Unavailable` where the vault does not answer.
    pub async fn read(&self, digest: &Digest, size: PictureSize) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(self.vault.get(&Part::Size(size).path(digest)).await?)
    }
}
