//! A contract goes a step: it is proposed, taken back, accepted, refused, closed or given up.

use super::content::content_hash;
use super::contract::{Action, Contract, may_step, next_state};
use super::draft::{entry, taken};
use super::store;
use crate::access::{Actor, scope_of};
use crate::http::conditional::stale;
use crate::http::fault::Fault;
use crate::journal::{Turn, TurnError, UseCase};
use entity::{CivilDate, ContractId, TerminationReason, shanghai_date};

/// The use case.
#[derive(Clone, Debug)]
pub struct StepContract {
    /// Who.
    pub actor: Actor,
    /// Which.
    pub id: ContractId,
    /// The version that was read: nobody agrees to what was not seen.
    pub version: i64,
    /// What is done.
    pub action: Action,
    /// Why it is given up.
    pub reason: Option<TerminationReason>,
    /// In own words.
    pub note: Option<String>,
}

#[async_trait::async_trait]
impl UseCase for StepContract {
    type Answer = Contract;

    async fn run(&self, turn: &mut Turn) -> Result<Contract, TurnError> {
        let before = store::read(turn.tx(), &scope_of(&self.actor), self.id).await?;
        let before = before.ok_or_else(|| Fault::of("not_found"))?;
        may_step(&before, &self.actor, self.action)?;
        if before.version != self.version {
            return Err(stale().into());
        }
        let to = next_state(before.state, self.action).ok_or_else(|| Fault::of("contract_state").with("state", before.state))?;
        let at = turn.next().at;
        self.check_days(&before, shanghai_date(at))?;
        let ends = matches!(self.action, Action::Refuse | Action::End | Action::Terminate);
        let after = Contract {
            state: to,
            in_force_at: before.in_force_at.or((self.action == Action::Accept).then_some(at)),
            ended_at: ends.then_some(at),
            ended_reason: self.reason.map(|reason| reason.as_str().to_owned()),
            version: before.version + 1,
            ..before
        };
        // The other side may have proposed one of the same number since this one was written.
        if self.action == Action::Propose && store::number_is_taken(turn.tx(), &after).await? {
            return Err(taken(&after.contract_no).into());
        }
        if !store::replace(turn.tx(), self.version, &after, false).await? {
            return Err(stale().into());
        }
        let mut entry = entry(self.action.words().1, &after, &self.actor);
        if self.action == Action::Withdraw {
            // The other side has seen it and hears that it is gone.
            (entry.buyer, entry.supplier) = (Some(after.buyer_id), Some(after.supplier_id));
        }
        entry.content = (self.action == Action::Accept).then(|| content_hash(&after));
        entry.reason = self.reason.map(TerminationReason::as_str);
        entry.note = self.note.clone().filter(|note| !note.is_empty());
        turn.record(entry);
        Ok(after)
    }
}

impl StepContract {
    /// What is over is not agreed on, and is closed; what is not is given up.
    fn check_days(&self, contract: &Contract, today: CivilDate) -> Result<(), Fault> {
        let over = contract.is_over(today);
        let fault = |slug| Err(Fault::of(slug).with("to", contract.terms.to));
        match self.action {
            Action::Propose | Action::Accept if over => fault("contract_over"),
            Action::Terminate if over => fault("contract_over"),
            Action::End if !over => fault("contract_not_over"),
            _ => Ok(()),
        }
    }
}
