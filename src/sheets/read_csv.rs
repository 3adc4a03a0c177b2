//! Reading CSV: commas, semicolons or tabs, whichever the first line has.

use super::table::Bounds;
use super::text::{cell, decode};
use crate::http::fault::Fault;

/// Numbered rows.
pub(super) fn read_csv(bytes: &[u8], bounds: Bounds) -> Result<Vec<(u32, Vec<String>)>, Fault> {
    let text = decode(bytes)?;
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let delimiter = [b',', b'\t', b';']
        .into_iter()
        .max_by_key(|one| (first.bytes().filter(|byte| byte == one).count(), *one == b','))
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    // A record may hold line ends, so a spreadsheet's number of a row is the number of the record.
    let mut number = 0;
    while reader.read_record(&mut record).map_err(|_| Fault::of("sheet_unreadable"))? {
        number += 1;
        // The headings, and one more than there may be: enough to see that there are too many.
        if rows.len() > bounds.rows + 1 {
            return Err(Fault::of("sheet_too_long").with("limit", bounds.rows));
        }
        let cells: Vec<String> = record.iter().map(cell).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push((number, cells));
        }
    }
    Ok(rows)
}
