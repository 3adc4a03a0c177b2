//! Files of which every row is known before the first is written: one or several sheets.

use super::cell::{Cell, Heading};
use super::export::{Export, FileName, blocking, body_of, pieces};
use super::format::SheetFormat;
use super::write_csv::{csv_bytes, json_lines};
use super::write_xlsx::Book;
use crate::http::fault::Refusal;
use poem::Body;
use serde_json::Value;

/// A sheet.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Its name.
    pub name: String,
    /// Its headings.
    pub head: Vec<Heading>,
    /// Its rows, each with a cell for each heading.
    pub rows: Vec<Vec<Cell>>,
}

/// The file: a workbook of all sheets, a text of the first, or the lines for programs.
///
/// # Errors
/// None that a caller could cause.
pub async fn whole(
    format: SheetFormat,
    name: FileName,
    leaves: Vec<Leaf>,
    lines: impl FnOnce() -> Vec<Value> + Send,
) -> Result<Export, Refusal> {
    let body = match format {
        SheetFormat::Jsonl => Body::from(json_lines(&lines())),
        SheetFormat::Csv => {
            let Some(leaf) = leaves.into_iter().next() else {
                return Err(Refusal::broken("a file without a sheet"));
            };
            let head: Vec<String> = leaf.head.into_iter().map(|heading| heading.text).collect();
            Body::from(csv_bytes(&head, &leaf.rows)?)
        }
        SheetFormat::Xlsx => {
            let file = blocking(move || {
                let mut leaves = leaves.into_iter();
                let Some(first) = leaves.next() else {
                    return Err(Refusal::broken("a workbook without a sheet"));
                };
                let mut book = Book::new(first.name, first.head)?;
                book.write(&first.rows)?;
                for leaf in leaves {
                    book.turn_to(leaf.name, leaf.head)?;
                    book.write(&leaf.rows)?;
                }
                book.finish()
            })
            .await?;
            body_of(pieces(file))
        }
    };
    Ok(Export::of(format, name, body))
}
