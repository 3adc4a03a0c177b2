//! A picture and its measures, pure.

use entity::{Digest, PictureKind, PictureSize};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The most bytes of a picture: 8 MiB.
pub const MOST_BYTES: usize = 8 << 20;
/// The most pixels of a picture, looked at before it is decoded: 40 million.
pub const MOST_PIXELS: u64 = 40_000_000;
/// The most pixels across and down, looked at before it is decoded. A JPEG can say no more than 65,535, and no camera's
/// panorama comes near this.
pub const MOST_SIDE: u32 = 20_000;

/// A picture that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// SHA-256 of its bytes as they came.
    pub digest: Digest,
    /// Its kind, told by its bytes.
    pub kind: PictureKind,
    /// How many bytes came.
    pub bytes: i64,
    /// Pixels across, upright.
    pub width: i32,
    /// Pixels down, upright.
    pub height: i32,
}

impl Picture {
    /// Its measures in a size, pixels across and down.
    #[must_use]
    pub fn measures(&self, size: PictureSize) -> (i32, i32) {
        let pixels = |length: i32| u32::try_from(length).unwrap_or(1);
        let (width, height) = fit(pixels(self.width), pixels(self.height), size);
        let length = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
        (length(width), length(height))
    }
}

/// What is kept of a picture: its sizes, written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Bytes of all sizes together.
    pub bytes: i64,
    /// SHA-256 over the SHA-256 of each size, smallest first, so that they can be held to what was entered.
    pub digest: Digest,
}

impl Kept {
    /// What is kept of a picture with these sizes, smallest first; none without any.
    #[must_use]
    pub fn of<'a>(sizes: impl IntoIterator<Item = &'a [u8]>) -> Option<Self> {
        let (mut bytes, mut all) = (0_i64, Sha256::new());
        for size in sizes {
            bytes = bytes.checked_add(i64::try_from(size.len()).ok()?)?;
            all.update(Sha256::digest(size));
        }
        let digest = hex::encode(all.finalize()).parse().ok()?;
        (bytes > 0).then_some(Self { bytes, digest })
    }
}

/// How many pictures a supplier may have here, those it no longer shows included, and how many bytes of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupplierBounds {
    /// Pictures.
    pub pictures: u32,
    /// Mebibytes.
    pub mebibytes: u32,
}

impl Default for SupplierBounds {
    fn default() -> Self {
        Self {
            pictures: 2_000,
            mebibytes: 1_024,
        }
    }
}

/// The most pixels across in a size.
#[must_use]
pub fn widest(size: PictureSize) -> u32 {
    match size {
        PictureSize::Thumb => 200,
        PictureSize::Medium => 800,
    }
}

/// The measures of a picture in a size: as wide as that allows, in the same proportion, never larger than it is.
#[must_use]
pub fn fit(width: u32, height: u32, size: PictureSize) -> (u32, u32) {
    let most = u64::from(widest(size));
    let (across, down) = (u64::from(width.max(1)), u64::from(height.max(1)));
    if across <= most {
        return (width.max(1), height.max(1));
    }
    let scaled = ((down * most + across / 2) / across).max(1);
    (widest(size), u32::try_from(scaled).unwrap_or(u32::MAX))
}

/// The digest that names some bytes.
#[must_use]
pub fn digest_of(bytes: &[u8]) -> Option<Digest> {
    hex::encode(Sha256::digest(bytes)).parse().ok()
}

/// The kind of a picture by its first bytes; none where it is no kind we take.
#[must_use]
pub fn kind_of(bytes: &[u8]) -> Option<PictureKind> {
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Some(PictureKind::Jpeg)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(PictureKind::Png)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(PictureKind::Webp)
    } else {
        None
    }
}

/// The media type of a picture of ours by its first bytes.
#[must_use]
pub fn media_type_of(bytes: &[u8]) -> Option<&'static str> {
    kind_of(bytes).map(|kind| match kind {
        PictureKind::Jpeg => "image/jpeg",
        PictureKind::Png => "image/png",
        PictureKind::Webp => "image/webp",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_the_proportion_and_never_grow() {
        assert_eq!(fit(1600, 900, PictureSize::Medium), (800, 450));
        assert_eq!(fit(1600, 900, PictureSize::Thumb), (200, 113));
        assert_eq!(fit(120, 90, PictureSize::Thumb), (120, 90));
        assert_eq!(fit(20_000, 1, PictureSize::Thumb), (200, 1));
        assert_eq!(fit(200, 4_000, PictureSize::Thumb), (200, 4_000));
        assert_eq!(fit(0, 0, PictureSize::Medium), (1, 1));
    }

    #[test]
    fn what_is_kept_is_known_by_all_its_sizes() {
        let kept = |sizes: &[&[u8]]| Kept::of(sizes.iter().copied());
        let one = kept(&[b"ab", b"cde"]).unwrap();
        assert_eq!(one.bytes, 5);
        assert_ne!(one.digest, kept(&[b"abc", b"de"]).unwrap().digest);
        assert_eq!(kept(&[]), None);
    }

    #[test]
    fn kinds_are_told_by_their_bytes() {
        assert_eq!(kind_of(b"\x89PNG\r\n\x1a\n...."), Some(PictureKind::Png));
        assert_eq!(kind_of(b"RIFF....WEBPVP8 "), Some(PictureKind::Webp));
        assert_eq!(kind_of(b"\xff\xd8\xff\xe0"), Some(PictureKind::Jpeg));
        for other in [&b"GIF89a"[..], b"<svg xmlns=", b"RIFF....WAVE", b"", b"\xff\xd8", b"%PDF-1.7"] {
            assert_eq!(kind_of(other), None);
        }
    }
}
