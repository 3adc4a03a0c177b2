//! The buyer ends an inquiry without a choice.

use super::choose::{ended, settle};
use super::inquiry::{Action, next_state};
use super::store::{inquiries, quotes as store};
use crate::access::{Actor, Scope};
use crate::http::fault::Fault;
use crate::journal::{Turn, TurnError, UseCase};
use entity::{InquiryId, shanghai_date};

/// A buyer withdraws an inquiry.
#[derive(Clone, Debug)]
pub struct WithdrawInquiry {
    /// Who withdraws it.
    pub actor: Actor,
    /// Which.
    pub inquiry: InquiryId,
}

#[async_trait::async_trait]
impl UseCase for WithdrawInquiry {
    type Answer = InquiryId;

    async fn run(&self, turn: &mut Turn) -> Result<InquiryId, TurnError> {
        let inquiry = inquiries::find(turn.tx(), &Scope::Buyer(self.actor.organisation), self.inquiry).await?;
        let inquiry = inquiry.ok_or_else(|| Fault::of("not_found"))?;
        let state = inquiry.row.state;
        let to = next_state(state, Action::Withdraw).ok_or_else(|| Fault::of("inquiry_state").with("state", state))?;
        let at = turn.next().at;
        if !inquiries::end(turn.tx(), &inquiry.row, to, None, (at, shanghai_date(at))).await? {
            return Err(Fault::of("inquiry_state").with("state", to).into());
        }
        let quotes = store::of_inquiry(turn.tx(), self.inquiry).await?;
        settle(turn, &self.actor, &quotes, None).await?;
        turn.record(ended("inquiry.withdrawn", &self.actor, &inquiry, to));
        Ok(self.inquiry)
    }
}
