//! The buyer chooses one of the answers, and says why where it is not the cheapest.

use super::comparison::compare;
use super::inquiry::{Action, Inquiry, next_state};
use super::quote::{Action as Fate, Quote, holds_on, next_state as next_fate};
use super::store::{inquiries, quotes as store};
use crate::access::{Actor, Scope};
use crate::http::fault::Fault;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::{CivilDate, InquiryId, InquiryState, QuoteId, shanghai_date};

/// A buyer chooses.
#[derive(Clone, Debug)]
pub struct ChooseQuote {
    /// Who chooses.
    pub actor: Actor,
    /// In which inquiry.
    pub inquiry: InquiryId,
    /// Which answer.
    pub quote: QuoteId,
    /// Why.
    pub reason: Option<String>,
}

#[async_trait::async_trait]
impl UseCase for ChooseQuote {
    type Answer = InquiryId;

    async fn run(&self, turn: &mut Turn) -> Result<InquiryId, TurnError> {
        let inquiry = inquiries::find(turn.tx(), &Scope::Buyer(self.actor.organisation), self.inquiry).await?;
        let inquiry = inquiry.ok_or_else(|| Fault::of("not_found"))?;
        let state = inquiry.row.state;
        let to = next_state(state, Action::Decide).ok_or_else(|| Fault::of("inquiry_state").with("state", state))?;
        let at = turn.next().at;
        let today = shanghai_date(at);
        if !inquiry.is_opened(today) {
            return Err(Fault::of("inquiry_sealed").with("answer_by", inquiry.row.answer_by).into());
        }
        let quotes = store::of_inquiry(turn.tx(), self.inquiry).await?;
        let cheapest = self.check(&inquiry, &quotes, today)?;
        if !inquiries::end(turn.tx(), &inquiry.row, to, Some(self.quote), (at, today)).await? {
            return Err(Fault::of("inquiry_state").with("state", to).into());
        }
        settle(turn, &self.actor, &quotes, Some(self.quote)).await?;
        let mut entry = ended("inquiry.decided", &self.actor, &inquiry, to)
            .with("cheapest", cheapest)
            .with("quote", self.quote.to_string());
        entry.note = self.reason.clone();
        turn.record(entry);
        Ok(self.inquiry)
    }
}

impl ChooseQuote {
    /// Whether the chosen answer is the cheapest; one that is not wants a reason.
    fn check(&self, inquiry: &Inquiry, quotes: &[Quote], today: CivilDate) -> Result<bool, Fault> {
        let quote = quotes.iter().find(|quote| quote.row.id == self.quote);
        let quote = quote.ok_or_else(|| Fault::of("inquiry_quote_unknown").at("/quote_id"))?;
        if !holds_on(&quote.row, today) {
            return Err(Fault::of("quote_ended").at("/quote_id").with("valid_until", quote.row.valid_until));
        }
        let compared = compare(inquiry, quotes, today);
        let cheapest = compared.quotes.iter().any(|one| one.id == self.quote && one.cheapest);
        if !cheapest && self.reason.is_none() {
            return Err(Fault::of("choice_reason_needed").at("/reason"));
        }
        Ok(cheapest)
    }
}

/// The chosen answer may be ordered by; the others are not chosen.
pub(super) async fn settle(turn: &mut Turn, actor: &Actor, quotes: &[Quote], chosen: Option<QuoteId>) -> Result<(), TurnError> {
    for quote in quotes {
        let row = &quote.row;
        let (fate, kind) = if chosen == Some(row.id) {
            (Fate::Choose, "quote.chosen")
        } else {
            (Fate::PassOver, "quote.not_chosen")
        };
        let to = next_fate(row.state, fate).ok_or_else(|| Fault::of("quote_state").with("state", row.state))?;
        if !store::step(turn.tx(), row, to).await? {
            return Err(Fault::of("quote_state").with("state", to).into());
        }
        let mut entry = NewEntry::new(kind, "quote", row.id.uuid(), actor.who()).with("state", to.as_str());
        if let Some(inquiry) = row.inquiry_id {
            entry = entry.with("inquiry", inquiry.to_string());
        }
        entry.buyer = Some(row.buyer_id);
        entry.supplier = Some(row.supplier_id);
        turn.record(entry);
    }
    Ok(())
}

/// An entry about an inquiry that ends.
pub(super) fn ended(kind: &'static str, actor: &Actor, inquiry: &Inquiry, to: InquiryState) -> NewEntry {
    let mut entry = NewEntry::new(kind, "inquiry", inquiry.row.id.uuid(), actor.who())
        .with("quotes_on_file", inquiry.quotes_on_file())
        .with("state", to.as_str())
        .with("suppliers", inquiry.asked.len());
    entry.buyer = Some(inquiry.row.buyer_id);
    entry
}
