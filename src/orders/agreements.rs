//! Agreements as orders draw on them: looked up outside the turn, held again and drawn on inside it, given back when
//! less is ordered.
//!
//! A batch in which no request names an agreement makes no statement here.

use super::agreed::{self, Agreed, AgreedFreight, AgreedGood, Draw};
use super::by_quote::{self, Using};
use super::new_order::Agreement;
use super::open_order::OpenLine;
use super::placed::PlacedGroup;
use super::position::Draws;
use super::prepare::Prepared;
use crate::access::{Actor, Scope};
use crate::contracts::{self, Contract, ContractGood, Drawn, Left};
use crate::db::Engine;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Turn, TurnError};
use entity::{ContractFreight, ContractId, ContractState, LineKind, Money, Quantity};
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
    /// A line has moved: it drew so much before, and draws so much now.
    pub(super) fn note(&mut self, line: &OpenLine, before: Draws, now: Draws) {
        note(&mut self.0, line, before, now);
    }

    /// Gives it back.
    pub(super) async fn write(&self, turn: &Turn) -> Result<(), DbErr> {
        change(turn, &self.0).await
    }
}

/// The contract a line was ordered by.
fn contract_of(line: &OpenLine) -> Option<ContractId> {
    Agreement::of(line.row.price_source, line.row.agreement_id)?.contract()
}

fn note(drawn: &mut BTreeMap<ContractId, Drawn>, line: &OpenLine, before: Draws, now: Draws) {
    let Some(id) = contract_of(line).filter(|_| before != now) else {
        return;
    };
    let drawn = drawn.entry(id).or_default();
    drawn.fen += now.fen - before.fen;
    if line.row.line_kind != LineKind::Freight && now.units != before.units {
        *drawn.units.entry(line.row.product_id).or_default() += now.units - before.units;
    }
}

/// What lines draw on their contracts as they are accepted and returned: more than was ordered only where the contract
/// has as much left, whatever its state, for the goods are there.
#[derive(Debug, Default)]
pub struct Standing(BTreeMap<ContractId, Drawn>);

impl Standing {
    /// A line has moved: it drew so much before, and draws so much now.
    pub fn note(&mut self, line: &OpenLine, before: Draws, now: Draws) {
        note(&mut self.0, line, before, now);
    }

    /// Holds it against what is left, and draws it.
    pub async fn write(mut self, turn: &Turn, lines: &[OpenLine]) -> Result<(), TurnError> {
        self.0
            .retain(|_, drawn| drawn.fen != 0 || drawn.units.values().any(|units| *units != 0));
        let wanting: BTreeSet<ContractId> = self.0.iter().filter(|(_, drawn)| drawn.wants_more()).map(|(id, _)| *id).collect();
        let left = contracts::left(turn.tx(), turn.engine(), &wanting).await?;
        let mut faults = Vec::new();
        for (id, left) in &left {
            let Some(drawn) = self.0.get(id) else { continue };
            let by = Agreement::Contract(*id);
            let asked = Money::from_fen(drawn.fen);
            if asked > left.money {
                faults.push(agreed::exhausted(by, asked, left.money).at("/lines"));
            }
            for (product, units) in &drawn.units {
                let asked = Quantity::from_thousandths(*units);
                if let Some(rest) = left.goods.get(product).filter(|rest| asked > **rest) {
                    let line = lines.iter().find(|line| line.row.product_id == *product);
                    faults.push(agreed::goods_exhausted(line.map_or("", |line| line.row.sku.as_str()), asked, *rest));
                }
            }
        }
        if !faults.is_empty() {
            return Err(Refusal::from(faults).into());
        }
        if contracts::draw_standing(turn.tx(), turn.engine(), &self.0).await? {
            Ok(())
        } else {
            Err(DbErr::Custom("a contract moved under a turn".to_owned()).into())
        }
    }
}

async fn change(turn: &Turn, drawn: &BTreeMap<ContractId, Drawn>) -> Result<(), DbErr> {
    if contracts::draw(turn.tx(), turn.engine(), drawn).await? {
        Ok(())
    } else {
        Err(DbErr::Custom("a contract moved under a turn".to_owned()))
    }
}
