//! Reading a workbook: its first sheet, cell by cell, so that a lone cell far out costs no more than itself.

use super::table::Bounds;
use super::text::cell;
use super::unpack::check_unpacked;
use crate::http::fault::Fault;
use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};
use std::collections::BTreeMap;
use std::io::Cursor;

/// Numbered rows.
pub(super) fn read_xlsx(bytes: &[u8], bounds: Bounds) -> Result<Vec<(u32, Vec<String>)>, Fault> {
    let unreadable = || Fault::of("sheet_unreadable");
    check_unpacked(bytes, bounds.unpacked_bytes)?;
    let mut book: Xlsx<Cursor<&[u8]>> = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let first = book.sheet_names().first().cloned().ok_or_else(|| Fault::of("sheet_empty"))?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(|_| unreadable())?;
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    while let Some(found) = cells.next_cell().map_err(|_| unreadable())? {
        let text = cell(&text_of(found.get_value()));
        if text.is_empty() {
            continue;
        }
        let (row, column) = found.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= bounds.columns {
            return Err(Fault::of("sheet_too_wide").with("limit", bounds.columns));
        }
        let row = rows.entry(row.saturating_add(1)).or_default();
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        if let Some(place) = row.get_mut(column) {
            *place = text;
        }
        if rows.len() > bounds.rows + 1 {
            return Err(Fault::of("sheet_too_long").with("limit", bounds.rows));
        }
    }
    Ok(rows.into_iter().collect())
}

/// A value as people see it: 10 and not 10.0, a day and not a number of days.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(moment) => day(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    }
}

/// Spreadsheets keep 15 digits; what a binary fraction has beyond them is no part of the number.
fn decimal(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

fn day(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}
