//! Where quotes are read, and what is written is carried out.

use super::comparison::{Comparison, compare};
use super::inquiry::Inquiry;
use super::quote::Quote;
use super::store::quotes::QuoteFilter;
use super::store::{inquiries, quotes};
use crate::access::Scope;
use crate::catalogue::{Goods, Shelf};
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Desk, Gate, note_at, note_of};
use crate::organisations::{Parties, Register};
use entity::{CivilDate, InquiryId, InquiryState, QuoteId, shanghai_date};
use std::sync::Arc;

/// Desk, register and shelf.
#[derive(Clone, Debug)]
pub struct QuoteDesk {
    desk: Desk,
    register: Register,
    shelf: Shelf,
}

/// What was written beside an inquiry.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// The buyer's word to the suppliers.
    pub(super) note: Option<String>,
    /// Why the buyer chose as it did.
    pub(super) reason: Option<String>,
}

impl QuoteDesk {
    /// Over what the app has opened.
    #[must_use]
    pub fn new(desk: Desk, register: Register, shelf: Shelf) -> Self {
        Self { desk, register, shelf }
    }

    /// The way to write.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.desk.gate
    }

    /// Today in Shanghai.
    #[must_use]
    pub fn today(&self) -> CivilDate {
        shanghai_date(self.desk.clock.now())
    }

    /// All parties, up to date.
    ///
    /// # Errors
    /// What the database says.
    pub async fn parties(&self) -> Result<Arc<Parties>, Refusal> {
        Ok(self.register.refresh(&self.desk.db).await?)
    }

    /// All goods, up to date.
    ///
    /// # Errors
    /// What the database says.
    pub async fn goods(&self) -> Result<Arc<Goods>, Refusal> {
        Ok(self.shelf.refresh(&self.desk.db).await?)
    }

    /// A quote that the scope shows today.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn quote(&self, scope: &Scope, id: QuoteId) -> Result<Quote, Refusal> {
        let found = quotes::find(self.desk.read(), self.desk.engine(), (scope, self.today()), id).await?;
        found.ok_or_else(|| Fault::of("not_found").into())
    }

    /// The note of the supplier that made a quote.
    pub(super) async fn note(&self, id: QuoteId) -> Result<Option<String>, Refusal> {
        Ok(note_of(self.desk.read(), self.desk.engine(), id.uuid()).await?)
    }

    pub(super) async fn quotes(
        &self,
        scope: &Scope,
        filter: &QuoteFilter,
        before: Option<QuoteId>,
        limit: u64,
    ) -> Result<Vec<Quote>, Refusal> {
        let snapshot = self.desk.db.snapshot().await?;
        Ok(quotes::list(&snapshot, self.desk.engine(), (scope, self.today()), filter, before, limit).await?)
    }

    pub(super) async fn inquiry(&self, scope: &Scope, id: InquiryId) -> Result<(Inquiry, Words), Refusal> {
        let snapshot = self.desk.db.snapshot().await?;
        let inquiry = inquiries::find(&snapshot, scope, id).await?;
        let inquiry = inquiry.ok_or_else(|| Refusal::from(Fault::of("not_found")))?;
        let engine = self.desk.engine();
        let words = Words {
            note: note_at(&snapshot, engine, id.uuid(), "inquiry.asked").await?,
            reason: note_at(&snapshot, engine, id.uuid(), "inquiry.decided").await?,
        };
        Ok((inquiry, words))
    }

    pub(super) async fn inquiries(
        &self,
        scope: &Scope,
        state: Option<InquiryState>,
        before: Option<InquiryId>,
        limit: u64,
    ) -> Result<Vec<Inquiry>, Refusal> {
        Ok(inquiries::list(&self.desk.db.snapshot().await?, scope, state, before, limit).await?)
    }

    /// The answers to an inquiry side by side; none while they are sealed.
    pub(super) async fn compared(&self, scope: &Scope, id: InquiryId) -> Result<(Inquiry, Option<(Vec<Quote>, Comparison)>), Refusal> {
        let snapshot = self.desk.db.snapshot().await?;
        let inquiry = inquiries::find(&snapshot, scope, id).await?;
        let inquiry = inquiry.ok_or_else(|| Refusal::from(Fault::of("not_found")))?;
        let today = self.today();
        if !inquiry.is_opened(today) {
            return Ok((inquiry, None));
        }
        let answers = quotes::of_inquiry(&snapshot, id).await?;
        let comparison = compare(&inquiry, &answers, today);
        Ok((inquiry, Some((answers, comparison))))
    }
}
