//! Imports: documents that were written elsewhere, brought in at their own time and their own prices.
//!
//! Owns imports, what was uploaded of them part by part, what is wrong with it, and which document became what. Does not
//! own what it books: orders, shipments, acceptances, returns and movements of stock are those of their rooms, written
//! here as rows of many at once, under the same entries and facts. Imported goods never lay in a place of ours, so
//! nothing is held and no stock moves, but where a document says so.
//!
//! The way of an import: **open** (parts in any order, each as often as needed, or one file) → **checked** as a whole
//! (every fault of every row) → **booked** in chunks, each one turn of the journal whose commit also says how far the
//! import is: a kill between two resumes exactly, and nothing is booked twice → if it was a mistake, **undone** the same
//! way. A credit note may charge beside what it takes back (补收): trade of its own, on the note's day. A document's number
//! names it for ever within its source and kind, as long as it is not undone; and between its parties it stands once,
//! from whichever source it comes (`claim.rs`). What one person began or uploaded, another books, or who does it alone
//! says why. What imports bring stays marked as theirs: in orders, in lines, and in totals by cells of their own.
//!
//! Hands out [`ImportWork`], the job that checks, books and takes back.

mod api;
mod body;
mod book;
mod booker;
mod cell;
mod check;
mod chunk;
mod claim;
mod decide;
mod document;
mod enter;
mod enter_return;
mod entered;
mod failed;
mod file_body;
mod heading;
mod import;
mod kind;
mod party;
mod queries;
mod reading;
mod row;
mod row_body;
mod sheet;
mod start;
mod store;
mod told;
mod undo;
mod upload;
mod whole;
mod work;

pub use api::ImportsApi;
pub use import::{Action, next_state};
pub use row::{COLUMNS, MOST_ROWS, Row};
pub use work::ImportWork;
