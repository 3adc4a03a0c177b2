//! Reading stock: places, lots, movements, in pages.

use super::movement::Movement;
use super::place::Place;
use super::store::{self, Lot, place_of};
use crate::db::{Engine, Params};
use entity::tables::places;
use entity::{MovementId, OrganisationId, PlaceId, ProductId, StockReason};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, QueryResult};

/// Which rows of stock.
#[derive(Clone, Debug, Default)]
pub struct StockFilter {
    /// Of this supplier.
    pub supplier: Option<OrganisationId>,
    /// Of this product.
    pub product: Option<ProductId>,
    /// At this place.
    pub place: Option<PlaceId>,
    /// Movements for this reason.
    pub reason: Option<StockReason>,
}

impl StockFilter {
    /// Conditions on `{row}` (a lot or a movement) and its place `pl`.
    fn conditions(&self, params: &mut Params, row: &str) -> Vec<String> {
        let mut all = vec!["true".to_owned()];
        if let Some(supplier) = self.supplier {
            all.push(format!("pl.supplier_id = {}", params.add(supplier)));
        }
        if let Some(product) = self.product {
            all.push(format!("{row}.product_id = {}", params.add(product)));
        }
        if let Some(place) = self.place {
            all.push(format!("{row}.place_id = {}", params.add(place)));
        }
        if let Some(reason) = self.reason {
            all.push(format!("{row}.reason = {}", params.add(reason)));
        }
        all
    }
}

/// A lot with the names people know it by.
#[derive(Clone, Debug)]
pub struct ListedLot {
    /// The lot.
    pub lot: Lot,
    /// SKU of the product.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// The unit it is counted in.
    pub unit: String,
    /// What the place is called.
    pub place_name: String,
    /// Whose it is.
    pub supplier_id: OrganisationId,
    /// What that supplier is called.
    pub supplier_name: String,
}

/// A page of lots, by product and place.
pub async fn lots(
    db: &impl ConnectionTrait,
    engine: Engine,
    filter: &StockFilter,
    after: Option<(ProductId, PlaceId)>,
    most: u64,
) -> Result<Vec<ListedLot>, DbErr> {
    let mut params = Params::new(engine);
    let mut all = filter.conditions(&mut params, "s");
    if let Some((product, place)) = after {
        all.push(format!(
            "(s.product_id > {} OR (s.product_id = {} AND s.place_id > {}))",
            params.add(product),
            params.add(product),
            params.add(place)
        ));
    }
    let sql = format!(
        "SELECT s.product_id, s.place_id, s.on_hand, s.held, p.sku, p.name, p.unit, pl.name AS place_name, pl.supplier_id, \
         o.name AS supplier_name FROM stock s JOIN places pl ON pl.id = s.place_id JOIN products p ON p.id = s.product_id \
         JOIN organisations o ON o.id = pl.supplier_id \
         WHERE {} ORDER BY s.product_id, s.place_id LIMIT {most}",
        all.join(" AND ")
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter().map(lot_of).collect()
}

fn lot_of(row: &QueryResult) -> Result<ListedLot, DbErr> {
    Ok(ListedLot {
        lot: Lot {
            product_id: row.try_get("", "product_id")?,
            place_id: row.try_get("", "place_id")?,
            on_hand: row.try_get("", "on_hand")?,
            held: row.try_get("", "held")?,
        },
        sku: row.try_get("", "sku")?,
        name: row.try_get("", "name")?,
        unit: row.try_get("", "unit")?,
        place_name: row.try_get("", "place_name")?,
        supplier_id: row.try_get("", "supplier_id")?,
        supplier_name: row.try_get("", "supplier_name")?,
    })
}

/// A page of movements with their numbers, latest first.
pub async fn movements(
    db: &impl ConnectionTrait,
    engine: Engine,
    filter: &StockFilter,
    before: Option<i64>,
    most: u64,
) -> Result<Vec<(i64, Movement)>, DbErr> {
    let mut params = Params::new(engine);
    let mut all = filter.conditions(&mut params, "m");
    if let Some(before) = before {
        all.push(format!("m.seq < {}", params.add(before)));
    }
    let sql = format!(
        "SELECT m.* FROM stock_movements m JOIN places pl ON pl.id = m.place_id WHERE {} ORDER BY m.seq DESC LIMIT {most}",
        all.join(" AND ")
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter().map(movement_of).collect()
}

fn movement_of(row: &QueryResult) -> Result<(i64, Movement), DbErr> {
    let movement = Movement {
        id: row.try_get::<MovementId>("", "id")?,
        product_id: row.try_get("", "product_id")?,
        place_id: row.try_get("", "place_id")?,
        quantity: row.try_get("", "quantity")?,
        reason: row.try_get("", "reason")?,
        moved_on: row.try_get("", "moved_on")?,
        recorded_at: row.try_get("", "recorded_at")?,
    };
    Ok((row.try_get("", "seq")?, movement))
}

/// A place, archived or not.
pub async fn place(db: &impl ConnectionTrait, id: PlaceId) -> Result<Option<Place>, DbErr> {
    store::place(db, id).await
}

/// A page of places, oldest first; archived ones only where they are asked for.
pub async fn places(
    db: &impl ConnectionTrait,
    engine: Engine,
    (supplier, archived): (Option<OrganisationId>, bool),
    after: Option<PlaceId>,
    most: u64,
) -> Result<Vec<Place>, DbErr> {
    let mut params = Params::new(engine);
    let mut all = vec!["true".to_owned()];
    if let Some(supplier) = supplier {
        all.push(format!("supplier_id = {}", params.add(supplier)));
    }
    if let Some(after) = after {
        all.push(format!("id > {}", params.add(after)));
    }
    if !archived {
        all.push("archived_at IS NULL".to_owned());
    }
    let sql = format!("SELECT * FROM places WHERE {} ORDER BY id LIMIT {most}", all.join(" AND "));
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter()
        .map(|row| place_of(places::Model::from_query_result(row, "")?))
        .collect()
}
