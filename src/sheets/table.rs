//! A sheet as it was read: its headings and where each column stands, and its rows of text.

use super::columns::{Asked, HiddenRows};
use super::grid::Grid;
use super::head::Head;
use super::merged::Fills;
use crate::http::fault::Fault;
use tokio::sync::SemaphorePermit;

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
    /// Cells that hold something.
    pub cells: usize,
    /// Bytes of all their texts.
    pub text_bytes: usize,
}

/// A row under the headings. Blank rows are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// Its number as a spreadsheet shows it, from 1.
    pub number: u32,
    /// Its cells, one for each heading; what is missing is empty.
    pub cells: Vec<String>,
}

impl SheetRow {
    /// The cell of a column; empty where the row ends before it.
    #[must_use]
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Headings and rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What was read, and where.
    pub head: Head,
    /// The rows.
    pub rows: Vec<SheetRow>,
}

/// Headings, and rows one at a time.
#[derive(Debug)]
pub struct Lines {
    /// What was read, and where.
    pub head: Head,
    grid: Grid,
    /// What stands beside rows in merged cells.
    fills: Fills,
    next: usize,
    hidden: HiddenRows,
    /// As long as the rows are kept, so is the place they were read in.
    _place: Option<SemaphorePermit<'static>>,
}

/// Cells, with what is known of where they stand.
pub(super) struct Found {
    pub(super) grid: Grid,
    /// The name of the sheet; none for a file that has but one table.
    pub(super) sheet: Option<String>,
    pub(super) days_from_1904: bool,
}

impl Lines {
    /// From cells, among which the headings are looked for.
    pub(super) fn of(found: Found, asked: &Asked, most_rows: usize, place: Option<SemaphorePermit<'static>>) -> Result<Self, Fault> {
        let Found {
            grid,
            sheet,
            days_from_1904,
        } = found;
        let (mut head, next) = Head::find(&grid, asked.columns)?;
        if grid.rows().saturating_sub(next) > most_rows {
            return Err(Fault::of("sheet_too_long").with("limit", most_rows));
        }
        let fills = Fills::of(&grid, &head, asked.columns, grid.number(next).unwrap_or(u32::MAX))?;
        head.sheet = sheet;
        head.days_from_1904 = days_from_1904;
        Ok(Self {
            head,
            grid,
            fills,
            next,
            hidden: asked.hidden,
            _place: place,
        })
    }

    /// How many rows are left at most.
    #[must_use]
    pub fn left(&self) -> usize {
        self.grid.rows().saturating_sub(self.next)
    }

    fn is_left_out(&self, number: u32) -> bool {
        let is_hidden = || self.head.hidden_rows.binary_search(&number).is_ok();
        self.head.repeated_rows.binary_search(&number).is_ok() || (self.hidden == HiddenRows::Skip && is_hidden())
    }
}

impl Iterator for Lines {
    type Item = SheetRow;

    fn next(&mut self) -> Option<SheetRow> {
        loop {
            let at = self.next;
            let number = self.grid.number(at)?;
            self.next += 1;
            if self.is_left_out(number) {
                continue;
            }
            let mut row = self.grid.at(at)?;
            if row.cells.len() < self.head.headings.len() {
                row.cells.resize(self.head.headings.len(), String::new());
            }
            self.fills.fill(&mut row);
            return Some(row);
        }
    }
}

impl Table {
    /// All rows at once.
    pub(super) fn of(lines: Lines) -> Self {
        Self {
            head: lines.head.clone(),
            rows: lines.collect(),
        }
    }
}
