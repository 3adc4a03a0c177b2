//! All SQL of contracts that is not drawing. What is read is read within a [`Scope`]; what is still being written is seen
//! by its own side alone.

use super::contract::{Contract, ContractBuyer, ContractGood, Terms};
use crate::access::Scope;
use entity::tables::{contract_buyers, contract_goods, contracts};
use entity::{CivilDate, ContractId, ContractState, DepartmentId, OrganisationId, ProductId, Quantity};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::HashMap;

/// What a list of contracts is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct ContractFilter {
    /// In this state.
    pub state: Option<ContractState>,
    /// With this supplier.
    pub supplier: Option<OrganisationId>,
    /// That this buyer may order by.
    pub buyer: Option<OrganisationId>,
    /// Of these goods.
    pub product: Option<ProductId>,
    /// With this number.
    pub contract_no: Option<String>,
    /// In force, and by which orders may be placed on this day.
    pub open_on: Option<CivilDate>,
    /// In force, with their last day on this one or before.
    pub ending_by: Option<CivilDate>,
}

fn with_buyer(condition: Condition) -> Condition {
    let ids = contract_buyers::Entity::find()
        .select_only()
        .column(contract_buyers::Column::ContractId)
        .filter(condition);
    Condition::all().add(contracts::Column::Id.in_subquery(ids.into_query()))
}

fn visible(scope: &Scope) -> Condition {
    use contract_buyers::Column as B;
    use contracts::Column as C;
    let written_by = |id: OrganisationId| Condition::any().add(C::State.ne(ContractState::Drafted)).add(C::DraftedBy.eq(id));
    let of = |condition| with_buyer(Condition::all().add(condition));
    match scope {
        Scope::All => Condition::all(),
        Scope::Buyer(id) => of(B::BuyerId.eq(*id)).add(written_by(*id)),
        Scope::Supplier(id) => Condition::all().add(C::SupplierId.eq(*id)).add(written_by(*id)),
        Scope::Town(code) => of(B::TownCode.eq(code.clone())).add(C::State.ne(ContractState::Drafted)),
        Scope::Department(id) => match id.parse::<DepartmentId>() {
            Ok(id) => of(B::DepartmentId.eq(id)).add(C::State.ne(ContractState::Drafted)),
            // A remit that names no department sees nothing.
            Err(_) => Condition::all().add(C::Id.is_null()),
        },
    }
}

impl ContractFilter {
    fn condition(&self) -> Condition {
        use contracts::Column as C;
        let in_force = self.open_on.or(self.ending_by).map(|_| C::State.eq(ContractState::InForce));
        let mut all = Condition::all()
            .add_option(self.state.map(|v| C::State.eq(v)))
            .add_option(self.supplier.map(|v| C::SupplierId.eq(v)))
            .add_option(self.contract_no.clone().map(|v| C::ContractNo.eq(v)))
            .add_option(in_force)
            .add_option(self.open_on.map(|v| C::FromDate.lte(v)))
            .add_option(self.open_on.map(|v| C::ToDate.gte(v)))
            .add_option(self.ending_by.map(|v| C::ToDate.lte(v)));
        if let Some(buyer) = self.buyer {
            all = all.add(with_buyer(Condition::all().add(contract_buyers::Column::BuyerId.eq(buyer))));
        }
        if let Some(product) = self.product {
            let ids = contract_goods::Entity::find()
                .select_only()
                .column(contract_goods::Column::ContractId)
                .filter(contract_goods::Column::ProductId.eq(product));
            all = all.add(C::Id.in_subquery(ids.into_query()));
        }
        all
    }
}

/// A page of contracts that the scope shows, the newest first, before one.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &ContractFilter,
    before: Option<ContractId>,
    most: u64,
) -> Result<Vec<Contract>, DbErr> {
    let rows = contracts::Entity::find()
        .filter(visible(scope))
        .filter(filter.condition())
        .filter(Condition::all().add_option(before.map(|id| contracts::Column::Id.lt(id))))
        .order_by_desc(contracts::Column::Id)
        .limit(most)
        .all(db)
        .await?;
    whole(db, rows).await
}

/// One contract, if the scope shows it.
pub async fn read(db: &impl ConnectionTrait, scope: &Scope, id: ContractId) -> Result<Option<Contract>, DbErr> {
    let row = contracts::Entity::find_by_id(id).filter(visible(scope)).one(db).await?;
    Ok(whole(db, row.into_iter().collect()).await?.pop())
}

/// Whether the number of a contract is that of another one: of one that its writer has written with the same supplier,
/// or of one that has been proposed between the same two sides. Its writer sees either, so nobody learns of a contract
/// by a number that is refused, or keeps others from one by writing it down first.
pub(super) async fn number_is_taken(db: &impl ConnectionTrait, contract: &Contract) -> Result<bool, DbErr> {
    use contracts::Column as C;
    let proposed = Condition::all()
        .add(C::BuyerId.eq(contract.buyer_id))
        .add(C::State.ne(ContractState::Drafted));
    let found = contracts::Entity::find()
        .filter(C::SupplierId.eq(contract.supplier_id))
        .filter(C::ContractNo.eq(contract.contract_no.as_str()))
        .filter(C::Id.ne(contract.id))
        .filter(Condition::any().add(C::DraftedBy.eq(contract.drafted_by)).add(proposed))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// The contracts with their buyers and goods: two statements for all.
async fn whole(db: &impl ConnectionTrait, rows: Vec<contracts::Model>) -> Result<Vec<Contract>, DbErr> {
    let ids: Vec<ContractId> = rows.iter().map(|row| row.id).collect();
    let mut buyers: HashMap<ContractId, Vec<ContractBuyer>> = HashMap::new();
    let found = contract_buyers::Entity::find()
        .filter(contract_buyers::Column::ContractId.is_in(ids.iter().copied()))
        .order_by_asc(contract_buyers::Column::BuyerId)
        .all(db)
        .await?;
    for row in found {
        buyers.entry(row.contract_id).or_default().push(ContractBuyer {
            id: row.buyer_id,
            town_code: row.town_code,
            department: row.department_id,
        });
    }
    let mut goods: HashMap<ContractId, Vec<ContractGood>> = HashMap::new();
    let found = contract_goods::Entity::find()
        .filter(contract_goods::Column::ContractId.is_in(ids))
        .order_by_asc(contract_goods::Column::ContractId)
        .order_by_asc(contract_goods::Column::No)
        .all(db)
        .await?;
    for row in found {
        goods.entry(row.contract_id).or_default().push(ContractGood {
            product: row.product_id,
            price: row.price,
            least: row.least,
            step: row.step,
            most: row.most,
            drawn: row.drawn,
        });
    }
    let whole = |row: contracts::Model| {
        let (buyers, goods) = (
            buyers.remove(&row.id).unwrap_or_default(),
            goods.remove(&row.id).unwrap_or_default(),
        );
        contract_of(row, buyers, goods)
    };
    Ok(rows.into_iter().map(whole).collect())
}

fn contract_of(row: contracts::Model, buyers: Vec<ContractBuyer>, goods: Vec<ContractGood>) -> Contract {
    Contract {
        id: row.id,
        contract_no: row.contract_no,
        supplier_id: row.supplier_id,
        buyer_id: row.buyer_id,
        drafted_by: row.drafted_by,
        state: row.state,
        terms: Terms {
            from: row.from_date,
            to: row.to_date,
            cap: row.cap,
            freight: row.freight,
            freight_fee: row.freight_product_id.zip(row.freight_fee),
            other_buyers: buyers.iter().map(|buyer| buyer.id).filter(|id| *id != row.buyer_id).collect(),
            goods,
        },
        buyers,
        drawn: row.drawn,
        created_at: row.created_at,
        in_force_at: row.in_force_at,
        ended_at: row.ended_at,
        ended_reason: row.ended_reason,
        version: row.version,
    }
}

fn row_of(contract: &Contract) -> contracts::Model {
    let terms = &contract.terms;
    contracts::Model {
        id: contract.id,
        contract_no: contract.contract_no.clone(),
        supplier_id: contract.supplier_id,
        buyer_id: contract.buyer_id,
        drafted_by: contract.drafted_by,
        state: contract.state,
        from_date: terms.from,
        to_date: terms.to,
        cap: terms.cap,
        drawn: contract.drawn,
        freight: terms.freight,
        freight_product_id: terms.freight_fee.map(|(product, _)| product),
        freight_fee: terms.freight_fee.map(|(_, fee)| fee),
        created_at: contract.created_at,
        in_force_at: contract.in_force_at,
        ended_at: contract.ended_at,
        ended_reason: contract.ended_reason.clone(),
        version: contract.version,
    }
}

/// Writes a new contract.
pub(super) async fn insert(tx: &DatabaseTransaction, contract: &Contract) -> Result<(), DbErr> {
    contracts::Entity::insert(row_of(contract).into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    insert_parts(tx, contract).await
}

async fn insert_parts(tx: &DatabaseTransaction, contract: &Contract) -> Result<(), DbErr> {
    let buyers = contract.buyers.iter().map(|buyer| contract_buyers::Model {
        contract_id: contract.id,
        buyer_id: buyer.id,
        town_code: buyer.town_code.clone(),
        department_id: buyer.department,
    });
    contract_buyers::Entity::insert_many(buyers.map(|row| row.into_active_model().reset_all()))
        .exec_without_returning(tx)
        .await?;
    let goods = (1..).zip(&contract.terms.goods).map(|(no, good)| contract_goods::Model {
        contract_id: contract.id,
        product_id: good.product,
        no,
        price: good.price,
        least: good.least,
        step: good.step,
        most: good.most,
        drawn: Quantity::ZERO,
    });
    contract_goods::Entity::insert_many(goods.map(|row| row.into_active_model().reset_all()))
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Writes a contract over the version it was read at; its buyers and goods too, where it is `written_anew`. Whether that
/// version was still there.
pub(super) async fn replace(tx: &DatabaseTransaction, was: i64, contract: &Contract, written_anew: bool) -> Result<bool, DbErr> {
    let done = contracts::Entity::update_many()
        .set(row_of(contract).into_active_model().reset_all())
        .filter(contracts::Column::Id.eq(contract.id))
        .filter(contracts::Column::Version.eq(was))
        .exec(tx)
        .await?;
    if done.rows_affected != 1 {
        return Ok(false);
    }
    if written_anew {
        contract_buyers::Entity::delete_many()
            .filter(contract_buyers::Column::ContractId.eq(contract.id))
            .exec(tx)
            .await?;
        contract_goods::Entity::delete_many()
            .filter(contract_goods::Column::ContractId.eq(contract.id))
            .exec(tx)
            .await?;
        insert_parts(tx, contract).await?;
    }
    Ok(true)
}
