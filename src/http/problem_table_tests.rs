//! Every problem from every place that makes one, in both languages, as one table: `target/problems.md`, for people to read.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;

/// So far behind its maker a fault may be given its values.
const REACH_BYTES: usize = 600;
const MAKERS: [&str; 2] = ["Fault::of(", "Refusal::fault("];

/// A place in the sources that makes a fault.
struct Place {
    slug: String,
    /// File and line.
    at: String,
    /// The values it is given there, each with what stands for it where that is a text.
    values: Vec<(String, Option<String>)>,
}

fn sources(folder: &Path, all: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            sources(&path, all);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") && name != "demo.rs" {
            all.push(path);
        }
    }
}

/// The text in quotes at the start, blanks aside.
fn quoted(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix('"')?.split('"').next()
}

/// The names and texts of all `.with("name", …)` before the next fault is made.
fn values_in(rest: &str) -> Vec<(String, Option<String>)> {
    let mut end = REACH_BYTES.min(rest.len());
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    let next = MAKERS.iter().filter_map(|maker| rest.find(maker)).min().unwrap_or(end);
    let reach = &rest[..end.min(next)];
    let of_with = |after: &str| {
        let name = quoted(after)?;
        let value = after.split_once(',')?.1.trim_start();
        let value = value.strip_prefix("format!(").unwrap_or(value);
        Some((name.to_owned(), quoted(value).map(str::to_owned)))
    };
    reach.split("with(").skip(1).filter_map(of_with).collect()
}

fn places() -> Vec<Place> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let mut places = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for maker in MAKERS {
            for (at, _) in text.match_indices(maker) {
                let rest = &text[at + maker.len()..];
                let Some(slug) = quoted(rest) else { continue };
                let line = text[..at].matches('\n').count() + 1;
                places.push(Place {
                    slug: slug.to_owned(),
                    at: format!("{}:{line}", file.strip_prefix(root).unwrap().display()),
                    values: values_in(rest),
                });
            }
        }
    }
    places
}

/// `{…}` of a text that is made up where it runs, as a figure.
fn made_up(text: &str) -> String {
    let mut made = String::new();
    for (at, part) in text.split(['{', '}']).enumerate() {
        made.push_str(if at % 2 == 0 { part } else { "7" });
    }
    made
}

/// What a value may look like.
fn sample(kind: &Kind, name: &str) -> String {
    if let Some((word, _)) = kind.said.get(name).and_then(|words| words.first_key_value()) {
        return word.clone();
    }
    if let Some(of) = kind.state_of.as_deref().filter(|_| name == "state") {
        let words = ["placed", "in_force", "proposed", "shipped", "booked", "running", "answered", "open"];
        let known = words.into_iter().find(|word| codes::state(of, word, Language::Zh).is_some());
        return known.unwrap_or("open").to_owned();
    }
    match name {
        "sku" => "GR02",
        "expected" => "a date, such as 2026-12-05",
        "channel" => "school_canteen",
        "fund_source" => "canteen_meals",
        "allowed" => "school_canteen, market",
        "role" | "roles" => "operator",
        "kind" => "town",
        "reason" => "receipt",
        "supplier" | "town" | "party" => "示例农业公司",
        "from" | "to" | "soonest" | "latest" | "earliest" | "today" | "last" | "answer_by" | "valid_until" | "promised" => "2026-12-05",
        "minimum" | "amount" => "120.00",
        _ => "5",
    }
    .to_owned()
}

fn placeholders(kind: &Kind) -> Vec<&str> {
    let names = kind.detail.zh.split('{').skip(1);
    names.filter_map(|rest| rest.split('}').next()).collect()
}

fn said(slug: &str, values: &[(String, String)], language: Language) -> String {
    words(slug, values.iter().map(|(name, value)| (name.as_str(), value.as_str())), language)
}

#[test]
fn every_place_gives_its_sentence_all_its_values() {
    let mut wrong = Vec::new();
    let mut table = String::from("| problem | status | made at | 中文 | English |\n|---|---|---|---|---|\n");
    let mut made: Vec<Place> = places();
    assert!(made.len() > 300, "the sources are not where they were: {}", made.len());
    // Some rooms keep their slugs in tables: for these all values are taken as given.
    for (slug, kind) in kinds() {
        if !made.iter().any(|place| place.slug == *slug) {
            made.push(Place {
                slug: slug.clone(),
                at: "by name".to_owned(),
                values: placeholders(kind).into_iter().map(|name| (name.to_owned(), None)).collect(),
            });
        }
    }
    made.sort_by(|a, b| (&a.slug, &a.at).cmp(&(&b.slug, &b.at)));
    for place in &made {
        let Some(kind) = kinds().get(&place.slug) else { continue };
        let values = place.values.iter().map(|(name, text)| {
            let text = text.as_deref().filter(|_| name == "expected").map(made_up);
            (name.clone(), text.unwrap_or_else(|| sample(kind, name)))
        });
        let values: Vec<(String, String)> = values.collect();
        let (zh, en) = (said(&place.slug, &values, Language::Zh), said(&place.slug, &values, Language::En));
        let unsaid = zh == format!("{}。", kind.title.zh) && !kind.detail.zh.eq(&zh);
        if unsaid || zh.contains(['{', '}']) || en.contains(['{', '}']) {
            wrong.push(format!("{} at {}", place.slug, place.at));
        }
        writeln!(table, "| {} | {} | {} | {zh} | {en} |", place.slug, kind.status, place.at).unwrap();
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("problems.md"), table).unwrap();
    assert!(wrong.is_empty(), "these places leave values of their sentence out: {wrong:#?}");
}

#[test]
fn what_is_expected_is_said_in_chinese_and_by_no_pattern() {
    let mut unsaid = Vec::new();
    for place in places() {
        let texts = place.values.iter().filter(|(name, _)| name == "expected");
        for text in texts.filter_map(|(_, text)| text.as_deref()).map(made_up) {
            // A media type is the same word in every language.
            if in_chinese(&text).is_none() && !text.starts_with("application/") {
                unsaid.push(format!("{text} at {}", place.at));
            }
        }
    }
    assert!(unsaid.is_empty(), "no form of src/http/expected.rs: {unsaid:#?}");
}

#[test]
fn nobody_is_shown_a_brace() {
    let bare = words("stock_short", std::iter::empty(), Language::Zh);
    assert_eq!(bare, "库存不足。");
    let own = words("product_unknown", [("sku", "{sku}")].into_iter(), Language::En);
    assert!(own.contains("{sku}"), "what the caller wrote is shown as it was: {own}");
}
