//! Sizes of pictures on the wire, and a picture itself.

use super::picture::{Picture, media_type_of};
use entity::{Digest, PictureSize};
use poem::http::header;
use poem::{IntoResponse, Response};
use poem_openapi::payload::{Binary, Payload};
use poem_openapi::registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Example;
use poem_openapi::{ApiResponse, Object};

/// A picture in one size.
#[derive(Clone, Debug, PartialEq, Eq, Object)]
pub struct SizeBody {
    /// Which size.
    pub size: PictureSize,
    /// Pixels across.
    #[oai(validator(minimum(value = "1")))]
    pub width: i32,
    /// Pixels down.
    #[oai(validator(minimum(value = "1")))]
    pub height: i32,
    /// Where it is read, with a key as everything else.
    #[oai(validator(max_length = 100))]
    pub url: String,
}

impl SizeBody {
    /// All sizes of a picture, smallest first.
    #[must_use]
    pub fn all_of(picture: &Picture) -> Vec<Self> {
        let sizes = PictureSize::ALL.iter().map(|size| {
            let (width, height) = picture.measures(*size);
            Self {
                size: *size,
                width,
                height,
                url: format!("/v1/pictures/{}/{size}", picture.digest),
            }
        });
        sizes.collect()
    }
}

impl Example for SizeBody {
    fn example() -> Self {
        Self {
            size: PictureSize::Thumb,
            width: 200,
            height: 113,
            url: format!("/v1/pictures/{}/thumb", "9f86d081884c7d65".repeat(4)),
        }
    }
}

/// Bytes of a picture. They never change under their name, so whoever has them may keep them.
#[derive(Debug)]
pub struct PictureBytes {
    bytes: Vec<u8>,
    media_type: &'static str,
    etag: String,
}

/// A year, the longest that HTTP speaks of; private, since a key was asked for.
const KEEP: &str = "private, max-age=31536000, immutable";
/// Whatever the bytes are, no browser runs them.
const POLICY: &str = "default-src 'none'; sandbox";

impl PictureBytes {
    /// The bytes of a picture in a size; none where they are no picture of ours.
    #[must_use]
    pub fn new(digest: &Digest, size: PictureSize, bytes: Vec<u8>) -> Option<Self> {
        Some(Self {
            media_type: media_type_of(&bytes)?,
            etag: format!("\"{digest}-{size}\""),
            bytes,
        })
    }
}

impl IntoResponse for PictureBytes {
    fn into_response(self) -> Response {
        Response::builder()
            .content_type(self.media_type)
            .header(header::ETAG, self.etag)
            .header(header::CACHE_CONTROL, KEEP)
            .header(header::CONTENT_SECURITY_POLICY, POLICY)
            .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
            .header(header::CONTENT_DISPOSITION, "inline")
            .body(self.bytes)
    }
}

impl ApiResponse for PictureBytes {
    fn meta() -> MetaResponses {
        let header = |name: &str, text: &str| MetaHeader {
            name: name.to_owned(),
            description: Some(text.to_owned()),
            required: false,
            deprecated: false,
            schema: MetaSchemaRef::Inline(Box::new(MetaSchema::new("string"))),
        };
        let content = ["image/jpeg", "image/png"].map(|content_type| MetaMediaType {
            content_type,
            schema: <Binary<Vec<u8>> as Payload>::schema_ref(),
        });
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The picture.",
                status: Some(200),
                status_range: None,
                content: content.into(),
                headers: vec![
                    header("ETag", "The digest and the size."),
                    header("Cache-Control", "The bytes under this name never change."),
                ],
            }],
        }
    }

    fn register(_: &mut Registry) {}
}
