//! Answers side by side, on the wire.

use super::comparison::{Compared, Comparison, LineAnswer};
use super::inquiry::{Inquiry, THREE};
use super::quote::Quote;
use super::quote_body::name_of;
use crate::organisations::Parties;
use entity::{CivilDate, InquiryId, Money, OrganisationId, Quantity, QuoteId, UnitPrice};
use poem_openapi::Object;
use std::collections::HashMap;

/// An answer as a whole.
#[derive(Clone, Debug, Object)]
pub struct ComparedQuoteBody {
    /// The quote.
    pub quote_id: QuoteId,
    /// By whom.
    pub supplier_id: OrganisationId,
    /// The supplier's name.
    #[oai(validator(max_length = 120))]
    pub supplier_name: String,
    /// Sum of its lines.
    pub goods: Money,
    /// Freight.
    pub freight: Money,
    /// Both.
    pub total: Money,
    /// Whether it answers every line.
    pub complete: bool,
    /// Day of delivery.
    pub deliver_on: CivilDate,
    /// Whether that is in time.
    pub in_time: bool,
    /// The last day on which an order may be placed by it.
    pub valid_until: CivilDate,
    /// Whether it still holds.
    pub valid: bool,
    /// Whether no other that is complete and valid costs less in total; where several cost the same, each is.
    pub cheapest: bool,
}

/// An answer to a line.
#[derive(Clone, Debug, Object)]
pub struct ComparedAnswerBody {
    /// The quote.
    pub quote_id: QuoteId,
    /// By whom.
    pub supplier_id: OrganisationId,
    /// SKU.
    #[oai(validator(max_length = 40))]
    pub sku: String,
    /// Name of the goods.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Unit.
    #[oai(validator(max_length = 20))]
    pub unit: String,
    /// How much.
    pub quantity: Quantity,
    /// Price of a unit.
    pub price: UnitPrice,
    /// Price × quantity, rounded once.
    pub amount: Money,
    /// Whether no other answer to the line costs less.
    pub cheapest: bool,
}

/// The answers to a line.
#[derive(Clone, Debug, Object)]
pub struct ComparedLineBody {
    /// The line.
    #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
    pub line_no: i32,
    /// What is needed, in the buyer's words.
    #[oai(validator(max_length = 120))]
    pub wanted: String,
    /// By what they cost, then by who answered first.
    #[oai(validator(max_items = 20))]
    pub answers: Vec<ComparedAnswerBody>,
}

/// The answers to an inquiry side by side.
#[derive(Clone, Debug, Object)]
pub struct ComparisonBody {
    /// The inquiry.
    pub inquiry_id: InquiryId,
    /// Whether the answers are opened; while they are not, none is shown.
    pub opened: bool,
    /// How many answers are on file.
    #[oai(validator(minimum(value = "0"), maximum(value = "20")))]
    pub quotes_on_file: u32,
    /// Whether these are three or more (三方询价).
    pub three_quotes: bool,
    /// As a whole: complete ones first, then by what they cost, then by who answered first.
    #[oai(validator(max_items = 20))]
    pub quotes: Vec<ComparedQuoteBody>,
    /// Line by line.
    #[oai(validator(max_items = 200))]
    pub lines: Vec<ComparedLineBody>,
}

impl ComparisonBody {
    /// What was compared, with the words for it.
    pub(super) fn of(inquiry: &Inquiry, opened: Option<(Vec<Quote>, Comparison)>, parties: &Parties) -> Self {
        let on_file = inquiry.quotes_on_file();
        let mut body = Self {
            inquiry_id: inquiry.row.id,
            opened: opened.is_some(),
            quotes_on_file: u32::try_from(on_file).unwrap_or(u32::MAX),
            three_quotes: on_file >= THREE,
            quotes: Vec::new(),
            lines: Vec::new(),
        };
        let Some((quotes, comparison)) = opened else { return body };
        let by_id: HashMap<QuoteId, &Quote> = quotes.iter().map(|quote| (quote.row.id, quote)).collect();
        let wanted = |line_no: i32| inquiry.lines.iter().find(|line| line.line_no == line_no);
        let whole = |one: &Compared| Some(whole_body(one, by_id.get(&one.id)?, parties));
        let line = |(line_no, answers): (i32, Vec<LineAnswer>)| ComparedLineBody {
            line_no,
            wanted: wanted(line_no).map(|line| line.wanted.clone()).unwrap_or_default(),
            answers: answers.iter().filter_map(|one| answer_body(one, by_id.get(&one.id)?)).collect(),
        };
        body.quotes = comparison.quotes.iter().filter_map(whole).collect();
        body.lines = comparison.lines.into_iter().map(line).collect();
        body
    }
}

fn whole_body(one: &Compared, quote: &Quote, parties: &Parties) -> ComparedQuoteBody {
    let row = &quote.row;
    ComparedQuoteBody {
        quote_id: row.id,
        supplier_id: row.supplier_id,
        supplier_name: name_of(parties, row.supplier_id),
        goods: row.goods,
        freight: row.freight,
        total: row.total,
        complete: one.complete,
        deliver_on: row.deliver_on,
        in_time: one.in_time,
        valid_until: row.valid_until,
        valid: one.valid,
        cheapest: one.cheapest,
    }
}

fn answer_body(one: &LineAnswer, quote: &Quote) -> Option<ComparedAnswerBody> {
    let line = quote.lines.get(one.at)?;
    Some(ComparedAnswerBody {
        quote_id: quote.row.id,
        supplier_id: quote.row.supplier_id,
        sku: line.sku.clone(),
        name: line.name.clone(),
        unit: line.unit.clone(),
        quantity: line.quantity,
        price: line.price,
        amount: line.amount,
        cheapest: one.cheapest,
    })
}
