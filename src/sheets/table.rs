//! A sheet as it was read: headings and rows of text, and the columns that somebody wants of it.

use super::grid::Grid;
use super::text::folded;
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

/// Headings, and rows one at a time.
#[derive(Debug)]
pub struct Lines {
    /// The headings, as they were written.
    pub head: Vec<String>,
    grid: Grid,
    next: usize,
    /// As long as the rows are kept, so is the place they were read in.
    _place: Option<SemaphorePermit<'static>>,
}

impl Lines {
    /// From cells, the first row of which are the headings.
    pub(super) fn of(grid: Grid, place: Option<SemaphorePermit<'static>>) -> Result<Self, Fault> {
        let head = grid.at(0).ok_or_else(|| Fault::of("sheet_empty"))?.cells;
        Ok(Self {
            head,
            grid,
            next: 1,
            _place: place,
        })
    }

    /// How many rows are left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.grid.rows().saturating_sub(self.next)
    }
}

impl Iterator for Lines {
    type Item = SheetRow;

    fn next(&mut self) -> Option<SheetRow> {
        let mut row = self.grid.at(self.next)?;
        self.next += 1;
        if row.cells.len() < self.head.len() {
            row.cells.resize(self.head.len(), String::new());
        }
        Some(row)
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
