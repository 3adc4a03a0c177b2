//! The cells of a sheet as they were found: one long text and where each cell lies in it, so that a sheet costs little
//! more than its letters and an empty cell costs nothing.

use super::budget::Budget;
use super::table::SheetRow;
use crate::http::fault::Fault;

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
                // The headings, and one more than there may be: enough to see that there are too many.
                if self.spans.len() > budget.bounds().rows + 1 {
                    return Err(Fault::of("sheet_too_long").with("limit", budget.bounds().rows));
                }
            }
        }
        Ok(())
    }

    /// Rows and cells in their order, where a file had them in another. Of a cell that stands twice the later counts.
    pub(super) fn in_order(mut self) -> Self {
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
        let span = self.spans.get(at)?;
        let places = self.places.get(span.first..span.first + span.count)?;
        let width = places.last().map_or(0, |place| usize::from(place.column) + 1);
        let mut cells = vec![String::new(); width];
        for place in places {
            let start = usize::try_from(place.start).ok()?;
            let text = self.text.get(start..start + usize::from(place.bytes))?;
            if let Some(cell) = cells.get_mut(usize::from(place.column)) {
                text.clone_into(cell);
            }
        }
        Some(SheetRow {
            number: span.number,
            cells,
        })
    }

    /// How many rows hold something.
    pub(super) fn rows(&self) -> usize {
        self.spans.len()
    }
}
