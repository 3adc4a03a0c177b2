//! How an import's file was read, on the wire.

use super::told::{FileTold, Numbered};
use poem_openapi::Object;

/// A heading of a file, and the column it names.
#[derive(Clone, Debug, Object)]
pub struct ImportHeadingBody {
    /// The column.
    #[oai(validator(max_length = 40))]
    pub column: String,
    /// The heading as it was written.
    #[oai(validator(max_length = 100))]
    pub heading: String,
}

/// Rows of a file by their numbers.
#[derive(Clone, Debug, Object)]
pub struct ImportRowsBody {
    /// How many they are.
    pub count: u32,
    /// The first of them, as a spreadsheet numbers them; at most 200.
    #[oai(validator(max_items = 200))]
    pub first: Vec<u32>,
}

impl From<Numbered> for ImportRowsBody {
    fn from(rows: Numbered) -> Self {
        Self {
            count: rows.count,
            first: rows.first,
        }
    }
}

/// How a file was read: from which sheet and headings, and what of it was left alone.
#[derive(Clone, Debug, Object)]
pub struct ImportFileBody {
    /// The sheet of a workbook that was read; null of CSV.
    #[oai(nullable, validator(max_length = 200))]
    pub sheet: Option<String>,
    /// The row its headings stand in, as a spreadsheet numbers it.
    pub heading_row: u32,
    /// The headings that name a column.
    #[oai(validator(max_items = 40))]
    pub headings: Vec<ImportHeadingBody>,
    /// Headings that name none: what stands under them is ignored.
    #[oai(validator(max_items = 200))]
    pub ignored_headings: Vec<String>,
    /// Rows that are hidden in the file, by a filter or by hand.
    pub hidden_rows: ImportRowsBody,
    /// Whether hidden rows were taken all the same, as `hidden=include` asks for.
    pub hidden_rows_taken: bool,
    /// Rows that are none of a document and were left out: totals, headings that stand again, lines for signatures.
    pub skipped_rows: ImportRowsBody,
}

impl From<FileTold> for ImportFileBody {
    fn from(told: FileTold) -> Self {
        let headings = told.headings.into_iter();
        Self {
            sheet: told.sheet,
            heading_row: told.heading_row,
            headings: headings.map(|(column, heading)| ImportHeadingBody { column, heading }).collect(),
            ignored_headings: told.ignored,
            hidden_rows: told.hidden.into(),
            hidden_rows_taken: told.hidden_taken,
            skipped_rows: told.skipped.into(),
        }
    }
}
