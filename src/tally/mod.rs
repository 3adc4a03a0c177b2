//! The figure: totals read from cells, never from orders, each with the place in the journal up to which it counts.
//!
//! Owns how a total is asked for, read, named and shown, and the way down from a total to its lines. Does not own
//! facts or cells (the journal writes them) nor any rule of what counts (they come with *counted*).

mod api;
mod body;
mod csv;
mod dimension;
mod export_api;
mod file;
mod filter;
mod imported;
mod line_body;
mod lines;
mod names;
mod queries;
mod question;
mod resolve;

pub use api::{TallyApi, TallyLinesApi};
pub use dimension::Dimension;
pub use export_api::{TallyCsvApi, TallyExportApi, TallyFileApi};
pub use imported::Imported;
pub use queries::{AsOf, Group, Sums, Total, total};
pub use question::Question;
