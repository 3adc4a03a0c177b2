//! Bytes to text, whatever a spreadsheet program of this country has written.

use crate::http::fault::Fault;
use encoding_rs::{DecoderResult, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use entity::is_invisible;
use std::borrow::Cow;

/// What a cell begins with that spreadsheets take for a formula: full width too, as input methods of this country write
/// it. A tab or an end of line before such a sign is passed over by some of them.
pub(super) const BEGINS_FORMULA: [char; 11] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];

/// The text of a file: by its mark where it has one, else UTF-8, else GB18030, of which GBK is a part. A byte that fits
/// neither is told with its row, and a file that is UTF-8 but for a byte is not read as anything else.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Fault> {
    let unreadable = || Fault::of("sheet_unreadable");
    let text = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, mark)) if encoding == UTF_8 => Cow::Borrowed(utf8(bytes, mark)?),
        Some((encoding, mark)) if [UTF_16LE, UTF_16BE].contains(&encoding) => {
            let text = encoding.decode_without_bom_handling_and_without_replacement(bytes.get(mark..).unwrap_or_default());
            text.ok_or_else(unreadable)?
        }
        Some(_) => return Err(unreadable()),
        None => without_mark(bytes)?,
    };
    // What holds this is no text, whatever it decodes to.
    if text.contains('\0') {
        return Err(unreadable());
    }
    Ok(text)
}

/// UTF-8 behind a mark of so many bytes.
fn utf8(bytes: &[u8], mark: usize) -> Result<&str, Fault> {
    let text = std::str::from_utf8(bytes.get(mark..).unwrap_or_default());
    text.map_err(|wrong| byte_wrong(bytes, mark + wrong.valid_up_to()))
}

/// UTF-16 without its mark: every other byte of its commas and line ends is 0, and none of those between.
fn unmarked_utf16(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let encoding = match (zeros(0), zeros(1)) {
        (0, 1..) => UTF_16LE,
        (1.., 0) => UTF_16BE,
        _ => return None,
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    // A byte gone wrong makes no such text of a file: its letters would hold no rows.
    text.filter(|text| text.contains(['\n', '\r', ',', ';', '\t']))
}

fn without_mark(bytes: &[u8]) -> Result<Cow<'_, str>, Fault> {
    if let Some(zero) = bytes.iter().position(|byte| *byte == 0) {
        if is_damaged_utf8(bytes) {
            return Err(byte_wrong(bytes, zero));
        }
        return unmarked_utf16(bytes).ok_or_else(|| Fault::of("sheet_unreadable"));
    }
    let wrong = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(wrong) => wrong.valid_up_to(),
    };
    if is_damaged_utf8(bytes) {
        return Err(byte_wrong(bytes, wrong));
    }
    let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
    text.ok_or_else(|| match first_wrong_of_gb18030(bytes) {
        0 => Fault::of("sheet_unreadable"),
        at => byte_wrong(bytes, at),
    })
}

/// Whether more letters of this country are written in it as UTF-8 does than there are places that UTF-8 has not: texts
/// in GB18030 hardly ever have one.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let is_ours = |c: &char| matches!(*c, '\u{2e80}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
    let (mut ours, mut wrong) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        ours += chunk.valid().chars().filter(is_ours).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    ours > wrong
}

/// Where the first byte stands that GB18030 does not have.
fn first_wrong_of_gb18030(bytes: &[u8]) -> usize {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let (mut piece, mut at) = (vec![0; 64 << 10], 0);
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let (result, read, _) = decoder.decode_to_utf8_without_replacement(rest, &mut piece, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return at,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(wrong, behind) => return at.saturating_sub(usize::from(wrong) + usize::from(behind)),
        }
    }
}

/// A byte that is no part of any letter, by its row and its place in the file, from 1.
fn byte_wrong(bytes: &[u8], at: usize) -> Fault {
    let before = bytes.get(..at).unwrap_or_default();
    let row = row_ends(before) + 1;
    Fault::of("sheet_byte_wrong").with("row", row).with("byte", at + 1)
}

/// Ends of lines, whichever a program writes.
fn row_ends(bytes: &[u8]) -> usize {
    let feeds = bytes.iter().filter(|byte| **byte == b'\n').count();
    let lone = bytes
        .iter()
        .enumerate()
        .filter(|(at, byte)| **byte == b'\r' && bytes.get(at + 1).is_some_and(|next| *next != b'\n'));
    feeds + lone.count()
}

/// Half width, as keyboards of this country often do not write it.
pub(super) fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '￥' => '¥',
        '−' => '-',
        other => other,
    }
}

/// A cell as it is kept: without spaces around it or what comes along unseen when text is copied, without the mark that
/// keeps it from being taken for a formula, and without the formula that keeps a code from being taken for a number.
pub(super) fn cell(text: &str) -> &str {
    let text = text.trim_matches(is_blank);
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(BEGINS_FORMULA) => rest,
        _ => without_formula(text),
    }
}

/// `="015877"` is how programs keep the zeros of a code in CSV.
pub(super) fn without_formula(text: &str) -> &str {
    let inside = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inside
        .filter(|inside| !inside.contains('"'))
        .map_or(text, |inside| inside.trim_matches(is_blank))
}

/// What nobody sees around a text.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
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
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!((decode(&little).unwrap(), decode(&big).unwrap()), (text.into(), text.into()));
        for bad in [&b"\xff\xff\xff\xff"[..], b"a,b\0c", b"a,b\0c,d\n"] {
            assert_eq!(decode(bad).unwrap_err().slug(), "sheet_unreadable");
        }
    }

    #[test]
    fn a_byte_that_is_wrong_does_not_make_another_text_of_the_file() {
        let text = "货号,数量\nGR02,10\n";
        let (gb, _, _) = GB18030.encode(text);
        let of = |wrong: &[u8], text: &[u8], at: usize| [&text[..at], wrong, &text[at..]].concat();
        for (file, row, byte) in [
            (of(b"\xff", text.as_bytes(), 20), "2", "21"),
            (of(b"\xe9\xbb", text.as_bytes(), 20), "2", "21"),
            (of(b"\xff", "\u{feff}货,1\n".as_bytes(), 6), "1", "7"),
            (of(b"\xff", &gb, 14), "2", "15"),
            (of(b"\0", text.as_bytes(), 20), "2", "21"),
            (of(b"\xff", text.replace('\n', "\r").as_bytes(), 20), "2", "21"),
        ] {
            let fault = decode(&file).unwrap_err();
            assert_eq!(fault.slug(), "sheet_byte_wrong", "{file:?}");
            assert_eq!(
                (fault.values()["row"].as_str(), fault.values()["byte"].as_str()),
                (row, byte),
                "{file:?}"
            );
        }
    }

    #[test]
    fn a_cell_is_kept_without_what_guards_it() {
        assert_eq!(cell(" '-5 "), "-5");
        assert_eq!(cell("=\"015877\""), "015877");
        assert_eq!(cell("=\"0\"&\"1\""), "=\"0\"&\"1\"");
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
