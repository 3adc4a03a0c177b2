//! Reading an upload, whatever it says it is.

use super::budget::{Budget, Waiter, Waiting};
use super::columns::Asked;
use super::other_kinds::by_beginning;
use super::read_csv::read_csv;
use super::read_xlsx::read_xlsx;
use super::table::{Bounds, Found, Lines, Table};
use crate::http::fault::{Fault, Refusal};
use tokio::sync::{Semaphore, SemaphorePermit};

/// How a workbook begins: it is a zip file.
const ZIP: &[u8] = b"PK\x03\x04";
/// How workbooks of old programs, and those behind a password, begin.
const OLD_EXCEL: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Where uploads of a kind come in: how large they may be, and how many are read at a time. One for each kind, for as
/// long as the process lives.
#[derive(Debug)]
pub struct Door {
    bounds: Bounds,
    places: Semaphore,
}

impl Door {
    /// A door for files within `bounds`, `at_once` of them at a time.
    #[must_use]
    pub const fn new(bounds: Bounds, at_once: usize) -> Self {
        Self {
            bounds,
            places: Semaphore::const_new(at_once),
        }
    }

    /// The table in a file, told by its content.
    ///
    /// # Errors
    /// `body_too_large`, `sheet_old_excel`, `sheet_other_kind`, `sheet_unreadable`, `sheet_byte_wrong`, `sheet_quote_open`, `sheet_unknown`,
    /// `sheet_ambiguous`, `sheet_columns`, `sheet_heading_split`, `sheet_column_hidden`, `sheet_cells_merged`, `sheet_unpacks_too_large`, `sheet_too_large`, `sheet_empty`,
    /// `sheet_too_long`, `sheet_too_wide`, `sheet_cell_too_long`.
    pub async fn table(&'static self, bytes: Vec<u8>, asked: Asked) -> Result<Table, Refusal> {
        self.read(bytes, asked, Table::of).await
    }

    /// The same row by row, for files that are not small.
    ///
    /// # Errors
    /// The same.
    pub async fn lines(&'static self, bytes: Vec<u8>, asked: Asked) -> Result<Lines, Refusal> {
        self.read(bytes, asked, |lines| lines).await
    }

    /// Reading may take a moment, so it happens on a thread of its own; when the request is gone, so is the reading.
    async fn read<T: Send + 'static>(
        &'static self,
        bytes: Vec<u8>,
        asked: Asked,
        then: impl FnOnce(Lines) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        if bytes.len() > self.bounds.bytes {
            return Err(Fault::of("body_too_large").with("limit_bytes", self.bounds.bytes).into());
        }
        let (bounds, waiting) = (self.bounds, Waiting::default());
        let waiter = Waiter::new(&waiting);
        let place = self.places.acquire().await.map_err(Refusal::broken)?;
        let work = tokio::task::spawn_blocking(move || lines(&bytes, &asked, bounds, waiting, Some(place)).map(then));
        // A file that makes the reader give up ends the request, not the process.
        let read = work.await;
        drop(waiter);
        match read {
            Ok(read) => Ok(read?),
            Err(_) => Err(Refusal::fault("sheet_unreadable")),
        }
    }
}

fn lines(bytes: &[u8], asked: &Asked, bounds: Bounds, waiting: Waiting, place: Option<SemaphorePermit<'static>>) -> Result<Lines, Fault> {
    if bytes.starts_with(OLD_EXCEL) {
        return Err(Fault::of("sheet_old_excel"));
    }
    if let Some(other) = by_beginning(bytes) {
        return Err(other);
    }
    let budget = Budget::new(bounds, waiting);
    let found = if bytes.starts_with(ZIP) {
        read_xlsx(bytes, asked, &budget)?
    } else {
        Found {
            grid: read_csv(bytes, &budget)?,
            sheet: None,
            days_from_1904: false,
        }
    };
    Lines::of(found, asked, bounds.rows, place)
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "form_tests.rs"]
mod forms;
