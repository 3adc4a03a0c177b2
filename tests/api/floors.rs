//! The shape of the house: who may import whom, what rooms and files are called, how long a file may be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms from the ground up: a room imports only from floors below it.
const FLOORS: [&str; 36] = [
    "addresses",
    "ownership",
    "db",
    "secrets",
    "http",
    "sheets",
    "access",
    "journal",
    "jobs",
    "organisations",
    "pictures",
    "catalogue",
    "stock",
    "contracts",
    "quotes",
    "orders",
    "delivery",
    "imports",
    "settlement",
    "order_tools",
    "intake",
    "lists",
    "tally",
    "partners",
    "notices",
    "web",
    "app",
    "backup",
    "verify",
    "moving",
    "telemetry",
    "config",
    "founding",
    "demo",
    "commands",
    "main",
];
/// Rooms of which others know nothing: the recount shares no code with what it counts again.
const ONLY_THE_DATABASE: [&str; 1] = ["verify"];
/// Words that say nothing of the trade.
const EMPTY_WORDS: [&str; 7] = ["utils", "util", "helpers", "common", "models", "service", "manager"];
const MOST_LINES: usize = 400;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The room a file of `src` belongs to: its folder there, or its own name.
fn room_of(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// Rooms named in a file after `crate::` or, in the program itself, after `yangpin::`; tests of a file aside.
fn imports(text: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for start in ["crate::", "yangpin::"] {
            for rest in line.split(start).skip(1) {
                let names = match rest.strip_prefix('{') {
                    Some(list) => list.split(['}', ';']).next().unwrap_or_default().to_owned(),
                    None => rest.to_owned(),
                };
                for name in names.split(", ") {
                    let name: String = name
                        .chars()
                        .take_while(|sign| sign.is_ascii_alphanumeric() || *sign == '_')
                        .collect();
                    rooms.insert(name);
                }
            }
        }
    }
    rooms
}

#[test]
fn a_room_imports_only_from_floors_below_it() {
    let floor = |room: &str| FLOORS.iter().position(|one| *one == room);
    let mut wrong = BTreeMap::new();
    for path in rust_files(&root().join("src")) {
        let room = room_of(&path);
        if room == "lib" {
            continue;
        }
        let Some(own) = floor(&room) else {
            wrong.insert(path, format!("{room} has no floor"));
            continue;
        };
        for other in imports(&fs::read_to_string(&path).unwrap()) {
            let Some(theirs) = floor(&other).filter(|_| other != room) else {
                continue;
            };
            let alone = ONLY_THE_DATABASE.contains(&room.as_str()) && other != "db";
            if theirs > own || alone {
                wrong.insert(path.clone(), format!("{room} imports {other}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn rooms_and_files_are_named_by_the_trade() {
    for folder in ["src", "entity", "migration"] {
        for path in rust_files(&root().join(folder)) {
            let words = path.strip_prefix(root()).unwrap().with_extension("");
            for word in words.components().map(|part| part.as_os_str().to_str().unwrap()) {
                assert!(!EMPTY_WORDS.contains(&word), "{} is called {word}", path.display());
            }
        }
    }
}

#[test]
fn every_room_stands_in_the_map() {
    let map = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    for path in rust_files(&root().join("src")) {
        let room = room_of(&path);
        assert!(
            ["lib", "main"].contains(&room.as_str()) || map.contains(&format!("pub mod {room};")),
            "{room} is not in lib.rs"
        );
    }
}

#[test]
fn no_file_is_longer_than_four_hundred_lines() {
    let mut long = Vec::new();
    for folder in ["src", "entity", "migration", "tests"] {
        for path in rust_files(&root().join(folder)) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            if lines > MOST_LINES {
                long.push(format!("{} has {lines} lines", path.display()));
            }
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn steps_of_the_schema_know_no_row_type() {
    for path in rust_files(&root().join("migration/src")) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("use entity"), "{} would rewrite history", path.display());
    }
}

#[test]
fn pure_files_know_neither_poem_nor_statements() {
    let pure = [
        "src/access.rs",
        "src/orders/order.rs",
        "src/orders/prepare.rs",
        "src/orders/price_line.rs",
        "src/orders/agreed.rs",
        "src/orders/freight.rs",
        "src/contracts/contract.rs",
        "src/orders/decide.rs",
        "src/orders/new_order.rs",
        "src/catalogue/product.rs",
        "src/catalogue/offer.rs",
        "src/catalogue/eligibility.rs",
        "src/organisations/organisation.rs",
        "src/organisations/site.rs",
        "src/organisations/key.rs",
        "src/stock/movement.rs",
        "src/quotes/quote.rs",
        "src/quotes/inquiry.rs",
        "src/quotes/answer.rs",
        "src/quotes/comparison.rs",
        "src/pictures/picture.rs",
        "src/tally/question.rs",
        "src/notices/telling.rs",
        "src/notices/wishes.rs",
        "src/notices/words.rs",
        "src/notices/letter.rs",
    ];
    for name in pure {
        let text = fs::read_to_string(root().join(name)).unwrap();
        for word in ["use poem", "sea_orm::{", "use sea_orm", "statement("] {
            assert!(!text.contains(word), "{name} says {word}");
        }
    }
}
