//! Reading CSV: commas, semicolons or tabs, whichever the first line has.

use super::budget::{Budget, MOST_CELL_BYTES};
use super::grid::Grid;
use super::text::{cell, decode};
use crate::http::fault::Fault;
use csv_core::{ReadFieldResult, ReaderBuilder};

/// The cells of a file, field by field: a record of millions of commas, or a field as long as the file, takes no more
/// room than a cell.
pub(super) fn read_csv(bytes: &[u8], budget: &Budget) -> Result<Grid, Fault> {
    let text = decode(bytes)?;
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let delimiter = [b',', b'\t', b';']
        .into_iter()
        .max_by_key(|one| (first.bytes().filter(|byte| byte == one).count(), *one == b','))
        .unwrap_or(b',');
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let (mut input, mut field, mut filled) = (text.as_bytes(), vec![0; MOST_CELL_BYTES], 0);
    let mut grid = Grid::default();
    // A record may hold line ends, so a spreadsheet's number of a row is the number of the record.
    let (mut row, mut column) = (1, 0);
    loop {
        let (result, read, written) = reader.read_field(input, field.get_mut(filled..).unwrap_or_default());
        input = input.get(read..).unwrap_or_default();
        filled += written;
        match result {
            ReadFieldResult::InputEmpty => {}
            ReadFieldResult::OutputFull => return Err(budget.too_large()),
            ReadFieldResult::End => return Ok(grid),
            ReadFieldResult::Field { record_end } => {
                let found = std::str::from_utf8(field.get(..filled).unwrap_or_default());
                let found = cell(found.map_err(|_| Fault::of("sheet_unreadable"))?);
                if !found.is_empty() {
                    grid.put(row, column, found, budget)?;
                }
                filled = 0;
                column += 1;
                if record_end {
                    (row, column) = (row + 1, 0);
                    if !budget.goes_on() {
                        return Err(budget.why_stopped());
                    }
                }
            }
        }
    }
}
