//! What divisions, departments and categories were called at some moment.
//!
//! A total keeps the words of its time. The rule is one: a total names a thing as it was called **when the period that
//! was asked for ended**, at midnight in Shanghai after its last day; where the period has not ended, or none was asked
//! for, as it is called now. So last year's report of a town that was renamed since names it as last year's papers do,
//! whenever it is asked for. A thing that was entered later than the period, with documents of before, has its first
//! name. Only names that were given up are kept, each with the moment until which it was good.

use super::store;
use crate::db::Engine;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;

/// How the search document of a product begins whose town or category was renamed since it was made: it goes on being
/// found by the old words until it is made anew, a moment later.
pub const RENAMED_SINCE: &str = "~";

/// What may be renamed and is named in totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renamed {
    /// A county, a city or a town, by its code.
    Division,
    /// A department, by its id.
    Department,
    /// A category of goods, by its code.
    Category,
}

/// What something was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerName {
    /// In Chinese.
    pub zh: String,
    /// In English, where it has such a name.
    pub en: Option<String>,
}

/// The names that these things had at that moment, of those that have another one now; all others are called as they
/// are today. One statement.
///
/// # Errors
/// Only the database's.
pub async fn names_at(
    db: &impl ConnectionTrait,
    engine: Engine,
    of: Renamed,
    keys: &[String],
    at: DateTime<Utc>,
) -> Result<HashMap<String, FormerName>, DbErr> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let given_up = store::names_given_up_after(db, engine, of, keys, at).await?;
    let mut names = HashMap::new();
    // Earliest end first: the first that was still good then is the one that held.
    for (key, name) in given_up {
        names.entry(key).or_insert(name);
    }
    Ok(names)
}
