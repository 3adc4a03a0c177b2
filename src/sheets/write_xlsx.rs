//! Writing a workbook. Rows go to a temporary file as they come, so memory stays small however many there are.

use super::cell::Cell;
use crate::http::fault::Refusal;
use rust_xlsxwriter::{Format, Workbook};
use std::fs::File;
use std::io::{Seek, SeekFrom};

/// A sheet holds 1,048,576 rows; then another begins.
const MOST_ROWS: u32 = 1_000_000;

/// A workbook that is being written.
pub(super) struct Book {
    book: Workbook,
    head: Vec<String>,
    rows: u32,
}

impl Book {
    /// An empty one with these headings.
    pub(super) fn new(head: Vec<String>) -> Result<Self, Refusal> {
        let mut book = Self {
            book: Workbook::new(),
            head,
            rows: 0,
        };
        book.begin_sheet()?;
        Ok(book)
    }

    fn begin_sheet(&mut self) -> Result<(), Refusal> {
        let sheet = self.book.add_worksheet_with_constant_memory().map_err(Refusal::broken)?;
        let bold = Format::new().set_bold();
        for (column, heading) in (0..).zip(&self.head) {
            sheet.write_string_with_format(0, column, heading, &bold).map_err(Refusal::broken)?;
        }
        self.rows = 0;
        Ok(())
    }

    /// Adds rows.
    pub(super) fn write(&mut self, rows: &[Vec<Cell>]) -> Result<(), Refusal> {
        for row in rows {
            if self.rows == MOST_ROWS {
                self.begin_sheet()?;
            }
            self.rows += 1;
            let at = self.book.worksheets().len().saturating_sub(1);
            let sheet = self.book.worksheet_from_index(at).map_err(Refusal::broken)?;
            for (column, cell) in (0..).zip(row) {
                match cell {
                    Cell::Empty => continue,
                    Cell::Text(text) => sheet.write_string(self.rows, column, text),
                    Cell::Number(number) => match number.parse::<f64>() {
                        Ok(value) => sheet.write_number(self.rows, column, value),
                        Err(_) => sheet.write_string(self.rows, column, number),
                    },
                }
                .map_err(Refusal::broken)?;
            }
        }
        Ok(())
    }

    /// The finished workbook as a file without a name, to be read from its beginning.
    pub(super) fn finish(mut self) -> Result<File, Refusal> {
        let mut file = tempfile::tempfile().map_err(Refusal::broken)?;
        self.book.save_to_writer(&file).map_err(Refusal::broken)?;
        file.seek(SeekFrom::Start(0)).map_err(Refusal::broken)?;
        Ok(file)
    }
}

/// A whole workbook in memory, for files of few rows.
///
/// # Errors
/// None that a caller could cause.
pub fn xlsx_bytes(head: Vec<String>, rows: &[Vec<Cell>]) -> Result<Vec<u8>, Refusal> {
    let mut book = Book::new(head)?;
    book.write(rows)?;
    book.book.save_to_buffer().map_err(Refusal::broken)
}
