//! All SQL of the catalogue that writes, and what use cases read inside their turn.

use super::category::Category;
use super::good::{Good, Offer};
use super::offer_store::offer_of;
use super::product::{Origin, Product, Surroundings, Traits, Weighed};
use super::synonym::other_words_of;
use super::synonym_store;
use super::terms::Terms;
use super::terms_store::terms_of;
use crate::db::{Engine, Params, read_each, statement};
use entity::tables::{categories, divisions, intake_things, offers, organisations, products, supplier_terms};
use entity::{Channel, Grams, Gtin, Name, OrganisationId, ProductId, Quantity, Role};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryResult, QuerySelect, StreamTrait,
};
use std::fmt::Display;
use std::str::FromStr;

/// What was touched since some number.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) goods: Vec<Good>,
    pub(super) offers: Vec<(ProductId, Offer)>,
    pub(super) categories: Vec<Category>,
    pub(super) terms: Vec<(OrganisationId, Terms)>,
}

/// Columns of a product without its search document, which only `LIKE` reads.
pub(super) const PRODUCT_COLUMNS: &str = "id, sku, name, category_code, producer_id, seller_id, origin_code, unit, pack, net_weight_grams, \
     shelf_life_days, vat_class, line_kind, gtin, quantity_step, price_unit, content, tolerance_permille, description, claims, channels, '' AS search_text, version, touched, \
     created_at, archived_at, successor_id";

/// Goods, offers, categories and terms touched after `seq`.
pub(super) async fn touched_since(db: &impl StreamTrait, engine: Engine, seq: i64) -> Result<Touched, DbErr> {
    let since = |columns: &str, table: &str| {
        let sql = format!("SELECT {columns} FROM {table} WHERE touched > $1");
        statement(engine, &sql, vec![seq.into()])
    };
    let good = |row: &QueryResult| good_of(products::Model::from_query_result(row, "")?);
    let offer = |row: &QueryResult| {
        let offer = offers::Model::from_query_result(row, "")?;
        Ok((offer.product_id, offer_of(&offer)?))
    };
    let terms = |row: &QueryResult| {
        let row = supplier_terms::Model::from_query_result(row, "")?;
        Ok((row.supplier_id, terms_of(&row)))
    };
    let category = |row: &QueryResult| categories::Model::from_query_result(row, "").map(category_of);
    Ok(Touched {
        goods: read_each(db, since(PRODUCT_COLUMNS, "products"), good).await?,
        offers: read_each(db, since("*", "offers"), offer).await?,
        terms: read_each(db, since("*", "supplier_terms"), terms).await?,
        categories: read_each(db, since("*", "categories"), category).await?,
    })
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
        weighed: weighed_of(row.price_unit, row.content),
        tolerance_permille: row.tolerance_permille,
        shelf_life_days: row.shelf_life_days,
        archived: row.archived_at.is_some(),
        version: row.version,
        offers: Vec::new(),
    })
}

fn weighed_of(price_unit: Option<String>, content: Option<Quantity>) -> Option<Weighed> {
    Some(Weighed {
        price_unit: price_unit?,
        content: content?,
    })
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

/// The column of a list of words.
fn column_of<T: Display>(words: &[T]) -> String {
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    words.join(" ")
}

fn malformed(column: &'static str) -> DbErr {
    DbErr::Type(format!("{column}: not a value of its kind"))
}

/// A product from its row.
pub(super) fn product_of(row: products::Model) -> Result<Product, DbErr> {
    let traits = Traits {
        name: Name::kept(row.name).map_err(|_| malformed("products.name"))?,
        category_code: row.category_code,
        origin_code: row.origin_code.parse().map_err(|_| malformed("products.origin_code"))?,
        pack: row.pack,
        net_weight: row.net_weight_grams,
        shelf_life_days: row.shelf_life_days,
        vat_class: row.vat_class,
        tolerance_permille: row.tolerance_permille,
        gtin: row.gtin.map(Gtin::try_from).transpose().map_err(|_| malformed("products.gtin"))?,
        description: row.description.try_into().map_err(|_| malformed("products.description"))?,
        claims: words_of("products.claims", &row.claims)?,
        channels: channels_of(&row.channels)?,
    };
    Ok(Product {
        id: row.id,
        sku: row.sku,
        traits,
        producer_id: row.producer_id,
        seller_id: row.seller_id,
        unit: row.unit,
        line_kind: row.line_kind,
        quantity_step: row.quantity_step,
        weighed: weighed_of(row.price_unit, row.content),
        version: row.version,
        created_at: row.created_at,
        archived_at: row.archived_at,
        successor_id: row.successor_id,
    })
}

fn row_of(product: &Product, search_text: String, touched: i64) -> products::Model {
    let traits = product.traits.clone();
    products::Model {
        id: product.id,
        sku: product.sku.clone(),
        name: traits.name.into_string(),
        category_code: traits.category_code,
        producer_id: product.producer_id,
        seller_id: product.seller_id,
        origin_code: traits.origin_code.into_string(),
        unit: product.unit.clone(),
        pack: traits.pack,
        net_weight_grams: traits.net_weight,
        shelf_life_days: traits.shelf_life_days,
        vat_class: traits.vat_class,
        line_kind: product.line_kind,
        gtin: traits.gtin.map(Gtin::into_string),
        quantity_step: product.quantity_step,
        price_unit: product.weighed.as_ref().map(|weighed| weighed.price_unit.clone()),
        content: product.weighed.as_ref().map(|weighed| weighed.content),
        tolerance_permille: traits.tolerance_permille,
        description: traits.description.into_string(),
        claims: column_of(&traits.claims),
        channels: column_of(&traits.channels),
        search_text,
        version: product.version,
        touched,
        created_at: product.created_at,
        archived_at: product.archived_at,
        successor_id: product.successor_id,
    }
}

/// Writes a new product.
pub(super) async fn insert_product(tx: &DatabaseTransaction, product: &Product, search_text: String, touched: i64) -> Result<(), DbErr> {
    let row = row_of(product, search_text, touched).into_active_model().reset_all();
    products::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a product over its version before; whether that version was still there.
pub(super) async fn replace_product(tx: &DatabaseTransaction, product: &Product, search_text: String, touched: i64) -> Result<bool, DbErr> {
    let row = row_of(product, search_text, touched).into_active_model().reset_all();
    let done = products::Entity::update_many()
        .set(row)
        .filter(products::Column::Id.eq(product.id))
        .filter(products::Column::Version.eq(product.version - 1))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// A product whose search document is of an older version.
pub(super) struct Stale {
    pub(super) product: Product,
    pub(super) document_was: String,
}

/// So many products whose search documents do not begin with `prefix`.
pub(super) async fn stale_documents(db: &impl ConnectionTrait, prefix: &str, most: u64) -> Result<Vec<Stale>, DbErr> {
    let which = products::Column::SearchText.not_like(format!("{prefix}%"));
    let rows = products::Entity::find().filter(which).limit(most).all(db).await?;
    let stale = rows.into_iter().map(|row| {
        let document_was = row.search_text.clone();
        product_of(row).map(|product| Stale { product, document_was })
    });
    stale.collect()
}

/// How many products have search documents that do not begin with `prefix`.
pub(super) async fn count_stale(db: &impl ConnectionTrait, prefix: &str) -> Result<u64, DbErr> {
    let stale = products::Column::SearchText.not_like(format!("{prefix}%"));
    products::Entity::find().filter(stale).count(db).await
}

/// Writes a search document anew, unless somebody has meanwhile: no change of the trade, so the version stays.
pub(super) async fn write_document(tx: &DatabaseTransaction, engine: Engine, stale: &Stale, document: String) -> Result<(), DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "UPDATE products SET search_text = {} WHERE id = {} AND search_text = {}",
        params.add(document),
        params.add(stale.product.id),
        params.add(stale.document_was.as_str())
    );
    tx.execute_raw(params.into_statement(&sql)).await?;
    Ok(())
}

/// Archives a product, if its version before is still there.
pub(super) async fn archive_product(tx: &DatabaseTransaction, engine: Engine, product: &Product, touched: i64) -> Result<bool, DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "UPDATE products SET archived_at = {}, successor_id = {}, version = {}, touched = {} WHERE id = {} AND version = {}",
        params.add(product.archived_at),
        params.add(product.successor_id.map(ProductId::uuid)),
        params.add(product.version),
        params.add(touched),
        params.add(product.id),
        params.add(product.version - 1)
    );
    Ok(tx.execute_raw(params.into_statement(&sql)).await?.rows_affected() == 1)
}

/// The product with this id.
pub(super) async fn product(db: &impl ConnectionTrait, id: ProductId) -> Result<Option<Product>, DbErr> {
    products::Entity::find_by_id(id).one(db).await?.map(product_of).transpose()
}

/// The product with this SKU.
pub(super) async fn product_of_sku(db: &impl ConnectionTrait, sku: &str) -> Result<Option<Product>, DbErr> {
    let found = products::Entity::find().filter(products::Column::Sku.eq(sku)).one(db).await?;
    found.map(product_of).transpose()
}

/// The product with this id, and whether it shows pictures: told in the same statement, since most show none.
pub(super) async fn product_shown(db: &impl ConnectionTrait, engine: Engine, id: ProductId) -> Result<Option<(Product, bool)>, DbErr> {
    let sql = format!(
        "SELECT {PRODUCT_COLUMNS}, EXISTS (SELECT 1 FROM product_pictures s \
         WHERE s.product_id = products.id AND s.archived_at IS NULL) AS shows FROM products WHERE id = $1"
    );
    let Some(row) = db.query_one_raw(statement(engine, &sql, vec![id.into()])).await? else {
        return Ok(None);
    };
    let product = product_of(products::Model::from_query_result(&row, "")?)?;
    Ok(Some((product, row.try_get("", "shows")?)))
}

/// What to look up before a product is written.
pub(super) struct Asked<'a> {
    pub(super) id: Option<ProductId>,
    pub(super) sku: &'a str,
    pub(super) traits: &'a Traits,
    pub(super) producer_id: OrganisationId,
    pub(super) seller_id: OrganisationId,
}

/// The rows a product is held against.
pub(super) async fn surroundings(db: &impl ConnectionTrait, asked: Asked<'_>) -> Result<Surroundings, DbErr> {
    let traits = asked.traits;
    let category = categories::Entity::find_by_id(&traits.category_code).one(db).await?;
    let origin = divisions::Entity::find_by_id(traits.origin_code.as_str()).one(db).await?;
    let of_sku = products::Entity::find().filter(products::Column::Sku.eq(asked.sku)).one(db).await?;
    let organisations = organisations::Entity::find()
        .filter(organisations::Column::Id.is_in([asked.producer_id, asked.seller_id]))
        .filter(organisations::Column::ArchivedAt.is_null())
        .all(db)
        .await?;
    let role = |id: OrganisationId| -> Option<Role> { organisations.iter().find(|one| one.id == id).map(|one| one.kind.role()) };
    let taken_back = match &of_sku {
        Some(row) if asked.id.is_none() && row.seller_id == asked.seller_id && row.archived_at.is_some() => {
            taken_back(db, row.id).await?.then(|| product_of(row.clone())).transpose()?
        }
        _ => None,
    };
    let known = taken_back.as_ref().map(|product| product.id);
    let taken = of_sku.map(|product| product.id).filter(|id| asked.id != Some(*id));
    let synonyms = synonym_store::in_use(db).await?;
    Ok(Surroundings {
        other_words: other_words_of(traits.name.as_str(), &synonyms),
        category: category.map(category_of),
        origin: origin.map(|division| Origin {
            role: division.role,
            name: division.name,
            in_use: division.archived_at.is_none(),
            black_rice_gi_area: division.black_rice_gi_area,
        }),
        producer: role(asked.producer_id),
        seller: role(asked.seller_id),
        sku_of: taken.filter(|_| taken_back.is_none()),
        taken_back,
        gtin_of: match &traits.gtin {
            Some(gtin) => other_with_gtin(db, gtin, asked.id.or(known)).await?,
            None => None,
        },
    })
}

/// Whether an intake took this product back.
async fn taken_back(db: &impl ConnectionTrait, id: ProductId) -> Result<bool, DbErr> {
    let found = intake_things::Entity::find()
        .filter(intake_things::Column::Thing.eq("product"))
        .filter(intake_things::Column::ThingId.eq(id.uuid()))
        .filter(intake_things::Column::TakenBack.eq(true))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// The ways in which a bar code number may be written, with more or fewer zeros in front.
pub(super) fn written_ways(gtin: &Gtin) -> Vec<String> {
    let full = gtin.to_gtin14();
    let ways = [8, 12, 13, 14].into_iter().filter_map(|length| {
        let (zeros, digits) = full.split_at(full.len() - length);
        zeros.bytes().all(|byte| byte == b'0').then(|| digits.to_owned())
    });
    ways.collect()
}

/// The SKU of another product with the same bar code number.
async fn other_with_gtin(db: &impl ConnectionTrait, gtin: &Gtin, but: Option<ProductId>) -> Result<Option<String>, DbErr> {
    let ways = written_ways(gtin);
    let found = products::Entity::find().filter(products::Column::Gtin.is_in(ways)).all(db).await?;
    Ok(found.into_iter().find(|product| but != Some(product.id)).map(|product| product.sku))
}

/// A category, archived or not.
pub(super) async fn category(db: &impl ConnectionTrait, code: &str) -> Result<Option<Category>, DbErr> {
    Ok(categories::Entity::find_by_id(code).one(db).await?.map(category_of))
}

/// Writes a new category.
pub(super) async fn insert_category(tx: &DatabaseTransaction, row: categories::Model) -> Result<(), DbErr> {
    categories::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
