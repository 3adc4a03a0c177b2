//! All SQL of stock that writes, and what use cases read inside their turn. Set by set: arrays in, one statement.

use crate::db::{Engine, Kind, Rows, statement};
use entity::{PlaceId, ProductId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use std::collections::BTreeMap;

/// A product at a place; quantities in thousandths of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    /// The product.
    pub product_id: ProductId,
    /// Where it lies.
    pub place_id: PlaceId,
    /// What lies there.
    pub on_hand: i64,
    /// What of it is held for orders.
    pub held: i64,
}

impl Lot {
    /// What may still be ordered.
    #[must_use]
    pub fn available(&self) -> i64 {
        self.on_hand - self.held
    }
}

const WANTED: &[(&str, Kind)] = &[("product_id", Kind::Id)];

/// The lots of these products, ordered by product and place: one statement.
pub async fn lots_of(db: &impl ConnectionTrait, engine: Engine, products: &[ProductId]) -> Result<Vec<Lot>, DbErr> {
    let mut wanted = Rows::new(WANTED);
    let mut sorted = products.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    for product in sorted {
        wanted.push([product.into()]);
    }
    let mut lots = Vec::new();
    for (source, values) in wanted.sources(engine) {
        let sql = format!(
            "SELECT s.product_id, s.place_id, s.on_hand, s.held FROM {source} JOIN stock s ON s.product_id = r.product_id \
             ORDER BY s.product_id, s.place_id"
        );
        for row in db.query_all_raw(statement(engine, &sql, values)).await? {
            lots.push(Lot {
                product_id: row.try_get("", "product_id")?,
                place_id: row.try_get("", "place_id")?,
                on_hand: row.try_get("", "on_hand")?,
                held: row.try_get("", "held")?,
            });
        }
    }
    Ok(lots)
}

const DELTAS: &[(&str, Kind)] = &[("product_id", Kind::Id), ("place_id", Kind::Id), ("delta", Kind::Big)];

/// Changes holds set by set: one statement, deltas in thousandths, each pair once.
///
/// Conditional: a lot that would be oversold, or would hold less than nothing, is left alone. The number of changed
/// rows is returned, so that the caller can compare it with the number of deltas.
pub async fn change_holds(tx: &DatabaseTransaction, engine: Engine, deltas: &BTreeMap<(ProductId, PlaceId), i64>) -> Result<u64, DbErr> {
    let mut rows = Rows::new(DELTAS);
    for ((product, place), delta) in deltas {
        rows.push([(*product).into(), (*place).into(), (*delta).into()]);
    }
    let mut changed = 0;
    for (source, values) in rows.sources(engine) {
        let sql = format!(
            "UPDATE stock SET held = stock.held + r.delta FROM {source} \
             WHERE stock.product_id = r.product_id AND stock.place_id = r.place_id \
             AND stock.held + r.delta <= stock.on_hand AND stock.held + r.delta >= 0"
        );
        changed += tx.execute_raw(statement(engine, &sql, values)).await?.rows_affected();
    }
    Ok(changed)
}
