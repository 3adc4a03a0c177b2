//! Lists of products: filtered, in one of several orders, in pages.

use super::api::SeenBy;
use super::claim::Claim;
use super::earliest::Earliest;
use super::offer::OfferRecord;
use super::offer_store::record_of;
use super::product::Product;
use super::queries::by_bytes;
use super::search_query::Query;
use super::store::{PRODUCT_COLUMNS, product_of, written_ways};
use crate::db::{Engine, Params};
use crate::http::fault::Fault;
use entity::tables::{offers, products};
use entity::{Channel, CivilDate, Gtin, OrganisationId, ProductId, Quantity, UnitPrice};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult};
use serde::{Deserialize, Serialize};

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
    /// What fits the words best first, then by SKU.
    Relevance,
    /// By the price of a kilogram for the channel, then by SKU; only what is on offer today, goods without weight last.
    PricePerKg,
    /// By the earliest day of delivery, then by SKU.
    DeliveryDay,
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
    /// The product with this bar code number, written with as many zeros in front as one likes.
    pub gtin: Option<Gtin>,
    /// The channel whose offer each product carries, where the filter names none.
    pub own_channel: Option<Channel>,
    /// Archived ones instead of those on sale.
    pub archived: bool,
    /// Order of the list.
    pub sort: Sort,
    /// Whose offers may be seen.
    pub seen_by: SeenBy,
}

impl Sort {
    /// The order of a list that asks for none: what fits best first, where there are words to fit.
    #[must_use]
    pub fn usual(q: Option<&str>) -> Self {
        if q.is_some() { Self::Relevance } else { Self::Sku }
    }
}

impl ProductFilter {
    /// The channel whose offers are listed.
    fn priced_for(&self) -> Option<Channel> {
        self.channel.or(self.own_channel)
    }

    /// An order that needs a channel or words must have them.
    ///
    /// # Errors
    /// `missing_parameter`.
    pub fn check(&self) -> Result<(), Fault> {
        let missing = match self.sort {
            Sort::Price | Sort::PricePerKg if self.channel.is_none() => "channel",
            Sort::Relevance if self.q.is_none() => "q",
            _ => return Ok(()),
        };
        Err(Fault::of("missing_parameter").parameter(missing).with("name", missing))
    }
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
    /// By a number that the list computes, then by SKU.
    Key(i64, String),
}

/// A product, and its offer for the channel asked for, if there is one today.
#[derive(Clone, Debug)]
pub struct ListedProduct {
    /// The product.
    pub product: Product,
    /// The offer.
    pub offer: Option<OfferRecord>,
    /// The earliest day it can be delivered.
    pub deliver_from: CivilDate,
    /// The number it stands in the list by, where the list computes one.
    key: i64,
}

impl ListedProduct {
    /// Price of a kilogram by its offer; none without one, or for goods without weight.
    #[must_use]
    pub fn price_per_kg(&self) -> Option<UnitPrice> {
        let grams = i128::from(self.product.traits.net_weight?.grams());
        let content = self.product.weighed.as_ref().map_or(Quantity::ONE, |weighed| weighed.content);
        let price = i128::from(self.offer.as_ref()?.price.ten_thousandths()) * i128::from(content.thousandths());
        // Prices are never negative, so half away from zero is half up.
        let rounded = i64::try_from((price * 2 + grams) / (grams * 2)).ok()?;
        UnitPrice::from_ten_thousandths(rounded).ok()
    }
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
            Self::Relevance => "products by relevance",
            Self::PricePerKg => "products by price per kg",
            Self::DeliveryDay => "products by delivery day",
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
            Self::Relevance | Self::PricePerKg | Self::DeliveryDay => ProductPosition::Key(last.key, product.sku.clone()),
        }
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
    let earliest = Earliest::read(db, today).await?;
    let mut params = Params::new(engine);
    let columns: Vec<String> = PRODUCT_COLUMNS.split(", ").map(|column| qualified(column.trim())).collect();
    let key = key_of(&mut params, engine, filter, &earliest);
    let priced_for = filter.priced_for();
    let join = match priced_for {
        None => String::new(),
        Some(channel) => join_offer(&mut params, filter, channel, today),
    };
    let mut conditions = conditions(&mut params, filter);
    if let Some(after) = after {
        conditions.push(beyond(&mut params, engine, filter, &earliest, after));
    }
    let sku = by_bytes(engine, "p.sku");
    let order = match filter.sort {
        Sort::Sku => sku,
        Sort::Name => format!("{}, p.id", by_bytes(engine, "p.name")),
        Sort::Price => "o.price, p.id".to_owned(),
        Sort::Newest => "p.id DESC".to_owned(),
        Sort::Relevance | Sort::PricePerKg | Sort::DeliveryDay => format!("sort_key, {sku}"),
    };
    let offer_columns = if priced_for.is_some() { OFFER_COLUMNS } else { "" };
    let sql = format!(
        "SELECT {}, {key} AS sort_key{offer_columns} FROM products p {join} WHERE {} ORDER BY {order} LIMIT {most}",
        columns.join(", "),
        conditions.join(" AND ")
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter().map(|row| listed_of(row, priced_for.is_some(), &earliest)).collect()
}

/// Stands for "no price of a kilogram": behind all that there are.
const WITHOUT_WEIGHT: i64 = i64::MAX;

/// The number a list is ordered by, as SQL; 0 for the orders that need none. A whole number on both engines.
fn key_of(params: &mut Params, engine: Engine, filter: &ProductFilter, earliest: &Earliest) -> String {
    let key = match filter.sort {
        Sort::Sku | Sort::Name | Sort::Price | Sort::Newest => "0".to_owned(),
        Sort::Relevance => {
            let query = Query::of(filter.q.as_deref().unwrap_or_default());
            let position = |text: &str| match engine {
                Engine::Postgres => format!("strpos(p.search_text, {text})"),
                Engine::Sqlite => format!("instr(p.search_text, {text})"),
            };
            query.relevance_sql(position, |form| params.add(form))
        }
        Sort::PricePerKg => format!(
            "CASE WHEN p.net_weight_grams IS NULL OR o.price > {WITHOUT_WEIGHT} / COALESCE(p.content, 1000) THEN {WITHOUT_WEIGHT} \
             ELSE o.price * COALESCE(p.content, 1000) / p.net_weight_grams END"
        ),
        Sort::DeliveryDay => earliest.days_sql(params, "p.seller_id"),
    };
    format!("CAST({key} AS bigint)")
}

const OFFER_COLUMNS: &str = ", o.id AS o_id, o.product_id AS o_product_id, o.channel AS o_channel, o.kind AS o_kind, o.buyer_id AS o_buyer_id, o.tiers AS o_tiers, o.price AS o_price, \
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
    let priced = matches!(filter.sort, Sort::Price | Sort::PricePerKg);
    let kind = if priced { "JOIN" } else { "LEFT JOIN" };
    // The price of the list is the channel's, or the one for all; what is for a kind or a buyer, `read_price` tells.
    let mut which = format!(
        "x.product_id = p.id AND x.kind IS NULL AND x.buyer_id IS NULL AND (x.channel IS NULL OR x.channel = {}) \
         AND x.from_date <= {} AND (x.to_date IS NULL OR x.to_date >= {})",
        params.add(channel),
        params.add(today),
        params.add(today)
    );
    if filter.channel.is_none() {
        // Nobody asked for this channel, so there are products that do not go to it: they have no price for it either.
        which.push_str(&format!(" AND {}", has_word(params, "p.channels", channel.as_str())));
    }
    if let SeenBy::Supplier(seller) = filter.seen_by {
        which.push_str(&format!(" AND p.seller_id = {}", params.add(seller)));
    }
    let on = format!(
        "o.id = (SELECT x.id FROM offers x WHERE {which} \
         ORDER BY CASE WHEN x.channel IS NULL THEN 1 ELSE 0 END, x.from_date DESC, x.price, x.id LIMIT 1)"
    );
    format!("{kind} offers o ON {on}")
}

/// What the filter asks of a product `p`.
pub(super) fn conditions(params: &mut Params, filter: &ProductFilter) -> Vec<String> {
    let archived = if filter.archived { "IS NOT NULL" } else { "IS NULL" };
    let mut all = vec![format!("p.archived_at {archived}")];
    if let Some(q) = &filter.q {
        all.extend(Query::of(q).conditions("p.search_text", |pattern| params.add(pattern)));
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
        if let Some(word) = word {
            all.push(has_word(params, column, word));
        }
    }
    if let Some(gtin) = &filter.gtin {
        let ways = params.list(written_ways(gtin));
        all.push(format!("p.gtin IN ({ways})"));
    }
    all
}

/// Whether a column of words has a word. The `_` in a word matches any character, which no other word of these lists has
/// in its place.
fn has_word(params: &mut Params, column: &str, word: &str) -> String {
    format!("' ' || {column} || ' ' LIKE {}", params.add(format!("% {word} %")))
}

fn beyond(params: &mut Params, engine: Engine, filter: &ProductFilter, earliest: &Earliest, after: &ProductPosition) -> String {
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
        ProductPosition::Key(key, sku) => {
            let (later, same) = (key_of(params, engine, filter, earliest), key_of(params, engine, filter, earliest));
            format!(
                "({later} > {} OR ({same} = {} AND {} > {}))",
                params.add(*key),
                params.add(*key),
                by_bytes(engine, "p.sku"),
                params.add(sku.as_str())
            )
        }
    }
}

fn listed_of(row: &QueryResult, with_offer: bool, earliest: &Earliest) -> Result<ListedProduct, DbErr> {
    let offer = if with_offer {
        offers::Model::from_query_result_optional(row, "o_")?
    } else {
        None
    };
    let product = product_of(products::Model::from_query_result(row, "")?)?;
    Ok(ListedProduct {
        deliver_from: earliest.of(product.seller_id),
        product,
        offer: offer.as_ref().map(record_of).transpose()?,
        key: row.try_get("", "sort_key")?,
    })
}
