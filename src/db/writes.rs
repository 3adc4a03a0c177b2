//! What a turn writes, gathered and then written together, so that it costs one way to the engine and not one for each
//! table: on PostgreSQL all of it is one statement, on SQLite the statements of a small turn are one text. Others wait
//! for the head meanwhile, and a turn of one order is mostly such ways.

use super::{Engine, Rows, statement};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Value};

/// One set of rows. SQLite takes a large one in several parts.
#[derive(Debug)]
struct Write {
    parts: Vec<(String, Vec<Value>)>,
    guard: Option<Guard>,
}

/// So many rows must have been changed.
#[derive(Clone, Copy, Debug)]
struct Guard {
    rows: u64,
    or: &'static str,
}

impl Guard {
    fn hold(self, changed: u64) -> Result<(), DbErr> {
        if changed == self.rows {
            Ok(())
        } else {
            Err(DbErr::Custom(self.or.to_owned()))
        }
    }
}

/// What is to be written. Sets do not see each other's rows, and no row may stand in two of them.
#[derive(Debug)]
pub struct Writes {
    engine: Engine,
    all: Vec<Write>,
}

impl Writes {
    /// Nothing yet.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self { engine, all: Vec::new() }
    }

    /// Adds rows of a table; `then` is what follows, as `ON CONFLICT …`.
    pub fn insert(&mut self, table: &str, rows: Rows, then: &str) {
        if !rows.is_empty() {
            let parts = rows.insert(self.engine, table, then);
            self.all.push(Write { parts, guard: None });
        }
    }

    /// Adds a change that must change exactly so many rows; otherwise everything fails, and says `or`.
    pub fn change(&mut self, parts: Vec<(String, Vec<Value>)>, rows: usize, or: &'static str) {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        let guard = Some(Guard { rows, or });
        self.all.push(Write { parts, guard });
    }

    /// Forgets what was gathered.
    pub fn clear(&mut self) {
        self.all.clear();
    }

    /// Writes what was gathered.
    ///
    /// # Errors
    /// The database's, and that of a change that did not change what it must.
    pub async fn run(&mut self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        let all = std::mem::take(&mut self.all);
        let text = match self.engine {
            Engine::Postgres if all.len() > 1 => return together(tx, all).await,
            Engine::Postgres => None,
            Engine::Sqlite => one_text(&all),
        };
        match text {
            Some(text) => in_one_way(tx, &text, all).await,
            None => one_by_one(tx, self.engine, all).await,
        }
    }
}

async fn one_by_one(tx: &DatabaseTransaction, engine: Engine, all: Vec<Write>) -> Result<(), DbErr> {
    for write in all {
        let mut changed = 0;
        for (sql, values) in write.parts {
            changed += tx.execute_raw(statement(engine, &sql, values)).await?.rows_affected();
        }
        if let Some(guard) = write.guard {
            guard.hold(changed)?;
        }
    }
    Ok(())
}

/// `WITH w0 AS (INSERT …), w1 AS (UPDATE … RETURNING 1) … SELECT` how many each guarded change has changed.
async fn together(tx: &DatabaseTransaction, all: Vec<Write>) -> Result<(), DbErr> {
    let (mut with, mut counts) = (Vec::with_capacity(all.len()), vec!["1::bigint AS done".to_owned()]);
    let (mut values, mut guards) = (Vec::new(), Vec::new());
    for write in all {
        for (sql, own) in write.parts {
            let at = with.len();
            let sql = renumbered(&sql, values.len());
            values.extend(own);
            if let Some(guard) = write.guard {
                counts.push(format!("(SELECT count(*) FROM w{at}) AS w{at}"));
                guards.push((format!("w{at}"), guard));
                with.push(format!("w{at} AS ({sql} RETURNING 1)"));
            } else {
                with.push(format!("w{at} AS ({sql})"));
            }
        }
    }
    let sql = format!("WITH {} SELECT {}", with.join(", "), counts.join(", "));
    let row = tx.query_one_raw(statement(Engine::Postgres, &sql, values)).await?;
    let row = row.ok_or_else(|| DbErr::Custom("a set of writes told nothing".to_owned()))?;
    for (name, guard) in guards {
        let changed: i64 = row.try_get("", &name)?;
        guard.hold(u64::try_from(changed).unwrap_or_default())?;
    }
    Ok(())
}

/// The engine keeps each text it has prepared. Those of large turns would be large and all different, and there the
/// ways are few for each order.
const MOST_VALUES_IN_ONE_TEXT: usize = 1_000;

/// `INSERT …; UPDATE …; SELECT changes() …`: a guarded change is followed by how many rows it has changed. None, where
/// each statement had better go its own way.
fn one_text(all: &[Write]) -> Option<String> {
    let values = all.iter().flat_map(|write| &write.parts).map(|(_, values)| values.len());
    if all.len() < 2 || values.sum::<usize>() > MOST_VALUES_IN_ONE_TEXT {
        return None;
    }
    let mut text = String::new();
    for write in all {
        // So few values make one part.
        let [(sql, _)] = write.parts.as_slice() else { return None };
        text += &in_order(sql)?;
        text += if write.guard.is_some() {
            "; SELECT changes() AS changed; "
        } else {
            "; "
        };
    }
    Some(text)
}

async fn in_one_way(tx: &DatabaseTransaction, text: &str, all: Vec<Write>) -> Result<(), DbErr> {
    let guards: Vec<Guard> = all.iter().filter_map(|write| write.guard).collect();
    let values = all
        .into_iter()
        .flat_map(|write| write.parts)
        .flat_map(|(_, values)| values)
        .collect();
    let rows = tx.query_all_raw(statement(Engine::Sqlite, text, values)).await?;
    if rows.len() != guards.len() {
        return Err(DbErr::Custom("a set of writes told too little".to_owned()));
    }
    for (row, guard) in rows.iter().zip(guards) {
        let changed: i64 = row.try_get("", "changed")?;
        guard.hold(u64::try_from(changed).unwrap_or_default())?;
    }
    Ok(())
}

/// The statement with `?` for its parameters, which are then counted through all of a text; none, if they do not stand
/// in the order of their numbers.
fn in_order(sql: &str) -> Option<String> {
    let mut pieces = sql.split('$');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for (at, piece) in (1..).zip(pieces) {
        let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit());
        let number: usize = piece.get(..piece.len() - rest.len())?.parse().ok()?;
        if number != at || sql.contains('?') {
            return None;
        }
        text.push('?');
        text += rest;
    }
    Some(text)
}

/// The statement with its parameters counted on from `after`. No text in our statements has a `$` in it.
fn renumbered(sql: &str, after: usize) -> String {
    let mut pieces = sql.split('$');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.len() - piece.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = piece.split_at(digits);
        let number: usize = number.parse().unwrap_or_default();
        text.push('$');
        text += &(number + after).to_string();
        text += rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_counted_on() {
        assert_eq!(
            renumbered("SELECT $1::text[], $12 WHERE a=$2", 30),
            "SELECT $31::text[], $42 WHERE a=$32"
        );
        assert_eq!(renumbered("$1", 0), "$1");
        assert_eq!(renumbered("SELECT 1", 9), "SELECT 1");
    }

    #[test]
    fn parameters_in_order_are_counted_through() {
        assert_eq!(in_order("SET a = $1, b = $2 WHERE c = $3").unwrap(), "SET a = ?, b = ? WHERE c = ?");
        assert_eq!(in_order("VALUES (?,?),(?,?)").unwrap(), "VALUES (?,?),(?,?)");
        assert_eq!(in_order("SET a = $2 WHERE b = $1"), None);
        assert_eq!(in_order("SET a = $1 WHERE b = $1"), None);
        assert_eq!(in_order("SET a = ? WHERE b = $1"), None);
    }

    #[test]
    fn a_guard_holds_only_what_was_wanted() {
        let guard = Guard { rows: 2, or: "moved" };
        assert!(guard.hold(2).is_ok());
        for changed in [0, 1, 3] {
            assert_eq!(guard.hold(changed).unwrap_err(), DbErr::Custom("moved".to_owned()));
        }
    }
}
