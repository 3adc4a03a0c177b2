//! Reading a workbook: the sheet that people see, cell by cell as it is unpacked, so that a lone cell far out costs no
//! more than itself.

use super::budget::Budget;
use super::columns::{Asked, folded};
use super::grid::{Grid, MOST_ROWS_ABOVE};
use super::head::Head;
use super::merged::Merge;
use super::no_value;
use super::other_kinds::by_parts;
use super::strings::{Shared, Strings};
use super::styles::Styles;
use super::table::Found as FoundTable;
use super::text::{cell, unescaped};
use super::unpack::Parts;
use super::workbook::{Sheet, Workbook};
use super::xml::{Xml, attribute, unreadable};
use crate::http::fault::Fault;
use quick_xml::events::{BytesStart, Event};

/// The last row a spreadsheet has.
const LAST_ROW: u32 = 1_048_576;
/// The most sheets that are named in a refusal.
const MOST_NAMED: usize = 10;

/// The cells of a workbook.
pub(super) fn read_xlsx(bytes: &[u8], asked: &Asked, budget: &Budget) -> Result<FoundTable, Fault> {
    let mut parts = Parts::open(bytes, budget)?;
    if let Some(other) = by_parts(|part| parts.has(part)) {
        return Err(other);
    }
    let book = Workbook::find(&mut parts)?;
    let styles = book.styles.map(|path| parts.read(&path, Styles::read)).transpose()?.flatten();
    let strings = book.strings.map(|path| parts.read(&path, Strings::read)).transpose()?.flatten();
    let around = Around {
        styles: styles.unwrap_or_default(),
        strings: strings.unwrap_or_default(),
        from_1904: book.from_1904,
        to_be_calculated: book.to_be_calculated,
    };
    let sheet = choose(&mut parts, &book.sheets, book.in_view, asked, &around)?;
    let grid = parts.read(&sheet.path, |xml| cells(xml, &around, usize::MAX))?;
    Ok(FoundTable {
        grid: grid.ok_or_else(unreadable)?.in_order(),
        sheet: Some(sheet.name.clone()),
        days_from_1904: around.from_1904,
    })
}

/// Which sheet is meant: the one that is named, else the only one, else the only one that has the columns with rows under
/// them, else the one in view. Where several have them, none is preferred.
fn choose<'s>(parts: &mut Parts<'_>, sheets: &'s [Sheet], in_view: usize, asked: &Asked, around: &Around) -> Result<&'s Sheet, Fault> {
    if let Some(named) = &asked.sheet {
        let same = |one: &&Sheet| folded(&one.name) == folded(named);
        return sheets.iter().find(same).ok_or_else(|| {
            let fault = Fault::of("sheet_unknown").with("sheet", named);
            fault.with("sheets", names_of(sheets.iter()))
        });
    }
    let first = sheets.get(in_view).or_else(|| sheets.first()).ok_or_else(unreadable)?;
    if sheets.len() == 1 {
        return Ok(first);
    }
    let (mut filled, mut blank) = (Vec::new(), Vec::new());
    for sheet in sheets {
        match look(parts, sheet, asked, around) {
            Some(true) => filled.push(sheet),
            Some(false) => blank.push(sheet),
            None => {}
        }
    }
    match (filled.as_slice(), blank.as_slice()) {
        ([one], _) => Ok(*one),
        ([], []) => Ok(first),
        ([], [one, ..]) => Ok(*blank.iter().find(|one| one.path == first.path).unwrap_or(one)),
        (several, _) => Err(Fault::of("sheet_ambiguous").with("sheets", names_of(several.iter().copied()))),
    }
}

fn names_of<'s>(sheets: impl Iterator<Item = &'s Sheet>) -> String {
    let names: Vec<&str> = sheets.take(MOST_NAMED).map(|one| one.name.as_str()).collect();
    names.join("、")
}

/// Whether a sheet has the columns, and rows under them. What cannot be read is no sheet to choose.
fn look(parts: &mut Parts<'_>, sheet: &Sheet, asked: &Asked, around: &Around) -> Option<bool> {
    let budget = parts.budget().again();
    let grid = parts.look(&sheet.path, &budget, |xml| cells(xml, around, MOST_ROWS_ABOVE + 1));
    let grid = grid.ok().flatten()?.in_order();
    match Head::find(&grid, asked.columns) {
        Ok((_, next)) => Some(next < grid.rows()),
        // The columns are there, but not so that they could be read: it is meant all the same, and will be refused.
        Err(fault) if ["sheet_heading_split", "sheet_column_hidden"].contains(&fault.slug()) => Some(true),
        Err(_) => None,
    }
}

/// What cells refer to.
struct Around {
    styles: Styles,
    strings: Strings,
    from_1904: bool,
    /// Whether who wrote it has left its formulas to be calculated by who opens it: what they hold is no result.
    to_be_calculated: bool,
}

/// A cell before its content is known.
struct Found {
    row: u32,
    column: usize,
    style: Option<usize>,
    kind: Kind,
}

/// How a cell's value is written.
enum Kind {
    Number,
    Shared,
    Inline,
    Flag,
    /// A formula's text, an error, a day in the words of a standard: as it stands.
    AsItStands,
    /// No kind is told, so it is a number if it looks like one.
    Untold,
}

/// Goes through the columns that are hidden, the rows, up to so many that hold something, and the cells that are merged;
/// what else stands behind them in a sheet (links, filters) is not read. A part that is no worksheet has no rows.
fn cells(xml: &mut Xml<'_>, around: &Around, most_rows: usize) -> Result<Grid, Fault> {
    let budget = xml.budget();
    let mut grid = Grid::default();
    let (mut row, mut column, mut hidden) = (0_u32, 0_usize, false);
    let mut written = Written::default();
    while grid.rows() <= most_rows {
        let found = match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "row" => {
                    row = match attribute(&start, "r")? {
                        Some(number) => number.parse().map_err(|_| unreadable())?,
                        None => row.saturating_add(1),
                    };
                    column = 0;
                    hidden = is_hidden(&start, "ht")?;
                    continue;
                }
                "c" => found(&start, row, column)?,
                "col" => {
                    hide_columns(&start, &mut grid, budget)?;
                    continue;
                }
                _ => continue,
            },
            Event::End(end) if end.local_name().as_ref() == "sheetData" => {
                merges(xml, &mut grid)?;
                return Ok(grid);
            }
            Event::Eof => return Ok(grid),
            _ => continue,
        };
        if found.row == 0 || found.row > LAST_ROW {
            return Err(unreadable());
        }
        column = found.column + 1;
        content(xml, &found.kind, &mut written)?;
        let found = written.without_result(found, around);
        let was_put = put(&mut grid, &found, &written.value, around, budget)?;
        if was_put && hidden {
            grid.hide(found.row);
        }
    }
    Ok(grid)
}

/// Whether nobody sees a row or a column: a filter hides it, somebody did, or it has no height or width.
fn is_hidden(of: &BytesStart<'_>, size: &str) -> Result<bool, Fault> {
    let is_hidden = attribute(of, "hidden")?.is_some_and(|word| word == "1" || word == "true");
    let size = attribute(of, size)?.and_then(|size| size.trim().parse::<f64>().ok());
    Ok(is_hidden || size.is_some_and(|size| size <= 0.0))
}

fn hide_columns(column: &BytesStart<'_>, grid: &mut Grid, budget: &Budget) -> Result<(), Fault> {
    if !is_hidden(column, "width")? {
        return Ok(());
    }
    let number = |name| -> Result<Option<usize>, Fault> { Ok(attribute(column, name)?.and_then(|number| number.parse().ok())) };
    match (number("min")?, number("max")?) {
        (Some(first @ 1..), Some(last @ 1..)) => grid.hide_columns(first - 1, last - 1, budget),
        _ => Ok(()),
    }
}

/// Cells that are merged downwards, which stand behind the rows.
fn merges(xml: &mut Xml<'_>, grid: &mut Grid) -> Result<(), Fault> {
    let budget = xml.budget();
    loop {
        match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == "mergeCell" => {
                let merged = attribute(&start, "ref")?.and_then(|cells| merge_of(&cells));
                if let Some(merge) = merged.filter(|merge| merge.last > merge.first) {
                    grid.merge(merge, budget)?;
                }
            }
            Event::End(end) if end.local_name().as_ref() == "mergeCells" => return Ok(()),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn merge_of(cells: &str) -> Option<Merge> {
    let (first, last) = cells.split_once(':')?;
    let ((first, column), (last, _)) = (place_of(first)?, place_of(last)?);
    Some(Merge { column, first, last })
}

fn found(start: &BytesStart<'_>, row: u32, column: usize) -> Result<Found, Fault> {
    let (row, column) = match attribute(start, "r")? {
        Some(name) => place_of(&name).ok_or_else(unreadable)?,
        None => (row, column),
    };
    let kind = match attribute(start, "t")?.as_deref() {
        None => Kind::Untold,
        Some("n") => Kind::Number,
        Some("s") => Kind::Shared,
        Some("inlineStr") => Kind::Inline,
        Some("b") => Kind::Flag,
        Some("str" | "e" | "d") => Kind::AsItStands,
        Some(_) => return Err(unreadable()),
    };
    let style = attribute(start, "s")?.and_then(|style| style.parse().ok());
    Ok(Found { row, column, style, kind })
}

/// `BC23` is row 23 and column 54, counted from 0.
fn place_of(name: &str) -> Option<(u32, usize)> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = name.split_at_checked(letters)?;
    if letters.is_empty() || letters.len() > 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let column = letters.bytes().fold(0, |column, letter| {
        column * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1
    });
    Some((digits.parse().ok()?, column - 1))
}

/// What is written in a cell.
#[derive(Default)]
struct Written {
    value: String,
    /// The formula that the value comes from, where it does.
    formula: String,
    by_formula: bool,
}

impl Written {
    /// A formula whose result nobody has worked out shows itself: it is not the same as nothing.
    fn without_result(&mut self, found: Found, around: &Around) -> Found {
        let is_number = matches!(found.kind, Kind::Untold | Kind::Number);
        let lacks = self.value.is_empty() || (around.to_be_calculated && self.value == "0");
        if !(self.by_formula && is_number && lacks) {
            return found;
        }
        self.value = no_value::shown(&self.formula);
        Found {
            kind: Kind::AsItStands,
            ..found
        }
    }
}

/// The value of the cell that has just begun, as it is written, and the formula it comes from.
fn content(xml: &mut Xml<'_>, kind: &Kind, written: &mut Written) -> Result<(), Fault> {
    let level = xml.depth();
    let Written {
        value,
        formula,
        by_formula,
    } = written;
    value.clear();
    formula.clear();
    *by_formula = false;
    while xml.depth() >= level {
        let Event::Start(start) = xml.next()? else { continue };
        match (start.local_name().as_ref(), kind) {
            ("is", Kind::Inline) => xml.rich_text_into(value)?,
            ("v", Kind::Inline) => xml.skip()?,
            ("v", _) => xml.text_into(value)?,
            ("f", _) => {
                *by_formula = true;
                xml.text_into(formula)?;
            }
            _ => xml.skip()?,
        }
    }
    Ok(())
}

/// Puts a value as people see it: 10 and not 10.0, a day and not a number of days, a code with its zeros. Whether there was
/// anything to put.
fn put(grid: &mut Grid, found: &Found, value: &str, around: &Around, budget: &Budget) -> Result<bool, Fault> {
    let as_number = || -> Option<String> {
        let shown = around.styles.of(found.style);
        shown.show(value, around.from_1904)
    };
    let own;
    let text = match found.kind {
        _ if value.is_empty() => "",
        Kind::Shared => match around.strings.get(value.trim().parse().map_err(|_| unreadable())?) {
            Shared::Text(text) => text,
            Shared::TooLong => return Err(Fault::of("sheet_cell_too_long").with("limit", budget.bounds().cell_chars)),
            Shared::Missing => return Err(unreadable()),
        },
        Kind::Number => {
            own = as_number().ok_or_else(unreadable)?;
            &own
        }
        Kind::Untold => match as_number() {
            Some(number) => {
                own = number;
                &own
            }
            None => value,
        },
        Kind::Flag => match value {
            "0" | "false" => "FALSE",
            "1" | "true" => "TRUE",
            _ => return Err(unreadable()),
        },
        Kind::Inline | Kind::AsItStands => {
            own = unescaped(value).into_owned();
            &own
        }
    };
    // No text holds this, and no database takes it.
    if text.contains('\0') {
        return Err(unreadable());
    }
    match cell(text) {
        "" => Ok(false),
        text => grid.put(found.row, found.column, text, budget).map(|()| true),
    }
}

#[cfg(test)]
mod tests {
    use super::place_of;

    #[test]
    fn a_cell_is_named_by_letters_and_figures() {
        for (name, place) in [
            ("A1", (1, 0)),
            ("z9", (9, 25)),
            ("AA10", (10, 26)),
            ("XFD1048576", (1_048_576, 16_383)),
        ] {
            assert_eq!(place_of(name), Some(place), "{name}");
        }
        for name in ["", "A", "1", "AAAA1", "A-1", "A1B", "A99999999999", "米1"] {
            assert_eq!(place_of(name), None, "{name}");
        }
    }
}
