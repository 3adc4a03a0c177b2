//! Takes pictures in and hands them out.

use super::bucket::Bucket;
use super::develop::{Developed, develop};
use super::folder::Folder;
use super::picture::{Kept, Picture, SupplierBounds, digest_of};
use super::settings::{PicturePlace, PictureSettings};
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
    pub(super) vault: Arc<dyn Vault>,
    places: Arc<Semaphore>,
    /// How much of it a supplier may have.
    pub bounds: SupplierBounds,
}

/// A picture that was checked: what is to be entered, and what is to be kept before that.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The picture.
    pub picture: Picture,
    /// Bytes that are kept of it.
    pub kept_bytes: i64,
    /// What is kept of it now, where it was not kept already.
    pub anew: Option<Kept>,
    /// Whether it is entered already: then keeping it once more leaves nothing behind that nobody knows.
    pub is_entered: bool,
    sizes: Vec<(PictureSize, Vec<u8>)>,
}

impl Gallery {
    /// Pictures in this vault.
    #[must_use]
    pub fn new(vault: Arc<dyn Vault>) -> Self {
        Self {
            vault,
            places: Arc::new(Semaphore::new(AT_ONCE)),
            bounds: SupplierBounds::default(),
        }
    }

    /// Pictures where the settings say.
    ///
    /// # Errors
    /// An endpoint that is none.
    pub fn open(settings: &PictureSettings) -> Result<Self, VaultError> {
        let gallery = Self::new(match &settings.place {
            PicturePlace::Folder(root) => Arc::new(Folder::new(root)),
            PicturePlace::Bucket(bucket) => Arc::new(Bucket::open(bucket)?),
        });
        Ok(Self {
            bounds: settings.bounds,
            ..gallery
        })
    }

    /// Checks a picture and makes its sizes; nothing is kept yet. Bytes that are known already are not worked on again.
    ///
    /// # Errors
    /// What is wrong with the picture; `Unavailable` where it cannot be looked for.
    pub async fn check(&self, db: &impl ConnectionTrait, bytes: Vec<u8>) -> Result<Checked, Refusal> {
        let digest = digest_of(&bytes).ok_or_else(|| Refusal::broken("a digest that is none"))?;
        let entered = store::picture(db, &digest).await?;
        let is_entered = entered.is_some();
        if let Some((picture, kept)) = entered
            && self.has_all(&digest).await?
        {
            return Ok(Checked {
                // Of a row of before it is not known yet.
                kept_bytes: kept.map_or(picture.bytes, |kept| kept.bytes),
                picture,
                anew: None,
                is_entered,
                sizes: Vec::new(),
            });
        }
        let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let developed = self.develop(bytes).await?;
        let kept = Kept::of(developed.sizes.iter().map(|(_, bytes)| bytes.as_slice()));
        let kept = kept.ok_or_else(|| Refusal::broken("a picture without sizes"))?;
        Ok(Checked {
            picture: Picture {
                kind: developed.kind,
                bytes: length,
                width: i32::try_from(developed.width).map_err(Refusal::broken)?,
                height: i32::try_from(developed.height).map_err(Refusal::broken)?,
                digest,
            },
            kept_bytes: kept.bytes,
            anew: Some(kept),
            is_entered,
            sizes: developed.sizes,
        })
    }

    /// Keeps a picture that was checked; the row is entered by whoever shows it ([`super::enter`]). The picture as it came is
    /// not kept.
    ///
    /// # Errors
    /// `Unavailable` where it cannot be kept.
    pub async fn keep(&self, checked: &Checked) -> Result<(), Refusal> {
        for (size, bytes) in &checked.sizes {
            self.vault
                .put(&Part::Size(*size).path(&checked.picture.digest), bytes.clone())
                .await?;
        }
        Ok(())
    }

    pub(super) async fn develop(&self, bytes: Vec<u8>) -> Result<Developed, Refusal> {
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
        for size in PictureSize::ALL {
            if !self.vault.has(&Part::Size(*size).path(digest)).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What is kept of a picture, by its bytes; none where a file is missing.
    pub(super) async fn kept(&self, digest: &Digest) -> Result<Option<Kept>, VaultError> {
        let mut sizes = Vec::new();
        for size in PictureSize::ALL {
            let Some(bytes) = self.vault.get(&Part::Size(*size).path(digest)).await? else {
                return Ok(None);
            };
            sizes.push(bytes);
        }
        Ok(Kept::of(sizes.iter().map(Vec::as_slice)))
    }

    /// The bytes of a picture in a size; none where they are not kept.
    ///
    /// # Errors
    /// `Unavailable` where the vault does not answer.
    pub async fn read(&self, digest: &Digest, size: PictureSize) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(self.vault.get(&Part::Size(size).path(digest)).await?)
    }
}
