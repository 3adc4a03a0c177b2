//! Inquiries on the wire.

use super::desk::Words;
use super::inquiry::{Inquiry, NewInquiry, THREE, Wanted};
use super::quote_body::name_of;
use crate::access::Scope;
use crate::catalogue::example;
use crate::organisations::Parties;
use chrono::{DateTime, Utc};
use entity::tables::{inquiry_lines, inquiry_suppliers};
use entity::{
    Channel, CivilDate, DeclineReason, FreeText, InquiryId, InquiryState, InvitationState, Name, OrganisationId, Quantity, QuoteId,
    ShortText,
};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// A line of what is needed.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct NewInquiryLineBody {
    /// What, in your own words.
    pub wanted: Name,
    /// The category, where one is known.
    #[oai(validator(max_length = 40))]
    pub category_code: Option<String>,
    /// How much.
    pub quantity: Quantity,
    /// Of what unit.
    #[oai(validator(min_length = 1, max_length = 20))]
    pub unit: String,
    /// Spec, in your own words.
    pub spec: Option<ShortText>,
}

/// What a buyer needs, and whom it asks.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewInquiryBody {
    /// For which channel; left out, your default.
    pub channel: Option<Channel>,
    /// The latest day of delivery: after the last day for answers.
    pub deliver_by: CivilDate,
    /// The last day for answers, itself included: today to 60 days ahead.
    pub answer_by: CivilDate,
    /// Whether answers are opened as soon as all that were asked have said something; left out, they are opened when the
    /// last day for answers is over.
    pub open_when_answered: Option<bool>,
    /// The suppliers you ask, each once. Three answers on file are three quotes.
    #[oai(validator(min_items = 1, max_items = 20))]
    pub supplier_ids: Vec<OrganisationId>,
    /// What you need.
    #[oai(validator(min_items = 1, max_items = 200))]
    pub lines: Vec<NewInquiryLineBody>,
    /// A word to the suppliers; kept beside the journal.
    pub note: Option<FreeText>,
}

impl Example for NewInquiryBody {
    fn example() -> Self {
        let line = NewInquiryLineBody {
            wanted: example("黑米，当年新米"),
            category_code: Some("grain".to_owned()),
            quantity: example("500"),
            unit: "kg".to_owned(),
            spec: Some(example("25 kg/袋，真空")),
        };
        Self {
            channel: None,
            deliver_by: example("2026-12-20"),
            answer_by: example("2026-12-01"),
            open_when_answered: Some(true),
            supplier_ids: vec![example("01933f2e-7c00-7a3b-9c41-5d2e8f60b174")],
            lines: vec![line],
            note: None,
        }
    }
}

impl From<NewInquiryBody> for NewInquiry {
    fn from(body: NewInquiryBody) -> Self {
        let line = |line: NewInquiryLineBody| Wanted {
            wanted: line.wanted.into_string(),
            category_code: line.category_code,
            quantity: line.quantity,
            unit: line.unit,
            spec: line.spec.map(ShortText::into_string),
        };
        Self {
            channel: body.channel,
            deliver_by: body.deliver_by,
            answer_by: body.answer_by,
            open_when_answered: body.open_when_answered.unwrap_or(false),
            suppliers: body.supplier_ids,
            lines: body.lines.into_iter().map(line).collect(),
            note: body.note.map(FreeText::into_string),
        }
    }
}

/// A line of an inquiry.
#[derive(Clone, Debug, Object)]
pub struct InquiryLineBody {
    /// From 1.
    #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
    pub line_no: i32,
    /// What, in the buyer's words.
    #[oai(validator(max_length = 120))]
    pub wanted: String,
    /// The category, where one is known.
    #[oai(nullable, validator(max_length = 40))]
    pub category_code: Option<String>,
    /// How much.
    pub quantity: Quantity,
    /// Of what unit.
    #[oai(validator(max_length = 20))]
    pub unit: String,
    /// Spec, in the buyer's words.
    #[oai(nullable, validator(max_length = 200))]
    pub spec: Option<String>,
}

impl From<inquiry_lines::Model> for InquiryLineBody {
    fn from(line: inquiry_lines::Model) -> Self {
        Self {
            line_no: line.line_no,
            wanted: line.wanted,
            category_code: line.category_code,
            quantity: line.quantity,
            unit: line.unit,
            spec: line.spec,
        }
    }
}

/// A supplier that was asked, and what it has said.
#[derive(Clone, Debug, Object)]
pub struct AskedBody {
    /// The supplier.
    pub supplier_id: OrganisationId,
    /// Its name.
    #[oai(validator(max_length = 120))]
    pub supplier_name: String,
    /// What it has said.
    pub status: InvitationState,
    /// Why it gives no quote, as a code.
    #[oai(nullable)]
    pub reason: Option<DeclineReason>,
    /// When it said so.
    #[oai(nullable)]
    pub answered_at: Option<DateTime<Utc>>,
}

impl AskedBody {
    fn of(word: inquiry_suppliers::Model, parties: &Parties) -> Self {
        Self {
            supplier_id: word.supplier_id,
            supplier_name: name_of(parties, word.supplier_id),
            status: word.state,
            reason: word.reason.and_then(|code| code.parse().ok()),
            answered_at: word.answered_at,
        }
    }
}

/// An inquiry as it is now.
#[derive(Clone, Debug, Object)]
pub struct InquiryBody {
    /// Its id.
    pub id: InquiryId,
    /// Who asks.
    pub buyer_id: OrganisationId,
    /// Its name.
    #[oai(validator(max_length = 120))]
    pub buyer_name: String,
    /// For which channel.
    pub channel: Channel,
    /// State.
    pub status: InquiryState,
    /// The latest day of delivery.
    pub deliver_by: CivilDate,
    /// The last day for answers.
    pub answer_by: CivilDate,
    /// Whether answers are opened as soon as all that were asked have said something.
    pub open_when_answered: bool,
    /// Whether answers are opened.
    pub opened: bool,
    /// How many answers are on file; null for a supplier, who does not learn of others.
    #[oai(nullable, validator(minimum(value = "0"), maximum(value = "20")))]
    pub quotes_on_file: Option<u32>,
    /// Whether these are three or more (三方询价); null for a supplier.
    #[oai(nullable)]
    pub three_quotes: Option<bool>,
    /// The answer that was chosen; null for a supplier.
    #[oai(nullable)]
    pub chosen_quote_id: Option<QuoteId>,
    /// Why it was chosen; only where one inquiry is read, and not for a supplier.
    #[oai(nullable, validator(max_length = 2000))]
    pub reason: Option<String>,
    /// The buyer's word to the suppliers; only where one inquiry is read.
    #[oai(nullable, validator(max_length = 2000))]
    pub note: Option<String>,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// When it ended.
    #[oai(nullable)]
    pub ended_at: Option<DateTime<Utc>>,
    /// What is needed.
    #[oai(validator(max_items = 200))]
    pub lines: Vec<InquiryLineBody>,
    /// Who was asked; a supplier sees itself alone.
    #[oai(validator(max_items = 20))]
    pub suppliers: Vec<AskedBody>,
}

impl InquiryBody {
    /// An inquiry as the scope shows it today.
    pub(super) fn of(inquiry: Inquiry, words: Words, scope: &Scope, parties: &Parties, today: CivilDate) -> Self {
        let opened = inquiry.is_opened(today);
        let on_file = inquiry.quotes_on_file();
        let asker = match scope {
            Scope::Supplier(id) => Some(*id),
            Scope::All | Scope::Buyer(_) | Scope::Town(_) | Scope::Department(_) => None,
        };
        // What concerns the other suppliers is not for one of them.
        let all = asker.is_none();
        let Inquiry { row, lines, asked } = inquiry;
        let shown = asked.into_iter().filter(|word| asker.is_none_or(|id| word.supplier_id == id));
        Self {
            id: row.id,
            buyer_id: row.buyer_id,
            buyer_name: name_of(parties, row.buyer_id),
            channel: row.channel,
            status: row.state,
            deliver_by: row.deliver_by,
            answer_by: row.answer_by,
            open_when_answered: row.open_when_answered,
            opened,
            quotes_on_file: u32::try_from(on_file).ok().filter(|_| all),
            three_quotes: Some(on_file >= THREE).filter(|_| all),
            chosen_quote_id: row.chosen_quote_id.filter(|_| all),
            reason: words.reason.filter(|_| all),
            note: words.note,
            asked_at: row.created_at,
            ended_at: row.ended_at,
            lines: lines.into_iter().map(Into::into).collect(),
            suppliers: shown.map(|word| AskedBody::of(word, parties)).collect(),
        }
    }
}

crate::page! {
    /// Inquiries, newest first.
    InquiryPage of InquiryBody
}

/// Which answer a buyer chooses.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct ChooseQuoteBody {
    /// The answer.
    pub quote_id: QuoteId,
    /// Why: needed where it is not the cheapest that is complete and valid; kept beside the journal.
    pub reason: Option<Name>,
}

impl Example for ChooseQuoteBody {
    fn example() -> Self {
        Self {
            quote_id: example("01933f2e-7c00-7a3b-9c41-5d2e8f60b174"),
            reason: Some(example("交货更早，样品更好")),
        }
    }
}
