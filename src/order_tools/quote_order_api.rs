//! Keeping quotes and ordering by them, over HTTP.

use super::keep_quotes::KeepQuotes;
use super::quote_order_body::{KeepQuotesBody, OrderQuoteBody};
use crate::access::{Actor, Scope, may_order};
use crate::http::answer::Made;
use crate::http::caller::Caller;
use crate::http::fault::Refusal;
use crate::journal::Repeat;
use crate::orders::{Agreement, NewLine, NewOrder, OrderDesk, OrderGroupBody};
use crate::quotes::{KeptBody, Quote, QuoteBody, QuoteDesk};
use entity::{OnShort, QuoteId};
use poem_openapi::param::{Header, Path};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// Prices that hold for a while, and inquiries for them.
    Quotes,
}

/// The operations that make quotes of orders and orders of quotes.
#[derive(Clone, Debug)]
pub struct QuoteOrdersApi {
    /// Where orders are carried out.
    pub orders: OrderDesk,
    /// Where quotes are read.
    pub quotes: QuoteDesk,
}

#[OpenApi(tag = "Tag::Quotes")]
impl QuoteOrdersApi {
    /// Keep a dry run as quotes
    ///
    /// One for each supplier, at its standing prices, for as long as it has promised them: to the last day of the offer, or, where
    /// that is open, as many days as the supplier announces new prices ahead; 30 days at most. For longer, ask the
    /// supplier. No stock is held.
    #[oai(path = "/v1/orders/quotes", method = "post", operation_id = "keep_quotes")]
    async fn keep(
        &self,
        caller: Caller,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<KeepQuotesBody>,
    ) -> poem::Result<Made<KeptBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let repeat = Repeat::of(&caller, key.0.as_deref(), "POST /v1/orders/quotes", body.0.to_json())?;
        let valid_until = body.0.valid_until;
        let asked = NewOrder::from(body.0);
        let use_case = KeepQuotes {
            trial: self.orders.trial(&actor, &asked).await?,
            actor: actor.clone(),
            asked,
            valid_until,
        };
        let made = self.quotes.gate().run(use_case, Some(repeat)).await?;
        let (scope, parties) = (Scope::Buyer(actor.organisation), self.quotes.parties().await?);
        let mut quotes = Vec::with_capacity(made.answer.len());
        for id in made.answer {
            let quote = self.quotes.quote(&scope, id).await?;
            quotes.push(QuoteBody::of(quote, &parties, self.quotes.today()));
        }
        let at = quotes.first().map(|quote| format!("/v1/quotes/{}", quote.id)).unwrap_or_default();
        Ok(Made::now(&KeptBody { quotes }).at(at).replayed(made.replayed))
    }

    /// Order by a quote
    ///
    /// Places exactly what the quote says, at its prices and with its freight, whatever has become of offers since. Once, while it is
    /// open and valid; what may go to the channel and what is in stock hold as ever.
    #[oai(path = "/v1/quotes/:quote_id/orders", method = "post", operation_id = "order_quote")]
    async fn order(
        &self,
        caller: Caller,
        /// The quote.
        quote_id: Path<QuoteId>,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<OrderQuoteBody>,
    ) -> poem::Result<Made<OrderGroupBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/quotes/{}/orders", quote_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let quote = self.quotes.quote(&Scope::Buyer(actor.organisation), quote_id.0).await?;
        let placed = self.orders.place(actor, asked(quote, body.0)?, Some(repeat)).await?;
        let found = placed.answer.found;
        let group = OrderGroupBody::from(placed.answer);
        let made = if found { Made::before(&group) } else { Made::now(&group) };
        Ok(made
            .at(format!("/v1/order-groups/{}", group.order_group_id))
            .replayed(placed.replayed))
    }
}

/// The request that asks for what a quote says.
fn asked(quote: Quote, body: OrderQuoteBody) -> Result<NewOrder, Refusal> {
    let lines = quote.lines.into_iter().map(|line| {
        let sku = line.sku.parse().map_err(|_| Refusal::broken("a quote has a SKU that is none"))?;
        Ok(NewLine {
            sku,
            quantity: line.quantity,
        })
    });
    Ok(NewOrder {
        external_order_no: body.external_order_no,
        channel: Some(quote.row.channel),
        fund_source: body.fund_source,
        site: body.site_id,
        by: Some(Agreement::Quote(quote.row.id)),
        deliver_on: body.deliver_on.unwrap_or(quote.row.deliver_on),
        on_short: body.on_short.unwrap_or(OnShort::Close),
        note: body.note,
        lines: lines.collect::<Result<_, Refusal>>()?,
    })
}
