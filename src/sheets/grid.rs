//! The cells of a sheet as they were found: one long text and where each cell lies in it, so that a sheet costs little
//! more than its letters and an empty cell costs nothing.

use super::budget::Budget;
use super::merged::Merge;
use super::table::SheetRow;
use crate::http::fault::Fault;

/// Rows that are looked through for the headings: titles may stand above them, and headings in two rows.
pub(super) const MOST_ROWS_ABOVE: usize = 32;

/// A cell that holds something.
#[derive(Clone, Copy, Debug)]
struct Place {
    column: u16,
    bytes: u16,
    start: u32,
}

/// A row that holds something.
#[derive(Clone, Copy, Debug)]
struct Span {
    number: u32,
    first: usize,
    count: usize,
}

/// Cells, row by row.
#[derive(Debug, Default)]
pub(super) struct Grid {
    text: String,
    places: Vec<Place>,
    spans: Vec<Span>,
    disordered: bool,
    /// Numbers of rows that hold something and are hidden.
    hidden: Vec<u32>,
    /// Columns that are hidden, from the first to the last of each run.
    hidden_columns: Vec<(usize, usize)>,
    /// Cells that are merged downwards.
    merges: Vec<Merge>,
}

impl Grid {
    /// Puts a text that is not empty into a cell; `row` counts from 1, `column` from 0. All bounds are held here, before
    /// the text is copied.
    pub(super) fn put(&mut self, row: u32, column: usize, text: &str, budget: &Budget) -> Result<(), Fault> {
        let bounds = budget.bounds();
        if column >= bounds.columns {
            return Err(Fault::of("sheet_too_wide").with("limit", bounds.columns));
        }
        let too_long = || Fault::of("sheet_cell_too_long").with("limit", bounds.cell_chars);
        // As many bytes as characters at least: the long ones need not be counted through.
        if text.len() > bounds.cell_chars && text.chars().take(bounds.cell_chars + 1).count() > bounds.cell_chars {
            return Err(too_long());
        }
        let (Ok(bytes), Ok(column)) = (u16::try_from(text.len()), u16::try_from(column)) else {
            return Err(too_long());
        };
        budget.cell(text.len())?;
        let start = u32::try_from(self.text.len()).map_err(|_| budget.too_large())?;
        self.row(row, column, budget)?;
        self.text.push_str(text);
        self.places.push(Place { column, bytes, start });
        Ok(())
    }

    /// One cell more in a row, which may be a new one.
    fn row(&mut self, number: u32, column: u16, budget: &Budget) -> Result<(), Fault> {
        match self.spans.last_mut() {
            Some(last) if last.number == number => {
                self.disordered |= self.places.last().is_some_and(|place| place.column >= column);
                last.count += 1;
            }
            last => {
                self.disordered |= last.is_some_and(|last| last.number > number);
                let first = self.places.len();
                self.spans.push(Span { number, first, count: 1 });
                // What may stand above the rows, and one more than there may be: enough to see that there are too many.
                if self.spans.len() > budget.bounds().rows + MOST_ROWS_ABOVE + 1 {
                    return Err(Fault::of("sheet_too_long").with("limit", budget.bounds().rows));
                }
            }
        }
        Ok(())
    }

    /// Notes that a row that holds something is hidden.
    pub(super) fn hide(&mut self, row: u32) {
        if self.hidden.last() != Some(&row) {
            self.hidden.push(row);
        }
    }

    /// Notes that columns are hidden.
    pub(super) fn hide_columns(&mut self, first: usize, last: usize, budget: &Budget) -> Result<(), Fault> {
        budget.cell(0)?;
        self.hidden_columns.push((first, last));
        Ok(())
    }

    /// Notes that cells are merged downwards.
    pub(super) fn merge(&mut self, merge: Merge, budget: &Budget) -> Result<(), Fault> {
        budget.cell(0)?;
        self.merges.push(merge);
        Ok(())
    }

    /// Rows and cells in their order, where a file had them in another. Of a cell that stands twice the later counts.
    pub(super) fn in_order(mut self) -> Self {
        self.hidden.sort_unstable();
        self.hidden.dedup();
        if !self.disordered {
            return self;
        }
        let mut all: Vec<(u32, u16, usize)> = Vec::with_capacity(self.places.len());
        for span in &self.spans {
            let own = (span.first..span.first + span.count).filter_map(|at| Some((span.number, self.places.get(at)?.column, at)));
            all.extend(own);
        }
        all.sort_unstable();
        let (mut places, mut spans): (Vec<Place>, Vec<Span>) = (Vec::with_capacity(all.len()), Vec::new());
        for (number, column, at) in all {
            let Some(place) = self.places.get(at).copied() else { continue };
            match spans.last_mut() {
                Some(last) if last.number == number => {
                    if places.last().is_some_and(|before| before.column == column) {
                        places.pop();
                        last.count -= 1;
                    }
                    last.count += 1;
                }
                _ => spans.push(Span {
                    number,
                    first: places.len(),
                    count: 1,
                }),
            }
            places.push(place);
        }
        self.places = places;
        self.spans = spans;
        self.disordered = false;
        self
    }

    /// The row in a place from 0, as wide as its last cell; none behind the last.
    pub(super) fn at(&self, at: usize) -> Option<SheetRow> {
        let number = self.number(at)?;
        let mut cells = Vec::new();
        for (column, text) in self.cells(at) {
            cells.resize(column + 1, String::new());
            if let Some(cell) = cells.last_mut() {
                text.clone_into(cell);
            }
        }
        Some(SheetRow { number, cells })
    }

    /// The number of the row in a place from 0.
    pub(super) fn number(&self, at: usize) -> Option<u32> {
        self.spans.get(at).map(|span| span.number)
    }

    /// The cells of the row in a place that hold something, with their columns.
    pub(super) fn cells(&self, at: usize) -> impl Iterator<Item = (usize, &str)> {
        let span = self.spans.get(at);
        let places = span.and_then(|span| self.places.get(span.first..span.first + span.count));
        let all = self.text.as_str();
        places.unwrap_or_default().iter().filter_map(move |place| {
            let start = usize::try_from(place.start).ok()?;
            let text = all.get(start..start + usize::from(place.bytes))?;
            Some((usize::from(place.column), text))
        })
    }

    /// A cell; empty where it holds nothing.
    pub(super) fn cell(&self, at: usize, column: usize) -> &str {
        self.cells(at).find(|(of, _)| *of == column).map_or("", |(_, text)| text)
    }

    /// The place of a row by its number; none where it holds nothing.
    pub(super) fn place_of(&self, number: u32) -> Option<usize> {
        self.spans.binary_search_by_key(&number, |span| span.number).ok()
    }

    /// Whether a column is hidden.
    pub(super) fn hides_column(&self, column: usize) -> bool {
        self.hidden_columns.iter().any(|(first, last)| (*first..=*last).contains(&column))
    }

    /// Cells that are merged downwards.
    pub(super) fn merges(&self) -> &[Merge] {
        &self.merges
    }

    /// Numbers of the rows that are hidden.
    pub(super) fn hidden(&self) -> &[u32] {
        &self.hidden
    }

    /// How many rows hold something.
    pub(super) fn rows(&self) -> usize {
        self.spans.len()
    }
}
