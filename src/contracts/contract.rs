//! A framework contract and its rules. Pure.

use crate::access::Actor;
use crate::catalogue::{Goods, MOST_FREIGHT};
use crate::http::fault::{Fault, Faults};
use crate::organisations::Parties;
use chrono::{DateTime, Utc};
use entity::{
    CivilDate, ContractFreight, ContractId, ContractState, DepartmentId, LineKind, Money, OrganisationId, ProductId, Quantity, Role,
    UnitPrice,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest term, days from its first to its last: five years.
pub const MOST_TERM_DAYS: i64 = 1_827;
/// The highest cap: ten thousand million yuan.
pub const MOST_CAP: Money = Money::from_fen(1_000_000_000_000);
/// The most goods.
pub const MOST_GOODS: usize = 500;
/// The most buyers.
pub const MOST_BUYERS: usize = 200;

/// What is agreed for one of the goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractGood {
    /// Which.
    pub product: ProductId,
    /// Price of a price unit.
    pub price: UnitPrice,
    /// The least quantity of an order line.
    pub least: Option<Quantity>,
    /// An order line is a whole number of this.
    pub step: Option<Quantity>,
    /// The most that may be ordered in all.
    pub most: Option<Quantity>,
    /// What is ordered of it now.
    pub drawn: Quantity,
}

/// A buyer who may order by it, with town and department as they were when it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractBuyer {
    /// Who.
    pub id: OrganisationId,
    /// The town.
    pub town_code: String,
    /// The department.
    pub department: Option<DepartmentId>,
}

/// What the sides agree on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The first day on which orders may be placed by it.
    pub from: CivilDate,
    /// The last one, itself included.
    pub to: CivilDate,
    /// How much may be ordered by it, in money.
    pub cap: Money,
    /// What it says about freight.
    pub freight: ContractFreight,
    /// The product and the fee of freight, where a fee is agreed.
    pub freight_fee: Option<(ProductId, Money)>,
    /// Who may order by it besides the one who signs.
    pub other_buyers: Vec<OrganisationId>,
    /// The goods; what is drawn of them is none of the terms.
    pub goods: Vec<ContractGood>,
}

/// A contract as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// Its id.
    pub id: ContractId,
    /// The number people use.
    pub contract_no: String,
    /// Who sells by it.
    pub supplier_id: OrganisationId,
    /// Who signs for the buyers.
    pub buyer_id: OrganisationId,
    /// The side that wrote it.
    pub drafted_by: OrganisationId,
    /// Its state.
    pub state: ContractState,
    /// What is agreed.
    pub terms: Terms,
    /// Who may order by it, by their ids, the one who signs among them.
    pub buyers: Vec<ContractBuyer>,
    /// What is ordered by it now, in money.
    pub drawn: Money,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// Since when it is in force.
    pub in_force_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it ended early.
    pub ended_reason: Option<String>,
    /// Version of its row.
    pub version: i64,
}

impl Contract {
    /// What may still be ordered by it.
    #[must_use]
    pub fn left(&self) -> Money {
        self.terms.cap.checked_sub(self.drawn).unwrap_or(Money::ZERO)
    }

    /// Whether orders may be placed by it on that day.
    #[must_use]
    pub fn is_open_on(&self, day: CivilDate) -> bool {
        self.state == ContractState::InForce && self.terms.from <= day && day <= self.terms.to
    }

    /// Whether its last day is over: a reading of the calendar.
    #[must_use]
    pub fn is_over(&self, today: CivilDate) -> bool {
        self.terms.to < today
    }
}

/// What can be done to a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Its writer puts it before the other side.
    Propose,
    /// Its writer takes it back to write on.
    Withdraw,
    /// The other side agrees.
    Accept,
    /// The other side does not.
    Refuse,
    /// Either side closes it after its last day.
    End,
    /// Either side gives it up before.
    Terminate,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Propose,
        Self::Withdraw,
        Self::Accept,
        Self::Refuse,
        Self::End,
        Self::Terminate,
    ];

    /// The word in a path, and what the journal calls it.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Propose => ("propose", "contract.proposed"),
            Self::Withdraw => ("withdraw", "contract.withdrawn"),
            Self::Accept => ("accept", "contract.accepted"),
            Self::Refuse => ("refuse", "contract.refused"),
            Self::End => ("end", "contract.ended"),
            Self::Terminate => ("terminate", "contract.terminated"),
        }
    }
}

/// The transition table: where an action leads from a state; `None` where it may not be done.
#[must_use]
pub fn next_state(from: ContractState, action: Action) -> Option<ContractState> {
    use ContractState as S;
    match (from, action) {
        (S::Drafted, Action::Propose) => Some(S::Proposed),
        (S::Proposed, Action::Withdraw) => Some(S::Drafted),
        (S::Proposed, Action::Accept) => Some(S::InForce),
        (S::Proposed, Action::Refuse) => Some(S::Refused),
        (S::InForce, Action::End) => Some(S::Ended),
        (S::InForce, Action::Terminate) => Some(S::Terminated),
        (S::Drafted, Action::Withdraw | Action::Accept | Action::Refuse | Action::End | Action::Terminate)
        | (S::Proposed, Action::Propose | Action::End | Action::Terminate)
        | (S::InForce, Action::Propose | Action::Withdraw | Action::Accept | Action::Refuse)
        | (S::Ended | S::Terminated | S::Refused, _) => None,
    }
}

/// Whether this party may do it: its writer, the other side, or either. Who may only order by a contract decides nothing
/// about it.
pub fn may_step(contract: &Contract, actor: &Actor, action: Action) -> Result<(), Fault> {
    let signs = [contract.supplier_id, contract.buyer_id].contains(&actor.organisation);
    let wrote = contract.drafted_by == actor.organisation;
    let fits = match action {
        Action::Propose | Action::Withdraw => wrote,
        Action::Accept | Action::Refuse => !wrote,
        Action::End | Action::Terminate => true,
    };
    if signs && fits {
        Ok(())
    } else {
        Err(Fault::of("not_your_contract_step"))
    }
}

/// Everything wrong with terms between a supplier and the buyer who signs.
#[must_use]
pub fn faults_of(
    terms: &Terms,
    (supplier, buyer): (OrganisationId, OrganisationId),
    parties: &Parties,
    goods: &Goods,
    today: CivilDate,
) -> Faults {
    let mut faults = Faults::new();
    let seller = parties.organisation(supplier).filter(|party| !party.archived);
    faults.check(seller.is_some_and(|party| party.role() == Role::Supplier), || {
        Fault::of("unknown_supplier").at("/supplier_id")
    });
    faults.check(buys(buyer, parties, today), || Fault::of("no_contract_buyer").at("/buyer_id"));
    for (at, other) in terms.other_buyers.iter().enumerate() {
        faults.check(buys(*other, parties, today), || {
            Fault::of("no_contract_buyer").at(format!("/other_buyer_ids/{at}"))
        });
    }
    faults.check(terms.other_buyers.len() < MOST_BUYERS, || {
        Fault::of("contract_too_long").at("/other_buyer_ids").with("most", MOST_BUYERS - 1)
    });
    check_days(terms, today, &mut faults);
    faults.check(Money::ZERO < terms.cap && terms.cap <= MOST_CAP, || {
        Fault::of("contract_cap_range").at("/cap").with("most", MOST_CAP)
    });
    check_freight(terms, supplier, goods, &mut faults);
    check_goods(terms, supplier, goods, &mut faults);
    faults
}

fn buys(id: OrganisationId, parties: &Parties, today: CivilDate) -> bool {
    let party = parties.organisation(id).filter(|party| !party.archived);
    party.is_some_and(|party| matches!(party.role(), Role::Buyer | Role::Retailer) && party.membership_on(today).is_some())
}

/// The buyers with their towns and departments of today, by their ids, each once.
#[must_use]
pub fn buyers_of(terms: &Terms, signs: OrganisationId, parties: &Parties, today: CivilDate) -> Vec<ContractBuyer> {
    let ids: BTreeSet<OrganisationId> = terms.other_buyers.iter().copied().chain([signs]).collect();
    let buyer = |id: OrganisationId| {
        let membership = parties.organisation(id)?.membership_on(today)?;
        Some(ContractBuyer {
            id,
            town_code: membership.town_code.clone(),
            department: membership.department_id,
        })
    };
    ids.into_iter().filter_map(buyer).collect()
}

fn check_days(terms: &Terms, today: CivilDate, faults: &mut Faults) {
    let days = terms.to.days_since(terms.from);
    faults.check((0..=MOST_TERM_DAYS).contains(&days) && terms.to >= today, || {
        Fault::of("contract_term").at("/to_date").with("most", MOST_TERM_DAYS)
    });
}

fn check_freight(terms: &Terms, supplier: OrganisationId, goods: &Goods, faults: &mut Faults) {
    let fault = |pointer: &str| Fault::of("freight_terms").at(pointer).with("most", MOST_FREIGHT);
    match (terms.freight, terms.freight_fee) {
        (ContractFreight::Fee, None) => faults.push(fault("/freight_fee")),
        (ContractFreight::Fee, Some((product, fee))) => {
            faults.check(Money::ZERO < fee && fee <= MOST_FREIGHT, || fault("/freight_fee"));
            let fits = goods
                .product(product)
                .is_some_and(|good| good.seller_id == supplier && good.line_kind == LineKind::Freight && !good.archived);
            faults.check(fits, || Fault::of("no_freight_product").at("/freight_product_id"));
        }
        (ContractFreight::Terms | ContractFreight::Included, fee) => faults.check(fee.is_none(), || fault("/freight_fee")),
    }
}

fn check_goods(terms: &Terms, supplier: OrganisationId, goods: &Goods, faults: &mut Faults) {
    faults.check((1..=MOST_GOODS).contains(&terms.goods.len()), || {
        Fault::of("contract_too_long").at("/goods").with("most", MOST_GOODS)
    });
    let mut seen = BTreeSet::new();
    for (at, good) in terms.goods.iter().enumerate() {
        let pointer = |name: &str| format!("/goods/{at}/{name}");
        let known = goods.product(good.product).filter(|one| one.seller_id == supplier && !one.archived);
        faults.check(known.is_some_and(|one| one.line_kind != LineKind::Freight), || {
            Fault::of("not_of_supplier").at(pointer("product_id"))
        });
        faults.check(seen.insert(good.product), || {
            let sku = known.map_or("", |one| one.sku.as_str());
            Fault::of("goods_twice").at(pointer("product_id")).with("sku", sku)
        });
        for (name, value) in [("least", good.least), ("step", good.step), ("most", good.most)] {
            faults.check(value.is_none_or(|value| value > Quantity::ZERO), || {
                Fault::of("quantity_not_positive").at(pointer(name))
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_action_is_decided() {
        let allowed: Vec<String> = ContractState::ALL
            .iter()
            .flat_map(|state| Action::ALL.map(|action| (*state, action)))
            .filter_map(|(state, action)| next_state(state, action).map(|to| format!("{state} {} {to}", action.words().0)))
            .collect();
        assert_eq!(
            allowed,
            [
                "drafted propose proposed",
                "proposed withdraw drafted",
                "proposed accept in_force",
                "proposed refuse refused",
                "in_force end ended",
                "in_force terminate terminated"
            ]
        );
    }
}
