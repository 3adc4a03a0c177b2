//! Sheets: tables as people keep them, read from CSV and XLSX, written as CSV, XLSX and JSON lines.
//!
//! Owns encodings (UTF-8 with or without its mark, UTF-16, GBK and GB18030), what a spreadsheet makes of a number or a
//! day, the budget under which an upload is unpacked and read, the guard against cells that are taken for formulas, and
//! exports that are written page by page. Does not own what a column means: rooms name their columns, and what
//! headings they may have, and read the texts. No word of the trade.
//!
//! Hands out the [`Door`], through which every upload comes: one reader for all of them. A file is not asked how much it
//! holds. What it unpacks to, its cells and their letters are counted before they are copied; a reading ends with the
//! request it is for.

mod budget;
mod cell;
mod column;
mod columns;
mod day;
mod export;
mod figure;
mod figures;
mod file;
mod format;
mod grid;
mod head;
mod heading_words;
mod meant;
mod merged;
mod no_value;
mod other_kinds;
mod paging;
mod read;
mod read_csv;
mod read_xlsx;
mod shown;
mod strings;
mod styles;
mod table;
mod text;
mod unpack;
mod whole;
mod workbook;
mod write_csv;
mod write_xlsx;
mod xml;

pub use cell::{Cell, Heading, Shape};
pub use column::{Call, Column, in_shanghai};
pub use columns::{Asked, HiddenRows, Wanted, folded};
pub use day::{day, moment};
pub use export::{Export, FileName, PAGE, Pages, export};
pub use figure::{Figure, code, figure, is_total, money, same_unit, unit_beside};
pub use file::SheetFile;
pub use format::{SheetFormat, disposition};
pub use head::Head;
pub use meant::{meant, words_of};
pub use no_value::is_no_value;
pub use paging::{pages, pages_by_weight, pages_of_many, told};
pub use read::Door;
pub use table::{Bounds, Lines, SheetRow, Table};
pub use whole::{Leaf, whole};
pub use write_csv::{csv_bytes, guarded};
pub use write_xlsx::xlsx_bytes;
