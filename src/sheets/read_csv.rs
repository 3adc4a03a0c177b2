//! Reading CSV: commas, semicolons, tabs or strokes, whichever most of the first lines have.

use super::budget::{Budget, MOST_CELL_BYTES};
use super::grid::Grid;
use super::text::{cell, decode};
use crate::http::fault::Fault;
use std::borrow::Cow;

/// Lines that are looked at to find what stands between cells: titles may stand above the headings.
const LOOK_LINES: usize = 30;

/// The cells of a file, field by field: a record of millions of commas takes no more room than its cells.
pub(super) fn read_csv(bytes: &[u8], budget: &Budget) -> Result<Grid, Fault> {
    let text = decode(bytes)?;
    let (text, told) = told_delimiter(&text);
    let mut fields = Fields {
        rest: text,
        delimiter: told.unwrap_or_else(|| delimiter_of(text)),
        row: 1,
        column: 0,
    };
    let mut grid = Grid::default();
    loop {
        let (row, column) = (fields.row, fields.column);
        let (field, end) = fields.next(budget)?;
        let found = cell(&field);
        if !found.is_empty() {
            grid.put(row, column, found, budget)?;
        }
        match end {
            End::Field => {}
            End::Row if budget.goes_on() => {}
            End::Row => return Err(budget.why_stopped()),
            End::File => return Ok(grid),
        }
    }
}

/// A first line `sep=;` is for spreadsheet programs, which do not show it.
fn told_delimiter(text: &str) -> (&str, Option<u8>) {
    let said = text.get(..4).filter(|said| said.eq_ignore_ascii_case("sep="));
    let told = said.and_then(|said| text.get(said.len()..)).and_then(|rest| {
        let delimiter = rest.bytes().next().filter(|byte| matches!(byte, b',' | b';' | b'\t' | b'|'))?;
        let rest = rest.get(1..)?;
        let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r']))?;
        Some((rest, Some(delimiter)))
    });
    told.unwrap_or((text, None))
}

/// What stands in most of the first lines, and most often. Among equals the rarer in words and figures: commas part thousands and clauses,
/// and nobody types a tab.
fn delimiter_of(text: &str) -> u8 {
    let lines = || text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).take(LOOK_LINES);
    let count = |line: &str, delimiter: u8| line.bytes().filter(|byte| *byte == delimiter).count();
    let having = |delimiter: u8| {
        let counts = lines().map(|line| count(line, delimiter)).filter(|count| *count > 0);
        counts.fold((0, 0), |(lines, all), count| (lines + 1, all + count))
    };
    let rarest_last = [b',', b';', b'|', b'\t'];
    rarest_last
        .into_iter()
        .max_by_key(|one| having(*one))
        .filter(|one| having(*one).0 > 0)
        .unwrap_or(b',')
}

/// What stands behind a field.
enum End {
    Field,
    Row,
    File,
}

/// A text field by field. A row may hold line ends, so a spreadsheet's number of a row is the number of the record; blank
/// lines are records as well.
struct Fields<'t> {
    rest: &'t str,
    delimiter: u8,
    /// Where the next field stands: the row from 1, the column from 0.
    row: u32,
    column: usize,
}

impl<'t> Fields<'t> {
    fn next(&mut self, budget: &Budget) -> Result<(Cow<'t, str>, End), Fault> {
        let (field, behind) = match self.rest.strip_prefix('"') {
            Some(inside) => self.quoted(inside)?,
            None => {
                let end = self.end_in(self.rest);
                let (field, behind) = self.rest.split_at(end);
                (Cow::Borrowed(field), behind)
            }
        };
        if field.len() > MOST_CELL_BYTES {
            return Err(budget.too_large());
        }
        Ok((field, self.step(behind)))
    }

    /// Where a field without quotes ends.
    fn end_in(&self, text: &str) -> usize {
        let ends = |byte: u8| byte == self.delimiter || matches!(byte, b'\r' | b'\n');
        text.bytes().position(ends).unwrap_or(text.len())
    }

    /// Goes on behind what ends a field.
    fn step(&mut self, behind: &'t str) -> End {
        let (end, bytes) = match behind.as_bytes() {
            [] => (End::File, 0),
            [b'\r', b'\n', ..] => (End::Row, 2),
            [b'\r' | b'\n', ..] => (End::Row, 1),
            _ => (End::Field, 1),
        };
        self.rest = behind.get(bytes..).unwrap_or_default();
        match end {
            End::Field => self.column += 1,
            End::Row => (self.row, self.column) = (self.row.saturating_add(1), 0),
            End::File => {}
        }
        end
    }

    /// A field in quotes, and what stands behind it. A quote that is closed nowhere, or where another was to be opened,
    /// would swallow rows: nothing of such a file is read.
    fn quoted(&self, inside: &'t str) -> Result<(Cow<'t, str>, &'t str), Fault> {
        let mut field = String::new();
        let mut rest = inside;
        loop {
            let (piece, behind) = rest.split_once('"').ok_or_else(|| self.quote_open())?;
            if field.len() + piece.len() > MOST_CELL_BYTES {
                return Err(self.quote_open());
            }
            field.push_str(piece);
            if let Some(more) = behind.strip_prefix('"') {
                field.push('"');
                rest = more;
                continue;
            }
            let behind_spaces = behind.trim_start_matches(' ');
            if self.end_in(behind_spaces) == 0 {
                if self.swallows_rows(&field, behind_spaces) {
                    return Err(self.quote_open());
                }
                return Ok((Cow::Owned(field), behind_spaces));
            }
            // `"大"米`: quotes that are part of the words, where nothing else lies between them.
            if self.end_in(&field) < field.len() {
                return Err(self.quote_open());
            }
            let (more, behind) = behind.split_at(self.end_in(behind));
            return Ok((Cow::Owned(format!("\"{field}\"{more}")), behind));
        }
    }

    /// Whether a text with line ends is whole rows between two quotes that were never meant as such: cut at its line
    /// ends, each piece has the delimiters of a row.
    fn swallows_rows(&self, field: &str, behind: &str) -> bool {
        let count = |text: &str| text.bytes().filter(|byte| *byte == self.delimiter).count();
        let field = field.replace("\r\n", "\n");
        let mut lines = field.split(['\n', '\r']);
        let (Some(first), Some(last)) = (lines.next(), lines.next_back()) else {
            return false;
        };
        let delimiters = self.column + count(first);
        let to_the_end = count(behind.split(['\n', '\r']).next().unwrap_or_default());
        count(last) > 0 && count(last) + to_the_end == delimiters && lines.all(|line| count(line) == delimiters)
    }

    fn quote_open(&self) -> Fault {
        Fault::of("sheet_quote_open").with("row", self.row)
    }
}

#[cfg(test)]
mod tests {
    use super::super::budget::Waiting;
    use super::super::table::Bounds;
    use super::*;

    const BOUNDS: Bounds = Bounds {
        bytes: 1_000,
        rows: 20,
        columns: 5,
        cell_chars: 30,
        unpacked_bytes: 0,
        cells: 100,
        text_bytes: 500,
    };

    fn rows(text: &str) -> Result<Vec<Vec<String>>, Option<String>> {
        let (text, told) = told_delimiter(text);
        let mut fields = Fields {
            rest: text,
            delimiter: told.unwrap_or_else(|| delimiter_of(text)),
            row: 1,
            column: 0,
        };
        let budget = Budget::new(BOUNDS, Waiting::default());
        let mut rows = vec![Vec::new()];
        loop {
            let (field, end) = fields.next(&budget).map_err(|fault| fault.values().get("row").cloned())?;
            rows.last_mut().unwrap().push(field.into_owned());
            match end {
                End::Field => {}
                End::Row => rows.push(Vec::new()),
                End::File => return Ok(rows),
            }
        }
    }

    #[test]
    fn fields_are_cut_as_spreadsheets_cut_them() {
        for (text, cells) in [
            (
                "a,b\r\n\n\"c \"\"d\"\"\ne\" ,f",
                vec![vec!["a", "b"], vec![""], vec!["c \"d\"\ne", "f"]],
            ),
            ("a;b\rc;1,5", vec![vec!["a", "b"], vec!["c", "1,5"]]),
            (
                "订货单,共两页\na\tb\n\"大\"米\t1,000\nc\td",
                vec![vec!["订货单,共两页"], vec!["a", "b"], vec!["\"大\"米", "1,000"], vec!["c", "d"]],
            ),
            ("sep=;\na;b,c", vec![vec!["a", "b,c"]]),
            ("SEP=|\ra|b,c", vec![vec!["a", "b,c"]]),
            ("a|b\nc|1,5", vec![vec!["a", "b"], vec!["c", "1,5"]]),
            ("a,b,c;\n1,2,x;y", vec![vec!["a", "b", "c;"], vec!["1", "2", "x;y"]]),
            ("a,b\rc,1;5\rd,2", vec![vec!["a", "b"], vec!["c", "1;5"], vec!["d", "2"]]),
            ("5\"管,=\"015\"", vec![vec!["5\"管", "=\"015\""]]),
            ("a,b,c\n1,2,\"x\ny, z\"", vec![vec!["a", "b", "c"], vec!["1", "2", "x\ny, z"]]),
        ] {
            assert_eq!(rows(text).unwrap(), cells, "{text}");
        }
    }

    #[test]
    fn a_quote_that_is_not_closed_names_the_row_it_opened_in() {
        for (text, row) in [
            ("a,b,c\n1,2,\"急\n1,2,\n1,3,\n", "2"),
            ("a,b,c\n\n1,2,\"急\n1,2,\"好\"\n", "3"),
            ("a,b,c\n1,2,\"急\n1,2,3\n1,3,\"\n4,5,6", "2"),
            ("a,b\n\"1,2\n\"3,4\n", "2"),
            ("a,b,c\r\n1,2,\"急\r\n1,2,3\r\n1,3,\"\r\n4,5,6", "2"),
            ("a,b,c\r1,2,\"急\r1,2,3\r1,3,\"\r4,5,6", "2"),
        ] {
            assert_eq!(rows(text), Err(Some(row.to_owned())), "{text}");
        }
    }
}
