//! Cells that are merged downwards: people see what stands in the uppermost beside every row, files have it in the first
//! row only. Words are read so; of figures nobody can tell how they are meant for each row, so they are refused.

use super::columns::Wanted;
use super::grid::Grid;
use super::head::Head;
use super::heading_words::letters_of;
use super::table::SheetRow;
use crate::http::fault::Fault;
use std::collections::BTreeMap;

/// Cells of a column that are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Merge {
    /// The column where its value stands.
    pub(super) column: usize,
    /// The numbers of its rows.
    pub(super) first: u32,
    pub(super) last: u32,
}

/// For each column of words the rows that a value stands for, in their order.
#[derive(Debug, Default)]
pub(super) struct Fills(BTreeMap<usize, Vec<(Merge, String)>>);

impl Fills {
    /// Of the merged cells under the headings, from this row on.
    pub(super) fn of(grid: &Grid, head: &Head, columns: &'static [Wanted], from: u32) -> Result<Self, Fault> {
        let mut fills = Self::default();
        let mut merges: Vec<Merge> = grid.merges().iter().filter(|one| one.first >= from).copied().collect();
        merges.sort_unstable();
        let key = columns.iter().position(|column| column.needed && !column.figures);
        for merge in merges {
            let known = head.places.iter().position(|place| *place == Some(merge.column));
            let Some(column) = known.and_then(|known| columns.get(known)) else {
                continue;
            };
            let value = grid.place_of(merge.first).map_or("", |at| grid.cell(at, merge.column));
            if value.is_empty() {
                continue;
            }
            if !column.figures {
                let of_column = fills.0.entry(merge.column).or_default();
                of_column.push((merge, value.to_owned()));
            } else if let Some(place) = key.and_then(|key| head.places.get(key).copied().flatten())
                && names_more(grid, merge, place)
            {
                return Err(refused(head, merge));
            }
        }
        Ok(fills)
    }

    /// Puts into a row what stands beside it.
    pub(super) fn fill(&self, row: &mut SheetRow) {
        for (column, merges) in &self.0 {
            let before = merges.partition_point(|(merge, _)| merge.first < row.number);
            let over = before.checked_sub(1).and_then(|at| merges.get(at));
            let Some((_, value)) = over.filter(|(merge, _)| merge.last >= row.number) else {
                continue;
            };
            if let Some(cell) = row.cells.get_mut(*column).filter(|cell| cell.is_empty()) {
                cell.clone_from(value);
            }
        }
    }
}

/// Whether rows below the first of a merged cell have a name of their own.
fn names_more(grid: &Grid, merge: Merge, key: usize) -> bool {
    let Some(first) = grid.place_of(merge.first) else { return false };
    let mut below = (first + 1..grid.rows()).take_while(|at| grid.number(*at).is_some_and(|number| number <= merge.last));
    below.any(|at| !grid.cell(at, key).is_empty())
}

fn refused(head: &Head, merge: Merge) -> Fault {
    let letters = letters_of(merge.column);
    let heading: String = head
        .headings
        .get(merge.column)
        .map_or_else(String::new, |heading| heading.chars().take(40).collect());
    Fault::of("sheet_cells_merged")
        .with("heading", heading)
        .with("cells", format!("{letters}{}:{letters}{}", merge.first, merge.last))
}
