//! What is left of contracts, and drawing on them: statements for those who place orders, under their turn.
//!
//! The guard is the condition of the update, with a CHECK of the table behind it; rows are taken in the order of their
//! ids.

use crate::db::{Engine, Kind, Params, Rows, statement};
use entity::{ContractId, ContractState, Money, ProductId, Quantity};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is left of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its state.
    pub state: ContractState,
    /// In money.
    pub money: Money,
    /// Of the goods that have a most of their own.
    pub goods: BTreeMap<ProductId, Quantity>,
}

/// What is drawn on a contract, or given back where it is negative: fen, and thousandths of each of its goods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// In fen.
    pub fen: i64,
    /// In thousandths.
    pub units: BTreeMap<ProductId, i64>,
}

impl Drawn {
    /// Whether more of anything is drawn.
    #[must_use]
    pub fn wants_more(&self) -> bool {
        self.fen > 0 || self.units.values().any(|units| *units > 0)
    }
}

/// What is left of these contracts; two statements, or none for none.
pub async fn left(db: &impl ConnectionTrait, engine: Engine, ids: &BTreeSet<ContractId>) -> Result<HashMap<ContractId, Left>, DbErr> {
    let mut found = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let mut params = Params::new(engine);
    let sql = format!(
        "SELECT id, state, cap - drawn AS money FROM contracts WHERE id IN ({})",
        params.list(ids.iter().copied())
    );
    for row in db.query_all_raw(params.into_statement(&sql)).await? {
        let left = Left {
            state: row.try_get("", "state")?,
            money: Money::from_fen(row.try_get("", "money")?),
            goods: BTreeMap::new(),
        };
        found.insert(row.try_get("", "id")?, left);
    }
    let mut params = Params::new(engine);
    let sql = format!(
        "SELECT contract_id, product_id, most - drawn AS units FROM contract_goods WHERE most IS NOT NULL AND contract_id IN ({})",
        params.list(ids.iter().copied())
    );
    for row in db.query_all_raw(params.into_statement(&sql)).await? {
        let of: ContractId = row.try_get("", "contract_id")?;
        if let Some(left) = found.get_mut(&of) {
            let units = Quantity::from_thousandths(row.try_get("", "units")?);
            left.goods.insert(row.try_get("", "product_id")?, units);
        }
    }
    Ok(found)
}

const MONEY: &[(&str, Kind)] = &[("id", Kind::Id), ("delta", Kind::Big)];
const UNITS: &[(&str, Kind)] = &[("contract_id", Kind::Id), ("product_id", Kind::Id), ("delta", Kind::Big)];

/// Draws on contracts, or gives back; two statements, or none for none. Whether every one of them let it: drawing asks
/// that it is in force and has as much left, giving back that so much was drawn.
pub async fn draw(tx: &DatabaseTransaction, engine: Engine, drawn: &BTreeMap<ContractId, Drawn>) -> Result<bool, DbErr> {
    change(tx, engine, drawn, " AND (r.delta <= 0 OR contracts.state = 'in_force')").await
}

/// The same for goods that are there: orders of before an end go on after it.
pub async fn draw_standing(tx: &DatabaseTransaction, engine: Engine, drawn: &BTreeMap<ContractId, Drawn>) -> Result<bool, DbErr> {
    change(tx, engine, drawn, "").await
}

async fn change(tx: &DatabaseTransaction, engine: Engine, drawn: &BTreeMap<ContractId, Drawn>, only: &str) -> Result<bool, DbErr> {
    let (mut money, mut units) = (Rows::new(MONEY), Rows::new(UNITS));
    for (id, delta) in drawn {
        money.push([(*id).into(), delta.fen.into()]);
        for (product, thousandths) in &delta.units {
            units.push([(*id).into(), (*product).into(), (*thousandths).into()]);
        }
    }
    let wanted = money.len() + units.len();
    let mut changed = 0;
    for (source, values) in money.sources(engine) {
        let sql = format!(
            "UPDATE contracts SET drawn = contracts.drawn + r.delta, version = contracts.version + 1 FROM {source} WHERE contracts.id = r.id \
             AND contracts.drawn + r.delta BETWEEN 0 AND contracts.cap{only}"
        );
        changed += tx.execute_raw(statement(engine, &sql, values)).await?.rows_affected();
    }
    for (source, values) in units.sources(engine) {
        let sql = format!(
            "UPDATE contract_goods SET drawn = contract_goods.drawn + r.delta FROM {source} \
             WHERE contract_goods.contract_id = r.contract_id AND contract_goods.product_id = r.product_id \
             AND contract_goods.drawn + r.delta >= 0 AND (contract_goods.most IS NULL OR contract_goods.drawn + r.delta <= contract_goods.most)"
        );
        changed += tx.execute_raw(statement(engine, &sql, values)).await?.rows_affected();
    }
    Ok(usize::try_from(changed) == Ok(wanted))
}
