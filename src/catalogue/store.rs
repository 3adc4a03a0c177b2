//! All SQL of the catalogue that writes, and what use cases read inside their turn.

use super::category::Category;
use super::good::{Good, Offer};
use crate::db::{Engine, statement};
use entity::tables::{categories, offers, products};
use entity::{Channel, Grams, ProductId};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use std::str::FromStr;

/// What was touched since some number.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) goods: Vec<Good>,
    pub(super) offers: Vec<(ProductId, Offer)>,
    pub(super) categories: Vec<Category>,
}

const GOOD_COLUMNS: &str = "id, sku, name, category_code, producer_id, seller_id, origin_code, unit, pack, net_weight_grams, \
     shelf_life_days, vat_class, line_kind, gtin, quantity_step, description, claims, channels, '' AS search_text, version, touched, \
     created_at, archived_at, successor_id";

/// Goods, offers and categories touched after `seq`.
pub(super) async fn touched_since(db: &impl ConnectionTrait, engine: Engine, seq: i64) -> Result<Touched, DbErr> {
    let since = |sql: &str| statement(engine, sql, vec![seq.into()]);
    let rows = db
        .query_all_raw(since(&format!("SELECT {GOOD_COLUMNS} FROM products WHERE touched > $1")))
        .await?;
    let mut touched = Touched::default();
    for row in rows {
        touched.goods.push(good_of(products::Model::from_query_result(&row, "")?)?);
    }
    for row in db.query_all_raw(since("SELECT * FROM offers WHERE touched > $1")).await? {
        let offer = offers::Model::from_query_result(&row, "")?;
        touched.offers.push((offer.product_id, offer_of(&offer)));
    }
    for row in db.query_all_raw(since("SELECT * FROM categories WHERE touched > $1")).await? {
        touched.categories.push(category_of(categories::Model::from_query_result(&row, "")?));
    }
    Ok(touched)
}

/// Words of a closed list as they stand in one column, a space between.
pub(super) fn words_of<T: FromStr>(column: &'static str, text: &str) -> Result<Vec<T>, DbErr> {
    text.split_ascii_whitespace()
        .map(|word| word.parse().map_err(|_| DbErr::Type(format!("{column}: unknown word {word}"))))
        .collect()
}

/// The channels of a product's row.
pub(super) fn channels_of(text: &str) -> Result<Vec<Channel>, DbErr> {
    words_of("products.channels", text)
}

fn good_of(row: products::Model) -> Result<Good, DbErr> {
    Ok(Good {
        id: row.id,
        channels: channels_of(&row.channels)?,
        sku: row.sku,
        name: row.name,
        category_code: row.category_code,
        producer_id: row.producer_id,
        seller_id: row.seller_id,
        origin_code: row.origin_code,
        unit: row.unit,
        pack: row.pack,
        net_weight_grams: row.net_weight_grams.map(Grams::grams),
        vat_class: row.vat_class,
        line_kind: row.line_kind,
        quantity_step: row.quantity_step,
        shelf_life_days: row.shelf_life_days,
        archived: row.archived_at.is_some(),
        version: row.version,
        offers: Vec::new(),
    })
}

fn offer_of(row: &offers::Model) -> Offer {
    Offer {
        id: row.id,
        channel: row.channel,
        price: row.price,
        minimum: row.minimum,
        step: row.step,
        from: row.from_date,
        to: row.to_date,
        version: row.version,
    }
}

pub(super) fn category_of(row: categories::Model) -> Category {
    Category {
        code: row.code,
        name_zh: row.name_zh,
        name_en: row.name_en,
        archived: row.archived_at.is_some(),
        version: row.version,
    }
}
