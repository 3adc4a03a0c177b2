//! Orders: what a buyer asks of suppliers, from placing to the supplier's answer or the cancel.
//!
//! Owns order groups, orders and their lines, and the facts *ordered*. Does not own goods, prices or stock (it asks
//! `catalogue` and `stock`), nor the figure (`tally` reads facts, never orders).
//!
//! One request places one **group**; the group holds one **order** for each supplier, all or none. A line freezes
//! what its goods were: name, pack, weight, VAT class, price, offer. Hot path: `place` is a batch of pure steps
//! (load → `decide` each alone, in memory → rows → write set by set).

mod agreed;
mod agreements;
mod answer;
mod api;
mod body;
mod by_quote;
mod cancel;
mod change;
mod change_api;
mod change_body;
mod close;
mod close_short;
mod complete;
mod content;
mod decide;
mod desk;
pub mod facts;
mod freight;
mod lapse;
mod line_body;
mod new_order;
mod open_order;
mod order;
mod owed_api;
mod place;
mod place_available;
mod placed;
pub mod position;
mod prepare;
mod price_line;
mod queries;
mod site;
mod store;
mod trial;
mod trial_body;
mod unfilled;
mod worth;

pub use agreed::{Agreed, AgreedFreight, AgreedGood, AsQuoted, Draw};
pub use agreements::Standing;
pub use answer::{AnswerOrder, LineAnswer, SupplierAnswer};
pub use api::OrdersApi;
pub use body::{NewLineBody, OrderBody, OrderGroupBody, PartyBody};
pub use cancel::CancelOrder;
pub use change::{ChangedLine, DecideChange, ProposeChange, Say};
pub use change_api::OrderChangesApi;
pub use close_short::{CloseShort, ShortLine};
pub use complete::{complete, complete_if_done};
pub use content::content_hash;
pub use decide::Short;
pub use desk::OrderDesk;
pub use lapse::LapseChanges;
pub use new_order::{Agreement, NewLine, NewOrder};
pub use open_order::{OpenLine, OpenOrder, StockChange, note_stock};
pub use order::{Action, next_state, order_no};
pub use owed_api::OwedApi;
pub use place::{Place, PlaceAsk};
pub use place_available::{Available, Source};
pub use placed::{PlacedGroup, PlacedLine, PlacedOrder, Reason, Skipped};
pub use prepare::{Prepared, PreparedOrder, prepare};
pub use price_line::PreparedLine;
pub use queries::OrderWithLines;
pub use site::{Letterhead, OrderSite, SiteContact};
pub use store::OrderFilter;
pub use trial::Trial;
pub use trial_body::TrialBody;
pub use worth::{LineWorth, Worth};
