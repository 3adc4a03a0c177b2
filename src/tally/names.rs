//! Codes and names for the numbers that cells are told by.

use super::dimension::Dimension;
use super::queries::{Group, Row};
use super::question::UNASSIGNED;
use crate::db::{Engine, Params};
use crate::http::language::Language;
use crate::journal::WordKind;
use crate::organisations::former_names::{Renamed, names_at};
use chrono::{DateTime, Utc};
use entity::{Channel, FundSource, Mode, Month};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A code and a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// A division's code, an SKU, an id, or the word of a closed list.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// Of goods, the unit they are counted in.
    pub unit: Option<String>,
}

impl Named {
    fn new(code: impl Into<String>, name: impl Into<String>) -> Self {
        let (code, name) = (code.into(), name.into());
        Self { code, name, unit: None }
    }
}

/// How things are named: in a language, and as they were called at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Naming {
    pub(super) language: Language,
    /// When the period that was asked for ended; without such an end things are called as they are now.
    pub(super) at: Option<DateTime<Utc>>,
}

/// Names the rows of an answer; a look-up for each dimension, whatever the number of rows. `unit` is that of all of them,
/// where they have one.
pub(super) async fn name_groups(
    db: &impl ConnectionTrait,
    engine: Engine,
    (by, unit): (&[Dimension], Option<&str>),
    rows: Vec<Row>,
    naming: Naming,
) -> Result<Vec<Group>, DbErr> {
    let mut names: Vec<HashMap<i32, Named>> = Vec::with_capacity(by.len());
    for (at, dimension) in by.iter().enumerate() {
        let ids: BTreeSet<i32> = rows.iter().filter_map(|(ids, _)| ids.get(at).copied()).collect();
        names.push(names_of(db, engine, *dimension, &ids, naming).await?);
    }
    let group = |(ids, sums): Row| {
        let keys = by.iter().zip(&names).zip(&ids);
        let keys: Vec<(Dimension, Named)> = keys.map(|((by, names), id)| (*by, named(names, *id, naming.language))).collect();
        let own = keys.iter().find_map(|(_, named)| named.unit.clone());
        let unit = own.or_else(|| unit.map(str::to_owned));
        Group { keys, unit, sums }
    };
    Ok(rows.into_iter().map(group).collect())
}

/// The name of a number; that of what a fact does not name, and of what nobody knows by name.
pub(super) fn named(names: &HashMap<i32, Named>, id: i32, language: Language) -> Named {
    match names.get(&id) {
        Some(named) => named.clone(),
        None if id == 0 => Named::new(UNASSIGNED, language.choose("未分配", UNASSIGNED)),
        None => Named::new(id.to_string(), ""),
    }
}

/// Codes and names of numbers.
pub(super) async fn names_of(
    db: &impl ConnectionTrait,
    engine: Engine,
    dimension: Dimension,
    ids: &BTreeSet<i32>,
    naming: Naming,
) -> Result<HashMap<i32, Named>, DbErr> {
    let Some(kind) = dimension.words() else {
        return Ok(ids.iter().map(|id| (*id, numbered(dimension, *id, naming.language))).collect());
    };
    let mut names = HashMap::new();
    // A list of parameters is bounded on SQLite.
    let ids: Vec<i32> = ids.iter().copied().filter(|id| *id > 0).collect();
    for part in ids.chunks(10_000) {
        let words = words_of(db, engine, kind, part).await?;
        let mut called = called(db, engine, kind, words.values(), naming.language).await?;
        if let Some(at) = naming.at {
            call_as_then(db, engine, (kind, at), naming.language, &mut called).await?;
        }
        for (id, word) in words {
            let named = called
                .get(&word)
                .cloned()
                .unwrap_or_else(|| of_closed_list(kind, &word, naming.language));
            names.insert(id, named);
        }
    }
    Ok(names)
}

fn numbered(dimension: Dimension, id: i32, language: Language) -> Named {
    let told = |text: String| Named::new(text.clone(), text);
    match dimension {
        Dimension::Month => told(Month::from_yyyymm(id).map(|month| month.to_string()).unwrap_or_default()),
        Dimension::Day => told(format!("{:04}-{:02}-{:02}", id / 10_000, id / 100 % 100, id % 100)),
        _ => {
            let mode = if id == 1 { Mode::Purchase } else { Mode::AssistedSale };
            Named::new(mode.as_str(), language.call(mode))
        }
    }
}

async fn words_of(db: &impl ConnectionTrait, engine: Engine, kind: WordKind, ids: &[i32]) -> Result<HashMap<i32, String>, DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "SELECT id, word FROM dimensions WHERE kind = {} AND id IN ({})",
        params.add(kind.as_str()),
        params.long_list(ids.iter().copied())
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "id")?, row.try_get("", "word")?)))
        .collect()
}

/// Names of things by their words, where the word is a code or an id of a table.
async fn called(
    db: &impl ConnectionTrait,
    engine: Engine,
    kind: WordKind,
    words: impl Iterator<Item = &String>,
    language: Language,
) -> Result<HashMap<String, Named>, DbErr> {
    let words: Vec<&String> = words.collect();
    let by_id = |table: &str, code: &str, unit: &str| format!("SELECT id, {code} AS code, name, {unit} AS unit FROM {table} WHERE id IN ");
    let by_code = |table: &str, name: &str| format!("SELECT code, {name} AS name, NULL AS unit FROM {table} WHERE code IN ");
    let (sql, ids) = match kind {
        WordKind::Town | WordKind::Origin => (by_code("divisions", "name"), false),
        WordKind::Category => (by_code("categories", language.choose("name_zh", "name_en")), false),
        WordKind::Department => (by_id("departments", "code", "NULL"), true),
        WordKind::Buyer | WordKind::Supplier => (by_id("organisations", "''", "NULL"), true),
        WordKind::Product => (by_id("products", "sku", "COALESCE(price_unit, unit)"), true),
        WordKind::Channel | WordKind::FundSource => return Ok(HashMap::new()),
    };
    let mut params = Params::new(engine);
    let marks = if ids {
        params.ids(words.iter().filter_map(|word| Uuid::parse_str(word).ok()))
    } else {
        params.long_list(words.iter().map(|word| (*word).clone()))
    };
    let rows = db.query_all_raw(params.into_statement(&format!("{sql}({marks})"))).await?;
    rows.iter()
        .map(|row| {
            let mut named = Named::new(row.try_get::<String>("", "code")?, row.try_get::<String>("", "name")?);
            named.unit = row.try_get("", "unit")?;
            if !ids {
                return Ok((named.code.clone(), named));
            }
            let word = row.try_get::<Uuid>("", "id")?.to_string();
            if named.code.is_empty() {
                named.code.clone_from(&word);
            }
            Ok((word, named))
        })
        .collect()
}

/// Puts the names of that moment in the place of today's, where something was renamed since.
async fn call_as_then(
    db: &impl ConnectionTrait,
    engine: Engine,
    (kind, at): (WordKind, DateTime<Utc>),
    language: Language,
    called: &mut HashMap<String, Named>,
) -> Result<(), DbErr> {
    let renamed = match kind {
        WordKind::Town | WordKind::Origin => Renamed::Division,
        WordKind::Department => Renamed::Department,
        WordKind::Category => Renamed::Category,
        WordKind::Buyer | WordKind::Supplier | WordKind::Product | WordKind::Channel | WordKind::FundSource => return Ok(()),
    };
    let words: Vec<String> = called.keys().cloned().collect();
    for (word, name) in names_at(db, engine, renamed, &words, at).await? {
        if let Some(named) = called.get_mut(&word) {
            named.name = match (language, name.en) {
                (Language::En, Some(en)) => en,
                (Language::Zh | Language::En, _) => name.zh,
            };
        }
    }
    Ok(())
}

fn of_closed_list(kind: WordKind, word: &str, language: Language) -> Named {
    let name = match kind {
        WordKind::Channel => language.call_word::<Channel>(word),
        WordKind::FundSource => language.call_word::<FundSource>(word),
        _ => None,
    };
    Named::new(word, name.unwrap_or(word))
}
