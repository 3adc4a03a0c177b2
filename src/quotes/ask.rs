//! Asking suppliers for quotes.

use super::inquiry::{Inquiry, NewInquiry, channel_of, faults_of};
use super::store::inquiries as store;
use crate::access::Actor;
use crate::catalogue::Goods;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use crate::organisations::Parties;
use entity::tables::{inquiries, inquiry_lines, inquiry_suppliers};
use entity::{InquiryId, InquiryState, InvitationState, OrganisationId, shanghai_date};
use std::sync::Arc;

/// A buyer asks.
#[derive(Clone, Debug)]
pub struct AskSuppliers {
    /// Who asks.
    pub actor: Actor,
    /// For what, and whom.
    pub new: NewInquiry,
    /// Parties as last known.
    pub parties: Arc<Parties>,
    /// Goods as last known.
    pub goods: Arc<Goods>,
}

#[async_trait::async_trait]
impl UseCase for AskSuppliers {
    type Answer = InquiryId;

    async fn run(&self, turn: &mut Turn) -> Result<InquiryId, TurnError> {
        let seq = turn.register_seq();
        let parties = self.parties.advanced(turn.tx(), turn.engine(), seq).await?;
        let goods = self.goods.advanced(turn.tx(), turn.engine(), seq).await?;
        let at = turn.next().at;
        let today = shanghai_date(at);
        let buyer = parties.organisation(self.actor.organisation).filter(|party| !party.archived);
        let buyer = buyer.ok_or_else(|| Fault::of("buyer_unknown"))?;
        let mut faults = faults_of(&self.new, &parties, &goods, today);
        let membership = faults.take(buyer.membership_on(today).ok_or_else(|| Fault::of("buyer_without_town")));
        let channel = faults.take(channel_of(&self.new, buyer));
        faults.finish()?;
        let (Some(membership), Some(channel)) = (membership, channel) else {
            return Err(Refusal::broken("an inquiry without faults has a town and a channel").into());
        };
        let row = inquiries::Model {
            id: InquiryId::at(at),
            buyer_id: buyer.id,
            town_code: membership.town_code.clone(),
            department_id: membership.department_id,
            channel,
            state: InquiryState::Open,
            deliver_by: self.new.deliver_by,
            answer_by: self.new.answer_by,
            open_when_answered: self.new.open_when_answered,
            chosen_quote_id: None,
            asked_by: self.actor.person,
            created_at: at,
            ended_at: None,
            ended_on: None,
            version: 1,
        };
        let inquiry = self.with_rows(row);
        store::insert(turn.tx(), &inquiry).await?;
        self.record(turn, &inquiry);
        Ok(inquiry.row.id)
    }
}

impl AskSuppliers {
    fn with_rows(&self, row: inquiries::Model) -> Inquiry {
        let lines = (1..).zip(&self.new.lines).map(|(line_no, line)| inquiry_lines::Model {
            inquiry_id: row.id,
            line_no,
            wanted: line.wanted.clone(),
            category_code: line.category_code.clone(),
            quantity: line.quantity,
            unit: line.unit.clone(),
            spec: line.spec.clone(),
        });
        let asked = self.new.suppliers.iter().map(|supplier| inquiry_suppliers::Model {
            inquiry_id: row.id,
            supplier_id: *supplier,
            state: InvitationState::Invited,
            reason: None,
            answered_at: None,
        });
        let (lines, asked) = (lines.collect(), asked.collect());
        Inquiry { row, lines, asked }
    }

    /// An entry for the inquiry, and one for each supplier, who does not learn who else was asked.
    fn record(&self, turn: &mut Turn, inquiry: &Inquiry) {
        let row = &inquiry.row;
        let entry = |kind: &'static str, supplier: Option<OrganisationId>| {
            let mut entry = NewEntry::new(kind, "inquiry", row.id.uuid(), self.actor.who())
                .with("answer_by", row.answer_by.to_string())
                .with("channel", row.channel.as_str())
                .with("deliver_by", row.deliver_by.to_string())
                .with("lines", inquiry.lines.len())
                .with("state", row.state.as_str());
            entry.buyer = Some(row.buyer_id);
            entry.supplier = supplier;
            entry
        };
        let mut asked = entry("inquiry.asked", None).with("suppliers", inquiry.asked.len());
        asked.note = self.new.note.clone().filter(|note| !note.is_empty());
        turn.record(asked);
        for one in &inquiry.asked {
            turn.record(entry("inquiry.invited", Some(one.supplier_id)));
        }
    }
}
