//! Pictures over HTTP.

use super::body::PictureBytes;
use super::gallery::Gallery;
use super::queries;
use crate::access::Actor;
use crate::http::caller::Caller;
use crate::http::fault::Refusal;
use crate::journal::Desk;
use entity::{Digest, PictureSize};
use poem_openapi::param::Path;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What goods look like.
    Pictures,
}

/// The operation on pictures.
#[derive(Clone, Debug)]
pub struct PicturesApi {
    /// Where rows are read.
    pub desk: Desk,
    /// Where bytes are.
    pub gallery: Gallery,
}

#[OpenApi(tag = "Tag::Pictures")]
impl PicturesApi {
    /// Read a picture
    ///
    /// The picture in a size, as JPEG, or as PNG where something of it is transparent. What is read under one name is
    /// always the same and may be kept.
    #[oai(path = "/v1/pictures/:digest/:size", method = "get", operation_id = "read_picture")]
    async fn read(
        &self,
        caller: Caller,
        /// The picture: SHA-256 of the bytes as they were sent.
        digest: Path<Digest>,
        /// The size.
        size: Path<PictureSize>,
    ) -> poem::Result<PictureBytes> {
        Actor::of(&caller)?;
        let entered = queries::picture(self.desk.read(), &digest.0).await.map_err(Refusal::from)?;
        entered.ok_or_else(|| Refusal::fault("not_found"))?;
        let bytes = self.gallery.read(&digest.0, size.0).await?;
        let found = bytes.and_then(|bytes| PictureBytes::new(&digest.0, size.0, bytes));
        if found.is_none() {
            tracing::error!(
                digest = digest.0.as_str(),
                size = size.0.as_str(),
                "a picture is entered but not kept"
            );
        }
        Ok(found.ok_or_else(|| Refusal::fault("not_found"))?)
    }
}
