//! Reading a workbook: the first sheet that is shown, cell by cell as it is unpacked, so that a lone cell far out costs
//! no more than itself.

use super::budget::Budget;
use super::figures::{day, decimal};
use super::grid::Grid;
use super::strings::{Shared, Strings};
use super::styles::Styles;
use super::text::{cell, unescaped};
use super::unpack::Parts;
use super::workbook::Workbook;
use super::xml::{Xml, attribute, unreadable};
use crate::http::fault::Fault;
use quick_xml::events::{BytesStart, Event};

/// The last row a spreadsheet has.
const LAST_ROW: u32 = 1_048_576;

/// The cells of a workbook.
pub(super) fn read_xlsx(bytes: &[u8], budget: &Budget) -> Result<Grid, Fault> {
    let mut parts = Parts::open(bytes, budget)?;
    let book = Workbook::find(&mut parts)?;
    let styles = book.styles.map(|path| parts.read(&path, Styles::read)).transpose()?.flatten();
    let strings = book.strings.map(|path| parts.read(&path, Strings::read)).transpose()?.flatten();
    let around = Around {
        styles: styles.unwrap_or_default(),
        strings: strings.unwrap_or_default(),
        from_1904: book.from_1904,
    };
    let grid = parts.read(&book.sheet, |xml| cells(xml, &around))?;
    Ok(grid.ok_or_else(unreadable)?.in_order())
}

/// What cells refer to.
struct Around {
    styles: Styles,
    strings: Strings,
    from_1904: bool,
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

/// Goes through the rows; what stands behind them in a sheet (merged cells, links, filters) is not read.
fn cells(xml: &mut Xml<'_>, around: &Around) -> Result<Grid, Fault> {
    let budget = xml.budget();
    let mut grid = Grid::default();
    let (mut row, mut column) = (0_u32, 0_usize);
    let mut value = String::new();
    loop {
        let found = match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "row" => {
                    row = match attribute(&start, "r")? {
                        Some(number) => number.parse().map_err(|_| unreadable())?,
                        None => row.saturating_add(1),
                    };
                    column = 0;
                    continue;
                }
                "c" => found(&start, row, column)?,
                _ => continue,
            },
            Event::End(end) if end.local_name().as_ref() == "sheetData" => return Ok(grid),
            Event::Eof => return Ok(grid),
            _ => continue,
        };
        if found.row == 0 || found.row > LAST_ROW {
            return Err(unreadable());
        }
        column = found.column + 1;
        value.clear();
        content(xml, &found.kind, &mut value)?;
        put(&mut grid, &found, &value, around, budget)?;
    }
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

/// The value of the cell that has just begun, as it is written.
fn content(xml: &mut Xml<'_>, kind: &Kind, value: &mut String) -> Result<(), Fault> {
    let level = xml.depth();
    while xml.depth() >= level {
        let Event::Start(start) = xml.next()? else { continue };
        match (start.local_name().as_ref(), kind) {
            ("is", Kind::Inline) => xml.rich_text_into(value)?,
            ("v", Kind::Inline) => xml.skip()?,
            ("v", _) => xml.text_into(value)?,
            _ => xml.skip()?,
        }
    }
    Ok(())
}

/// Puts a value as people see it: 10 and not 10.0, a day and not a number of days.
fn put(grid: &mut Grid, found: &Found, value: &str, around: &Around, budget: &Budget) -> Result<(), Fault> {
    let as_number = || -> Option<String> {
        let as_day = found.style.is_some_and(|style| around.styles.is_day(style));
        let day = if as_day { day(value, around.from_1904) } else { None };
        day.or_else(|| decimal(value))
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
        "" => Ok(()),
        text => grid.put(found.row, found.column, text, budget),
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
