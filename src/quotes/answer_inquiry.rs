//! A supplier answers an inquiry with prices of its own.

use super::answer::{Answer, Checked, check};
use super::content::content_hash;
use super::inquiry::{Inquiry, Say, next_word};
use super::quote::Quote;
use super::store::{inquiries, quotes as store};
use crate::access::{Actor, Scope};
use crate::catalogue::Goods;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use chrono::{DateTime, Utc};
use entity::tables::{quote_lines, quotes};
use entity::{CivilDate, InquiryId, InvitationState, Money, OfferId, OrganisationId, QuoteId, QuoteOrigin, QuoteState, shanghai_date};
use std::sync::Arc;
use uuid::Uuid;

/// A supplier answers.
#[derive(Clone, Debug)]
pub struct AnswerInquiry {
    /// Who answers.
    pub actor: Actor,
    /// Which inquiry.
    pub inquiry: InquiryId,
    /// What.
    pub answer: Answer,
    /// Goods as last known.
    pub goods: Arc<Goods>,
}

/// The inquiry, if it was put to the supplier and still takes answers; what the supplier's word becomes.
pub(super) async fn open_for(
    turn: &Turn,
    supplier: OrganisationId,
    id: InquiryId,
    say: Say,
    today: CivilDate,
) -> Result<(Inquiry, InvitationState), TurnError> {
    let inquiry = inquiries::find(turn.tx(), &Scope::Supplier(supplier), id).await?;
    let inquiry = inquiry.ok_or_else(|| Fault::of("not_found"))?;
    let from = inquiry
        .word_of(supplier)
        .map(|word| word.state)
        .ok_or_else(|| Fault::of("not_found"))?;
    let to = next_word(from, say).ok_or_else(|| Fault::of("inquiry_answered").with("state", from))?;
    if !inquiry.takes_answers(today) {
        return Err(Fault::of("inquiry_closed").with("answer_by", inquiry.row.answer_by).into());
    }
    Ok((inquiry, to))
}

#[async_trait::async_trait]
impl UseCase for AnswerInquiry {
    type Answer = QuoteId;

    async fn run(&self, turn: &mut Turn) -> Result<QuoteId, TurnError> {
        let supplier = self.actor.organisation;
        let at = turn.next().at;
        let today = shanghai_date(at);
        let (inquiry, to) = open_for(turn, supplier, self.inquiry, Say::Answer, today).await?;
        let goods = self.goods.advanced(turn.tx(), turn.engine(), turn.register_seq()).await?;
        let checked = check(&self.answer, &inquiry, supplier, &goods, today).map_err(|faults| Refusal::Faults(faults.into_vec()))?;
        let quote = self.quote_of(&inquiry, &checked, at)?;
        store::insert(turn.tx(), &quote).await?;
        if !inquiries::say(turn.tx(), self.inquiry, supplier, to, None, at).await? {
            return Err(Fault::of("inquiry_answered").with("state", to).into());
        }
        turn.record(self.entry(&quote));
        Ok(quote.row.id)
    }
}

impl AnswerInquiry {
    fn quote_of(&self, inquiry: &Inquiry, checked: &Checked, at: DateTime<Utc>) -> Result<Quote, Fault> {
        let priced = &checked.lines;
        let id = QuoteId::at(at);
        let asked = &inquiry.row;
        let goods = Money::checked_total(priced.iter().map(|line| line.amount));
        let total = goods.and_then(|goods| goods.checked_add(self.answer.freight));
        let (Some(goods), Some(total)) = (goods, total) else {
            return Err(Fault::of("line_count").at("/lines").with("most", inquiry.lines.len()));
        };
        let row = quotes::Model {
            id,
            origin: QuoteOrigin::Answer,
            inquiry_id: Some(asked.id),
            buyer_id: asked.buyer_id,
            town_code: asked.town_code.clone(),
            department_id: asked.department_id,
            supplier_id: self.actor.organisation,
            channel: asked.channel,
            state: QuoteState::Given,
            goods,
            freight: self.answer.freight,
            freight_product_id: checked.freight_product,
            total,
            deliver_on: self.answer.deliver_on,
            valid_until: self.answer.valid_until,
            line_count: i32::try_from(priced.len()).unwrap_or(i32::MAX),
            made_by: self.actor.person,
            made_at: at,
            used_at: None,
            order_group_id: None,
            version: 1,
        };
        let lines = (1..).zip(priced).map(|(line_no, line)| quote_lines::Model {
            quote_id: id,
            line_no,
            answers_line: Some(line.answers_line),
            product_id: line.good.id,
            // No offer of the catalogue gave the price.
            offer_id: OfferId::from_uuid(Uuid::nil()),
            sku: line.good.sku.clone(),
            name: line.good.name.clone(),
            unit: line.good.unit.clone(),
            quantity: line.quantity,
            price: line.price,
            amount: line.amount,
        });
        let lines = lines.collect();
        Ok(Quote { row, lines })
    }

    /// The buyer learns that there is an answer; what it says is sealed, so no amount stands here.
    fn entry(&self, quote: &Quote) -> NewEntry {
        let row = &quote.row;
        let mut entry = NewEntry::new("quote.given", "quote", row.id.uuid(), self.actor.who())
            .with("inquiry", self.inquiry.to_string())
            .with("lines", row.line_count)
            .with("state", row.state.as_str());
        entry.buyer = Some(row.buyer_id);
        entry.supplier = Some(row.supplier_id);
        entry.content = Some(content_hash(quote));
        entry.note = self.answer.note.clone().filter(|note| !note.is_empty());
        entry
    }
}
