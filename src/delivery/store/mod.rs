//! SQL of delivery that writes. Set by set: rows are gathered for a whole turn and written a table at a time, so that
//! an import of thousands of lines costs as many statements as one delivery.

mod booked;
mod bounds;
mod rows;

use crate::access::Scope;
use chrono::{DateTime, Utc};
use entity::tables::{returns, shipment_lines, shipments};
use entity::{ShipmentId, ShipmentState};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder};

pub(super) use booked::{confirm, find_return, waiting_since};
pub(super) use bounds::{Policy, Restocked, policy, restocked, surplus_of, under_way};
pub use rows::NewRows;

/// The columns by which a scope tells what it shows of a table.
struct Shown<C> {
    id: C,
    buyer: C,
    supplier: C,
    town: C,
    department: C,
}

/// The condition of a scope on a table with these columns.
fn shown<C: ColumnTrait>(scope: &Scope, by: &Shown<C>) -> Condition {
    let only = match scope {
        Scope::All => return Condition::all(),
        Scope::Buyer(id) => by.buyer.eq(*id),
        Scope::Supplier(id) => by.supplier.eq(*id),
        Scope::Town(code) => by.town.eq(code.clone()),
        Scope::Department(id) => match id.parse::<entity::DepartmentId>() {
            Ok(id) => by.department.eq(id),
            // A remit that names no department sees nothing.
            Err(_) => by.id.is_null(),
        },
    };
    Condition::all().add(only)
}

/// The condition of a scope on shipments.
pub(super) fn visible(scope: &Scope) -> Condition {
    use shipments::Column as C;
    let by = Shown {
        id: C::Id,
        buyer: C::BuyerId,
        supplier: C::SupplierId,
        town: C::TownCode,
        department: C::DepartmentId,
    };
    shown(scope, &by)
}

/// The condition of a scope on returns.
pub(super) fn returns_visible(scope: &Scope) -> Condition {
    use returns::Column as C;
    let by = Shown {
        id: C::Id,
        buyer: C::BuyerId,
        supplier: C::SupplierId,
        town: C::TownCode,
        department: C::DepartmentId,
    };
    shown(scope, &by)
}

/// One shipment, if the scope shows it.
pub(super) async fn find(db: &impl ConnectionTrait, scope: &Scope, id: ShipmentId) -> Result<Option<shipments::Model>, DbErr> {
    shipments::Entity::find_by_id(id).filter(visible(scope)).one(db).await
}

/// The lines of these shipments, in their order.
pub(super) async fn lines_of(db: &impl ConnectionTrait, of: &[ShipmentId]) -> Result<Vec<shipment_lines::Model>, DbErr> {
    shipment_lines::Entity::find()
        .filter(shipment_lines::Column::ShipmentId.is_in(of.iter().copied()))
        .order_by_asc(shipment_lines::Column::ShipmentId)
        .order_by_asc(shipment_lines::Column::No)
        .all(db)
        .await
}

/// When a state was reached.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reached {
    /// At the site.
    Arrived(DateTime<Utc>),
    /// Inspected.
    Inspected(DateTime<Utc>),
}

/// Compare-and-set of a shipment's state; false where somebody was faster.
pub(super) async fn change_state(
    tx: &DatabaseTransaction,
    shipment: &shipments::Model,
    to: ShipmentState,
    reached: Reached,
) -> Result<bool, DbErr> {
    let (column, at) = match reached {
        Reached::Arrived(at) => (shipments::Column::ArrivedAt, at),
        Reached::Inspected(at) => (shipments::Column::InspectedAt, at),
    };
    let done = shipments::Entity::update_many()
        .col_expr(shipments::Column::State, to.as_str().into())
        .col_expr(shipments::Column::Version, (shipment.version + 1).into())
        .col_expr(column, at.into())
        .filter(shipments::Column::Id.eq(shipment.id))
        .filter(shipments::Column::State.eq(shipment.state))
        .filter(shipments::Column::Version.eq(shipment.version))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The other shipments of the order that are still to be inspected.
pub(super) async fn under_way_beside(db: &impl ConnectionTrait, shipment: &shipments::Model) -> Result<Vec<ShipmentId>, DbErr> {
    use ShipmentState as S;
    let found = shipments::Entity::find()
        .filter(shipments::Column::OrderId.eq(shipment.order_id))
        .filter(shipments::Column::Id.ne(shipment.id))
        .filter(shipments::Column::State.is_in([S::Planned, S::Shipped, S::Arrived]))
        .all(db)
        .await?;
    Ok(found.into_iter().map(|shipment| shipment.id).collect())
}
