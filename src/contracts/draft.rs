//! One side writes a contract; the other does not see it before it is proposed.

use super::contract::{Contract, ContractBuyer, Terms};
use super::store;
use crate::access::Actor;
use crate::http::fault::Fault;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::{ContractId, ContractState, Money, OrganisationId};

/// The use case; terms have been checked.
#[derive(Clone, Debug)]
pub struct DraftContract {
    /// Who writes it: the supplier, or the buyer who will sign.
    pub actor: Actor,
    /// The number people use.
    pub contract_no: String,
    /// Who sells by it.
    pub supplier: OrganisationId,
    /// Who signs for the buyers.
    pub buyer: OrganisationId,
    /// What is to be agreed.
    pub terms: Terms,
    /// Who may order by it.
    pub buyers: Vec<ContractBuyer>,
}

#[async_trait::async_trait]
impl UseCase for DraftContract {
    type Answer = Contract;

    async fn run(&self, turn: &mut Turn) -> Result<Contract, TurnError> {
        let at = turn.next().at;
        let contract = Contract {
            id: ContractId::at(at),
            contract_no: self.contract_no.clone(),
            supplier_id: self.supplier,
            buyer_id: self.buyer,
            drafted_by: self.actor.organisation,
            state: ContractState::Drafted,
            terms: self.terms.clone(),
            buyers: self.buyers.clone(),
            drawn: Money::ZERO,
            created_at: at,
            in_force_at: None,
            ended_at: None,
            ended_reason: None,
            version: 1,
        };
        if store::number_is_taken(turn.tx(), &contract).await? {
            return Err(taken(&contract.contract_no).at("/contract_no").into());
        }
        store::insert(turn.tx(), &contract).await?;
        turn.record(entry("contract.drafted", &contract, &self.actor));
        Ok(contract)
    }
}

pub(super) fn taken(number: &str) -> Fault {
    Fault::of("contract_no_taken").with("number", number)
}

/// An entry about a contract. Both sides hear of it, but of a draft only the one that writes it.
pub(super) fn entry(kind: &'static str, contract: &Contract, actor: &Actor) -> NewEntry {
    let mut entry = NewEntry::new(kind, "contract", contract.id.uuid(), actor.who())
        .with("buyers", contract.buyers.len())
        .with("cap", contract.terms.cap.fen())
        .with("contract_no", contract.contract_no.clone())
        .with("from_date", contract.terms.from.to_string())
        .with("goods", contract.terms.goods.len())
        .with("state", contract.state.as_str())
        .with("to_date", contract.terms.to.to_string());
    let hears = |side: OrganisationId| (contract.state != ContractState::Drafted || side == contract.drafted_by).then_some(side);
    entry.buyer = hears(contract.buyer_id);
    entry.supplier = hears(contract.supplier_id);
    entry
}
