//! Reading quotes over HTTP.

use super::desk::QuoteDesk;
use super::quote_body::{QuoteBody, QuotePage};
use super::store::quotes::QuoteFilter;
use crate::access::{Actor, scope_of};
use crate::http::answer::Listed;
use crate::http::caller::Caller;
use crate::http::paging::{Cursor, Limit, cut};
use entity::{CivilDate, InquiryId, OrganisationId, QuoteId, QuoteState};
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// Prices that hold for a while, and inquiries for them.
    Quotes,
}

/// The operations that read quotes.
#[derive(Clone, Debug)]
pub struct QuotesApi {
    /// Where they are read.
    pub desk: QuoteDesk,
}

#[OpenApi(tag = "Tag::Quotes")]
impl QuotesApi {
    /// List quotes
    ///
    /// The quotes you may see, newest first. Answers to an inquiry only their supplier sees until they are opened. Those
    /// that soon end: `status=open&ends_from=…&ends_to=…`.
    #[oai(path = "/v1/quotes", method = "get", operation_id = "list_quotes")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn list(
        &self,
        caller: Caller,
        /// Only in this state.
        status: Query<Option<QuoteState>>,
        /// Only answers to this inquiry.
        inquiry_id: Query<Option<InquiryId>>,
        /// Only of this supplier.
        supplier_id: Query<Option<OrganisationId>>,
        /// Whose last day is this or later.
        ends_from: Query<Option<CivilDate>>,
        /// Whose last day is this or earlier.
        ends_to: Query<Option<CivilDate>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<QuotePage>> {
        let scope = scope_of(&Actor::of(&caller)?);
        let filter = QuoteFilter {
            state: status.0,
            inquiry: inquiry_id.0,
            supplier: supplier_id.0,
            ends_from: ends_from.0,
            ends_to: ends_to.0,
        };
        let before: Option<QuoteId> = cursor.0.map(|cursor| caller.position("quotes", &cursor)).transpose()?;
        let rows = self.desk.quotes(&scope, &filter, before, limit.0.plus_one()).await?;
        let (rows, next) = cut(rows, limit.0, |last| caller.cursor("quotes", &last.row.id))?;
        let (parties, today) = (self.desk.parties().await?, self.desk.today());
        let items = rows.into_iter().map(|quote| QuoteBody::of(quote, &parties, today)).collect();
        Ok(Listed((items, next).into()))
    }

    /// Read a quote
    ///
    /// With its lines, and whether it is valid today.
    #[oai(path = "/v1/quotes/:quote_id", method = "get", operation_id = "read_quote")]
    async fn read(
        &self,
        caller: Caller,
        /// The quote.
        quote_id: Path<QuoteId>,
    ) -> poem::Result<Json<QuoteBody>> {
        let scope = scope_of(&Actor::of(&caller)?);
        let quote = self.desk.quote(&scope, quote_id.0).await?;
        let parties = self.desk.parties().await?;
        let body = QuoteBody {
            note: self.desk.note(quote_id.0).await?,
            ..QuoteBody::of(quote, &parties, self.desk.today())
        };
        Ok(Json(body))
    }
}
