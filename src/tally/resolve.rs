//! From the codes of a question to the numbers that cells are told by.
//!
//! A code that nothing bears is refused: the sum of nothing would be read as a figure. What is there and has never been
//! traded with sums up to nought.

use super::dimension::Dimension;
use super::question::{Question, UNASSIGNED, mode_number};
use crate::db::{Engine, statement};
use crate::http::fault::{Fault, Faults, Refusal};
use sea_orm::{ConnectionTrait, DbErr, Value};
use uuid::Uuid;

/// The number of what was never told: no cell has it.
const NEVER: i32 = -1;
/// The number of what a fact does not name.
const NONE: i32 = 0;

/// The numbers of the words that the question is narrowed to.
pub(super) async fn ids_of(db: &impl ConnectionTrait, engine: Engine, question: &Question) -> Result<Vec<(Dimension, i32)>, Refusal> {
    let mut ids = Vec::with_capacity(question.only.len() + 1);
    let mut faults = Faults::new();
    for (dimension, code) in &question.only {
        if *dimension == Dimension::Department && code == UNASSIGNED {
            ids.push((*dimension, NONE));
            continue;
        }
        match word_of(db, engine, *dimension, code).await? {
            Some(word) => ids.push((*dimension, number_of(db, engine, *dimension, &word).await?)),
            None => {
                let name = dimension.as_str();
                faults.push(Fault::of("filter_unknown").parameter(name).with("name", name).with("code", code));
            }
        }
    }
    faults.finish()?;
    if let Some((dimension, word)) = &question.scope {
        ids.push((*dimension, number_of(db, engine, *dimension, word).await?));
    }
    Ok(ids)
}

async fn number_of(db: &impl ConnectionTrait, engine: Engine, dimension: Dimension, word: &str) -> Result<i32, DbErr> {
    let Some(kind) = dimension.words() else {
        return Ok(mode_number(word).unwrap_or(NEVER));
    };
    let sql = "SELECT id FROM dimensions WHERE kind = $1 AND word = $2";
    let values = vec![kind.as_str().into(), word.into()];
    let row = db.query_one_raw(statement(engine, sql, values)).await?;
    Ok(row.map(|row| row.try_get("", "id")).transpose()?.unwrap_or(NEVER))
}

/// The word that facts have for a code or an id; none where nothing bears it.
async fn word_of(db: &impl ConnectionTrait, engine: Engine, dimension: Dimension, code: &str) -> Result<Option<String>, DbErr> {
    let by_id = Uuid::parse_str(code).ok();
    let (table, column) = match (dimension, by_id) {
        (Dimension::Month | Dimension::Day | Dimension::Mode | Dimension::Channel | Dimension::FundSource, _) => {
            return Ok(Some(code.to_owned()));
        }
        (Dimension::Town | Dimension::Origin, _) => ("divisions", "code"),
        (Dimension::Category, _) => ("categories", "code"),
        (Dimension::Department, Some(_)) => ("departments", "id"),
        (Dimension::Department, None) => ("departments", "code"),
        (Dimension::Product, Some(_)) => ("products", "id"),
        (Dimension::Product, None) => ("products", "sku"),
        (Dimension::Buyer | Dimension::Supplier, Some(_)) => ("organisations", "id"),
        (Dimension::Buyer | Dimension::Supplier, None) => return Ok(None),
    };
    let told_by_code = table == "divisions" || table == "categories";
    let word = if told_by_code { "code" } else { "id" };
    let asked: Value = match by_id.filter(|_| column == "id") {
        Some(id) => id.into(),
        None => code.into(),
    };
    let sql = format!("SELECT {word} AS word FROM {table} WHERE {column} = $1");
    let Some(row) = db.query_one_raw(statement(engine, &sql, vec![asked])).await? else {
        return Ok(None);
    };
    if told_by_code {
        row.try_get("", "word").map(Some)
    } else {
        row.try_get::<Uuid>("", "word").map(|id| Some(id.to_string()))
    }
}
