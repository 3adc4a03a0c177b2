//! What of a line was done before, so that a bound belongs to the line over all calls; and the policies that bounds
//! come from.

use crate::db::{Engine, statement};
use entity::{CivilDate, OrderId, OrderLineId, Quantity, ShipmentId};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;

/// A bound that is data, by its name in `policies`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// By how many thousandths of the nominal weight the scales may differ without being confirmed.
    Weight,
    /// How many thousandths of what was sent of a line may be kept as surplus, in all.
    Surplus,
}

impl Policy {
    fn name(self) -> &'static str {
        match self {
            Self::Weight => "weight_permille",
            Self::Surplus => "surplus_permille",
        }
    }
}

/// What a policy says on a day; nothing is allowed where none is in force.
pub async fn policy(db: &impl ConnectionTrait, engine: Engine, policy: Policy, on: CivilDate) -> Result<i64, DbErr> {
    let sql = "SELECT value FROM policies WHERE name = $1 AND from_date <= $2 ORDER BY from_date DESC LIMIT 1";
    let values = vec![policy.name().into(), on.naive().into()];
    let row = db.query_one_raw(statement(engine, sql, values)).await?;
    Ok(row.map(|row| row.try_get("", "value")).transpose()?.unwrap_or(0))
}

/// What of each line of an order was sent and is not inspected yet, in price units.
pub async fn under_way(db: &impl ConnectionTrait, engine: Engine, order: OrderId) -> Result<HashMap<OrderLineId, Quantity>, DbErr> {
    let sql = "SELECT x.order_line_id, CAST(SUM(x.quantity) AS bigint) AS quantity FROM shipments t JOIN shipment_lines x ON x.shipment_id = t.id \
        WHERE t.order_id = $1 AND t.state IN ('planned','shipped','arrived') GROUP BY x.order_line_id";
    let rows = db.query_all_raw(statement(engine, sql, vec![order.into()])).await?;
    let quantity = |row: &sea_orm::QueryResult| Ok((row.try_get("", "order_line_id")?, thousandths(row, "quantity")?));
    rows.iter().map(quantity).collect()
}

/// How much of each line of a shipment is kept as surplus already.
pub async fn surplus_of(db: &impl ConnectionTrait, engine: Engine, shipment: ShipmentId) -> Result<HashMap<i32, Quantity>, DbErr> {
    let sql = "SELECT x.shipment_line_no AS no, CAST(SUM(x.quantity) AS bigint) AS quantity FROM acceptances t JOIN acceptance_lines x ON x.acceptance_id = t.id \
        WHERE t.shipment_id = $1 AND t.kind = 'surplus' AND t.undone_at IS NULL GROUP BY x.shipment_line_no";
    let rows = db.query_all_raw(statement(engine, sql, vec![shipment.into()])).await?;
    let quantity = |row: &sea_orm::QueryResult| Ok((row.try_get("", "no")?, thousandths(row, "quantity")?));
    rows.iter().map(quantity).collect()
}

/// What went back on the shelf, or is about to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restocked {
    /// In units.
    pub units: Quantity,
    /// In price units.
    pub quantity: Quantity,
}

/// What of each line of an order went back on the shelf before.
pub async fn restocked(db: &impl ConnectionTrait, engine: Engine, order: OrderId) -> Result<HashMap<OrderLineId, Restocked>, DbErr> {
    let sql = "SELECT x.order_line_id, CAST(SUM(x.units) AS bigint) AS units, CAST(SUM(x.quantity) AS bigint) AS quantity \
        FROM returns t JOIN return_lines x ON x.return_id = t.id WHERE t.order_id = $1 AND t.undone_at IS NULL AND t.state <> 'undone' \
        AND x.fate = 'restock' AND x.order_line_id IS NOT NULL GROUP BY x.order_line_id";
    let rows = db.query_all_raw(statement(engine, sql, vec![order.into()])).await?;
    let of_line = |row: &sea_orm::QueryResult| {
        let restocked = Restocked {
            units: thousandths(row, "units")?,
            quantity: thousandths(row, "quantity")?,
        };
        Ok((row.try_get("", "order_line_id")?, restocked))
    };
    rows.iter().map(of_line).collect()
}

fn thousandths(row: &sea_orm::QueryResult, column: &str) -> Result<Quantity, DbErr> {
    Ok(Quantity::from_thousandths(row.try_get("", column)?))
}
