//! Reading an upload, whatever it says it is.

use super::read_csv::read_csv;
use super::read_xlsx::read_xlsx;
use super::table::{Bounds, Table};
use crate::http::fault::{Fault, Refusal};

/// How a workbook begins: it is a zip file.
const ZIP: &[u8] = b"PK\x03\x04";
/// How workbooks of old programs, and those behind a password, begin.
const OLD_EXCEL: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The table in a file, told by its content. Reading it may take a moment, so it happens on a thread of its own.
///
/// # Errors
/// `body_too_large`, `sheet_old_excel`, `sheet_unreadable`, `sheet_unpacks_too_large`, `sheet_empty`, `sheet_too_long`,
/// `sheet_too_wide`, `sheet_cell_too_long`.
pub async fn read(bytes: Vec<u8>, bounds: Bounds) -> Result<Table, Refusal> {
    if bytes.len() > bounds.bytes {
        return Err(Fault::of("body_too_large").with("limit_bytes", bounds.bytes).into());
    }
    // A file that makes the reader give up ends the request, not the process.
    match tokio::task::spawn_blocking(move || table(&bytes, bounds)).await {
        Ok(table) => Ok(table?),
        Err(_) => Err(Refusal::fault("sheet_unreadable")),
    }
}

fn table(bytes: &[u8], bounds: Bounds) -> Result<Table, Fault> {
    if bytes.starts_with(OLD_EXCEL) {
        return Err(Fault::of("sheet_old_excel"));
    }
    let rows = if bytes.starts_with(ZIP) {
        read_xlsx(bytes, bounds)?
    } else {
        read_csv(bytes, bounds)?
    };
    Table::of(rows, bounds)
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
