//! Pictures of products over HTTP.

use super::add::{AddPicture, refusal_of};
use super::arrange::ArrangePictures;
use super::body::{ArrangementBody, PictureBody, PictureUpload};
use super::store;
use crate::access::{Actor, Permission, may_change_catalogue};
use crate::catalogue::product_api::with_pictures;
use crate::catalogue::product_body::ProductBody;
use crate::catalogue::queries;
use crate::http::answer::{Made, Versioned};
use crate::http::caller::Caller;
use crate::http::conditional::if_match;
use crate::http::fault::Refusal;
use crate::journal::{Desk, Repeat};
use crate::pictures::{Gallery, digest_of};
use entity::{ProductId, ShortText};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{OpenApi, Tags};
use serde_json::json;

#[derive(Tags)]
enum Tag {
    /// What goods look like.
    Pictures,
}

/// The operations on pictures of products.
#[derive(Clone, Debug)]
pub struct ProductPicturesApi {
    /// Where they are carried out.
    pub desk: Desk,
    /// Where the bytes are.
    pub gallery: Gallery,
}

#[OpenApi(tag = "Tag::Pictures")]
impl ProductPicturesApi {
    /// Add a picture to a product
    ///
    /// The bytes of a JPEG, PNG or WebP, at most 8 MiB, 20,000 pixels a side and 40 million pixels, shown as the last of at most
    /// 12. Its kind is told by the bytes. It is resized and written anew; what it said beside its pixels is left behind, and it
    /// is not kept as it came. A supplier has room for a number of pictures and of bytes, set by who runs the service.
    #[oai(path = "/v1/products/:product_id/pictures", method = "post", operation_id = "add_picture")]
    async fn add(
        &self,
        caller: Caller,
        /// The product.
        product_id: Path<ProductId>,
        /// What the picture shows, in Chinese, for those who cannot see it.
        alt: Query<Option<ShortText>>,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: PictureUpload,
    ) -> poem::Result<Made<PictureBody>> {
        let actor = Actor::of(&caller)?;
        actor.must(Permission::Catalogue).map_err(Refusal::from)?;
        let (product, alt, bytes) = (product_id.0, alt.0.unwrap_or_default(), body.into_bytes());
        let digest = digest_of(&bytes).map(|digest| digest.to_string());
        let repeat = Repeat::of(
            &caller,
            key.0.as_deref(),
            &format!("POST /v1/products/{product}/pictures"),
            Some(json!({"picture": digest, "alt": alt.as_str()})),
        )?;
        // Looked up before the work on the bytes: nobody keeps pictures of others' goods here.
        let found = queries::product(self.desk.read(), product).await.map_err(Refusal::from)?;
        let found = found.ok_or_else(|| Refusal::fault("not_found"))?;
        may_change_catalogue(&actor, found.seller_id).map_err(Refusal::from)?;
        let checked = self.gallery.check(self.desk.read(), bytes).await?;
        let links = store::links(self.desk.read(), product).await.map_err(Refusal::from)?;
        let bounds = self.gallery.bounds;
        let against = refusal_of(self.desk.read(), self.desk.engine(), &found, (links.as_slice(), &checked, bounds)).await;
        // What is refused is said in the turn, which knows whether the request was answered before.
        let kept = against.map_err(Refusal::from)?.is_none() || checked.is_entered;
        if kept {
            self.gallery.keep(&checked).await?;
        }
        let add = AddPicture {
            actor,
            product,
            checked,
            kept,
            bounds,
            alt,
        };
        let added = self.desk.gate.run(add, Some(repeat)).await?;
        let made = Made::now(&PictureBody::from(added.answer));
        Ok(made.at(format!("/v1/products/{product}")).replayed(added.replayed))
    }

    /// Arrange the pictures of a product
    ///
    /// Says which pictures are shown, in which order, and what they show. One that is left out is shown no more; its
    /// bytes stay, so it may come back.
    #[oai(path = "/v1/products/:product_id/pictures", method = "put", operation_id = "arrange_pictures")]
    async fn arrange(
        &self,
        caller: Caller,
        /// The product.
        product_id: Path<ProductId>,
        /// The `ETag` of the product that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<ArrangementBody>,
    ) -> poem::Result<Versioned<ProductBody>> {
        let actor = Actor::of(&caller)?;
        actor.must(Permission::Catalogue).map_err(Refusal::from)?;
        let arrange = ArrangePictures {
            actor,
            product: product_id.0,
            version: if_match(version.0.as_deref())?,
            pictures: body.0.into_arranged(),
        };
        let product = self.desk.gate.run(arrange, None).await?.answer;
        let version = product.version;
        Ok(Versioned(with_pictures(&self.desk, product.into()).await?, version))
    }
}
