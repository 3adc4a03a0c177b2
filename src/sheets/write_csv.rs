//! Writing CSV and JSON lines: page after page, a piece of text each.

use super::cell::Cell;
use super::text::BEGINS_FORMULA;
use crate::http::fault::Refusal;
use serde_json::Value;
use std::borrow::Cow;

/// Excel takes a file for UTF-8 only when it begins with this.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A text as it may stand in a file for spreadsheets, which take a cell that begins like a formula for one.
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with(BEGINS_FORMULA) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Rows as CSV, without the mark.
pub(super) fn csv_rows<'r>(rows: impl Iterator<Item = &'r [Cell]>) -> Result<Vec<u8>, Refusal> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        for cell in row {
            let text = match cell {
                Cell::Text(text) => guarded(text),
                other => other.plain(),
            };
            writer.write_field(text.as_bytes()).map_err(Refusal::broken)?;
        }
        writer.write_record(None::<&[u8]>).map_err(Refusal::broken)?;
    }
    writer.into_inner().map_err(Refusal::broken)
}

/// A whole file.
///
/// # Errors
/// None that a caller could cause.
pub fn csv_bytes(head: &[String], rows: &[Vec<Cell>]) -> Result<Vec<u8>, Refusal> {
    let head: Vec<Cell> = head.iter().map(Cell::text).collect();
    let rows = std::iter::once(head.as_slice()).chain(rows.iter().map(Vec::as_slice));
    let mut bytes = BYTE_ORDER_MARK.as_bytes().to_vec();
    bytes.extend(csv_rows(rows)?);
    Ok(bytes)
}

/// Items as JSON lines: as the list answers them, one a line.
pub(super) fn json_lines(items: &[Value]) -> Vec<u8> {
    let mut text = String::new();
    for item in items {
        text.push_str(&item.to_string());
        text.push('\n');
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_is_guarded_and_read_back_without_its_guard() {
        for sign in BEGINS_FORMULA {
            let text = format!("{sign}1+1");
            assert_eq!(guarded(&text), format!("'{text}"));
            assert_eq!(crate::sheets::text::cell(&guarded(&text)), text);
        }
        assert_eq!(guarded("黑米＝好米"), "黑米＝好米");
    }

    #[test]
    fn what_looks_like_a_formula_is_kept_a_text_and_a_number_stays_one() {
        let row = vec![
            Cell::text("=1+1"),
            Cell::text("@x"),
            Cell::text("+1"),
            Cell::text("-1"),
            Cell::number("-1.50"),
            Cell::Empty,
            Cell::text("a \"b\", c"),
        ];
        let bytes = csv_bytes(&["甲".to_owned()], std::slice::from_ref(&row)).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, "\u{feff}甲\r\n'=1+1,'@x,'+1,'-1,-1.50,,\"a \"\"b\"\", c\"\r\n");
        let lines = json_lines(&[serde_json::json!({"a": "=\"1\"\n"}), Value::Null]);
        assert_eq!(String::from_utf8(lines).unwrap(), "{\"a\":\"=\\\"1\\\"\\n\"}\nnull\n");
    }
}
