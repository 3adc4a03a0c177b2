//! Where the headings of a sheet stand, which column is which, and what of a sheet is not read.

use super::columns::{Wanted, column_of, folded};
use super::figure::{figure, is_total};
use super::grid::{Grid, MOST_ROWS_ABOVE};
use super::heading_words::{is_words, joined, letters_of, short, shown, split};
use super::table::SheetRow;
use crate::http::fault::Fault;

/// What was read of a file, and where: told with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The name of the sheet; none for CSV.
    pub sheet: Option<String>,
    /// The number of the row of headings as a spreadsheet shows it; of two rows the upper.
    pub row: u32,
    /// In how many rows the headings stand: one or two.
    pub rows: u32,
    /// The headings as they were written, one for each column; of two rows put into one.
    pub headings: Vec<String>,
    /// For each column that was asked for where it stands.
    pub places: Vec<Option<usize>>,
    /// For each column that was asked for what stands beside its name: the unit of `数量(袋)`.
    pub notes: Vec<Option<String>>,
    /// Headings that name no column that was asked for.
    pub ignored: Vec<String>,
    /// Numbers of the rows that are hidden.
    pub hidden_rows: Vec<u32>,
    /// Numbers of rows further down that are the headings once more.
    pub repeated_rows: Vec<u32>,
    /// Whether a number that means a day is counted from 1904.
    pub days_from_1904: bool,
}

impl Head {
    /// The cell of a row that stands in a column that was asked for; empty where the sheet has no such column.
    #[must_use]
    pub fn cell<'r>(&self, row: &'r SheetRow, column: usize) -> &'r str {
        let place = self.places.get(column).copied().flatten();
        place.map_or("", |place| row.cell(place))
    }

    /// Finds the headings: the first row that has all columns that are needed, or two that have them together. Answers
    /// them and the place of the first row under them.
    pub(super) fn find(grid: &Grid, columns: &'static [Wanted]) -> Result<(Self, usize), Fault> {
        if grid.rows() == 0 {
            return Err(Fault::of("sheet_empty"));
        }
        let last = grid.rows().min(MOST_ROWS_ABOVE - 1);
        for at in 0..last {
            let read = Read::one_row(grid, at, columns);
            if read.lacks().is_empty() {
                let (read, at) = read.with_neighbour(grid, at);
                return read.head(grid, at);
            }
        }
        for at in 0..last {
            if let Some(read) = Read::two_rows(grid, at, columns)? {
                return read.head(grid, at);
            }
        }
        let all = (0..last).map(|at| Read::one_row(grid, at, columns));
        // The first of those that have most.
        let best = all.reduce(|best, one| if one.known() > best.known() { one } else { best });
        Err(best.map_or_else(|| Fault::of("sheet_empty"), |best| best.columns_fault()))
    }
}

/// One or two rows read as headings.
struct Read {
    columns: &'static [Wanted],
    headings: Vec<String>,
    places: Vec<Option<usize>>,
    notes: Vec<Option<String>>,
    /// Columns that are named more than once.
    doubled: Vec<usize>,
    /// Columns of figures that stand only where nobody sees them.
    unseen: Vec<usize>,
    rows: u32,
}

impl Read {
    fn of(grid: &Grid, headings: Vec<String>, named: &[Option<(usize, Option<String>)>], columns: &'static [Wanted], rows: u32) -> Self {
        let mut read = Self {
            columns,
            headings,
            places: vec![None; columns.len()],
            notes: vec![None; columns.len()],
            doubled: Vec::new(),
            unseen: Vec::new(),
            rows,
        };
        for (column, wanted) in columns.iter().enumerate() {
            let of_column = |(at, one): (usize, &Option<(usize, Option<String>)>)| {
                let (found, note) = one.as_ref()?;
                (*found == column).then(|| (at, note.clone()))
            };
            let mut all: Vec<(usize, Option<String>)> = named.iter().enumerate().filter_map(of_column).collect();
            // A code that nobody sees is a code; a figure that nobody sees is nobody's.
            if wanted.figures && all.iter().any(|(at, _)| grid.hides_column(*at)) {
                let seen = |(at, _): &(usize, Option<String>)| !grid.hides_column(*at);
                if all.iter().any(seen) {
                    all.retain(seen);
                } else {
                    read.unseen.push(column);
                    all.truncate(1);
                }
            }
            // A code may have a second name beside its own (`货号`, `产品编号`); of figures each would be as good as the other.
            let own = |(at, _): &&(usize, Option<String>)| wanted.headings.first().is_some_and(|name| folded(read.heading(*at)) == *name);
            let own: Vec<_> = all.iter().filter(own).collect();
            let taken = match (own.as_slice(), all.as_slice()) {
                (_, []) => continue,
                ([one], _) if !wanted.figures => (*one).clone(),
                (_, [one]) => one.clone(),
                (_, [one, ..]) => {
                    read.doubled.push(column);
                    one.clone()
                }
            };
            if let (Some(place), Some(note)) = (read.places.get_mut(column), read.notes.get_mut(column)) {
                (*place, *note) = (Some(taken.0), taken.1);
            }
        }
        read
    }

    fn one_row(grid: &Grid, at: usize, columns: &'static [Wanted]) -> Self {
        let headings = grid.at(at).map(|row| row.cells).unwrap_or_default();
        let named: Vec<_> = headings.iter().map(|heading| column_of(heading, columns)).collect();
        Self::of(grid, headings, &named, columns, 1)
    }

    /// The same with the row above or below, where headings stand that this row has not: of columns that may be left out,
    /// which would be left out unseen.
    fn with_neighbour(self, grid: &Grid, at: usize) -> (Self, usize) {
        let both = |at: usize| Self::two_rows(grid, at, self.columns).ok().flatten();
        let is_better = |both: &Self| both.known() > self.known() && both.doubled.is_empty();
        if let Some(above) = at.checked_sub(1)
            && let Some(both) = both(above).filter(is_better)
        {
            return (both, above);
        }
        let is_row = self.key().is_some_and(|(_, place)| !grid.cell(at + 1, place).is_empty());
        match both(at).filter(is_better) {
            Some(both) if !is_row => (both, at),
            _ => (self, at),
        }
    }

    /// The row and the one right below it, where they have together what neither has alone.
    fn two_rows(grid: &Grid, at: usize, columns: &'static [Wanted]) -> Result<Option<Self>, Fault> {
        let (Some(upper), Some(lower)) = (grid.at(at), grid.at(at + 1)) else {
            return Ok(None);
        };
        if upper.number + 1 != lower.number {
            return Ok(None);
        }
        let width = upper.cells.len().max(lower.cells.len());
        let named: Vec<_> = (0..width)
            .map(|column| {
                let (above, below) = (upper.cell(column), lower.cell(column));
                let both = || column_of(&format!("{above}{below}"), columns);
                column_of(below, columns).or_else(both)
            })
            .collect();
        let headings = (0..width).map(|column| joined(upper.cell(column), lower.cell(column))).collect();
        let read = Self::of(grid, headings, &named, columns, 2);
        if read.lacks().is_empty() {
            return Ok(Some(read));
        }
        // A heading over columns that have names of their own: none of them is the column.
        let above = Self::of(
            grid,
            upper.cells.clone(),
            &upper.cells.iter().map(|one| column_of(one, columns)).collect::<Vec<_>>(),
            columns,
            1,
        );
        match above.split_by(&lower) {
            Some(fault) if read.known() > 0 => Err(fault),
            _ => Ok(None),
        }
    }

    /// Columns that are needed and not there.
    fn lacks(&self) -> Vec<usize> {
        let there = |at: usize| self.places.get(at).is_some_and(Option::is_some);
        let needed = self.columns.iter().enumerate().filter(|(_, column)| column.needed);
        needed.map(|(at, _)| at).filter(|at| !there(*at)).collect()
    }

    fn known(&self) -> usize {
        self.places.iter().flatten().count()
    }

    /// The column by which rows are told from what else stands in a sheet: the first that is needed and holds no figures.
    fn key(&self) -> Option<(usize, usize)> {
        let of = |(at, column): (usize, &Wanted)| (column.needed && !column.figures).then_some(at);
        let at = self.columns.iter().enumerate().find_map(of)?;
        Some((at, self.places.get(at).copied().flatten()?))
    }

    fn place_of_figures(&self) -> impl Iterator<Item = usize> {
        let figures = self.columns.iter().zip(&self.places).filter(|(column, _)| column.figures);
        figures.filter_map(|(_, place)| *place)
    }

    fn heading(&self, place: usize) -> &str {
        self.headings.get(place).map_or("", String::as_str)
    }

    /// The column of figures that a column without a heading may belong to: the heading next to the left.
    fn owner_of(&self, place: usize) -> Option<usize> {
        let named = (0..=place).rev().find(|at| !self.heading(*at).is_empty())?;
        (named < place && self.place_of_figures().any(|at| at == named)).then_some(named)
    }

    /// The refusal where the row below names parts of a column of figures.
    fn split_by(&self, below: &SheetRow) -> Option<Fault> {
        self.place_of_figures().find_map(|place| {
            let own = (place..below.cells.len()).take_while(|at| *at == place || self.owner_of(*at) == Some(place));
            let parts: Vec<&str> = own.map(|at| below.cell(at)).filter(|part| is_words(part)).collect();
            (parts.len() > 1).then(|| split(self.heading(place), &parts.join("、")))
        })
    }

    /// Whether the row right below belongs to the headings: it has nothing in the column by which rows are told, and
    /// words where figures stand.
    fn goes_on_in(&self, below: &SheetRow) -> bool {
        let is_row = self.key().is_some_and(|(_, place)| !below.cell(place).is_empty());
        !is_row && self.place_of_figures().any(|place| is_words(below.cell(place)))
    }

    /// The head, from the row in this place on.
    fn head(mut self, grid: &Grid, at: usize) -> Result<(Head, usize), Fault> {
        if !self.doubled.is_empty() {
            return Err(self.columns_fault());
        }
        if let Some(place) = self.unseen.first().and_then(|column| self.places.get(*column).copied().flatten()) {
            let fault = Fault::of("sheet_column_hidden").with("heading", short(self.heading(place)));
            return Err(fault.with("column", letters_of(place)));
        }
        let row = grid.number(at).unwrap_or(1);
        let below = grid.at(at + 1).filter(|below| self.rows == 1 && below.number == row + 1);
        if let Some(below) = below.filter(|below| self.goes_on_in(below)) {
            if let Some(fault) = self.split_by(&below) {
                return Err(fault);
            }
            self.take_below(&below);
        }
        let next = at + usize::try_from(self.rows).unwrap_or(1);
        self.check_beside(grid, next)?;
        let known: Vec<usize> = self.places.iter().flatten().copied().collect();
        let ignored = self
            .headings
            .iter()
            .enumerate()
            .filter(|(at, heading)| !heading.is_empty() && !known.contains(at));
        let first = grid.number(next).unwrap_or(u32::MAX);
        let head = Head {
            sheet: None,
            row,
            rows: self.rows,
            ignored: ignored.map(|(_, heading)| heading.clone()).collect(),
            hidden_rows: grid.hidden().iter().copied().filter(|number| *number >= first).collect(),
            repeated_rows: self.repeated(grid, next),
            headings: self.headings,
            places: self.places,
            notes: self.notes,
            days_from_1904: false,
        };
        Ok((head, next))
    }

    /// A second row that says more of columns which are known by the first.
    fn take_below(&mut self, below: &SheetRow) {
        self.rows = 2;
        let width = self.headings.len().max(below.cells.len());
        for (note, place) in self.notes.iter_mut().zip(&self.places) {
            let text = place.map_or("", |place| below.cell(place));
            if note.is_none() && !text.is_empty() {
                let brackets: &[char] = &['(', ')', '（', '）'];
                *note = Some(text.trim_matches(brackets).to_owned());
            }
        }
        self.headings = (0..width).map(|at| joined(self.heading(at), below.cell(at))).collect();
    }

    /// Figures right of a column of figures and under no heading may be a part of it.
    fn check_beside(&self, grid: &Grid, next: usize) -> Result<(), Fault> {
        let Some((_, key)) = self.key() else { return Ok(()) };
        for at in next..grid.rows() {
            let beside = |(place, text): (usize, &str)| {
                let owner = if self.heading(place).is_empty() {
                    self.owner_of(place)?
                } else {
                    return None;
                };
                figure(text).map(|_| (owner, place))
            };
            let Some((owner, place)) = grid.cells(at).find_map(beside) else {
                continue;
            };
            let named = grid.cell(at, key);
            if !named.is_empty() && !is_total(named) {
                let parts = format!("{}、{}", letters_of(owner), letters_of(place));
                return Err(split(self.heading(owner), &parts));
            }
        }
        Ok(())
    }

    /// Numbers of the rows that are these headings once more, as at the top of a new page.
    fn repeated(&self, grid: &Grid, next: usize) -> Vec<u32> {
        let needed = self.columns.iter().zip(&self.places).filter(|(column, _)| column.needed);
        let places: Vec<usize> = needed.filter_map(|(_, place)| *place).collect();
        if places.is_empty() {
            return Vec::new();
        }
        let is_repeated = |at: &usize| places.iter().all(|place| grid.cell(*at, *place) == self.heading(*place));
        (next..grid.rows()).filter(is_repeated).filter_map(|at| grid.number(at)).collect()
    }

    /// Names the columns that are missing or stand twice, and what was found instead.
    fn columns_fault(&self) -> Fault {
        let mut wrong = self.lacks();
        wrong.extend(&self.doubled);
        wrong.sort_unstable();
        wrong.dedup();
        let named = |at: &usize| self.columns.get(*at).map_or("", |column| column.name);
        let needed = self.columns.iter().filter(|column| column.needed).map(|column| column.name);
        Fault::of("sheet_columns")
            .with("expected", needed.collect::<Vec<_>>().join(", "))
            .with("missing", wrong.iter().map(named).collect::<Vec<_>>().join(", "))
            .with("found", shown(&self.headings))
    }
}
