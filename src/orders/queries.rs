//! Reading orders: one, a group, a list, what happened to one.

use super::place::placed_order;
use super::placed::{PlacedGroup, PlacedOrder};
use super::position::Position;
use super::site::OrderSite;
use super::store::{self, positions};
use super::worth::{LineWorth, Worth, sum_of};
use crate::access::Scope;
use entity::tables::{order_lines, orders, organisations};
use entity::{Money, OrderGroupId, OrderId, OrderLineId, OrganisationId};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// An order with its lines and the names of its parties.
#[derive(Clone, Debug)]
pub struct OrderWithLines {
    /// The order.
    pub order: orders::Model,
    /// Its lines.
    pub lines: Vec<order_lines::Model>,
    /// Where lines stand that have moved.
    pub positions: HashMap<OrderLineId, Position>,
    /// What came back at prices of credit notes' own, of lines of all orders that were read together.
    pub own_priced: Arc<HashMap<OrderLineId, Money>>,
    /// The buyer's own number, which names its group.
    pub external_order_no: Option<String>,
    /// Who buys.
    pub buyer_name: String,
    /// Who sells.
    pub supplier_name: String,
    /// The buyer's note; filled where one order is read.
    pub note: Option<String>,
    /// What the buyer said when it cancelled; filled where one order is read.
    pub ended_note: Option<String>,
    /// Where it goes; filled where one order is read.
    pub site: Option<OrderSite>,
}

impl OrderWithLines {
    /// What was ordered, is agreed and stands, line by line.
    #[must_use]
    pub fn worth(&self) -> Vec<LineWorth> {
        let worth = |line: &order_lines::Model| {
            let position = self.positions.get(&line.id).copied().unwrap_or_default();
            let own_priced = self.own_priced.get(&line.id).copied().unwrap_or_default();
            LineWorth::of(line, &position, self.order.state, own_priced)
        };
        self.lines.iter().map(worth).collect()
    }

    /// As an order of its group, with what it is worth now.
    fn placed(&self) -> PlacedOrder {
        let worth = self.worth();
        let sum = |reading: fn(&LineWorth) -> Worth| Some(sum_of(&worth, reading));
        PlacedOrder {
            agreed: sum(|line| line.agreed),
            standing: sum(|line| line.standing),
            ..placed_order(&self.order, &self.supplier_name, &self.lines)
        }
    }
}

/// Names of organisations.
pub(super) async fn names(
    db: &impl ConnectionTrait,
    of: impl Iterator<Item = OrganisationId>,
) -> Result<HashMap<OrganisationId, String>, DbErr> {
    let rows = organisations::Entity::find()
        .filter(organisations::Column::Id.is_in(of))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// These orders with all their lines.
pub(super) async fn with_lines(db: &impl ConnectionTrait, orders: Vec<orders::Model>) -> Result<Vec<OrderWithLines>, DbErr> {
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let mut lines: HashMap<OrderId, Vec<order_lines::Model>> = HashMap::new();
    for line in store::lines_of(db, &ids).await? {
        lines.entry(line.order_id).or_default().push(line);
    }
    let mut moved: HashMap<OrderId, HashMap<OrderLineId, Position>> = HashMap::new();
    let mut otherwise_priced = BTreeSet::new();
    for (line, of, position) in positions::load_with_orders(db, &ids).await? {
        if position.returned > position.at_price {
            otherwise_priced.insert(line);
        }
        moved.entry(of).or_default().insert(line, position);
    }
    let own_priced = Arc::new(positions::own_priced(db, &otherwise_priced).await?);
    let names = names(db, orders.iter().flat_map(|order| [order.buyer_id, order.supplier_id])).await?;
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let groups = store::external_numbers(db, orders.iter().map(|order| order.group_id)).await?;
    Ok(orders
        .into_iter()
        .map(|order| OrderWithLines {
            lines: lines.remove(&order.id).unwrap_or_default(),
            positions: moved.remove(&order.id).unwrap_or_default(),
            own_priced: Arc::clone(&own_priced),
            external_order_no: groups.get(&order.group_id).cloned(),
            buyer_name: name(order.buyer_id),
            supplier_name: name(order.supplier_id),
            note: None,
            ended_note: None,
            site: None,
            order,
        })
        .collect())
}

/// A group as it is now, with those of its orders that the scope shows; none where it shows none.
pub(super) async fn placed_group(db: &impl ConnectionTrait, scope: &Scope, id: OrderGroupId) -> Result<Option<PlacedGroup>, DbErr> {
    let Some(group) = store::group(db, id).await? else {
        return Ok(None);
    };
    let orders = with_lines(db, store::of_group(db, scope, id).await?).await?;
    if orders.is_empty() {
        return Ok(None);
    }
    Ok(Some(PlacedGroup {
        order_group_id: id,
        external_order_no: group.external_order_no,
        orders: orders.iter().map(OrderWithLines::placed).collect(),
        found: true,
        skipped: Vec::new(),
    }))
}
