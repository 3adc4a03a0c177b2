//! Sheets: tables as people keep them, read from CSV and XLSX, written as CSV, XLSX and JSON lines.
//!
//! Owns encodings (UTF-8 with or without its mark, UTF-16, GBK and GB18030), what a spreadsheet makes of a number or a
//! day, the bounds within which an upload is unpacked, the guard against cells that are taken for formulas, and exports
//! that are written page by page. Does not own what a column means: rooms name their columns and read the texts. No word
//! of the trade.

mod cell;
mod export;
mod format;
mod read;
mod read_csv;
mod read_xlsx;
mod table;
mod text;
mod unpack;
mod write_csv;
mod write_xlsx;

pub use cell::{Cell, Column};
pub use export::{Export, PAGE, Pages, export, pages, pages_of_many};
pub use format::{SheetFormat, disposition};
pub use read::read;
pub use table::{Bounds, SheetRow, Table, Wanted};
pub use write_csv::{csv_bytes, guarded};
pub use write_xlsx::xlsx_bytes;
