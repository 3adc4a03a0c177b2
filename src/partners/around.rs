//! What stands around events: the orders they are about, what each moved, and what of the order was agreed and stood then.
//!
//! All of it is added up from the facts up to the event, so an event that is read again says the same.

use crate::db::{Engine, Params, looked_up};
use crate::journal::{Event, measure_code};
use entity::{Measure, Money};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// An order as events name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRef {
    /// The number people use.
    pub order_no: String,
    /// The buyer's own number.
    pub external_order_no: Option<String>,
}

/// An order as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderNow {
    /// Which, and its numbers.
    pub order: OrderRef,
    /// What buyer and supplier agree on.
    pub agreed: Money,
    /// Accepted less returned.
    pub standing: Money,
}

/// What entries about one order have moved: number, measure, fen.
type Moved = Vec<(i64, i16, i64)>;

/// The orders around some events.
#[derive(Debug, Default)]
pub struct Around {
    orders: HashMap<Uuid, OrderRef>,
    of_thing: HashMap<Uuid, Uuid>,
    moved: HashMap<Uuid, Moved>,
}

/// What an event says of its order.
#[derive(Debug, Default)]
pub(super) struct OfOrder<'a> {
    /// Which.
    pub(super) id: Option<Uuid>,
    /// Its numbers.
    pub(super) order: Option<&'a OrderRef>,
    /// What the event itself moved.
    pub(super) amount: Option<Money>,
    /// What was agreed after it.
    pub(super) agreed: Option<Money>,
    /// What stood after it.
    pub(super) standing: Option<Money>,
}

impl Around {
    /// What stands around these events: at most three statements.
    ///
    /// # Errors
    /// Only the database's.
    pub async fn of(db: &impl ConnectionTrait, engine: Engine, events: &[Event]) -> Result<Self, DbErr> {
        let mut around = Self {
            of_thing: orders_of(db, engine, events).await?,
            ..Self::default()
        };
        let ids: BTreeSet<Uuid> = around.of_thing.values().copied().collect();
        if !ids.is_empty() {
            around.orders = named(db, engine, &ids).await?;
            around.moved = moved(db, engine, &ids).await?;
        }
        Ok(around)
    }

    /// What an event says of its order.
    pub(super) fn of_order(&self, event: &Event) -> OfOrder<'_> {
        let Some(id) = self.of_thing.get(&event.thing_id) else {
            return OfOrder::default();
        };
        let moved = self.moved.get(id).map(Vec::as_slice).unwrap_or_default();
        let own = measure_of(&event.thing_kind).and_then(|measure| {
            let is_own = |one: &&(i64, i16, i64)| one.0 == event.seq && one.1 == measure_code(measure);
            moved.iter().find(is_own).map(|(_, _, fen)| Money::from_fen(*fen))
        });
        OfOrder {
            id: Some(*id),
            order: self.orders.get(id),
            amount: own,
            agreed: Some(agreed(moved, event.seq)),
            standing: Some(standing(moved, event.seq)),
        }
    }
}

/// What is agreed after the entry of this number: what was ordered, less what was closed or given up.
fn agreed(moved: &[(i64, i16, i64)], until: i64) -> Money {
    Money::from_fen(sum(moved, Measure::Ordered, until))
}

/// What stands after the entry of this number.
fn standing(moved: &[(i64, i16, i64)], until: i64) -> Money {
    Money::from_fen(sum(moved, Measure::Accepted, until) - sum(moved, Measure::Returned, until))
}

fn sum(moved: &[(i64, i16, i64)], measure: Measure, until: i64) -> i64 {
    let so_far = moved
        .iter()
        .filter(|(seq, code, _)| *seq <= until && *code == measure_code(measure));
    so_far.map(|(_, _, fen)| fen).sum()
}

/// The orders of these orders, shipments, acceptances and returns, by the things.
///
/// # Errors
/// Only the database's.
pub async fn orders_named(db: &impl ConnectionTrait, engine: Engine, things: &BTreeSet<Uuid>) -> Result<HashMap<Uuid, OrderRef>, DbErr> {
    if things.is_empty() {
        return Ok(HashMap::new());
    }
    let of_thing = look_up(db, engine, things).await?;
    let orders = named(db, engine, &of_thing.values().copied().collect()).await?;
    let order = |(thing, id): (Uuid, Uuid)| Some((thing, orders.get(&id)?.clone()));
    Ok(of_thing.into_iter().filter_map(order).collect())
}

/// The same, as they stand now.
///
/// # Errors
/// Only the database's.
pub async fn orders_now(db: &impl ConnectionTrait, engine: Engine, things: &BTreeSet<Uuid>) -> Result<HashMap<Uuid, OrderNow>, DbErr> {
    if things.is_empty() {
        return Ok(HashMap::new());
    }
    let of_thing = look_up(db, engine, things).await?;
    let ids: BTreeSet<Uuid> = of_thing.values().copied().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let (orders, moved) = (named(db, engine, &ids).await?, moved(db, engine, &ids).await?);
    let now = |(thing, id): (Uuid, Uuid)| {
        let moved = moved.get(&id).map(Vec::as_slice).unwrap_or_default();
        let order = OrderNow {
            order: orders.get(&id)?.clone(),
            agreed: agreed(moved, i64::MAX),
            standing: standing(moved, i64::MAX),
        };
        Some((thing, order))
    };
    Ok(of_thing.into_iter().filter_map(now).collect())
}

/// What things of a kind move.
fn measure_of(thing_kind: &str) -> Option<Measure> {
    match thing_kind {
        "order" => Some(Measure::Ordered),
        "shipment" => Some(Measure::Shipped),
        "acceptance" => Some(Measure::Accepted),
        "return" => Some(Measure::Returned),
        _ => None,
    }
}

/// The orders of the things of these events. Most entries name it; those that do not are looked up.
async fn orders_of(db: &impl ConnectionTrait, engine: Engine, events: &[Event]) -> Result<HashMap<Uuid, Uuid>, DbErr> {
    let (mut orders, mut unsaid) = (HashMap::new(), BTreeSet::new());
    for event in events.iter().filter(|event| measure_of(&event.thing_kind).is_some()) {
        let thing = event.thing_id;
        if event.thing_kind == "order" {
            orders.insert(thing, thing);
            continue;
        }
        let said = event.said().get("order").and_then(|id| id.as_str()?.parse().ok());
        match said {
            Some(order) => {
                orders.insert(thing, order);
            }
            None => {
                unsaid.insert(thing);
            }
        }
    }
    unsaid.retain(|thing| !orders.contains_key(thing));
    if !unsaid.is_empty() {
        orders.extend(look_up(db, engine, &unsaid).await?);
    }
    Ok(orders)
}

/// The orders of orders, shipments, acceptances and returns.
async fn look_up(db: &impl ConnectionTrait, engine: Engine, things: &BTreeSet<Uuid>) -> Result<HashMap<Uuid, Uuid>, DbErr> {
    let mut params = Params::new(engine);
    let itself = format!(
        "SELECT id, id AS order_id FROM orders WHERE id IN ({})",
        params.ids(things.iter().copied())
    );
    let parts = ["shipments", "acceptances", "returns"].map(|table| {
        let things = params.ids(things.iter().copied());
        format!("SELECT id, order_id FROM {table} WHERE id IN ({things}) AND order_id IS NOT NULL")
    });
    let sql = format!("{itself} UNION ALL {}", parts.join(" UNION ALL "));
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "id")?, row.try_get("", "order_id")?)))
        .collect()
}

/// The numbers of orders.
async fn named(db: &impl ConnectionTrait, engine: Engine, ids: &BTreeSet<Uuid>) -> Result<HashMap<Uuid, OrderRef>, DbErr> {
    let mut params = Params::new(engine);
    let ids = params.ids(ids.iter().copied());
    let sql = format!(
        "SELECT o.id, o.order_no, g.external_order_no FROM orders o JOIN order_groups g ON g.id = o.group_id WHERE o.id IN ({ids})"
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter()
        .map(|row| {
            let order = OrderRef {
                order_no: row.try_get("", "order_no")?,
                external_order_no: row.try_get("", "external_order_no")?,
            };
            Ok((row.try_get("", "id")?, order))
        })
        .collect()
}

/// What was moved of these orders, by the entries that moved it. All is looked up from the orders on, and no number bounds
/// it: given one, both engines may go through the whole journal up to there.
async fn moved(db: &impl ConnectionTrait, engine: Engine, ids: &BTreeSet<Uuid>) -> Result<HashMap<Uuid, Moved>, DbErr> {
    let mut params = Params::new(engine);
    let mut orders = || {
        let ids = params.ids(ids.iter().copied());
        format!("SELECT id AS thing, id AS order_id FROM orders WHERE id IN ({ids})")
    };
    let mut things = orders();
    for table in ["shipments", "acceptances", "returns"] {
        let of_orders = looked_up(engine, &format!("({}) r", orders()), table, "t.order_id = r.order_id");
        things.push_str(&format!(" UNION ALL SELECT t.id, t.order_id FROM {of_orders}"));
    }
    let entries = looked_up(engine, &format!("({things}) r"), "entries", "t.thing_id = r.thing");
    let entries = format!("(SELECT r.order_id, t.pairing, t.seq FROM {entries}) r");
    let facts = looked_up(engine, &entries, "facts", "t.pairing = r.pairing AND t.seq = r.seq");
    let sql = format!(
        "SELECT r.order_id, r.seq, t.measure, CAST(SUM(t.amount) AS bigint) AS amount FROM {facts} GROUP BY r.order_id, r.seq, t.measure"
    );
    let mut all: HashMap<Uuid, Moved> = HashMap::new();
    for row in db.query_all_raw(params.into_statement(&sql)).await? {
        let one = (row.try_get("", "seq")?, row.try_get("", "measure")?, row.try_get("", "amount")?);
        all.entry(row.try_get("", "order_id")?).or_default().push(one);
    }
    Ok(all)
}
