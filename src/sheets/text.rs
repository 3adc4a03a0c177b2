//! Bytes to text, whatever a spreadsheet program of this country has written.

use crate::http::fault::Fault;
use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// The text of a file: by its mark where it has one, else UTF-8, else GB18030, of which GBK is a part.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Fault> {
    let unreadable = || Fault::of("sheet_unreadable");
    let text = if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        if ![UTF_8, UTF_16LE, UTF_16BE].contains(&encoding) {
            return Err(unreadable());
        }
        encoding.decode_without_bom_handling_and_without_replacement(bytes.get(mark..).unwrap_or_default())
    } else {
        let plain = std::str::from_utf8(bytes).ok().map(std::borrow::Cow::Borrowed);
        plain.or_else(|| GB18030.decode_without_bom_handling_and_without_replacement(bytes))
    };
    let text = text.ok_or_else(unreadable)?;
    // What holds this is no text, whatever it decodes to.
    if text.contains('\0') {
        return Err(unreadable());
    }
    Ok(text.into_owned())
}

/// Half width, lower case, no spaces: how headings are compared.
pub(super) fn folded(text: &str) -> String {
    text.chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && *c != '*' && *c != '\u{feff}')
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

/// A cell as it is kept: without spaces around it, without the mark that keeps it from being taken for a formula.
pub(super) fn cell(text: &str) -> String {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest.to_owned(),
        _ => text.to_owned(),
    }
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
        assert_eq!(cell("'quoted"), "'quoted");
    }
}
