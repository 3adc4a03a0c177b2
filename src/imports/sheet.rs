//! A file as rows, cut into pieces of whole documents.

use super::failed::tells;
use super::row::{COLUMNS, MOST_CELL, MOST_ROWS, Row, column_of};
use crate::http::fault::{Fault, Refusal};
use crate::sheets::{Bounds, Door, Lines, SheetRow};

/// The most bytes of a file.
pub const MOST_FILE_BYTES: usize = 64 << 20;
/// What a file may be at most. Two are read at a time: each may take hundreds of megabytes.
static DOOR: Door = Door::new(
    Bounds {
        bytes: MOST_FILE_BYTES,
        rows: 1_000_000,
        columns: 40,
        cell_chars: MOST_CELL,
        unpacked_bytes: 1 << 30,
        cells: 16_000_000,
        text_bytes: 192 << 20,
    },
    2,
);
/// Columns no file can do without.
const NEEDED: [&str; 5] = ["kind", "document_no", "at", "sku", "quantity"];

/// Rows that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The number of its first row, as a spreadsheet shows it.
    pub first_row: i64,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A file that is cut into pieces while they are taken, so that no more than a few of them are held.
#[derive(Debug)]
pub struct Pieces<R = Lines> {
    rows: R,
    places: Vec<Option<usize>>,
    /// The document that has begun.
    document: Vec<(i64, Row)>,
    /// The piece that is not full yet.
    piece: Option<Piece>,
}

/// Reads a file, to be cut into pieces.
///
/// # Errors
/// What is wrong with the file, and `import_columns`, naming the columns that are expected.
pub async fn read(bytes: Vec<u8>) -> Result<Pieces, Refusal> {
    let lines = DOOR.lines(bytes).await?;
    let places = places_of(&lines.head)?;
    if lines.left() == 0 {
        return Err(Refusal::fault("sheet_empty"));
    }
    Ok(Pieces::of(lines, places))
}

impl<R: Iterator<Item = SheetRow>> Pieces<R> {
    fn of(rows: R, places: Vec<Option<usize>>) -> Self {
        Self {
            rows,
            places,
            document: Vec::new(),
            piece: None,
        }
    }

    /// Puts the document that has ended to the piece; where that is full, it is done with.
    fn end_document(&mut self) -> Option<Piece> {
        let document = std::mem::take(&mut self.document);
        let first_row = document.first().map(|(number, _)| *number)?;
        let rows = document.into_iter().map(|(_, row)| row);
        match &mut self.piece {
            // Rows are numbered on from the first: a piece ends where blank rows were left out.
            Some(piece)
                if piece.rows.len() + rows.len() <= MOST_ROWS
                    && piece.first_row + i64::try_from(piece.rows.len()).unwrap_or_default() == first_row =>
            {
                piece.rows.extend(rows);
                None
            }
            piece => piece.replace(Piece {
                first_row,
                rows: rows.collect(),
            }),
        }
    }
}

impl<R: Iterator<Item = SheetRow>> Iterator for Pieces<R> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        while let Some(sheet_row) = self.rows.next() {
            let (number, row) = (i64::from(sheet_row.number), row_of(sheet_row, &self.places));
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

/// For each place of the file its column; none where it tells what was wrong the last time.
fn places_of(head: &[String]) -> Result<Vec<Option<usize>>, Fault> {
    let known: Vec<Option<usize>> = head.iter().map(|heading| column_of(heading)).collect();
    let has = |name: &str| {
        known
            .iter()
            .flatten()
            .any(|at| COLUMNS.get(*at).is_some_and(|(column, _)| *column == name))
    };
    let missing: Vec<&str> = NEEDED.into_iter().filter(|name| !has(name)).collect();
    let short = |heading: &String| heading.chars().take(20).collect::<String>();
    let strange: Vec<String> = head
        .iter()
        .zip(&known)
        .filter(|(heading, at)| at.is_none() && !tells(heading))
        .map(|(heading, _)| short(heading))
        .collect();
    let mut once = known.iter().flatten().collect::<Vec<_>>();
    once.sort_unstable();
    let twice = once.windows(2).any(|pair| pair.first() == pair.last());
    if missing.is_empty() && strange.is_empty() && !twice {
        return Ok(known);
    }
    let expected: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    Err(Fault::of("import_columns")
        .with("expected", expected.join(", "))
        .with("missing", missing.join(", "))
        .with("strange", strange.iter().take(10).cloned().collect::<Vec<_>>().join(", ")))
}

fn row_of(sheet_row: SheetRow, places: &[Option<usize>]) -> Row {
    let mut row = Row::default();
    for (text, at) in sheet_row.cells.into_iter().zip(places) {
        let cell = at.and_then(|at| row.cell_mut(at));
        if let Some(cell) = cell.filter(|_| !text.is_empty()) {
            *cell = Some(text);
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(rows: &[(u32, &str)]) -> Vec<Piece> {
        let cells = |number: &str| {
            ["order", number, "2026-01-01", "A", "1"]
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let rows = rows.iter().map(|(number, document)| SheetRow {
            number: *number,
            cells: cells(document),
        });
        Pieces::of(rows, places_of(&head()).unwrap()).collect()
    }

    fn head() -> Vec<String> {
        ["类型", "单据号", "at", "SKU", "quantity"].into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn documents_are_not_cut() {
        let rows: Vec<(u32, &str)> = (2..1_502).map(|no| (no, "A")).chain((1_502..2_502).map(|no| (no, "B"))).collect();
        let pieces = pieces(&rows);
        let sizes: Vec<_> = pieces.iter().map(|piece| (piece.first_row, piece.rows.len())).collect();
        assert_eq!(sizes, [(2, 1_500), (1_502, 1_000)]);
    }

    #[test]
    fn rows_keep_the_numbers_of_the_sheet() {
        let pieces = pieces(&[(2, "A"), (5, "B"), (6, "C")]);
        let sizes: Vec<_> = pieces.iter().map(|piece| (piece.first_row, piece.rows.len())).collect();
        assert_eq!(sizes, [(2, 1), (5, 2)]);
    }

    #[test]
    fn wrong_columns_are_named() {
        let mut wrong = head();
        wrong[1] = "InvoiceNo".to_owned();
        let values = places_of(&wrong).unwrap_err().values().clone();
        assert_eq!(
            (values["missing"].as_str(), values["strange"].as_str()),
            ("document_no", "InvoiceNo")
        );
    }
}
