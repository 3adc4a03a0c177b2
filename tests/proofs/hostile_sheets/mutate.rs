//! Files that office programs have written, and what an attacker makes of them. Shared with the short test in
//! `tests/api`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::RngExt as _;
use rand::rngs::StdRng;
use std::io::{Cursor, Read as _, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const OFFICE_FILES: &str = include_str!("../../data/office_files.base64.json");
/// Larger ones are refused for their bytes alone.
const MOST_BYTES: usize = 2 << 20;
/// What a part may be made to unpack to.
const MOST_PART_BYTES: usize = 24 << 20;

/// Twenty files by their names, with the same rows in all of them.
pub fn office_files() -> Vec<(String, Vec<u8>)> {
    let files: serde_json::Map<String, serde_json::Value> = serde_json::from_str(OFFICE_FILES).expect("the files are JSON");
    let decoded = files.into_iter().map(|(name, content)| {
        let bytes = STANDARD.decode(content.as_str().unwrap_or_default()).expect("a file is base64");
        (name, bytes)
    });
    decoded.collect()
}

/// The parts of a workbook; none where it is none.
pub fn parts_of(file: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = ZipArchive::new(Cursor::new(file)).ok()?;
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).ok()?;
        let mut content = Vec::new();
        part.read_to_end(&mut content).ok()?;
        parts.push((part.name().ok()?.into_owned(), content));
    }
    Some(parts)
}

/// A workbook of these parts.
pub fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in parts {
        if zip.start_file(name.as_str(), options).is_ok() {
            zip.write_all(content).expect("memory can be written");
        }
    }
    zip.finish().expect("memory can be written").into_inner()
}

/// The file with something done to it.
pub fn mutated(file: &[u8], dice: &mut StdRng) -> Vec<u8> {
    let mut bytes = match parts_of(file) {
        Some(mut parts) if dice.random_range(0..4) > 0 => {
            for _ in 0..dice.random_range(1..=3) {
                let at = dice.random_range(0..parts.len());
                in_xml(&mut parts, at, dice);
            }
            packed(&parts)
        }
        _ => in_bytes(file.to_vec(), dice),
    };
    bytes.truncate(MOST_BYTES);
    bytes
}

fn in_bytes(mut bytes: Vec<u8>, dice: &mut StdRng) -> Vec<u8> {
    let place = |bytes: &Vec<u8>, dice: &mut StdRng| dice.random_range(0..bytes.len().max(1));
    match dice.random_range(0..6) {
        0 => {
            for _ in 0..dice.random_range(1..=20) {
                let at = place(&bytes, dice);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = dice.random();
                }
            }
        }
        1 => bytes.truncate(place(&bytes, dice)),
        2 => {
            let (from, to) = (place(&bytes, dice), place(&bytes, dice));
            let piece = bytes.get(from.min(to)..from.max(to)).unwrap_or_default().to_vec();
            bytes.splice(from..from, piece);
        }
        3 => {
            // What a directory says of sizes and counts stands near the end.
            let end = bytes.len().saturating_sub(dice.random_range(1..=64));
            for byte in bytes.iter_mut().skip(end).take(4) {
                *byte = 0xff;
            }
        }
        4 => {
            let filling = [&b","[..], b"\"", b"\n", b"\r\n,", b"\0", b"\xff\xfe", b"\xe7\xb1\xb3", b";\t"];
            let times = dice.random_range(1..=500_000);
            let one = filling[dice.random_range(0..filling.len())];
            let at = place(&bytes, dice);
            bytes.splice(at..at, one.repeat(times));
        }
        _ => {
            let (from, to) = (place(&bytes, dice), place(&bytes, dice));
            bytes.drain(from.min(to)..from.max(to));
        }
    }
    bytes
}

/// A claim, a number, a tag, a text or a part is made another.
fn in_xml(parts: &mut Vec<(String, Vec<u8>)>, at: usize, dice: &mut StdRng) {
    if dice.random_range(0..12) == 0 {
        if dice.random_range(0..2) == 0 {
            parts.remove(at);
        } else if let Some((name, content)) = parts.get(at).cloned() {
            parts.push((name.to_uppercase(), content));
        }
        if parts.is_empty() {
            parts.push(("xl/workbook.xml".to_owned(), Vec::new()));
        }
        return;
    }
    let Some((_, content)) = parts.get_mut(at) else { return };
    let Ok(text) = String::from_utf8(std::mem::take(content)) else {
        return;
    };
    let made = match dice.random_range(0..5) {
        0 => with_number(text, dice),
        1 => with_claims(&text, dice),
        2 => with_piece_repeated(text, dice),
        3 => with_long_text(&text, dice),
        _ => with_tag_gone(text, dice),
    };
    *content = made.into_bytes();
    content.truncate(MOST_PART_BYTES);
}

fn some_place(text: &str, of: &str, dice: &mut StdRng) -> Option<usize> {
    let places: Vec<usize> = text.match_indices(of).map(|(at, _)| at).collect();
    (!places.is_empty()).then(|| places[dice.random_range(0..places.len())])
}

fn with_number(mut text: String, dice: &mut StdRng) -> String {
    let numbers = [
        "6000000000000",
        "4294967296",
        "-1",
        "0",
        "1048577",
        "99999999999999999999999",
        "1e308",
        "NaN",
        "",
        "XFD1048576",
    ];
    let digit = char::from(b'0' + dice.random_range(0..10));
    if let Some(at) = some_place(&text, &digit.to_string(), dice) {
        text.replace_range(at..=at, numbers[dice.random_range(0..numbers.len())]);
    }
    text
}

fn with_claims(text: &str, dice: &mut StdRng) -> String {
    let claims = [
        "count=\"6000000000000\"",
        "uniqueCount=\"6000000000000\"",
        "r=\"1048576\"",
        "s=\"4294967295\"",
        "ref=\"A1:XFD1048576\"",
        "t=\"s\"",
        "spans=\"1:16384\"",
    ];
    let claim = claims[dice.random_range(0..claims.len())];
    let tags = [
        "<sst",
        "<cellXfs",
        "<dimension",
        "<row",
        "<c ",
        "<definedName",
        "<mergeCells",
        "<numFmts",
    ];
    tags.iter().fold(text.to_owned(), |text, tag| {
        text.replace(tag, &format!("{} {claim} ", tag.trim_end()))
    })
}

fn with_piece_repeated(mut text: String, dice: &mut StdRng) -> String {
    let ends = [
        "</si>",
        "</row>",
        "</c>",
        "/>",
        "</xf>",
        "</sheet>",
        "</Relationship>",
        "</definedName>",
    ];
    let end = ends[dice.random_range(0..ends.len())];
    let Some(at) = some_place(&text, end, dice) else { return text };
    let start = text.get(..at).and_then(|before| before.rfind('<')).unwrap_or(at);
    let piece = text.get(start..at + end.len()).unwrap_or_default().to_owned();
    let times = dice.random_range(1..=(MOST_PART_BYTES / 4 / piece.len().max(1)).max(1));
    text.insert_str(at + end.len(), &piece.repeat(times));
    text
}

fn with_long_text(text: &str, dice: &mut StdRng) -> String {
    let fillings = [
        "x",
        "米",
        "&amp;",
        "&#10;",
        "_x0000_",
        "<r><t>a</t></r>",
        "<a>",
        "<!---->",
        "<t xml:space=\"preserve\"> </t>",
    ];
    let filling = fillings[dice.random_range(0..fillings.len())];
    let times = dice.random_range(1..=(MOST_PART_BYTES / 4 / filling.len()));
    let tags = ["<t>", "<v>", "<si>", "<row ", "<is>", "<f>"];
    let tag = tags[dice.random_range(0..tags.len())];
    let Some(at) = some_place(text, tag, dice) else {
        return text.to_owned();
    };
    let (before, after) = text.split_at(at + tag.len());
    format!("{before}{}{after}", filling.repeat(times))
}

fn with_tag_gone(mut text: String, dice: &mut StdRng) -> String {
    if let Some(at) = some_place(&text, "<", dice) {
        let end = text
            .get(at..)
            .and_then(|rest| rest.find('>'))
            .map_or(text.len(), |end| at + end + 1);
        text.replace_range(at..end, "");
    }
    text
}
