//! Reading the catalogue: one product, categories, offers. Lists of products stand in `product_list.rs`.

use super::api::SeenBy;
use super::category::Category;
use super::offer::OfferRecord;
use super::offer_store::{self, record_of};
use super::product::Product;
use super::store::{self, category_of};
use crate::db::{Engine, Params, Rows, statement};
use entity::tables::{categories, offers};
use entity::{Channel, CivilDate, OfferId, OrganisationId, ProductId};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use std::collections::HashMap;

/// Bytes in order on both engines, whatever language a server was set up for.
pub(super) fn by_bytes(engine: Engine, column: &str) -> String {
    match engine {
        Engine::Postgres => format!("{column} COLLATE \"C\""),
        Engine::Sqlite => column.to_owned(),
    }
}

/// One product.
pub async fn product(db: &impl ConnectionTrait, id: ProductId) -> Result<Option<Product>, DbErr> {
    store::product(db, id).await
}

/// The product with this SKU, archived or not.
pub async fn product_of_sku(db: &impl ConnectionTrait, sku: &str) -> Result<Option<Product>, DbErr> {
    store::product_of_sku(db, sku).await
}

/// The product with this id, and whether it shows pictures.
pub async fn product_shown(db: &impl ConnectionTrait, engine: Engine, id: ProductId) -> Result<Option<(Product, bool)>, DbErr> {
    store::product_shown(db, engine, id).await
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

/// A page of categories, by code; archived ones only where they are asked for.
pub async fn categories(
    db: &impl ConnectionTrait,
    engine: Engine,
    archived: bool,
    after: Option<&str>,
    most: u64,
) -> Result<Vec<Category>, DbErr> {
    let mut params = Params::new(engine);
    let code = by_bytes(engine, "code");
    let after = params.add(after.unwrap_or_default());
    let used = if archived { "true" } else { "archived_at IS NULL" };
    let sql = format!("SELECT * FROM categories WHERE {code} > {after} AND {used} ORDER BY {code} LIMIT {most}");
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter()
        .map(|row| categories::Model::from_query_result(row, "").map(category_of))
        .collect()
}

/// A category, archived or not.
pub async fn category(db: &impl ConnectionTrait, code: &str) -> Result<Option<Category>, DbErr> {
    store::category(db, code).await
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
    /// Whose offers may be seen.
    pub seen_by: SeenBy,
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
    match filter.seen_by {
        SeenBy::Everything => {}
        SeenBy::Supplier(seller) => all.push(format!("p.seller_id = {}", params.add(seller))),
        SeenBy::Buyer(buyer) => all.push(format!("(o.buyer_id IS NULL OR o.buyer_id = {})", params.add(buyer))),
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
        .map(|row| offers::Model::from_query_result(row, "").and_then(|row| record_of(&row)))
        .collect()
}

/// One offer.
pub async fn offer(db: &impl ConnectionTrait, engine: Engine, id: OfferId, seen_by: SeenBy) -> Result<Option<OfferRecord>, DbErr> {
    let Some(row) = offer_store::offer(db, id).await? else {
        return Ok(None);
    };
    let seen = match seen_by {
        SeenBy::Everything => true,
        SeenBy::Buyer(buyer) => row.buyer_id.is_none_or(|of| of == buyer),
        SeenBy::Supplier(seller) => {
            let sold = sold(db, engine, [row.product_id]).await?;
            sold.get(&row.product_id).is_some_and(|sold| sold.seller_id == seller)
        }
    };
    if seen { record_of(&row).map(Some) } else { Ok(None) }
}

/// The prices of a product, past, present and announced, by their first day; `after` is the last one seen.
pub async fn prices(
    db: &impl ConnectionTrait,
    engine: Engine,
    product: ProductId,
    seen_by: SeenBy,
    after: Option<(CivilDate, OfferId)>,
    most: u64,
) -> Result<Vec<PastPrice>, DbErr> {
    let mut params = Params::new(engine);
    let mut all = vec![format!("o.product_id = {}", params.add(product))];
    match seen_by {
        SeenBy::Everything => {}
        SeenBy::Supplier(seller) => all.push(format!("p.seller_id = {}", params.add(seller))),
        SeenBy::Buyer(buyer) => all.push(format!("(o.buyer_id IS NULL OR o.buyer_id = {})", params.add(buyer))),
    }
    if let Some((day, id)) = after {
        let (later, same, beyond) = (params.add(day), params.add(day), params.add(id));
        all.push(format!("(o.from_date > {later} OR (o.from_date = {same} AND o.id > {beyond}))"));
    }
    let sql = format!(
        "SELECT o.* FROM offers o JOIN products p ON p.id = o.product_id WHERE {} ORDER BY o.from_date, o.id LIMIT {most}",
        all.join(" AND ")
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    let price = |row: &sea_orm::QueryResult| {
        let row = offers::Model::from_query_result(row, "")?;
        Ok(PastPrice {
            made_at: row.created_at,
            offer: record_of(&row)?,
        })
    };
    rows.iter().map(price).collect()
}

/// An offer of the past, the present or the future, and when it was made.
#[derive(Clone, Debug)]
pub struct PastPrice {
    /// The offer.
    pub offer: OfferRecord,
    /// When it was made.
    pub made_at: chrono::DateTime<chrono::Utc>,
}
