//! All SQL of stock that writes, and what use cases read inside their turn. Set by set: arrays in, one statement.

use super::movement::Movement;
use super::place::Place;
use crate::db::{Engine, Kind, Rows, Writes, statement};
use crate::http::fault::Fault;
use crate::journal::{Recorded, TurnError};
use entity::tables::{divisions, places};
use entity::{DivisionCode, Name, OrganisationId, PlaceId, ProductId, StockReason};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel};
use std::collections::{BTreeMap, HashMap};

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
    /// What may still be ordered; less than nothing where orders hold more than lies there.
    #[must_use]
    pub fn available(&self) -> i64 {
        self.on_hand - self.held
    }

    /// What orders hold and a stocktaking did not find.
    #[must_use]
    pub fn owed(&self) -> i64 {
        (self.held - self.on_hand).max(0)
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

/// Changes holds at the end of the turn: one set of rows, deltas in thousandths, each pair once.
///
/// Conditional: a lot that would be oversold, or would hold less than nothing, is left alone, and the turn fails.
pub fn change_holds(writes: &mut Writes, engine: Engine, deltas: &BTreeMap<(ProductId, PlaceId), i64>) {
    if deltas.is_empty() {
        return;
    }
    let mut rows = Rows::new(DELTAS);
    for ((product, place), delta) in deltas {
        rows.push([(*product).into(), (*place).into(), (*delta).into()]);
    }
    let change = |(source, values): (String, _)| {
        let sql = format!(
            "UPDATE stock SET held = stock.held + r.delta FROM {source} \
             WHERE stock.product_id = r.product_id AND stock.place_id = r.place_id \
             AND stock.held + r.delta <= stock.on_hand AND stock.held + r.delta >= 0"
        );
        (sql, values)
    };
    let parts = rows.sources(engine).into_iter().map(change).collect();
    writes.change(parts, deltas.len(), "stock moved under a turn");
}

const CHANGES: &[(&str, Kind)] = &[
    ("product_id", Kind::Id),
    ("place_id", Kind::Id),
    ("on_hand", Kind::Big),
    ("held", Kind::Big),
];

/// Changes what is on hand and what is held, set by set: one statement, in thousandths, each lot once. What memory
/// decided must hold in the rows as well: a lot that would be oversold, or owe more than before, is left alone, and the
/// turn fails.
pub async fn change(tx: &DatabaseTransaction, engine: Engine, changes: &BTreeMap<(ProductId, PlaceId), (i64, i64)>) -> Result<(), DbErr> {
    let mut rows = Rows::new(CHANGES);
    for ((product, place), (on_hand, held)) in changes {
        rows.push([(*product).into(), (*place).into(), (*on_hand).into(), (*held).into()]);
    }
    let mut changed = 0;
    for (source, values) in rows.sources(engine) {
        let sql = format!(
            "UPDATE stock SET on_hand = stock.on_hand + r.on_hand, held = stock.held + r.held, \
             owed = CASE WHEN stock.held + r.held > stock.on_hand + r.on_hand \
             THEN stock.held + r.held - stock.on_hand - r.on_hand ELSE 0 END FROM {source} \
             WHERE stock.product_id = r.product_id AND stock.place_id = r.place_id \
             AND stock.held + r.held >= 0 AND stock.on_hand + r.on_hand >= 0 \
             AND stock.held + r.held - stock.on_hand - r.on_hand <= stock.owed"
        );
        changed += tx.execute_raw(statement(engine, &sql, values)).await?.rows_affected();
    }
    if usize::try_from(changed) == Ok(changes.len()) {
        Ok(())
    } else {
        Err(DbErr::Custom("stock moved under a turn".to_owned()))
    }
}

/// What movements come to for a lot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// All of them together, in thousandths.
    pub all: i64,
    /// Of these, what a stocktaking found to be there or missing: it may leave less than is held.
    pub counted: i64,
}

impl Sum {
    /// Another movement of the lot.
    pub fn add(&mut self, thousandths: i64, reason: StockReason) {
        // A request has few quantities of at most 10^9 thousandths each, but bounds are checked later.
        self.all = self.all.saturating_add(thousandths);
        if reason == StockReason::Count {
            self.counted = self.counted.saturating_add(thousandths);
        }
    }

    /// Whether a stocktaking found less than was thought: that is so, whatever is held.
    #[must_use]
    pub fn may_owe(&self) -> bool {
        self.counted < 0
    }
}

const SUMS: &[(&str, Kind)] = &[
    ("product_id", Kind::Id),
    ("place_id", Kind::Id),
    ("delta", Kind::Big),
    ("may_owe", Kind::Flag),
];

/// Adds sums of movements to what is on hand: lots that are not there yet are begun. What is held stays: a lot that
/// would be left with less is left alone, unless a stocktaking says so. Returns how many lots took their sum.
pub async fn change_on_hand(tx: &DatabaseTransaction, engine: Engine, sums: &BTreeMap<(ProductId, PlaceId), Sum>) -> Result<u64, DbErr> {
    let mut rows = Rows::new(SUMS);
    for ((product, place), sum) in sums {
        rows.push([(*product).into(), (*place).into(), sum.all.into(), sum.may_owe().into()]);
    }
    let mut changed = 0;
    for (source, values) in rows.sources(engine) {
        let begin = format!(
            "INSERT INTO stock (product_id, place_id, on_hand, held) SELECT r.product_id, r.place_id, 0, 0 FROM {source} \
             WHERE true ON CONFLICT (product_id, place_id) DO NOTHING"
        );
        tx.execute_raw(statement(engine, &begin, values.clone())).await?;
        let add = format!(
            "UPDATE stock SET on_hand = stock.on_hand + r.delta, \
             owed = CASE WHEN stock.held > stock.on_hand + r.delta THEN stock.held - stock.on_hand - r.delta ELSE 0 END FROM {source} \
             WHERE stock.product_id = r.product_id AND stock.place_id = r.place_id AND stock.on_hand + r.delta >= 0 \
             AND (r.may_owe OR stock.held - stock.on_hand - r.delta <= stock.owed)"
        );
        changed += tx.execute_raw(statement(engine, &add, values)).await?.rows_affected();
    }
    Ok(changed)
}

const MOVED: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("seq", Kind::Big),
    ("product_id", Kind::Id),
    ("place_id", Kind::Id),
    ("quantity", Kind::Big),
    ("reason", Kind::Text),
    ("moved_on", Kind::Date),
    ("recorded_at", Kind::Instant),
];

/// Writes movements with the numbers of their entries: one statement.
pub async fn insert_movements(tx: &DatabaseTransaction, engine: Engine, moved: &[(i64, Movement)]) -> Result<(), DbErr> {
    let mut rows = Rows::new(MOVED);
    for (seq, movement) in moved {
        rows.push([
            movement.id.into(),
            (*seq).into(),
            movement.product_id.into(),
            movement.place_id.into(),
            movement.quantity.into(),
            movement.reason.as_str().into(),
            movement.moved_on.naive().into(),
            movement.recorded_at.into(),
        ]);
    }
    rows.write(tx, engine, "stock_movements", "").await?;
    Ok(())
}

const PLACES: &[(&str, Kind)] = &[("id", Kind::Id)];

/// Whose these places are; those that are not there or not used any more are left out.
pub async fn owners_of(
    db: &impl ConnectionTrait,
    engine: Engine,
    ids: impl IntoIterator<Item = PlaceId>,
) -> Result<HashMap<PlaceId, OrganisationId>, DbErr> {
    let mut wanted = Rows::new(PLACES);
    for id in ids {
        wanted.push([id.into()]);
    }
    let mut owners = HashMap::new();
    for (source, values) in wanted.sources(engine) {
        let sql = format!("SELECT p.id, p.supplier_id FROM {source} JOIN places p ON p.id = r.id WHERE p.archived_at IS NULL");
        for row in db.query_all_raw(statement(engine, &sql, values)).await? {
            owners.insert(row.try_get("", "id")?, row.try_get("", "supplier_id")?);
        }
    }
    Ok(owners)
}

/// There must be such a division, in use.
pub(super) async fn check_town(db: &impl ConnectionTrait, code: &DivisionCode) -> Result<(), TurnError> {
    let town = divisions::Entity::find_by_id(code.as_str()).one(db).await?;
    if town.is_some_and(|town| town.archived_at.is_none()) {
        Ok(())
    } else {
        Err(Fault::of("unknown_town").at("/town_code").with("code", code).into())
    }
}

/// A place, archived or not.
pub(super) async fn place(db: &impl ConnectionTrait, id: PlaceId) -> Result<Option<Place>, DbErr> {
    places::Entity::find_by_id(id).one(db).await?.map(place_of).transpose()
}

/// Of how many products something lies at a place, or is held or owed there.
pub(super) async fn products_at(db: &impl ConnectionTrait, engine: Engine, id: PlaceId) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(*) AS products FROM stock WHERE place_id = $1 AND (on_hand <> 0 OR held <> 0)";
    let row = db.query_one_raw(statement(engine, sql, vec![id.into()])).await?;
    row.map_or(Ok(0), |row| row.try_get("", "products"))
}

/// Writes what changes of a place, if it still is at the version before; whether it was.
pub(super) async fn update_place(tx: &DatabaseTransaction, engine: Engine, after: &Place, next: Recorded) -> Result<bool, DbErr> {
    let sql = "UPDATE places SET name = $1, town_code = $2, archived_at = $3, version = $4, touched = $5 \
               WHERE id = $6 AND version = $7 AND archived_at IS NULL";
    let values = vec![
        after.name.as_str().into(),
        after.town_code.clone().into(),
        after.archived.then_some(next.at).into(),
        after.version.into(),
        next.seq.into(),
        after.id.into(),
        (after.version - 1).into(),
    ];
    Ok(tx.execute_raw(statement(engine, sql, values)).await?.rows_affected() == 1)
}

/// Writes a new place.
pub(super) async fn insert_place(tx: &DatabaseTransaction, row: places::Model) -> Result<(), DbErr> {
    places::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// A place from its row.
pub(super) fn place_of(row: places::Model) -> Result<Place, DbErr> {
    Ok(Place {
        id: row.id,
        supplier_id: row.supplier_id,
        name: Name::kept(row.name).map_err(|_| DbErr::Type("places.name: not a name".to_owned()))?,
        town_code: row.town_code,
        archived: row.archived_at.is_some(),
        version: row.version,
    })
}
