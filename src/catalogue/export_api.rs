//! Products as a file.

use super::claim::Claim;
use super::product_api::ProductSort;
use super::product_body::ProductBody;
use super::product_list::{ListedProduct, ProductFilter, ProductPosition, Sort, products};
use crate::access::Actor;
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::http::fault::Refusal;
use crate::journal::Desk;
use crate::sheets::{Column, Export, PAGE, SheetFormat, export, pages};
use entity::{Channel, DivisionCode, OrganisationId, shanghai_date};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What is sold.
    Products,
}

const COLUMNS: [Column; 17] = [
    Column::text("sku", "货号", "SKU"),
    Column::text("name", "品名", "Name"),
    Column::text("category_code", "类别", "Category"),
    Column::text("origin_code", "产地代码", "Origin"),
    Column::text("unit", "单位", "Unit"),
    Column::text("pack", "包装", "Pack"),
    Column::number("net_weight_kg", "净重(千克)", "Net weight (kg)"),
    Column::number("quantity_step", "订购倍数", "Step"),
    Column::number("shelf_life_days", "保质期(天)", "Shelf life (days)"),
    Column::text("vat_class", "增值税", "VAT"),
    Column::text("claims", "标识", "Labels"),
    Column::text("channels", "渠道", "Channels"),
    Column::number("offer/price", "供货价(元)", "Price (yuan)"),
    Column::number("offer/minimum", "起订量", "Minimum"),
    Column::number("price_per_kg", "每千克价(元)", "Price per kg (yuan)"),
    Column::text("deliver_from", "最早送货日", "Earliest delivery"),
    Column::text("product_id", "产品编号", "Product id"),
];

/// The export of products.
#[derive(Clone, Debug)]
pub struct ProductExportApi {
    /// Where it is read.
    pub desk: Desk,
}

#[OpenApi(tag = "Tag::Products")]
impl ProductExportApi {
    /// Export products
    ///
    /// The list of products with the same filter and order as a file, however long, written while it is sent. A
    /// connection that breaks off means that the file is not whole.
    #[oai(path = "/v1/products/export", method = "get", operation_id = "export_products")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn products(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Format of the file; CSV, if left out.
        format: Query<Option<SheetFormat>>,
        /// Words to find.
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
        /// Archived products instead of those on sale.
        archived: Query<Option<bool>>,
        /// Order of the list; by SKU, if left out.
        sort: Query<Option<ProductSort>>,
    ) -> poem::Result<Export> {
        let actor = Actor::of(&caller)?;
        let filter = ProductFilter {
            q: q.0,
            category: category.0,
            origin: origin.0.map(DivisionCode::into_string),
            seller: seller_id.0,
            channel: channel.0,
            claim: claim.0,
            archived: archived.0.unwrap_or(false),
            sort: sort.0.map(Sort::from).unwrap_or_default(),
            offers_of: super::api::visible_offers(&actor),
        };
        filter.check().map_err(Refusal::from)?;
        let today = shanghai_date(self.desk.clock.now());
        let (desk, sort) = (self.desk.clone(), filter.sort);
        let read = move |after: Option<ProductPosition>| {
            let (desk, filter) = (desk.clone(), filter.clone());
            async move { Ok(products(desk.read(), desk.engine(), &filter, today, after.as_ref(), PAGE).await?) }
        };
        let pages = pages(read, move |last: &ListedProduct| sort.position_of(last), ProductBody::from);
        let format = format.0.unwrap_or_default();
        Ok(export(format, context.language, "products", &COLUMNS, pages).await?)
    }
}
