//! Rows and value types of Yangpin.
//!
//! A value type keeps one promise: who holds a value holds a good one. Each type has its parser,
//! its printed form, its JSON, its OpenAPI schema and its column, all on the one type, so that no
//! layer can see a half-checked text or a bare number of unknown unit.
//!
//! - [`ids`]: typed identifiers
//! - [`money`], [`price`], [`quantity`], [`weight`], [`rounding`]: exact decimal numbers
//! - [`date`], [`period`], [`clock`]: civil dates, months, quarters and years of Shanghai, and where `now` comes from
//! - [`text`], [`uscc`], [`gtin`]: bounded and checked texts
//! - [`words`]: the closed lists of the trade
//! - [`called`]: what people call their words, in Chinese and English
//! - [`hashed`]: what the journal hashes of what
//! - [`fault`], [`judge`]: why a text is not a value, also where its schema cannot say
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic"))]

#[macro_use]
mod wire;
#[macro_use]
mod closed;

pub mod called;
pub mod clock;
#[cfg(test)]
mod columns_test;
pub mod date;
mod decimal;
pub mod fault;
pub mod gtin;
pub mod hashed;
pub mod ids;
pub mod judge;
pub mod money;
pub mod period;
pub mod price;
pub mod quantity;
pub mod rounding;
pub mod tables;
pub mod text;
pub mod uscc;
pub mod weight;
pub mod words;

pub use called::{Called, event_called};
pub use clock::Clock;
pub use date::{CivilDate, Month, shanghai_date};
pub use fault::{Fault, Malformed};
pub use gtin::Gtin;
pub use ids::{
    AcceptanceId, ConfirmationId, ContractId, DepartmentId, ImportId, InquiryId, IntakeId, JobId, KeyId, ListId, MovementId, NoticeId,
    OfferId, OrderChangeId, OrderGroupId, OrderId, OrderLineId, OrganisationId, PersonId, PlaceId, ProductId, QuoteId, ReturnId,
    ReturnLineId, ShipmentId, SiteId, SynonymId,
};
pub use money::Money;
pub use period::Period;
pub use price::UnitPrice;
pub use quantity::{Quantity, SignedQuantity};
pub use rounding::{Wan, round_to_fen, round_to_wan};
pub use text::{Digest, DivisionCode, ExternalNo, FreeText, IdempotencyKey, MailAddress, Name, ShortText, Sku, is_invisible};
pub use uscc::{Uscc, UsccFault};
pub use weight::Grams;
pub use words::{
    AcceptanceKind, CancelReason, ChangeState, Channel, CloseCause, ContractFreight, ContractState, DeclineReason, DivisionRole, EventKind,
    EventReason, Figure, FundSource, ImportDocumentState, ImportMode, ImportRowKind, ImportState, InquiryState, IntakeKind,
    InvitationState, JobState, LineKind, MailState, Measure, Mode, NoticeKind, NoticeLanguage, OnShort, OrderState, OrganisationKind,
    PictureKind, PictureSize, PriceSource, QuoteOrigin, QuoteState, RejectReason, RemitKind, ReturnFate, ReturnReason, ReturnState, Role,
    ShipmentState, StockReason, TerminationReason, ThingKind, VatClass,
};
