//! Reading shipments and returns.

use super::store::{self, returns_visible, visible};
use crate::access::Scope;
use entity::tables::{
    acceptance_lines, acceptances, order_groups, order_lines, orders, organisations, rejections, return_lines, returns, shipment_lines,
    shipments,
};
use entity::{AcceptanceId, CivilDate, OrderGroupId, OrderId, OrderLineId, OrganisationId, ReturnId, ShipmentId, ShipmentState};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

/// A shipment with all that belongs to it.
#[derive(Clone, Debug)]
pub struct FullShipment {
    /// Its row.
    pub shipment: shipments::Model,
    /// The order's number.
    pub order_no: String,
    /// The buyer's own number for it.
    pub external_order_no: Option<String>,
    /// The buyer's name.
    pub buyer_name: String,
    /// The supplier's name.
    pub supplier_name: String,
    /// Its lines.
    pub lines: Vec<shipment_lines::Model>,
    /// What the lines' goods are, by order line.
    pub goods: HashMap<OrderLineId, order_lines::Model>,
    /// Its acceptances: the inspection first, then what was kept beyond it.
    pub acceptances: Vec<FullAcceptance>,
    /// The supplier's words to it.
    pub note: Option<String>,
}

/// An acceptance with its lines and what was rejected.
#[derive(Clone, Debug)]
pub struct FullAcceptance {
    /// Its row.
    pub acceptance: acceptances::Model,
    /// Its lines.
    pub lines: Vec<acceptance_lines::Model>,
    /// What was rejected, by line and reason.
    pub rejected: Vec<rejections::Model>,
    /// The buyer's words to it.
    pub note: Option<String>,
}

/// A return with its lines.
#[derive(Clone, Debug)]
pub struct FullReturn {
    /// Its row.
    pub goods_return: returns::Model,
    /// The order's number, where it is of one.
    pub order_no: Option<String>,
    /// The buyer's own number for it.
    pub external_order_no: Option<String>,
    /// The buyer's name.
    pub buyer_name: String,
    /// The supplier's name.
    pub supplier_name: String,
    /// Its lines.
    pub lines: Vec<return_lines::Model>,
    /// The buyer's words to it.
    pub note: Option<String>,
    /// What the supplier said when it confirmed it.
    pub confirmation_note: Option<String>,
}

/// What a list of shipments is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct ShipmentFilter {
    /// Only of this order.
    pub order: Option<OrderId>,
    /// Only in this state.
    pub state: Option<ShipmentState>,
    /// Sent on this day or later.
    pub from: Option<CivilDate>,
    /// Sent on this day or earlier.
    pub to: Option<CivilDate>,
}

/// A page of shipments, newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &ShipmentFilter,
    before: Option<ShipmentId>,
    limit: u64,
) -> Result<Vec<FullShipment>, DbErr> {
    use shipments::Column as C;
    let narrowed = Condition::all()
        .add_option(filter.order.map(|id| C::OrderId.eq(id)))
        .add_option(filter.state.map(|state| C::State.eq(state)))
        .add_option(filter.from.map(|day| C::DispatchedOn.gte(day)))
        .add_option(filter.to.map(|day| C::DispatchedOn.lte(day)))
        .add_option(before.map(|id| C::Id.lt(id)));
    let found = shipments::Entity::find()
        .filter(visible(scope))
        .filter(narrowed)
        .order_by_desc(C::Id)
        .limit(limit)
        .all(db)
        .await?;
    full(db, found).await
}

/// One shipment, if the scope shows it.
pub async fn read(db: &impl ConnectionTrait, scope: &Scope, id: ShipmentId) -> Result<Option<FullShipment>, DbErr> {
    let found = store::find(db, scope, id).await?;
    Ok(full(db, found.into_iter().collect()).await?.pop())
}

async fn names(db: &impl ConnectionTrait, of: impl Iterator<Item = OrganisationId>) -> Result<HashMap<OrganisationId, String>, DbErr> {
    let rows = organisations::Entity::find()
        .filter(organisations::Column::Id.is_in(of))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Numbers of orders: ours, and the buyer's own where it gave one.
async fn order_numbers(
    db: &impl ConnectionTrait,
    of: impl Iterator<Item = OrderId>,
) -> Result<HashMap<OrderId, (String, Option<String>)>, DbErr> {
    let rows = orders::Entity::find().filter(orders::Column::Id.is_in(of)).all(db).await?;
    let groups = order_groups::Entity::find()
        .filter(order_groups::Column::Id.is_in(rows.iter().map(|row| row.group_id)))
        .all(db)
        .await?;
    let own: HashMap<OrderGroupId, Option<String>> = groups.into_iter().map(|group| (group.id, group.external_order_no)).collect();
    let numbers = |row: orders::Model| (row.id, (row.order_no, own.get(&row.group_id).cloned().flatten()));
    Ok(rows.into_iter().map(numbers).collect())
}

async fn full(db: &impl ConnectionTrait, found: Vec<shipments::Model>) -> Result<Vec<FullShipment>, DbErr> {
    let ids: Vec<ShipmentId> = found.iter().map(|shipment| shipment.id).collect();
    let lines = store::lines_of(db, &ids).await?;
    let acceptances = acceptances_of(db, &ids).await?;
    let accepted = acceptances.iter().flat_map(|one| &one.lines).map(|line| line.order_line_id);
    let line_ids: Vec<OrderLineId> = lines.iter().map(|line| line.order_line_id).chain(accepted).collect();
    let goods = order_lines::Entity::find()
        .filter(order_lines::Column::OrderId.is_in(found.iter().map(|shipment| shipment.order_id)))
        .filter(order_lines::Column::Id.is_in(line_ids))
        .all(db)
        .await?;
    let names = names(db, found.iter().flat_map(|s| [s.buyer_id, s.supplier_id])).await?;
    let numbers = order_numbers(db, found.iter().map(|s| s.order_id)).await?;
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let with_all = |shipment: shipments::Model| {
        let own: Vec<_> = lines.iter().filter(|line| line.shipment_id == shipment.id).cloned().collect();
        let of_own = |row: &&order_lines::Model| row.order_id == shipment.order_id;
        let (order_no, external_order_no) = numbers.get(&shipment.order_id).cloned().unwrap_or_default();
        FullShipment {
            order_no,
            external_order_no,
            buyer_name: name(shipment.buyer_id),
            supplier_name: name(shipment.supplier_id),
            goods: goods.iter().filter(of_own).map(|row| (row.id, row.clone())).collect(),
            acceptances: acceptances
                .iter()
                .filter(|one| one.acceptance.shipment_id == shipment.id)
                .cloned()
                .collect(),
            lines: own,
            note: None,
            shipment,
        }
    };
    Ok(found.into_iter().map(with_all).collect())
}

async fn acceptances_of(db: &impl ConnectionTrait, shipments: &[ShipmentId]) -> Result<Vec<FullAcceptance>, DbErr> {
    let found = acceptances::Entity::find()
        .filter(acceptances::Column::ShipmentId.is_in(shipments.iter().copied()))
        .order_by_asc(acceptances::Column::Id)
        .all(db)
        .await?;
    let ids: Vec<AcceptanceId> = found.iter().map(|row| row.id).collect();
    let lines = acceptance_lines::Entity::find()
        .filter(acceptance_lines::Column::AcceptanceId.is_in(ids.iter().copied()))
        .order_by_asc(acceptance_lines::Column::No)
        .all(db)
        .await?;
    let rejected = rejections::Entity::find()
        .filter(rejections::Column::AcceptanceId.is_in(ids))
        .order_by_asc(rejections::Column::Reason)
        .all(db)
        .await?;
    let with_lines = |acceptance: acceptances::Model| FullAcceptance {
        lines: lines.iter().filter(|line| line.acceptance_id == acceptance.id).cloned().collect(),
        rejected: rejected
            .iter()
            .filter(|line| line.acceptance_id == acceptance.id)
            .cloned()
            .collect(),
        note: None,
        acceptance,
    };
    Ok(found.into_iter().map(with_lines).collect())
}

/// A page of returns, newest first.
pub async fn list_returns(
    db: &impl ConnectionTrait,
    scope: &Scope,
    order: Option<OrderId>,
    before: Option<ReturnId>,
    limit: u64,
) -> Result<Vec<FullReturn>, DbErr> {
    let narrowed = Condition::all()
        .add_option(order.map(|id| returns::Column::OrderId.eq(id)))
        .add_option(before.map(|id| returns::Column::Id.lt(id)));
    let found = returns::Entity::find()
        .filter(returns_visible(scope))
        .filter(narrowed)
        .order_by_desc(returns::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    full_returns(db, found).await
}

/// One return, if the scope shows it.
pub async fn read_return(db: &impl ConnectionTrait, scope: &Scope, id: ReturnId) -> Result<Option<FullReturn>, DbErr> {
    let found = returns::Entity::find_by_id(id).filter(returns_visible(scope)).one(db).await?;
    Ok(full_returns(db, found.into_iter().collect()).await?.pop())
}

async fn full_returns(db: &impl ConnectionTrait, found: Vec<returns::Model>) -> Result<Vec<FullReturn>, DbErr> {
    let lines = return_lines::Entity::find()
        .filter(return_lines::Column::ReturnId.is_in(found.iter().map(|row| row.id)))
        .order_by_asc(return_lines::Column::No)
        .all(db)
        .await?;
    let names = names(db, found.iter().flat_map(|row| [row.buyer_id, row.supplier_id])).await?;
    let numbers = order_numbers(db, found.iter().filter_map(|row| row.order_id)).await?;
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let number = |of: &returns::Model| of.order_id.and_then(|id| numbers.get(&id).cloned());
    let with_all = |goods_return: returns::Model| FullReturn {
        order_no: number(&goods_return).map(|(ours, _)| ours),
        external_order_no: number(&goods_return).and_then(|(_, own)| own),
        buyer_name: name(goods_return.buyer_id),
        supplier_name: name(goods_return.supplier_id),
        lines: lines.iter().filter(|line| line.return_id == goods_return.id).cloned().collect(),
        note: None,
        confirmation_note: None,
        goods_return,
    };
    Ok(found.into_iter().map(with_all).collect())
}
