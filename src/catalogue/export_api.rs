//! Products as a file.

use super::api::own_channel;
use super::claim::Claim;
use super::product_api::ProductSort;
use super::product_body::ProductBody;
use super::product_list::{ListedProduct, ProductFilter, ProductPosition, Sort, products};
use super::queries::categories;
use crate::access::Actor;
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::http::fault::Refusal;
use crate::http::language::{Language, called};
use crate::journal::Desk;
use crate::organisations::Register;
use crate::sheets::{Column, Export, FileName, PAGE, SheetFormat, export, pages, told};
use entity::{Channel, DivisionCode, Gtin, OrganisationId, VatClass, shanghai_date};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::{OpenApi, Tags};
use serde_json::Value;
use std::collections::HashMap;

/// Adds to an item what people read beside its codes.
type Tell = Box<dyn Fn(&mut Value) + Send + Sync>;

/// More categories than anybody keeps.
const MOST_CATEGORIES: u64 = 10_000;

#[derive(Tags)]
enum Tag {
    /// What is sold.
    Products,
}

const COLUMNS: [Column; 21] = [
    Column::text("sku", "货号", "SKU"),
    Column::text("name", "品名", "Name").wide(28),
    Column::text("category_name", "类别", "Category").wide(12),
    Column::text("origin_name", "产地", "Origin").wide(12),
    Column::text("seller_name", "供应商", "Supplier").wide(28),
    Column::text("unit", "单位", "Unit").wide(8),
    Column::text("pack", "包装", "Pack"),
    Column::number("net_weight_kg", "净重(千克)", "Net weight (kg)"),
    Column::number("quantity_step", "订购倍数", "Step"),
    Column::number("shelf_life_days", "保质期(天)", "Shelf life (days)"),
    Column::word("vat_class", "增值税", "VAT", called::<VatClass>),
    Column::words("claims", "标识", "Labels", called::<Claim>).wide(16),
    Column::words("channels", "渠道", "Channels", called::<Channel>),
    Column::price("offer/price", "供货价(元)", "Price (yuan)"),
    Column::number("offer/minimum", "起订量", "Minimum"),
    Column::price("price_per_kg", "每千克价(元)", "Price per kg (yuan)"),
    Column::day("deliver_from", "最早送货日", "Earliest delivery"),
    Column::code("category_code", "类别代码", "Category code"),
    Column::code("origin_code", "产地代码", "Origin code"),
    Column::id("product_id", "产品编号", "Product id"),
    Column::id("seller_id", "供应商编号", "Supplier id"),
];

const FILE: FileName = FileName {
    file: "products",
    zh: "产品",
    en: "Products",
};

/// The export of products.
#[derive(Clone, Debug)]
pub struct ProductExportApi {
    /// Where it is read.
    pub desk: Desk,
    /// What is known of who takes part.
    pub register: Register,
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
        /// Only the product with this bar code number, however many zeros it is written with.
        gtin: Query<Option<Gtin>>,
        /// Archived products instead of those on sale.
        archived: Query<Option<bool>>,
        /// Order of the list; if left out, by relevance with `q` and by SKU without.
        sort: Query<Option<ProductSort>>,
    ) -> poem::Result<Export> {
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
            seen_by: super::api::visible_offers(&actor),
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
        let names = self.names(context.language).await?;
        Ok(export(format, context.language, FILE, &COLUMNS, told(format, pages, names)).await?)
    }
}

impl ProductExportApi {
    /// Names the category, the origin and the seller of an item.
    async fn names(&self, language: Language) -> Result<Tell, Refusal> {
        let parties = self.register.refresh(&self.desk.db).await?;
        let categories = categories(self.desk.read(), self.desk.engine(), true, None, MOST_CATEGORIES).await?;
        let categories = categories.into_iter().map(|one| {
            let name = language.choose(&one.name_zh, &one.name_en).to_owned();
            (one.code, name)
        });
        let categories: HashMap<String, String> = categories.collect();
        Ok(Box::new(move |item: &mut Value| {
            let text = |name: &str| item.get(name).and_then(Value::as_str);
            let category = text("category_code").and_then(|code| categories.get(code)).cloned();
            let origin = text("origin_code")
                .and_then(|code| parties.division(code))
                .map(|town| town.name.clone());
            let seller = text("seller_id")
                .and_then(|id| id.parse().ok())
                .and_then(|id| parties.organisation(id));
            let seller = seller.map(|party| party.name.clone());
            let Some(members) = item.as_object_mut() else { return };
            for (name, value) in [("category_name", category), ("origin_name", origin), ("seller_name", seller)] {
                members.insert(name.to_owned(), value.into());
            }
        }))
    }
}
