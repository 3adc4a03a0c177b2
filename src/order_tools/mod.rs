//! What a kitchen expects around orders: ordering again, a dry run kept as quotes and orders by them, an order sheet filled in at the desk,
//! orders as files and on paper.
//!
//! Owns how an order sheet is read and answered, the exports of orders and their lines, and the printed papers of orders and shipments. Does not
//! own orders, prices or stock: it asks `orders` to place and to read, by the same rules as any buyer, `delivery` to read, and `sheets` to
//! read and write files.

mod api;
mod capitals;
mod export_api;
mod keep_quotes;
mod order_sheet;
mod page;
mod print_api;
mod print_delivery;
mod print_order;
mod quote_order_api;
mod quote_order_body;
mod repeat_body;
mod row_faults;
mod sheet_answer;
mod sheet_api;
mod sheet_body;
mod template;
mod upload;

pub use api::RepeatApi;
pub use export_api::OrderExportApi;
pub use keep_quotes::KeepQuotes;
pub use print_api::PrintApi;
pub use quote_order_api::QuoteOrdersApi;
pub use repeat_body::{OrderMode, OrderedBody, ReasonBody, SkippedBody, wants_what_is_good};
pub use row_faults::of_sku as sku_fault;
pub use sheet_api::OrderSheetApi;
