//! Pictures of products on the wire.

use super::arrange::Arranged;
use super::{MOST_PICTURES, Shown};
use crate::catalogue::category_body::example;
use crate::pictures::SizeBody;
use entity::{Digest, ShortText};
use poem_openapi::payload::Binary;
use poem_openapi::types::Example;
use poem_openapi::{ApiRequest, Object};

const EXAMPLE: &str = "9f86d0819f86d0819f86d0819f86d0819f86d0819f86d0819f86d0819f86d081";

/// The bytes of a picture. Its kind is told by the bytes, whatever the header says.
#[derive(Debug, ApiRequest)]
pub enum PictureUpload {
    /// JPEG.
    #[oai(content_type = "image/jpeg")]
    Jpeg(Binary<Vec<u8>>),
    /// PNG.
    #[oai(content_type = "image/png")]
    Png(Binary<Vec<u8>>),
    /// WebP.
    #[oai(content_type = "image/webp")]
    Webp(Binary<Vec<u8>>),
    /// One of these.
    #[oai(content_type = "application/octet-stream")]
    Any(Binary<Vec<u8>>),
}

impl PictureUpload {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Jpeg(bytes) | Self::Png(bytes) | Self::Webp(bytes) | Self::Any(bytes) => bytes.0,
        }
    }
}

/// A picture of a product.
#[derive(Clone, Debug, PartialEq, Eq, Object)]
#[oai(example)]
pub struct PictureBody {
    /// The picture: SHA-256 of the bytes as they were sent.
    pub picture: Digest,
    /// What it shows, in Chinese.
    pub alt: ShortText,
    /// Its sizes, smallest first.
    #[oai(validator(max_items = 4))]
    pub sizes: Vec<SizeBody>,
}

impl From<Shown> for PictureBody {
    fn from(shown: Shown) -> Self {
        Self {
            sizes: SizeBody::all_of(&shown.picture),
            picture: shown.picture.digest,
            alt: shown.alt,
        }
    }
}

impl Example for PictureBody {
    fn example() -> Self {
        Self {
            picture: example(EXAMPLE),
            alt: example("一袋 25 公斤的黑米"),
            sizes: vec![SizeBody::example()],
        }
    }
}

/// A picture in its place.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct ArrangedBody {
    /// The picture: one that the product shows, or has shown.
    pub picture: Digest,
    /// What it shows, in Chinese; as before, if left out.
    pub alt: Option<ShortText>,
}

/// The pictures a product shows.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct ArrangementBody {
    /// All of them, the first first. One that is left out is shown no more.
    #[oai(validator(max_items = 12))]
    pub pictures: Vec<ArrangedBody>,
}

const _: () = assert!(MOST_PICTURES == 12, "the schema says 12");

impl ArrangementBody {
    pub(super) fn into_arranged(self) -> Vec<Arranged> {
        let arranged = self.pictures.into_iter().map(|one| Arranged {
            digest: one.picture,
            alt: one.alt,
        });
        arranged.collect()
    }
}

impl Example for ArrangementBody {
    fn example() -> Self {
        Self {
            pictures: vec![ArrangedBody {
                picture: example(EXAMPLE),
                alt: Some(example("一袋 25 公斤的黑米")),
            }],
        }
    }
}
