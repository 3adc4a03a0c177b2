//! Writing a workbook. Rows go to a temporary file as they come, so memory stays small however many there are.
//!
//! Each sheet is named, keeps its headings in view, is as wide as what it holds, and prints on paper across.

use super::cell::{Cell, Heading, Shape, letters};
use crate::http::fault::Refusal;
use chrono::{NaiveDate, NaiveDateTime, Timelike as _};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};
use std::fs::File;
use std::io::{Seek, SeekFrom};

/// A sheet holds 1,048,576 rows; then another begins.
const MOST_ROWS: u32 = 1_000_000;
/// A4, as workbooks number paper.
const PAPER: u8 = 9;
/// The most lines of a row.
const MOST_LINES: usize = 8;
/// How high a line is, in points.
const LINE_POINTS: u32 = 16;
/// How narrow and how wide a column may be whose width goes by what it holds.
const WIDTHS: (usize, usize) = (8, 40);
const DAY_SECONDS: u64 = 86_400;
/// Digits behind the point that a double of these days holds.
const DAY_PARTS: u64 = 100_000_000_000;

/// A workbook that is being written.
pub(super) struct Book {
    book: Workbook,
    name: String,
    head: Vec<Heading>,
    /// How many sheets go by this name.
    parts: u32,
    rows: u32,
}

impl Book {
    /// An empty one whose first sheet has this name and these headings.
    pub(super) fn new(name: impl Into<String>, head: Vec<Heading>) -> Result<Self, Refusal> {
        let mut book = Self {
            book: Workbook::new(),
            name: name.into(),
            head,
            parts: 0,
            rows: 0,
        };
        book.begin_sheet()?;
        Ok(book)
    }

    /// Goes on with another sheet.
    pub(super) fn turn_to(&mut self, name: impl Into<String>, head: Vec<Heading>) -> Result<(), Refusal> {
        (self.name, self.head, self.parts) = (name.into(), head, 0);
        self.begin_sheet()
    }

    fn begin_sheet(&mut self) -> Result<(), Refusal> {
        self.parts += 1;
        let name = match self.parts {
            1 => self.name.clone(),
            part => format!("{} {part}", self.name),
        };
        let sheet = self.book.add_worksheet_with_constant_memory().map_err(Refusal::broken)?;
        set_up(sheet, &name, &self.head).map_err(Refusal::broken)?;
        self.rows = 0;
        Ok(())
    }

    /// Adds rows.
    pub(super) fn write(&mut self, rows: &[Vec<Cell>]) -> Result<(), Refusal> {
        let mut rest = rows;
        while !rest.is_empty() {
            if self.rows == MOST_ROWS {
                self.begin_sheet()?;
            }
            let room = usize::try_from(MOST_ROWS - self.rows).unwrap_or(usize::MAX);
            let (now, later) = rest.split_at(room.min(rest.len()));
            let at = self.book.worksheets().len().saturating_sub(1);
            let sheet = self.book.worksheet_from_index(at).map_err(Refusal::broken)?;
            for row in now {
                self.rows += 1;
                write_row(sheet, self.rows, (&self.head, row)).map_err(Refusal::broken)?;
            }
            print_for_people(sheet, &self.head, self.rows).map_err(Refusal::broken)?;
            rest = later;
        }
        Ok(())
    }

    /// The finished workbook as a file without a name, to be read from its beginning.
    pub(super) fn finish(mut self) -> Result<File, Refusal> {
        let mut file = tempfile::tempfile().map_err(Refusal::broken)?;
        self.book.save_to_writer(&file).map_err(Refusal::broken)?;
        file.seek(SeekFrom::Start(0)).map_err(Refusal::broken)?;
        Ok(file)
    }
}

/// Ids are for programs: on paper they would take the room of what people read.
fn print_for_people(sheet: &mut Worksheet, head: &[Heading], rows: u32) -> Result<(), XlsxError> {
    let printed = head.iter().take_while(|heading| !heading.aside).count();
    if printed == head.len() {
        return Ok(());
    }
    if let Some(last) = printed.checked_sub(1).and_then(|last| u16::try_from(last).ok()) {
        sheet.set_print_area(0, 0, rows, last)?;
    }
    Ok(())
}

/// All but the rows of a sheet. A column's form is set once for all of its cells.
fn set_up(sheet: &mut Worksheet, name: &str, head: &[Heading]) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape().set_paper_size(PAPER).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer("&C&P / &N");
    let lines = head.iter().map(|heading| heading.lines_of(&heading.text)).max().unwrap_or(1);
    sheet.set_row_height(0, height_of(lines))?;
    let bold = || Format::new().set_bold().set_text_wrap().set_align(FormatAlign::VerticalCenter);
    for (column, heading) in (0..).zip(head) {
        sheet.set_column_width(column, heading.width)?;
        if let Some(form) = form_of(heading.shape) {
            sheet.set_column_format(column, &form)?;
        }
        let above = match heading.shape {
            Shape::Text | Shape::Words => bold(),
            Shape::Day | Shape::Moment => bold().set_align(FormatAlign::Center),
            Shape::Number | Shape::Money | Shape::Price => bold().set_align(FormatAlign::Right),
        };
        sheet.write_string_with_format(0, column, &heading.text, &above)?;
    }
    print_for_people(sheet, head, 0)
}

fn height_of(lines: usize) -> u32 {
    LINE_POINTS * u32::try_from(lines.min(MOST_LINES)).unwrap_or(1)
}

fn form_of(shape: Shape) -> Option<Format> {
    let shown = |pattern| Format::new().set_num_format(pattern);
    match shape {
        Shape::Text => Some(Format::new().set_shrink()),
        Shape::Words => Some(Format::new().set_text_wrap()),
        Shape::Day | Shape::Moment => shape.pattern().map(|pattern| shown(pattern).set_align(FormatAlign::Center)),
        Shape::Number | Shape::Money | Shape::Price => shape.pattern().map(shown),
    }
}

fn write_row(sheet: &mut Worksheet, row: u32, (head, cells): (&[Heading], &[Cell])) -> Result<(), XlsxError> {
    // Not every program makes room by itself for words that go on in another line.
    let words = head.iter().zip(cells).filter(|(heading, _)| heading.shape == Shape::Words);
    let lines = words.map(|(heading, cell)| heading.lines_of(&cell.plain())).max().unwrap_or(1);
    if lines > 1 {
        sheet.set_row_height(row, height_of(lines))?;
    }
    for (column, cell) in (0..).zip(cells) {
        match cell {
            Cell::Empty => continue,
            Cell::Text(text) => sheet.write_string(row, column, text),
            Cell::Number(number) => match number.parse::<f64>() {
                Ok(value) => sheet.write_number(row, column, value),
                Err(_) => sheet.write_string(row, column, number),
            },
            Cell::Day(day) => sheet.write_number(row, column, day_number(*day, 0)),
            Cell::Moment(at) => sheet.write_number(row, column, moment_number(*at)),
        }?;
    }
    Ok(())
}

fn moment_number(at: NaiveDateTime) -> f64 {
    day_number(at.date(), u64::from(at.time().num_seconds_from_midnight()))
}

/// Days since the last of 1899, and the part of the day that is over: how workbooks count time. The number is put
/// together as a text, so that nothing is computed with its rounded parts.
fn day_number(day: NaiveDate, seconds: u64) -> f64 {
    let days = NaiveDate::from_ymd_opt(1899, 12, 30).map_or(0, |first| (day - first).num_days());
    let part = (seconds * DAY_PARTS + DAY_SECONDS / 2) / DAY_SECONDS;
    format!("{days}.{part:011}").parse().unwrap_or_default()
}

/// A whole workbook in memory, for files of few rows: its columns are as wide as what stands in them.
///
/// # Errors
/// None that a caller could cause.
pub fn xlsx_bytes(name: &str, head: Vec<String>, rows: &[Vec<Cell>]) -> Result<Vec<u8>, Refusal> {
    let heading = |(at, text): (usize, String)| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| letters(&cell.plain()));
        let widest = cells.chain([letters(&text)]).max().unwrap_or_default() + 2;
        let width = u8::try_from(widest.clamp(WIDTHS.0, WIDTHS.1)).unwrap_or_default();
        let shape = if widest > WIDTHS.1 { Shape::Words } else { Shape::Text };
        Heading::of(text, shape).wide(width)
    };
    let head = head.into_iter().enumerate().map(heading).collect();
    let mut book = Book::new(name, head)?;
    book.write(rows)?;
    book.book.save_to_buffer().map_err(Refusal::broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_counted_as_workbooks_count_it() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        assert_eq!(day_number(day(2026, 11, 1), 0).to_string(), "46327");
        let noon = day(1900, 3, 1).and_hms_opt(12, 0, 0).unwrap();
        assert_eq!(moment_number(noon).to_string(), "61.5");
        let last = day(2026, 11, 1).and_hms_opt(23, 59, 59).unwrap();
        assert_eq!(moment_number(last).to_string(), "46327.99998842593");
    }
    #[test]
    fn a_sheet_keeps_its_headings_in_view_and_prints_across() {
        let bytes = xlsx_bytes("表", vec!["甲".to_owned()], &[vec![Cell::number("1.5")]]).unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut sheet = String::new();
        let mut part = archive.by_name("xl/worksheets/sheet1.xml").unwrap();
        std::io::Read::read_to_string(&mut part, &mut sheet).unwrap();
        for wanted in [
            "ySplit=\"1\"",
            "state=\"frozen\"",
            "orientation=\"landscape\"",
            "fitToHeight=\"0\"",
            "paperSize=\"9\"",
        ] {
            assert!(sheet.contains(wanted), "{wanted}: {sheet}");
        }
    }
}
