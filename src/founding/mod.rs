//! What a city begins with: the public divisions of both sides and the categories of goods, entered once.
//!
//! Owns that data (`data/`), from the same publications for everybody, and how it is brought into a database: by the use
//! cases of the rooms, so each row is checked and has its entry. What is there already stays as it is, whatever it is
//! called there: entering again enters nothing. Does not own divisions or categories, nor whatever is a city's own:
//! departments, organisations, goods. Hands out [`seed`], for the command line, and its two halves for the demo.

use crate::catalogue::{self, AddCategory};
use crate::http::fault::Refusal;
use crate::journal::Desk;
use crate::organisations::add_division::add_division;
use crate::organisations::division::NewDivision;
use crate::organisations::keys::command_line;
use crate::organisations::{Parties, Register};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::future::Future;
use std::str::FromStr;
use std::time::Duration;

const DIVISIONS: &str = include_str!("data/divisions.csv");
const CATEGORIES: &str = include_str!("data/categories.csv");
/// Use cases under way at once: what fits into one turn.
const AT_ONCE: usize = 64;
/// Nobody waits for an answer, and a machine that has just made its tables is slow.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Debug, Deserialize)]
struct DivisionRow {
    code: String,
    name: String,
    parent_code: String,
    role: String,
    black_rice_gi_area: String,
}

#[derive(Clone, Debug, Deserialize)]
struct CategoryRow {
    code: String,
    name_zh: String,
    name_en: String,
}

/// What became of the rows of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seeded {
    /// Codes that were entered now.
    pub entered: Vec<String>,
    /// How many were there already.
    pub there: usize,
    /// Those of them that are called otherwise there: code, the name there, the public name. They stay as they are.
    pub otherwise: Vec<(String, String, String)>,
}

impl Seeded {
    fn found(&mut self, code: &str, name_there: &str, name: &str) {
        self.there += 1;
        if name_there != name {
            self.otherwise.push((code.to_owned(), name_there.to_owned(), name.to_owned()));
        }
    }
}

/// Enters what is missing of the public divisions and categories.
///
/// # Errors
/// What a use case refuses, and the database's.
pub async fn seed(desk: &Desk, register: &Register) -> Result<(Seeded, Seeded), Refusal> {
    let parties = register.refresh(&desk.db).await?;
    let desk = Desk {
        gate: desk.gate.with_patience(PATIENCE),
        ..desk.clone()
    };
    Ok((divisions(&desk, &parties).await?, categories(&desk).await?))
}

/// Enters the divisions that are missing: counties and cities first, in which the towns lie.
///
/// # Errors
/// What a use case refuses, and the database's.
pub async fn divisions(desk: &Desk, parties: &Parties) -> Result<Seeded, Refusal> {
    let mut seeded = Seeded::default();
    let (towns, above): (Vec<_>, Vec<_>) = rows::<DivisionRow>(DIVISIONS)?
        .into_iter()
        .partition(|row| row.role.ends_with("_town"));
    for level in [above, towns] {
        let mut missing = Vec::new();
        for row in level {
            match parties.division(&row.code) {
                Some(there) => seeded.found(&row.code, &there.name, &row.name),
                None => missing.push(row),
            }
        }
        seeded.entered.extend(missing.iter().map(|row| row.code.clone()));
        together(missing.into_iter().map(|row| enter_division(desk, row))).await?;
    }
    Ok(seeded)
}

async fn enter_division(desk: &Desk, row: DivisionRow) -> Result<(), Refusal> {
    let new = NewDivision {
        code: parse(&row.code)?,
        name: parse(&row.name)?,
        parent_code: Some(parse(&row.parent_code)?),
        role: parse(&row.role)?,
        black_rice_gi_area: Some(row.black_rice_gi_area)
            .filter(|word| !word.is_empty())
            .map(|word| word == "yes"),
    };
    add_division(desk, &command_line(), new, None).await?;
    Ok(())
}

/// Enters the categories that are missing.
///
/// # Errors
/// What a use case refuses, and the database's.
pub async fn categories(desk: &Desk) -> Result<Seeded, Refusal> {
    let mut seeded = Seeded::default();
    let mut missing = Vec::new();
    for row in rows::<CategoryRow>(CATEGORIES)? {
        match catalogue::queries::category(desk.read(), &row.code).await? {
            Some(there) => seeded.found(&row.code, &there.name_zh, &row.name_zh),
            None => missing.push(row),
        }
    }
    seeded.entered.extend(missing.iter().map(|row| row.code.clone()));
    together(missing.into_iter().map(|row| enter_category(desk, row))).await?;
    Ok(seeded)
}

async fn enter_category(desk: &Desk, row: CategoryRow) -> Result<(), Refusal> {
    let add = AddCategory {
        actor: command_line(),
        code: row.code,
        name_zh: parse(&row.name_zh)?,
        name_en: parse(&row.name_en)?,
    };
    desk.gate.run(add, None).await?;
    Ok(())
}

/// Carries out use cases side by side, asked for in their order; the answers are in it too.
pub(crate) async fn together<T, F>(asked: impl IntoIterator<Item = F>) -> Result<Vec<T>, Refusal>
where
    F: Future<Output = Result<T, Refusal>>,
{
    stream::iter(asked).buffered(AT_ONCE).try_collect().await
}

/// The rows of a table of our own.
pub(crate) fn rows<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, Refusal> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(Refusal::broken)
}

/// A value of our own data, which is as it must be.
pub(crate) fn parse<T: FromStr<Err: Display>>(text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|error| Refusal::broken(format!("own data: {text}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towns_lie_in_what_is_entered_before_them() {
        let rows: Vec<DivisionRow> = rows(DIVISIONS).unwrap();
        let above: Vec<&str> = rows
            .iter()
            .filter(|row| !row.role.ends_with("_town"))
            .map(|row| row.code.as_str())
            .collect();
        assert_eq!(above.len(), 2);
        assert!(
            rows.iter()
                .filter(|row| row.role.ends_with("_town"))
                .all(|row| above.contains(&row.parent_code.as_str()))
        );
    }
}
