//! A supplier gives no quote.

use super::answer_inquiry::open_for;
use super::inquiry::Say;
use super::store::inquiries;
use crate::access::Actor;
use crate::http::fault::Fault;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::{DeclineReason, InquiryId, shanghai_date};

/// A supplier declines.
#[derive(Clone, Debug)]
pub struct DeclineInquiry {
    /// Who declines.
    pub actor: Actor,
    /// Which inquiry.
    pub inquiry: InquiryId,
    /// Why.
    pub reason: DeclineReason,
}

#[async_trait::async_trait]
impl UseCase for DeclineInquiry {
    type Answer = InquiryId;

    async fn run(&self, turn: &mut Turn) -> Result<InquiryId, TurnError> {
        let supplier = self.actor.organisation;
        let at = turn.next().at;
        let (inquiry, to) = open_for(turn, supplier, self.inquiry, Say::Decline, shanghai_date(at)).await?;
        let reason = self.reason.as_str();
        if !inquiries::say(turn.tx(), self.inquiry, supplier, to, Some(reason), at).await? {
            return Err(Fault::of("inquiry_answered").with("state", to).into());
        }
        let mut entry =
            NewEntry::new("inquiry.declined", "inquiry", self.inquiry.uuid(), self.actor.who()).with("state", inquiry.row.state.as_str());
        entry.reason = Some(reason);
        entry.buyer = Some(inquiry.row.buyer_id);
        entry.supplier = Some(supplier);
        turn.record(entry);
        Ok(self.inquiry)
    }
}
