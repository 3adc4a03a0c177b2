//! A sheet as it was read: headings and rows of text, and the columns that somebody wants of it.

use super::text::folded;
use crate::http::fault::Fault;

/// What a sheet may be at most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of the file.
    pub bytes: usize,
    /// Rows under the headings.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Characters of a cell.
    pub cell_chars: usize,
    /// Bytes of a workbook when it is unpacked.
    pub unpacked_bytes: u64,
}

/// A row under the headings. Blank rows are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// Its number as a spreadsheet shows it, from 1.
    pub number: u32,
    /// Its cells, one for each heading; what is missing is empty.
    pub cells: Vec<String>,
}

/// Headings and rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The headings, as they were written.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<SheetRow>,
}

/// A column somebody wants: the name shown to people, and all headings it may have.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// How it is named in problems.
    pub name: &'static str,
    /// Headings, folded: lower case, half width, without spaces.
    pub headings: &'static [&'static str],
}

impl Table {
    /// From numbered rows, the first of which are the headings.
    pub(super) fn of(mut rows: Vec<(u32, Vec<String>)>, bounds: Bounds) -> Result<Self, Fault> {
        rows.retain(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
        let wide = rows
            .iter()
            .map(|(_, cells)| cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1));
        if wide.max().unwrap_or(0) > bounds.columns {
            return Err(Fault::of("sheet_too_wide").with("limit", bounds.columns));
        }
        let mut rows = rows.into_iter();
        let Some((_, head)) = rows.next() else {
            return Err(Fault::of("sheet_empty"));
        };
        let width = head.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1);
        let rows: Vec<SheetRow> = rows
            .map(|(number, mut cells)| {
                cells.truncate(bounds.columns);
                while cells.len() < width {
                    cells.push(String::new());
                }
                while cells.len() > width && cells.last().is_some_and(String::is_empty) {
                    cells.pop();
                }
                SheetRow { number, cells }
            })
            .collect();
        if rows.len() > bounds.rows {
            return Err(Fault::of("sheet_too_long").with("limit", bounds.rows));
        }
        let head: Vec<String> = head.into_iter().take(width).collect();
        for cells in std::iter::once(&head).chain(rows.iter().map(|row| &row.cells)) {
            if cells.iter().any(|cell| cell.chars().count() > bounds.cell_chars) {
                return Err(Fault::of("sheet_cell_too_long").with("limit", bounds.cell_chars));
            }
        }
        Ok(Self { head, rows })
    }

    /// Where each wanted column stands.
    ///
    /// # Errors
    /// `sheet_columns`, naming those that are missing or stand twice, and what was found instead.
    pub fn columns<const N: usize>(&self, wanted: [Wanted; N]) -> Result<[usize; N], Fault> {
        let head: Vec<String> = self.head.iter().map(|heading| folded(heading)).collect();
        let mut places = [0; N];
        let mut wrong = Vec::new();
        for (place, column) in places.iter_mut().zip(&wanted) {
            let mut found = (0..).zip(&head).filter(|(_, heading)| column.headings.contains(&heading.as_str()));
            match (found.next(), found.next()) {
                (Some((at, _)), None) => *place = at,
                _ => wrong.push(column.name),
            }
        }
        if wrong.is_empty() {
            return Ok(places);
        }
        let expected: Vec<&str> = wanted.iter().map(|column| column.name).collect();
        Err(Fault::of("sheet_columns")
            .with("expected", expected.join(", "))
            .with("missing", wrong.join(", "))
            .with("found", shown(&self.head)))
    }
}

/// Headings for a problem's sentence, bounded.
fn shown(head: &[String]) -> String {
    let short = |heading: &String| heading.chars().take(20).collect::<String>();
    let all: Vec<String> = head.iter().filter(|heading| !heading.is_empty()).take(10).map(short).collect();
    all.join(", ")
}

impl SheetRow {
    /// The cell of a column; empty where the row ends before it.
    #[must_use]
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}
