//! Files that people send for a sheet and that are none: told by how they begin, or by what is packed in them.

use crate::http::fault::Fault;

/// How files of other kinds begin, and what they are called.
const BEGINNINGS: [(&[u8], &str); 12] = [
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"PK\x05\x06", "ZIP"),
    (b"MIME-Version:", "MHTML"),
    (b"{\"", "JSON"),
    (b"[{", "JSON"),
];
/// How texts begin that are marked up: pages of the web, which some programs call `.xls`, and workbooks of 2003.
const MARKED_UP: [(&str, &str); 8] = [
    ("<!doctype html", "HTML"),
    ("<html", "HTML"),
    ("<head", "HTML"),
    ("<meta", "HTML"),
    ("<style", "HTML"),
    ("<table", "HTML"),
    ("<?xml", "XML"),
    ("<workbook", "XML"),
];
/// Parts by which an archive is known for no workbook of ours.
const PARTS: [(&str, &str); 6] = [
    ("xl/workbook.bin", "XLSB"),
    ("word/document.xml", "DOCX"),
    ("ppt/presentation.xml", "PPTX"),
    ("meta-inf/manifest.xml", "ODS"),
    ("content.xml", "ODS"),
    ("index/document.iwa", "Numbers"),
];
/// Bytes of a text that are looked at.
const LOOK_BYTES: usize = 64;

/// The refusal of a file that is of a kind known by its first bytes.
pub(super) fn by_beginning(bytes: &[u8]) -> Option<Fault> {
    let known = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning));
    if let Some((_, kind)) = known {
        return Some(fault(kind));
    }
    let head = bytes.get(..LOOK_BYTES.min(bytes.len())).unwrap_or_default();
    let head = String::from_utf8_lossy(head).to_lowercase();
    let head = head.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    let marked = MARKED_UP.iter().find(|(beginning, _)| head.starts_with(beginning));
    marked.map(|(_, kind)| fault(kind))
}

/// The refusal of an archive that is no workbook, by its parts.
pub(super) fn by_parts(has: impl Fn(&str) -> bool) -> Option<Fault> {
    if has("xl/workbook.xml") {
        return None;
    }
    if let Some((_, kind)) = PARTS.iter().find(|(part, _)| has(part)) {
        return Some(fault(kind));
    }
    let is_packed_as_one = has("_rels/.rels") || has("[content_types].xml");
    (!is_packed_as_one).then(|| fault("ZIP"))
}

fn fault(kind: &str) -> Fault {
    Fault::of("sheet_other_kind").with("kind", kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_sheet_is_called_by_its_kind() {
        let kind = |fault: Option<Fault>| fault.map_or_else(String::new, |fault| fault.values()["kind"].clone());
        for (file, called) in [
            ("%PDF-1.4\n", "PDF"),
            ("\u{feff}\n <TABLE><tr>", "HTML"),
            ("<?xml version=\"1.0\"?>\n<Workbook>", "XML"),
            ("[{\"sku\":1}]", "JSON"),
            ("货号,数量\n", ""),
            ("<5kg,数量\n", ""),
            ("", ""),
        ] {
            assert_eq!(kind(by_beginning(file.as_bytes())), called, "{file}");
        }
        for (parts, called) in [
            (&["[content_types].xml", "xl/workbook.xml"][..], ""),
            (&["[content_types].xml", "_rels/.rels", "other/book.xml"], ""),
            (&["mimetype", "content.xml"], "ODS"),
            (&["_rels/.rels", "xl/workbook.bin"], "XLSB"),
            (&["订货.xlsx"], "ZIP"),
        ] {
            assert_eq!(kind(by_parts(|part| parts.contains(&part))), called, "{parts:?}");
        }
    }
}
