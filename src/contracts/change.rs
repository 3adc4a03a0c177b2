//! Its writer changes a contract that is not proposed yet.

use super::contract::{Contract, ContractBuyer, Terms};
use super::draft::{entry, taken};
use super::store;
use crate::access::{Actor, scope_of};
use crate::http::conditional::stale;
use crate::http::fault::Fault;
use crate::journal::{Turn, TurnError, UseCase};
use entity::{ContractId, ContractState};

/// The use case; terms have been checked.
#[derive(Clone, Debug)]
pub struct ChangeContract {
    /// Who changes it.
    pub actor: Actor,
    /// Which.
    pub id: ContractId,
    /// The version that was read.
    pub version: i64,
    /// Its number then.
    pub contract_no: String,
    /// Its terms then.
    pub terms: Terms,
    /// Who may order by it then.
    pub buyers: Vec<ContractBuyer>,
}

#[async_trait::async_trait]
impl UseCase for ChangeContract {
    type Answer = Contract;

    async fn run(&self, turn: &mut Turn) -> Result<Contract, TurnError> {
        let before = store::read(turn.tx(), &scope_of(&self.actor), self.id).await?;
        let before = before.ok_or_else(|| Fault::of("not_found"))?;
        if before.version != self.version {
            return Err(stale().into());
        }
        if before.state != ContractState::Drafted {
            return Err(Fault::of("contract_state").with("state", before.state).into());
        }
        let after = Contract {
            contract_no: self.contract_no.clone(),
            terms: self.terms.clone(),
            buyers: self.buyers.clone(),
            version: before.version + 1,
            ..before
        };
        if store::number_is_taken(turn.tx(), &after).await? {
            return Err(taken(&after.contract_no).at("/contract_no").into());
        }
        if !store::replace(turn.tx(), self.version, &after, true).await? {
            return Err(stale().into());
        }
        turn.record(entry("contract.changed", &after, &self.actor));
        Ok(after)
    }
}
