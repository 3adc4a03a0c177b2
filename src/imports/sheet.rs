//! A file as rows, cut into pieces of whole documents.

use super::kind::RowKind;
use super::row::{COLUMNS, MOST_CELL, MOST_ROWS, OF_FILES, Row};
use super::told::FileTold;
use super::whole::Lacking;
use crate::http::fault::{Fault, Refusal};
use crate::sheets::{Asked, Bounds, Door, HiddenRows, Lines, SheetRow, figure, is_total, moment};

/// The most bytes of a file.
pub const MOST_FILE_BYTES: usize = 64 << 20;
/// What a file may be at most. Two are read at a time: each may take hundreds of megabytes. It may have columns that are
/// of no use here, and long words in them.
static DOOR: Door = Door::new(
    Bounds {
        bytes: MOST_FILE_BYTES,
        rows: 1_000_000,
        columns: 200,
        cell_chars: 2_000,
        unpacked_bytes: 1 << 30,
        cells: 16_000_000,
        text_bytes: 192 << 20,
    },
    2,
);

/// Rows that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The number of its first row, as a spreadsheet shows it.
    pub first_row: i64,
    /// The rows.
    pub rows: Vec<Row>,
}

impl Piece {
    /// One more row. Its own number is kept where it does not follow the row before it.
    fn push(&mut self, number: u32, mut row: Row) {
        let follows = self.first_row + i64::try_from(self.rows.len()).unwrap_or_default();
        row.row_no = (i64::from(number) != follows).then_some(number);
        self.rows.push(row);
    }
}

/// A file that is cut into pieces while they are taken, so that no more than a few of them are held.
#[derive(Debug)]
pub struct Pieces<R = Lines> {
    /// What is told of the file; of rows that are none of a document as far as they were met.
    pub told: FileTold,
    rows: R,
    /// For each column its place in the file.
    places: Vec<Option<usize>>,
    lacking: Lacking,
    /// The document that has begun.
    document: Vec<(u32, Row)>,
    /// The piece that is not full yet.
    piece: Option<Piece>,
}

/// Reads a file, to be cut into pieces.
///
/// # Errors
/// What is wrong with the file, and `import_columns`, naming the columns that are missing.
pub async fn read(bytes: Vec<u8>, asked: Asked) -> Result<Pieces, Refusal> {
    let hidden = asked.hidden;
    let lines = DOOR.lines(bytes, asked).await.map_err(in_own_words)?;
    let (told, lacking) = (FileTold::of(&lines.head, COLUMNS, hidden), Lacking::of(&lines.head));
    let places = lines.head.places.clone();
    Ok(Pieces::of(lines, (places, lacking), told))
}

/// What to read of a file: the columns of an import, of the sheet that is named where one is.
#[must_use]
pub fn asked(hidden: HiddenRows, sheet: Option<String>) -> Asked {
    Asked {
        columns: OF_FILES,
        hidden,
        sheet,
    }
}

/// Missing columns have a problem of their own here, which is older than the reader's.
fn in_own_words(refusal: Refusal) -> Refusal {
    let Refusal::Faults(faults) = refusal else {
        return refusal;
    };
    let own = |fault: Fault| {
        let value = |name: &str| fault.values().get(name).cloned().unwrap_or_default();
        match fault.slug() {
            "sheet_columns" => Fault::of("import_columns")
                .with("expected", value("expected"))
                .with("missing", value("missing"))
                .with("found", value("found")),
            _ => fault,
        }
    };
    Refusal::Faults(faults.into_iter().map(own).collect())
}

impl<R: Iterator<Item = SheetRow>> Pieces<R> {
    fn of(rows: R, (places, lacking): (Vec<Option<usize>>, Lacking), told: FileTold) -> Self {
        Self {
            told,
            rows,
            places,
            lacking,
            document: Vec::new(),
            piece: None,
        }
    }

    /// Puts the document that has ended to the piece; where that would be too full, it is done with.
    fn end_document(&mut self) -> Option<Piece> {
        let document = std::mem::take(&mut self.document);
        let first_row = document.first().map(|(number, _)| i64::from(*number))?;
        let full = self
            .piece
            .as_ref()
            .is_some_and(|piece| piece.rows.len() + document.len() > MOST_ROWS);
        let done = if full { self.piece.take() } else { None };
        let piece = self.piece.get_or_insert_with(|| Piece {
            first_row,
            rows: Vec::with_capacity(document.len()),
        });
        document.into_iter().for_each(|(number, row)| piece.push(number, row));
        done
    }
}

impl<R: Iterator<Item = SheetRow>> Iterator for Pieces<R> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        while let Some(sheet_row) = self.rows.next() {
            let (number, row) = (sheet_row.number, row_of(sheet_row, &self.places, &self.lacking));
            if is_aside(&row) {
                self.told.skipped.note(number);
                continue;
            }
            // A document whose rows are more than a piece holds is cut all the same: its check says what is wrong with it.
            let full = self.document.len() >= MOST_ROWS;
            let ended = full || self.document.last().is_some_and(|(_, last)| last.document_no != row.document_no);
            let done = if ended { self.end_document() } else { None };
            self.document.push((number, row));
            if done.is_some() {
                return done;
            }
        }
        self.end_document().or_else(|| self.piece.take())
    }
}

/// A row of the file. What is longer than a cell may be is no value of any column, and is cut.
fn row_of(mut sheet_row: SheetRow, places: &[Option<usize>], lacking: &Lacking) -> Row {
    let mut row = Row::default();
    for (column, place) in places.iter().enumerate() {
        let text = place.and_then(|place| sheet_row.cells.get_mut(place)).map(std::mem::take);
        let Some(mut text) = text.filter(|text| !text.is_empty()) else {
            continue;
        };
        if let Some((end, _)) = text.char_indices().nth(MOST_CELL) {
            text.truncate(end);
        }
        if let Some(cell) = row.cell_mut(column) {
            *cell = Some(lacking.whole(column, text));
        }
    }
    row
}

/// Whether a row is none of a document: it names no goods, and is a total or says nothing else that a row of a document
/// says, as the line for signatures under a table.
fn is_aside(row: &Row) -> bool {
    let cells = row.cells();
    if row.sku.is_some() {
        return false;
    }
    cells.iter().any(|cell| is_total(cell))
        || !(row.kind.as_deref().and_then(RowKind::of).is_some()
            || row.at.as_deref().is_some_and(|at| moment(at, false).is_some())
            || row.quantity.as_deref().and_then(figure).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(rows: &[(u32, [&str; 5])]) -> (Vec<Piece>, FileTold) {
        let rows = rows.iter().map(|(number, cells)| SheetRow {
            number: *number,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        });
        let places = COLUMNS
            .iter()
            .map(|(name, _)| ["kind", "document_no", "at", "sku", "quantity"].iter().position(|one| one == name));
        let mut all = Pieces::of(rows, (places.collect(), Lacking::default()), FileTold::default());
        let cut = all.by_ref().collect();
        (cut, all.told)
    }

    fn row(document: &str) -> [&str; 5] {
        ["order", document, "2026-01-01", "A", "1"]
    }

    #[test]
    fn documents_are_not_cut() {
        let rows: Vec<_> = (2..1_502)
            .map(|no| (no, row("A")))
            .chain((1_502..2_502).map(|no| (no, row("B"))))
            .collect();
        let (pieces, _) = pieces(&rows);
        let sizes: Vec<_> = pieces.iter().map(|piece| (piece.first_row, piece.rows.len())).collect();
        assert_eq!(sizes, [(2, 1_500), (1_502, 1_000)]);
    }

    #[test]
    fn rows_keep_the_numbers_of_the_sheet() {
        let (pieces, _) = pieces(&[(2, row("A")), (5, row("B")), (6, row("C"))]);
        let [piece] = pieces.as_slice() else { panic!("{pieces:?}") };
        let numbers: Vec<_> = piece.rows.iter().map(|row| row.row_no).collect();
        assert_eq!((piece.first_row, numbers), (2, vec![None, Some(5), Some(6)]));
    }

    #[test]
    fn what_is_no_row_of_a_document_is_left_out_and_told() {
        let (pieces, told) = pieces(&[
            (2, row("A")),
            (3, ["合计", "", "", "", "1"]),
            (4, ["制表：", "", "审核：", "", ""]),
            (5, ["order", "B", "", "", ""]),
            (6, ["", "", "", "", "3"]),
        ]);
        assert_eq!(pieces[0].rows.len(), 3);
        assert_eq!((told.skipped.count, told.skipped.first), (2, vec![3, 4]));
    }
}
