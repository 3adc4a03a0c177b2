//! Sheets: tables as people keep them, read from CSV and XLSX, written as CSV, XLSX and JSON lines.
//!
//! Owns encodings (UTF-8 with or without its mark, UTF-16, GBK and GB18030), what a spreadsheet makes of a number or a
//! day, the budget under which an upload is unpacked and read, the guard against cells that are taken for formulas, and
//! exports that are written page by page. Does not own what a column means: rooms name their columns and read the texts.
//! No word of the trade.
//!
//! Hands out the [`Door`], through which every upload comes: one reader for all of them. A file is not asked how much it
//! holds. What it unpacks to, its cells and their letters are counted before they are copied; a reading ends with the
//! request it is for.

mod budget;
mod cell;
mod export;
mod figures;
mod format;
mod grid;
mod read;
mod read_csv;
mod read_xlsx;
mod strings;
mod styles;
mod table;
mod text;
mod unpack;
mod workbook;
mod write_csv;
mod write_xlsx;
mod xml;

pub use cell::{Cell, Column};
pub use export::{Export, PAGE, Pages, export, pages, pages_of_many};
pub use format::{SheetFormat, disposition};
pub use read::Door;
pub use table::{Bounds, Lines, SheetRow, Table, Wanted};
pub use write_csv::{csv_bytes, guarded};
pub use write_xlsx::xlsx_bytes;
