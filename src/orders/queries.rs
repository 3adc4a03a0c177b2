//! Reading orders: one, a group, a list, what happened to one.

use super::place::placed_order;
use super::placed::PlacedGroup;
use super::store;
use crate::access::Scope;
use entity::tables::{order_lines, orders, organisations};
use entity::{OrderGroupId, OrderId, OrganisationId};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use std::collections::HashMap;

/// An order with its lines and the names of its parties.
#[derive(Clone, Debug)]
pub struct OrderWithLines {
    /// The order.
    pub order: orders::Model,
    /// Its lines.
    pub lines: Vec<order_lines::Model>,
    /// Who buys.
    pub buyer_name: String,
    /// Who sells.
    pub supplier_name: String,
    /// The buyer's note; filled where one order is read.
    pub note: Option<String>,
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
    let names = names(db, orders.iter().flat_map(|order| [order.buyer_id, order.supplier_id])).await?;
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    Ok(orders
        .into_iter()
        .map(|order| OrderWithLines {
            lines: lines.remove(&order.id).unwrap_or_default(),
            buyer_name: name(order.buyer_id),
            supplier_name: name(order.supplier_id),
            note: None,
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
        orders: orders
            .iter()
            .map(|found| placed_order(&found.order, &found.supplier_name, &found.lines))
            .collect(),
        found: true,
        skipped: Vec::new(),
    }))
}
