//! Inquiries over HTTP.

use super::answer_body::{AnswerInquiryBody, DeclineInquiryBody};
use super::answer_inquiry::AnswerInquiry;
use super::ask::AskSuppliers;
use super::choose::ChooseQuote;
use super::comparison_body::ComparisonBody;
use super::decline::DeclineInquiry;
use super::desk::{QuoteDesk, Words};
use super::inquiry_body::{ChooseQuoteBody, InquiryBody, InquiryPage, NewInquiryBody};
use super::quote_body::QuoteBody;
use super::withdraw::WithdrawInquiry;
use crate::access::{Actor, may_answer, may_compare, may_order, scope_of};
use crate::http::answer::{Listed, Made};
use crate::http::caller::Caller;
use crate::http::fault::Refusal;
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::{Repeat, UseCase};
use entity::{InquiryId, InquiryState, Name};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// Prices that hold for a while, and inquiries for them.
    Quotes,
}

/// The operations on inquiries.
#[derive(Clone, Debug)]
pub struct InquiriesApi {
    /// Where they are carried out.
    pub desk: QuoteDesk,
}

#[OpenApi(tag = "Tag::Quotes")]
impl InquiriesApi {
    /// Ask suppliers for quotes
    ///
    /// States what is needed, in your own words or by category, and whom you ask (询价). Each supplier answers with goods and
    /// prices of its own, or declines; none of them sees the others, and you see the answers once they are opened.
    #[oai(path = "/v1/inquiries", method = "post", operation_id = "create_inquiry")]
    async fn ask(
        &self,
        caller: Caller,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewInquiryBody>,
    ) -> poem::Result<Made<InquiryBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let repeat = Repeat::of(&caller, key.0.as_deref(), "POST /v1/inquiries", body.0.to_json())?;
        let use_case = AskSuppliers {
            actor: actor.clone(),
            new: body.0.into(),
            parties: self.desk.parties().await?,
            goods: self.desk.goods().await?,
        };
        let made = self.desk.gate().run(use_case, Some(repeat)).await?;
        let body = Made::now(&self.as_it_is(&actor, made.answer).await?);
        Ok(body.at(format!("/v1/inquiries/{}", made.answer)).replayed(made.replayed))
    }

    /// List inquiries
    ///
    /// The inquiries you may see, newest first: buyers their own, suppliers those put to them, officials those of their
    /// remit.
    #[oai(path = "/v1/inquiries", method = "get", operation_id = "list_inquiries")]
    async fn list(
        &self,
        caller: Caller,
        /// Only in this state.
        status: Query<Option<InquiryState>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<InquiryPage>> {
        let scope = scope_of(&Actor::of(&caller)?);
        let before: Option<InquiryId> = cursor.0.map(|cursor| caller.position("inquiries", &cursor)).transpose()?;
        let rows = self.desk.inquiries(&scope, status.0, before, limit.0.plus_one()).await?;
        let (rows, next) = cut(rows, limit.0, |last| caller.cursor("inquiries", &last.row.id))?;
        let (parties, today) = (self.desk.parties().await?, self.desk.today());
        let items = rows
            .into_iter()
            .map(|one| InquiryBody::of(one, Words::default(), &scope, &parties, today));
        Ok(Listed((items.collect(), next).into()))
    }

    /// Read an inquiry
    ///
    /// What is needed, who was asked, how many answers are on file and whether these are three. A supplier sees itself alone.
    #[oai(path = "/v1/inquiries/:inquiry_id", method = "get", operation_id = "read_inquiry")]
    async fn read(
        &self,
        caller: Caller,
        /// The inquiry.
        inquiry_id: Path<InquiryId>,
    ) -> poem::Result<Json<InquiryBody>> {
        let actor = Actor::of(&caller)?;
        Ok(Json(self.as_it_is(&actor, inquiry_id.0).await?))
    }

    /// Compare the answers
    ///
    /// Side by side, by line and in total, the cheapest marked; while they are sealed only how many there are.
    #[oai(path = "/v1/inquiries/:inquiry_id/comparison", method = "get", operation_id = "compare_quotes")]
    async fn compare(
        &self,
        caller: Caller,
        /// The inquiry.
        inquiry_id: Path<InquiryId>,
    ) -> poem::Result<Json<ComparisonBody>> {
        let actor = Actor::of(&caller)?;
        may_compare(&actor).map_err(Refusal::from)?;
        let (inquiry, opened) = self.desk.compared(&scope_of(&actor), inquiry_id.0).await?;
        let parties = self.desk.parties().await?;
        Ok(Json(ComparisonBody::of(&inquiry, opened, &parties)))
    }

    /// Answer an inquiry
    ///
    /// A supplier gives a quote: its own goods and prices, freight, the day of delivery, and how long it holds. Once, and by the
    /// last day for answers. What it says no other supplier ever sees, and the buyer only when the answers are opened.
    #[oai(path = "/v1/inquiries/:inquiry_id/answer", method = "post", operation_id = "answer_inquiry")]
    async fn answer(
        &self,
        caller: Caller,
        /// The inquiry.
        inquiry_id: Path<InquiryId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<AnswerInquiryBody>,
    ) -> poem::Result<Made<QuoteBody>> {
        let actor = Actor::of(&caller)?;
        may_answer(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/inquiries/{}/answer", inquiry_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let use_case = AnswerInquiry {
            actor: actor.clone(),
            inquiry: inquiry_id.0,
            answer: body.0.into(),
            goods: self.desk.goods().await?,
        };
        let made = self.desk.gate().run(use_case, Some(repeat)).await?;
        let quote = self.desk.quote(&scope_of(&actor), made.answer).await?;
        let parties = self.desk.parties().await?;
        let body = Made::now(&QuoteBody::of(quote, &parties, self.desk.today()));
        Ok(body.at(format!("/v1/quotes/{}", made.answer)).replayed(made.replayed))
    }

    /// Decline an inquiry
    ///
    /// A supplier gives no quote, and says why.
    #[oai(path = "/v1/inquiries/:inquiry_id/decline", method = "post", operation_id = "decline_inquiry")]
    async fn decline(
        &self,
        caller: Caller,
        /// The inquiry.
        inquiry_id: Path<InquiryId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<DeclineInquiryBody>,
    ) -> poem::Result<Made<InquiryBody>> {
        let actor = Actor::of(&caller)?;
        may_answer(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/inquiries/{}/decline", inquiry_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let use_case = DeclineInquiry {
            actor: actor.clone(),
            inquiry: inquiry_id.0,
            reason: body.0.reason,
        };
        self.done(&actor, use_case, repeat).await
    }

    /// Choose an answer
    ///
    /// Once the answers are opened: the chosen one may be ordered by, the others are not chosen. Where it is not the cheapest that is
    /// complete and valid, say why.
    #[oai(path = "/v1/inquiries/:inquiry_id/choose", method = "post", operation_id = "choose_quote")]
    async fn choose(
        &self,
        caller: Caller,
        /// The inquiry.
        inquiry_id: Path<InquiryId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<ChooseQuoteBody>,
    ) -> poem::Result<Made<InquiryBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/inquiries/{}/choose", inquiry_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let use_case = ChooseQuote {
            actor: actor.clone(),
            inquiry: inquiry_id.0,
            quote: body.0.quote_id,
            reason: body.0.reason.map(Name::into_string),
        };
        self.done(&actor, use_case, repeat).await
    }

    /// Withdraw an inquiry
    ///
    /// Ends it without a choice. Answers that are sealed then stay sealed.
    #[oai(path = "/v1/inquiries/:inquiry_id/withdraw", method = "post", operation_id = "withdraw_inquiry")]
    async fn withdraw(
        &self,
        caller: Caller,
        /// The inquiry.
        inquiry_id: Path<InquiryId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> poem::Result<Made<InquiryBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/inquiries/{}/withdraw", inquiry_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, None)?;
        let use_case = WithdrawInquiry {
            actor: actor.clone(),
            inquiry: inquiry_id.0,
        };
        self.done(&actor, use_case, repeat).await
    }
}

impl InquiriesApi {
    async fn as_it_is(&self, actor: &Actor, id: InquiryId) -> Result<InquiryBody, Refusal> {
        let scope = scope_of(actor);
        let (inquiry, words) = self.desk.inquiry(&scope, id).await?;
        let parties = self.desk.parties().await?;
        Ok(InquiryBody::of(inquiry, words, &scope, &parties, self.desk.today()))
    }

    /// Carries out what moves an inquiry and answers the inquiry as it is then.
    async fn done<U: UseCase<Answer = InquiryId>>(&self, actor: &Actor, use_case: U, repeat: Repeat) -> poem::Result<Made<InquiryBody>> {
        let done = self.desk.gate().run(use_case, Some(repeat)).await?;
        let body = self.as_it_is(actor, done.answer).await?;
        Ok(Made::before(&body).replayed(done.replayed))
    }
}
