//! Bytes to text, whatever a spreadsheet program of this country has written.

use crate::http::fault::Fault;
use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};
use entity::is_invisible;
use std::borrow::Cow;

/// What a cell begins with that spreadsheets take for a formula: full width too, as input methods of this country write
/// it. A tab or an end of line before such a sign is passed over by some of them.
pub(super) const BEGINS_FORMULA: [char; 11] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];

/// The text of a file: by its mark where it has one, else UTF-8, else GB18030, of which GBK is a part.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Fault> {
    let unreadable = || Fault::of("sheet_unreadable");
    let text = if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        if ![UTF_8, UTF_16LE, UTF_16BE].contains(&encoding) {
            return Err(unreadable());
        }
        encoding.decode_without_bom_handling_and_without_replacement(bytes.get(mark..).unwrap_or_default())
    } else {
        let plain = std::str::from_utf8(bytes).ok().map(Cow::Borrowed);
        plain.or_else(|| GB18030.decode_without_bom_handling_and_without_replacement(bytes))
    };
    let text = text.ok_or_else(unreadable)?;
    // What holds this is no text, whatever it decodes to.
    if text.contains('\0') {
        return Err(unreadable());
    }
    Ok(text)
}

/// Half width, lower case, no spaces: how headings are compared.
pub(super) fn folded(text: &str) -> String {
    text.chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && *c != '*' && !is_invisible(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

/// A cell as it is kept: without spaces around it or what comes along unseen when text is copied, without the mark that
/// keeps it from being taken for a formula.
pub(super) fn cell(text: &str) -> &str {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(BEGINS_FORMULA) => rest,
        _ => text,
    }
}

/// A text of a workbook with its escapes read: `_x000D_` is the end of a line, as programs write what XML does not take.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    let mut read = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, escape) = rest.split_at(at);
        let code = escape.get(2..6).filter(|_| escape.as_bytes().get(6) == Some(&b'_'));
        let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        read.push_str(before);
        if let Some(code) = code.and_then(|code| u32::from_str_radix(code, 16).ok()) {
            read.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            rest = escape.get(7..).unwrap_or_default();
        } else {
            read.push_str("_x");
            rest = escape.get(2..).unwrap_or_default();
        }
    }
    if rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    read.push_str(rest);
    Cow::Owned(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_encoding_is_read() {
        let text = "货号,数量\nGR02,10\n㐂䶮,1\n";
        let (gb, _, lost) = GB18030.encode(text);
        assert!(!lost);
        assert_eq!(decode(text.as_bytes()).unwrap(), text);
        assert_eq!(decode(format!("\u{feff}{text}").as_bytes()).unwrap(), text);
        assert_eq!(decode(&gb).unwrap(), text);
        let utf16: Vec<u8> = "\u{feff}货号".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16).unwrap(), "货号");
        for bad in [&b"\xff\xff\xff\xff"[..], b"a,b\0c"] {
            assert_eq!(decode(bad).unwrap_err().slug(), "sheet_unreadable");
        }
    }

    #[test]
    fn headings_are_compared_as_people_read_them() {
        assert_eq!(folded(" ＳＫＵ　* "), "sku");
        assert_eq!(cell(" '-5 "), "-5");
        assert_eq!(cell("'＝5"), "＝5");
        assert_eq!(cell("\u{202a}PO-7\u{202c}"), "PO-7");
        assert_eq!(cell("'quoted"), "'quoted");
    }

    #[test]
    fn escapes_of_workbooks_are_read() {
        assert_eq!(unescaped("一_x000D_二_x005F_"), "一\r二_");
        for plain in [
            "",
            "_",
            "_x",
            "_x00",
            "_x00zz_",
            "_x000D",
            "a_x米米米米_",
            "_xD83D_".get(..3).unwrap(),
        ] {
            assert_eq!(unescaped(plain), plain);
        }
        assert_eq!(unescaped("_xD83D_"), "\u{fffd}");
    }
}
