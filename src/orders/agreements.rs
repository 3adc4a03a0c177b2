//! Agreements as orders draw on them: looked up outside the turn, held again and drawn on inside it, given back when
//! less is ordered.
//!
//! A batch in which no request names an agreement makes no statement here.

use super::agreed::{self, Agreed, AgreedFreight, AgreedGood, Draw};
use super::by_quote::{self, Using};
use super::new_order::Agreement;
use super::open_order::OpenLine;
use super::placed::PlacedGroup;
use super::position::Difference;
use super::prepare::Prepared;
use crate::access::{Actor, Scope};
use crate::contracts::{self, Contract, ContractGood, Drawn, Left};
use crate::db::Engine;
use crate::http::fault::{Fault, Refusal};
use crate::journal::Turn;
use entity::{ContractFreight, ContractId, ContractState, LineKind, Quantity};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is agreed, as it is now; none where there is no such agreement.
pub(super) async fn look_up(db: &impl ConnectionTrait, engine: Engine, by: Agreement) -> Result<Option<Agreed>, DbErr> {
    match by {
        Agreement::Contract(id) => {
            let contract = contracts::read(db, &Scope::All, id).await?;
            // A draft is nobody's to order by, and of the other side's drafts nobody knows.
            Ok(contract.filter(|one| one.state != ContractState::Drafted).map(by_contract))
        }
        Agreement::Quote(id) => by_quote::look_up(db, engine, id).await,
    }
}

fn by_contract(contract: Contract) -> Agreed {
    let left = contract.left();
    let terms = contract.terms;
    let good = |good: ContractGood| {
        let agreed = AgreedGood {
            price: good.price,
            least: good.least,
            step: good.step,
            fixed: None,
            left: good.most.and_then(|most| most.checked_sub(good.drawn)),
        };
        (good.product, agreed)
    };
    Agreed {
        by: Agreement::Contract(contract.id),
        supplier: contract.supplier_id,
        buyers: contract.buyers.into_iter().map(|buyer| buyer.id).collect(),
        closed: (contract.state != ContractState::InForce).then(|| contract.state.as_str()),
        from: terms.from,
        to: terms.to,
        goods: terms.goods.into_iter().map(good).collect(),
        freight: match (terms.freight, terms.freight_fee) {
            (ContractFreight::Included, _) => AgreedFreight::Inside,
            (ContractFreight::Fee, Some((product, fee))) => AgreedFreight::Fee { product, fee },
            (ContractFreight::Terms, _) | (ContractFreight::Fee, None) => AgreedFreight::AsTermsSay,
        },
        left: Some(left),
        as_quoted: None,
    }
}

/// What is left of the agreements that a batch names, as the batch goes on, and what it draws on them.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    contracts: HashMap<ContractId, Left>,
    drawn: BTreeMap<ContractId, Drawn>,
    quotes: Using,
}

impl Drawing {
    /// Reads what is left of the agreements that the requests name.
    pub(super) async fn load(turn: &Turn, prepared: &[Result<Prepared, Refusal>]) -> Result<Self, DbErr> {
        let named = || prepared.iter().flatten().filter_map(|prepared| prepared.draw.as_ref());
        let ids: BTreeSet<ContractId> = named().filter_map(|draw| draw.by.contract()).collect();
        Ok(Self {
            contracts: contracts::left(turn.tx(), turn.engine(), &ids).await?,
            drawn: BTreeMap::new(),
            quotes: Using::load(turn, named().filter_map(|draw| draw.by.quote()).collect()).await?,
        })
    }

    /// Whether a request may draw so much, after those of the batch that came before it.
    pub(super) fn check(&self, prepared: &Prepared, draw: &Draw) -> Result<(), Refusal> {
        let id = match draw.by {
            Agreement::Contract(id) => id,
            Agreement::Quote(id) => return Ok(self.quotes.check(id)?),
        };
        let left = self.contracts.get(&id).ok_or_else(|| agreed::unknown(draw.by))?;
        if left.state != ContractState::InForce {
            let fault = Fault::of("agreement_closed").at(draw.by.pointer());
            return Err(fault.with("state", left.state).into());
        }
        let mut faults = Vec::new();
        if draw.amount > left.money {
            faults.push(agreed::exhausted(draw.by, draw.amount, left.money));
        }
        for (product, asked) in &draw.units {
            if let Some(left) = left.goods.get(product).filter(|left| asked > left) {
                let mut lines = prepared.orders.iter().flat_map(|order| &order.lines);
                let sku = lines
                    .find(|line| line.good.id == *product)
                    .map_or("", |line| line.good.sku.as_str());
                faults.push(agreed::goods_exhausted(sku, *asked, *left));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
    }

    /// The request is decided: it draws so much.
    pub(super) fn take(&mut self, turn: &mut Turn, actor: &Actor, draw: &Draw, placed: &PlacedGroup) {
        let id = match draw.by {
            Agreement::Contract(id) => id,
            Agreement::Quote(id) => {
                self.quotes.take(id, placed.order_group_id);
                return self.quotes.record(turn, actor, id, placed);
            }
        };
        let drawn = self.drawn.entry(id).or_default();
        drawn.fen += draw.amount.fen();
        for (product, units) in &draw.units {
            *drawn.units.entry(*product).or_default() += units.thousandths();
        }
        if let Some(left) = self.contracts.get_mut(&id) {
            left.money = left.money.checked_sub(draw.amount).unwrap_or_default();
            for (product, units) in &draw.units {
                if let Some(rest) = left.goods.get_mut(product) {
                    *rest = rest.checked_sub(*units).unwrap_or_default();
                }
            }
        }
    }

    /// What memory decided must hold in the rows as well, each by one condition.
    pub(super) async fn write(&self, turn: &Turn) -> Result<(), DbErr> {
        self.quotes.write(turn).await?;
        change(turn, &self.drawn).await
    }
}

/// What orders give back when less of them is ordered: a quote that was used stays used.
#[derive(Debug, Default)]
pub(super) struct GivenBack(BTreeMap<ContractId, Drawn>);

impl GivenBack {
    /// So many units of a line are no longer ordered; the difference is that of what is ordered.
    pub(super) fn note(&mut self, line: &OpenLine, units: Quantity, difference: &Difference) {
        let row = &line.row;
        let Some(Agreement::Contract(id)) = Agreement::of(row.price_source, row.agreement_id) else {
            return;
        };
        let drawn = self.0.entry(id).or_default();
        drawn.fen += difference.amount.fen();
        if row.line_kind != LineKind::Freight {
            *drawn.units.entry(row.product_id).or_default() -= units.thousandths();
        }
    }

    /// Gives it back.
    pub(super) async fn write(&self, turn: &Turn) -> Result<(), DbErr> {
        change(turn, &self.0).await
    }
}

async fn change(turn: &Turn, drawn: &BTreeMap<ContractId, Drawn>) -> Result<(), DbErr> {
    if contracts::draw(turn.tx(), turn.engine(), drawn).await? {
        Ok(())
    } else {
        Err(DbErr::Custom("a contract moved under a turn".to_owned()))
    }
}
