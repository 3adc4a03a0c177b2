//! An order as a turn works on it: its row, its lines, and how far each has come.

use super::order::{Action, next_state};
use super::position::{Position, Terms};
use super::store::{self, positions};
use crate::access::Scope;
use crate::db::Engine;
use crate::http::fault::Fault;
use crate::journal::Turn;
use chrono::{DateTime, Utc};
use entity::tables::{order_lines, orders};
use entity::{LineKind, OrderId, OrderState, PlaceId, ProductId, Quantity, shanghai_date};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use std::collections::{BTreeMap, HashMap};

/// A line with where it stands.
#[derive(Clone, Debug)]
pub struct OpenLine {
    /// Its row.
    pub row: order_lines::Model,
    /// What moves are held against.
    pub terms: Terms,
    /// Where it stands now.
    pub position: Position,
    was: i64,
}

/// An order with its lines.
#[derive(Clone, Debug)]
pub struct OpenOrder {
    /// Its row.
    pub order: orders::Model,
    /// Its lines, in their order.
    pub lines: Vec<OpenLine>,
    was: i64,
}

impl OpenOrder {
    /// Orders by id that the scope shows, with their lines and positions: three statements, whatever their number.
    pub async fn load(db: &impl ConnectionTrait, scope: &Scope, ids: &[OrderId]) -> Result<HashMap<OrderId, Self>, DbErr> {
        let orders = store::find_many(db, scope, ids).await?;
        let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
        let mut positions = positions::load(db, &ids).await?;
        let mut lines: HashMap<OrderId, Vec<OpenLine>> = HashMap::new();
        for row in store::lines_of(db, &ids).await? {
            let position = positions.remove(&row.id).unwrap_or_default();
            lines.entry(row.order_id).or_default().push(OpenLine {
                terms: Terms::of(&row),
                was: position.version,
                position,
                row,
            });
        }
        let open = |order: orders::Model| Self {
            lines: lines.remove(&order.id).unwrap_or_default(),
            was: order.version,
            order,
        };
        Ok(orders.into_iter().map(open).map(|open| (open.order.id, open)).collect())
    }

    /// One order of the turn that the scope shows, or not found.
    pub async fn find(turn: &Turn, scope: &Scope, id: OrderId) -> Result<Self, crate::journal::TurnError> {
        let mut found = Self::load(turn.tx(), scope, &[id]).await?;
        found.remove(&id).ok_or_else(|| Fault::of("not_found").into())
    }

    /// The line with this number.
    pub fn line_mut(&mut self, line_no: i32) -> Option<&mut OpenLine> {
        self.lines.iter_mut().find(|line| line.row.line_no == line_no)
    }

    /// Moves along the order's own axis, or says that it may not.
    pub fn act(&mut self, action: Action) -> Result<(), Fault> {
        let from = self.order.state;
        self.order.state = next_state(from, action).ok_or_else(|| Fault::of("order_state").with("state", from))?;
        Ok(())
    }

    /// Something was said of the order: its next version.
    pub fn touch(&mut self) {
        self.order.version += 1;
    }

    /// Ends the order at a moment.
    pub fn end(&mut self, at: DateTime<Utc>, reason: Option<&str>) {
        self.order.ended_at = Some(at);
        self.order.ended_on = Some(shanghai_date(at));
        self.order.ended_reason = reason.map(str::to_owned);
    }

    /// Whether nothing more is sent of it or said to it.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        Action::ALL.iter().all(|action| next_state(self.order.state, *action).is_none())
    }

    /// Whether a confirmed order has nothing left to be sent. Whether all that was sent is inspected is for who knows
    /// the shipments.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        let open = |line: &OpenLine| !line.is_freight() && line.is_open();
        self.order.state == OrderState::Confirmed && !self.lines.iter().any(open)
    }

    /// Whether anything of it was sent.
    #[must_use]
    pub fn has_shipped(&self) -> bool {
        self.lines.iter().any(|line| line.position.shipped_units > Quantity::ZERO)
    }

    /// Writes what has moved: positions, state and version, two statements for all orders.
    pub async fn save<'a>(tx: &DatabaseTransaction, engine: Engine, orders: impl Iterator<Item = &'a Self>) -> Result<(), DbErr> {
        let (mut moved, mut steps) = (Vec::new(), Vec::new());
        for open in orders {
            let lines = open.lines.iter().filter(|line| line.position.version > line.was);
            moved.extend(lines.map(|line| (line.row.id, open.order.id, line.position)));
            if open.order.version > open.was {
                steps.push((open.was, &open.order));
            }
        }
        let taken = positions::write(tx, engine, &moved).await? + positions::step(tx, engine, &steps).await?;
        if usize::try_from(taken) == Ok(moved.len() + steps.len()) {
            Ok(())
        } else {
            Err(DbErr::Custom("an order moved under a turn".to_owned()))
        }
    }
}

impl OpenLine {
    /// Whether it is freight, which goes with the goods.
    #[must_use]
    pub fn is_freight(&self) -> bool {
        self.row.line_kind == LineKind::Freight
    }

    /// Whether something of it is still to be sent.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.position.open_units(&self.terms) > Quantity::ZERO
    }

    /// Whether it is held in somebody's stock: goods of a supplier's place, and not freight or what was imported.
    #[must_use]
    pub fn is_held(&self) -> bool {
        !self.row.place_id.uuid().is_nil()
    }
}

/// How holds and what is on hand change, by lot, in thousandths of a unit.
pub type StockChange = BTreeMap<(ProductId, PlaceId), (i64, i64)>;

/// Notes that `units` of a line leave the hold, and, where they are sent, the shelf.
pub fn note_stock(changes: &mut StockChange, line: &OpenLine, held: Quantity, on_hand: Quantity) {
    if line.is_held() && (held, on_hand) != (Quantity::ZERO, Quantity::ZERO) {
        let change = changes.entry((line.row.product_id, line.row.place_id)).or_default();
        change.0 += on_hand.thousandths();
        change.1 += held.thousandths();
    }
}
