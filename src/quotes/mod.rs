//! Quotes: prices that hold for a while, and the inquiries (询价) that suppliers answer with prices of their own.
//!
//! Owns inquiries with their lines and the suppliers that were asked, quotes with their lines, and who sees which of
//! them when. Does not own orders: placing one by a quote is `orders`' business, which asks here for the quote and uses it up;
//! keeping a dry run lies above, where the dry run is. Hands out quotes by their rows.
//!
//! Two ways to a quote. A buyer **keeps** what a dry run said: the supplier's standing prices, for as long as the
//! supplier has promised them ([`quote::promised_until`]). Or a buyer **asks** (三方询价): the answers of the suppliers are sealed from one
//! another for good, and from everybody else until the day for answers is over, or, where the buyer wanted it so,
//! until all that were asked have said something ([`inquiry::is_opened`]). Whether a quote is still valid and whether
//! an inquiry still takes answers are readings of the clock.

mod answer;
mod answer_body;
mod answer_inquiry;
mod ask;
mod choose;
mod comparison;
mod comparison_body;
mod content;
mod decline;
mod desk;
pub mod inquiry;
mod inquiry_api;
mod inquiry_body;
mod keep;
pub mod quote;
mod quote_api;
mod quote_body;
pub mod store;
mod withdraw;

pub use answer::{Answer, AnswerLine};
pub use answer_inquiry::AnswerInquiry;
pub use ask::AskSuppliers;
pub use choose::ChooseQuote;
pub use decline::DeclineInquiry;
pub use desk::QuoteDesk;
pub use inquiry::{NewInquiry, Wanted};
pub use inquiry_api::InquiriesApi;
pub use keep::{Kept, KeptLine, keep};
pub use quote::Quote;
pub use quote_api::QuotesApi;
pub use quote_body::{KeptBody, QuoteBody};
pub use withdraw::WithdrawInquiry;
