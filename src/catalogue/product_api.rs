//! Products over HTTP.

use super::api::{own_channel, repeat, visible_offers};
use super::archive_product::ArchiveProduct;
use super::change_product::ChangeProduct;
use super::claim::Claim;
use super::facet_body::FacetsBody;
use super::facets::facets;
use super::list_product::ListProduct;
use super::pictures::{PictureBody, shown_of};
use super::product_body::{ArchiveProductBody, NewProductBody, ProductBody, ProductChangeBody, ProductPage};
use super::product_list::{self, ProductFilter, ProductPosition, Sort};
use super::queries;
use crate::access::{Actor, Permission};
use crate::http::answer::{Listed, Made, Versioned};
use crate::http::caller::Caller;
use crate::http::conditional::if_match;
use crate::http::context::Context;
use crate::http::fault::Refusal;
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::Desk;
use crate::organisations::Register;
use entity::{Channel, DivisionCode, Gtin, OrganisationId, ProductId, shanghai_date};
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Enum, OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What is sold.
    Products,
}

/// Order of a list of products: `sku`, `name`, `price` (cheapest first, for a channel), `newest`, `relevance` (what fits
/// `q` best first), `price_per_kg` (for a channel; goods without weight last), `delivery_day` (earliest first).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ProductSort {
    /// By SKU.
    Sku,
    /// By name.
    Name,
    /// By price.
    Price,
    /// Listed last, first.
    Newest,
    /// What fits best, first.
    Relevance,
    /// By the price of a kilogram.
    PricePerKg,
    /// By the earliest day of delivery.
    DeliveryDay,
}

impl From<ProductSort> for Sort {
    fn from(sort: ProductSort) -> Self {
        match sort {
            ProductSort::Sku => Self::Sku,
            ProductSort::Name => Self::Name,
            ProductSort::Price => Self::Price,
            ProductSort::Newest => Self::Newest,
            ProductSort::Relevance => Self::Relevance,
            ProductSort::PricePerKg => Self::PricePerKg,
            ProductSort::DeliveryDay => Self::DeliveryDay,
        }
    }
}

/// A product with what it looks like.
pub(super) async fn with_pictures(desk: &Desk, body: ProductBody) -> Result<ProductBody, Refusal> {
    let bodies = all_with_pictures(desk, vec![body]).await?;
    bodies.into_iter().next().ok_or_else(|| Refusal::broken("a product that is lost"))
}

/// Products with what they look like.
async fn all_with_pictures(desk: &Desk, mut bodies: Vec<ProductBody>) -> Result<Vec<ProductBody>, Refusal> {
    let mut shown = shown_of(desk.read(), bodies.iter().map(|body| body.product_id)).await?;
    for body in &mut bodies {
        let pictures = shown.remove(&body.product_id).unwrap_or_default();
        body.pictures = pictures.into_iter().map(PictureBody::from).collect();
    }
    Ok(bodies)
}

/// The operations on products.
#[derive(Clone, Debug)]
pub struct ProductsApi {
    /// Where they are carried out.
    pub desk: Desk,
    /// Organisations in memory.
    pub register: Register,
}

#[OpenApi(tag = "Tag::Products")]
impl ProductsApi {
    /// List products
    ///
    /// `q` finds by characters, pinyin, initials, SKU, pack, category, town and other words for the goods (洋芋 for 土豆); all
    /// its words must be found, with spaces between them or without (黑米25kg). Each product carries its offer of today for
    /// the channel; where none is given, a buyer sees its prices for its own default channel, and nothing is left out.
    #[oai(path = "/v1/products", method = "get", operation_id = "list_products")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn list(
        &self,
        caller: Caller,
        /// Words to find: 黑米, heimi, hm, 25kg, GR02.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// Only of this category.
        #[oai(validator(max_length = 40))]
        category: Query<Option<String>>,
        /// Only from this town.
        origin: Query<Option<DivisionCode>>,
        /// Only of this seller.
        seller_id: Query<Option<OrganisationId>>,
        /// Only what may go to this channel.
        channel: Query<Option<Channel>>,
        /// Only with this claim.
        claim: Query<Option<Claim>>,
        /// Only the product with this bar code number, however many zeros it is written with.
        gtin: Query<Option<Gtin>>,
        /// Archived products instead of those on sale.
        archived: Query<Option<bool>>,
        /// Order of the list; if left out, by relevance with `q` and by SKU without. By price only with a channel, and then
        /// only what is on offer today; by relevance only with `q`.
        sort: Query<Option<ProductSort>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<ProductPage>> {
        let actor = Actor::of(&caller)?;
        let filter = ProductFilter {
            sort: sort.0.map_or_else(|| Sort::usual(q.0.as_deref()), Sort::from),
            q: q.0,
            category: category.0,
            origin: origin.0.map(DivisionCode::into_string),
            seller: seller_id.0,
            channel: channel.0,
            claim: claim.0,
            gtin: gtin.0,
            own_channel: own_channel(&self.desk, &self.register, &actor).await?,
            archived: archived.0.unwrap_or(false),
            seen_by: visible_offers(&actor),
        };
        filter.check().map_err(Refusal::from)?;
        let kind = filter.sort.cursor_kind();
        let after: Option<ProductPosition> = cursor.0.map(|cursor| caller.position(kind, &cursor)).transpose()?;
        let today = shanghai_date(self.desk.clock.now());
        let rows = product_list::products(
            self.desk.read(),
            self.desk.engine(),
            &filter,
            today,
            after.as_ref(),
            limit.0.plus_one(),
        )
        .await;
        let (rows, next) = cut(rows.map_err(Refusal::from)?, limit.0, |last| {
            caller.cursor(kind, &filter.sort.position_of(last))
        })?;
        let bodies = all_with_pictures(&self.desk, rows.into_iter().map(ProductBody::from).collect()).await?;
        Ok(Listed((bodies, next).into()))
    }

    /// Count products by facet
    ///
    /// How many products the same filter finds, by category, town, seller, channel and claim. Each facet is counted
    /// with the whole filter but its own part, so that the other choices can be seen.
    #[oai(path = "/v1/products/facets", method = "get", operation_id = "count_products")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn facets(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Words to find: 黑米, heimi, hm, 25kg, GR02.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// Only of this category.
        #[oai(validator(max_length = 40))]
        category: Query<Option<String>>,
        /// Only from this town.
        origin: Query<Option<DivisionCode>>,
        /// Only of this seller.
        seller_id: Query<Option<OrganisationId>>,
        /// Only what may go to this channel.
        channel: Query<Option<Channel>>,
        /// Only with this claim.
        claim: Query<Option<Claim>>,
        /// Only the product with this bar code number, however many zeros it is written with.
        gtin: Query<Option<Gtin>>,
        /// Archived products instead of those on sale.
        archived: Query<Option<bool>>,
    ) -> poem::Result<Json<FacetsBody>> {
        Actor::of(&caller)?;
        let filter = ProductFilter {
            q: q.0,
            category: category.0,
            origin: origin.0.map(DivisionCode::into_string),
            seller: seller_id.0,
            channel: channel.0,
            claim: claim.0,
            gtin: gtin.0,
            archived: archived.0.unwrap_or(false),
            ..ProductFilter::default()
        };
        let snapshot = self.desk.db.snapshot().await.map_err(Refusal::from)?;
        let counted = facets(&snapshot, self.desk.engine(), &filter, context.language)
            .await
            .map_err(Refusal::from)?;
        snapshot.end().await.map_err(Refusal::from)?;
        Ok(Json(counted.into()))
    }

    /// Read a product
    ///
    /// As it is now, archived or not, with its version as `ETag`.
    #[oai(path = "/v1/products/:product_id", method = "get", operation_id = "read_product")]
    async fn read(
        &self,
        caller: Caller,
        /// The product.
        product_id: Path<ProductId>,
    ) -> poem::Result<Versioned<ProductBody>> {
        Actor::of(&caller)?;
        let found = queries::product_shown(self.desk.read(), self.desk.engine(), product_id.0).await;
        let (product, shows) = found.map_err(Refusal::from)?.ok_or_else(|| Refusal::fault("not_found"))?;
        let (version, body) = (product.version, product.into());
        let body = if shows { with_pictures(&self.desk, body).await? } else { body };
        Ok(Versioned(body, version))
    }

    /// List a product for sale
    ///
    /// Suppliers list their own products, operators those of any supplier. The SKU is never used again. All faults
    /// are answered at once.
    #[oai(path = "/v1/products", method = "post", operation_id = "create_product")]
    async fn create(
        &self,
        caller: Caller,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewProductBody>,
    ) -> poem::Result<Made<ProductBody>> {
        let actor = Actor::of(&caller)?;
        actor.must(Permission::Catalogue).map_err(Refusal::from)?;
        let repeat = repeat(&caller, key.0.as_deref(), "POST /v1/products", &body.0)?;
        let new = body.0.asked_by(actor.organisation);
        let listed = self.desk.gate.run(ListProduct { actor, new }, Some(repeat)).await?;
        let (location, version) = (format!("/v1/products/{}", listed.answer.id), listed.answer.version);
        let made = Made::now(&with_pictures(&self.desk, listed.answer.into()).await?);
        Ok(made.at(location).version(version).replayed(listed.replayed))
    }

    /// Change a product
    ///
    /// What is left out stays. Orders keep the product as it was when they were placed.
    #[oai(path = "/v1/products/:product_id", method = "patch", operation_id = "change_product")]
    async fn change(
        &self,
        caller: Caller,
        /// The product.
        product_id: Path<ProductId>,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<ProductChangeBody>,
    ) -> poem::Result<Versioned<ProductBody>> {
        let actor = Actor::of(&caller)?;
        actor.must(Permission::Catalogue).map_err(Refusal::from)?;
        let change = ChangeProduct {
            actor,
            id: product_id.0,
            version: if_match(version.0.as_deref())?,
            change: body.0.into(),
        };
        let product = self.desk.gate.run(change, None).await?.answer;
        let version = product.version;
        Ok(Versioned(with_pictures(&self.desk, product.into()).await?, version))
    }

    /// Archive a product
    ///
    /// It is no longer sold; what was ordered stands. A successor may be named.
    #[oai(path = "/v1/products/:product_id/archive", method = "post", operation_id = "archive_product")]
    async fn archive(
        &self,
        caller: Caller,
        /// The product.
        product_id: Path<ProductId>,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<ArchiveProductBody>,
    ) -> poem::Result<Versioned<ProductBody>> {
        let actor = Actor::of(&caller)?;
        actor.must(Permission::Catalogue).map_err(Refusal::from)?;
        let archive = ArchiveProduct {
            actor,
            id: product_id.0,
            version: if_match(version.0.as_deref())?,
            successor_id: body.0.successor_id,
        };
        let product = self.desk.gate.run(archive, None).await?.answer;
        let version = product.version;
        Ok(Versioned(with_pictures(&self.desk, product.into()).await?, version))
    }
}
