//! Saved lists (常购清单): what a buyer orders again and again, to be ordered from with one request.
//!
//! Owns the lists and their lines. Does not own prices, rules of ordering or stock: a list remembers SKUs and
//! quantities and nothing else; what its lines are called and cost is looked up when it is read, and ordering from it is placing an order like any other. A list is its buyer's own: to
//! everybody else it is not there.

mod api;
mod archive_list;
mod body;
mod change_list;
mod create_list;
mod pricing;
mod saved_list;
mod store;

pub use api::ListsApi;
pub use archive_list::ArchiveList;
pub use change_list::ChangeList;
pub use create_list::CreateList;
pub use saved_list::{ListChange, ListLine, SavedList};
