//! Reading the catalogue: lists in pages, one product, offers.

use super::category::Category;
use super::claim::Claim;
use super::make_offer::record_of;
use super::offer::OfferRecord;
use super::product::Product;
use super::search::{like_pattern, query_forms};
use super::store::{self, PRODUCT_COLUMNS, category_of, product_of};
use crate::db::{Engine, Params, Rows, statement};
use entity::tables::{categories, offers, products};
use entity::{Channel, CivilDate, OfferId, OrganisationId, ProductId};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// In which order products are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By SKU.
    #[default]
    Sku,
    /// By name, then id.
    Name,
    /// By the price for the channel, cheapest first, then id; only what is on offer today.
    Price,
    /// Listed last, first.
    Newest,
}

/// Which products.
#[derive(Clone, Debug, Default)]
pub struct ProductFilter {
    /// Words: characters, pinyin, initials, SKU, pack.
    pub q: Option<String>,
    /// Category.
    pub category: Option<String>,
    /// Origin.
    pub origin: Option<String>,
    /// Seller.
    pub seller: Option<OrganisationId>,
    /// Products that may go to this channel, with their offer for it.
    pub channel: Option<Channel>,
    /// Products with this claim.
    pub claim: Option<Claim>,
    /// Archived ones instead of those on sale.
    pub archived: bool,
    /// Order of the list.
    pub sort: Sort,
    /// Whose offers may be seen: all, or those of one seller.
    pub offers_of: Option<OrganisationId>,
}

/// Where a page of products ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ProductPosition {
    /// By SKU.
    Sku(String),
    /// By name.
    Name(String, ProductId),
    /// By price.
    Price(i64, ProductId),
    /// Newest first.
    Newest(ProductId),
}

/// A product, and its offer for the channel asked for, if there is one today.
#[derive(Clone, Debug)]
pub struct ListedProduct {
    /// The product.
    pub product: Product,
    /// The offer.
    pub offer: Option<OfferRecord>,
}

impl Sort {
    /// The name its cursors go by: one order's cursor is no good for another.
    #[must_use]
    pub fn cursor_kind(self) -> &'static str {
        match self {
            Self::Sku => "products by sku",
            Self::Name => "products by name",
            Self::Price => "products by price",
            Self::Newest => "products by newest",
        }
    }

    /// Where a page that ends with this item ends.
    #[must_use]
    pub fn position_of(self, last: &ListedProduct) -> ProductPosition {
        let product = &last.product;
        match self {
            Self::Sku => ProductPosition::Sku(product.sku.clone()),
            Self::Name => ProductPosition::Name(product.traits.name.as_str().to_owned(), product.id),
            Self::Price => {
                let price = last.offer.as_ref().map_or(0, |offer| offer.price.ten_thousandths());
                ProductPosition::Price(price, product.id)
            }
            Self::Newest => ProductPosition::Newest(product.id),
        }
    }
}

/// Bytes in order on both engines, whatever language a server was set up for.
fn by_bytes(engine: Engine, column: &str) -> String {
    match engine {
        Engine::Postgres => format!("{column} COLLATE \"C\""),
        Engine::Sqlite => column.to_owned(),
    }
}

/// A page of products.
pub async fn products(
    db: &impl ConnectionTrait,
    engine: Engine,
    filter: &ProductFilter,
    today: CivilDate,
    after: Option<&ProductPosition>,
    most: u64,
) -> Result<Vec<ListedProduct>, DbErr> {
    let mut params = Params::new(engine);
    let columns: Vec<String> = PRODUCT_COLUMNS.split(", ").map(|column| qualified(column.trim())).collect();
    let join = match filter.channel {
        None => String::new(),
        Some(channel) => join_offer(&mut params, filter, channel, today),
    };
    let conditions = conditions(&mut params, engine, filter, after);
    let order = match filter.sort {
        Sort::Sku => by_bytes(engine, "p.sku"),
        Sort::Name => format!("{}, p.id", by_bytes(engine, "p.name")),
        Sort::Price => "o.price, p.id".to_owned(),
        Sort::Newest => "p.id DESC".to_owned(),
    };
    let offer_columns = if filter.channel.is_some() { OFFER_COLUMNS } else { "" };
    let sql = format!(
        "SELECT {}{offer_columns} FROM products p {join} WHERE {} ORDER BY {order} LIMIT {most}",
        columns.join(", "),
        conditions.join(" AND ")
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter().map(|row| listed_of(row, filter.channel.is_some())).collect()
}

const OFFER_COLUMNS: &str = ", o.id AS o_id, o.product_id AS o_product_id, o.channel AS o_channel, o.price AS o_price, \
     o.minimum AS o_minimum, o.step AS o_step, o.from_date AS o_from_date, o.to_date AS o_to_date, o.version AS o_version, \
     o.touched AS o_touched, o.created_at AS o_created_at";

fn qualified(column: &str) -> String {
    if column.starts_with('\'') {
        column.to_owned()
    } else {
        format!("p.{column}")
    }
}

fn join_offer(params: &mut Params, filter: &ProductFilter, channel: Channel, today: CivilDate) -> String {
    let kind = if filter.sort == Sort::Price { "JOIN" } else { "LEFT JOIN" };
    let mut on = format!(
        "o.product_id = p.id AND o.channel = {} AND o.from_date <= {} AND (o.to_date IS NULL OR o.to_date >= {})",
        params.add(channel),
        params.add(today),
        params.add(today)
    );
    if let Some(seller) = filter.offers_of {
        on.push_str(&format!(" AND p.seller_id = {}", params.add(seller)));
    }
    format!("{kind} offers o ON {on}")
}

fn conditions(params: &mut Params, engine: Engine, filter: &ProductFilter, after: Option<&ProductPosition>) -> Vec<String> {
    let archived = if filter.archived { "IS NOT NULL" } else { "IS NULL" };
    let mut all = vec![format!("p.archived_at {archived}")];
    for form in filter.q.iter().flat_map(|q| query_forms(q)) {
        all.push(format!("p.search_text LIKE {}", params.add(like_pattern(&form))));
    }
    if let Some(category) = &filter.category {
        all.push(format!("p.category_code = {}", params.add(category.as_str())));
    }
    if let Some(origin) = &filter.origin {
        all.push(format!("p.origin_code = {}", params.add(origin.as_str())));
    }
    if let Some(seller) = filter.seller {
        all.push(format!("p.seller_id = {}", params.add(seller)));
    }
    let words = [
        ("p.channels", filter.channel.map(Channel::as_str)),
        ("p.claims", filter.claim.map(Claim::as_str)),
    ];
    for (column, word) in words {
        // The `_` in a word matches any character, which no other word of these lists has in its place.
        if let Some(word) = word {
            all.push(format!("' ' || {column} || ' ' LIKE {}", params.add(format!("% {word} %"))));
        }
    }
    if let Some(after) = after {
        all.push(beyond(params, engine, after));
    }
    all
}

fn beyond(params: &mut Params, engine: Engine, after: &ProductPosition) -> String {
    match after {
        ProductPosition::Sku(sku) => format!("{} > {}", by_bytes(engine, "p.sku"), params.add(sku.as_str())),
        ProductPosition::Name(name, id) => format!(
            "({name_column} > {} OR (p.name = {} AND p.id > {}))",
            params.add(name.as_str()),
            params.add(name.as_str()),
            params.add(*id),
            name_column = by_bytes(engine, "p.name"),
        ),
        ProductPosition::Price(price, id) => format!(
            "(o.price > {} OR (o.price = {} AND p.id > {}))",
            params.add(*price),
            params.add(*price),
            params.add(*id)
        ),
        ProductPosition::Newest(id) => format!("p.id < {}", params.add(*id)),
    }
}

fn listed_of(row: &QueryResult, with_offer: bool) -> Result<ListedProduct, DbErr> {
    let offer = if with_offer {
        offers::Model::from_query_result_optional(row, "o_")?
    } else {
        None
    };
    Ok(ListedProduct {
        product: product_of(products::Model::from_query_result(row, "")?)?,
        offer: offer.as_ref().map(record_of),
    })
}

/// One product.
pub async fn product(db: &impl ConnectionTrait, id: ProductId) -> Result<Option<Product>, DbErr> {
    store::product(db, id).await
}

const WANTED: &[(&str, crate::db::Kind)] = &[("id", crate::db::Kind::Id)];

/// Who sells a product, and its SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sold {
    /// Its seller.
    pub seller_id: OrganisationId,
    /// Its SKU.
    pub sku: String,
}

/// Who sells each of these products; those that are not there are left out. One statement.
pub async fn sold(
    db: &impl ConnectionTrait,
    engine: Engine,
    ids: impl IntoIterator<Item = ProductId>,
) -> Result<HashMap<ProductId, Sold>, DbErr> {
    let mut wanted = Rows::new(WANTED);
    for id in ids {
        wanted.push([id.into()]);
    }
    let mut sold = HashMap::new();
    for (source, values) in wanted.sources(engine) {
        let sql = format!("SELECT p.id, p.seller_id, p.sku FROM {source} JOIN products p ON p.id = r.id");
        for row in db.query_all_raw(statement(engine, &sql, values)).await? {
            let one = Sold {
                seller_id: row.try_get("", "seller_id")?,
                sku: row.try_get("", "sku")?,
            };
            sold.insert(row.try_get("", "id")?, one);
        }
    }
    Ok(sold)
}

/// A page of categories, by code.
pub async fn categories(db: &impl ConnectionTrait, engine: Engine, after: Option<&str>, most: u64) -> Result<Vec<Category>, DbErr> {
    let mut params = Params::new(engine);
    let code = by_bytes(engine, "code");
    let after = params.add(after.unwrap_or_default());
    let sql = format!("SELECT * FROM categories WHERE {code} > {after} ORDER BY {code} LIMIT {most}");
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter()
        .map(|row| categories::Model::from_query_result(row, "").map(category_of))
        .collect()
}

/// Which offers.
#[derive(Clone, Debug, Default)]
pub struct OfferFilter {
    /// Of this product.
    pub product: Option<ProductId>,
    /// For this channel.
    pub channel: Option<Channel>,
    /// Those that hold on this day.
    pub on: Option<CivilDate>,
    /// Whose offers may be seen: all, or those of one seller.
    pub offers_of: Option<OrganisationId>,
}

/// A page of offers, oldest first.
pub async fn offers(
    db: &impl ConnectionTrait,
    engine: Engine,
    filter: &OfferFilter,
    after: Option<OfferId>,
    most: u64,
) -> Result<Vec<OfferRecord>, DbErr> {
    let mut params = Params::new(engine);
    let mut all = vec!["true".to_owned()];
    if let Some(product) = filter.product {
        all.push(format!("o.product_id = {}", params.add(product)));
    }
    if let Some(channel) = filter.channel {
        all.push(format!("o.channel = {}", params.add(channel)));
    }
    if let Some(day) = filter.on {
        let (from, to) = (params.add(day), params.add(day));
        all.push(format!("o.from_date <= {from} AND (o.to_date IS NULL OR o.to_date >= {to})"));
    }
    if let Some(seller) = filter.offers_of {
        all.push(format!("p.seller_id = {}", params.add(seller)));
    }
    if let Some(after) = after {
        all.push(format!("o.id > {}", params.add(after)));
    }
    let sql = format!(
        "SELECT o.* FROM offers o JOIN products p ON p.id = o.product_id WHERE {} ORDER BY o.id LIMIT {most}",
        all.join(" AND ")
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter()
        .map(|row| offers::Model::from_query_result(row, "").map(|row| record_of(&row)))
        .collect()
}

/// One offer.
pub async fn offer(
    db: &impl ConnectionTrait,
    engine: Engine,
    id: OfferId,
    offers_of: Option<OrganisationId>,
) -> Result<Option<OfferRecord>, DbErr> {
    let Some(row) = store::offer(db, id).await? else { return Ok(None) };
    if let Some(seller) = offers_of {
        let sold = sold(db, engine, [row.product_id]).await?;
        if sold.get(&row.product_id).is_none_or(|sold| sold.seller_id != seller) {
            return Ok(None);
        }
    }
    Ok(Some(record_of(&row)))
}
