//! Both sides counted the second way, and held to each other.

use super::copy::count;
use super::shape::Table;
use super::{MoveError, Moved};
use crate::db::{Db, Engine, statement};
use crate::verify::{Report, verify};
use sea_orm::{ConnectionTrait, DbErr};

/// How many entries there are.
pub(super) async fn entries(db: &impl ConnectionTrait, engine: Engine) -> Result<u64, DbErr> {
    count(db, engine, "entries").await
}

/// Same rows, same root, same totals, and `verify` clean on both.
pub(super) async fn both(source: &Db, target: &Db, tables: &[Table], copied: u64) -> Result<Moved, MoveError> {
    if target.engine() == Engine::Postgres {
        // Its planner knows nothing yet of what was copied.
        target.write().execute_unprepared("ANALYZE").await?;
    }
    for table in tables {
        let there = count(source.read(), source.engine(), &table.name).await?;
        let here = count(target.read(), target.engine(), &table.name).await?;
        if there != here {
            let (name, meanwhile) = (&table.name, "was the source served meanwhile?");
            return Err(MoveError::Differ(format!(
                "{name} has {there} rows and {here} at the target; {meanwhile}"
            )));
        }
    }
    let (theirs, ours) = (clean(source, "source").await?, clean(target, "target").await?);
    if theirs.root != ours.root {
        return Err(MoveError::Differ(format!("root {} and {}", theirs.root, ours.root)));
    }
    let (there, here) = (totals(source).await?, totals(target).await?);
    if there != here {
        return Err(MoveError::Differ(format!("totals {there:?} and {here:?}")));
    }
    Ok(Moved {
        tables: tables.len(),
        rows: copied,
        entries: ours.entries,
        root: ours.root,
        totals: here,
        secret: None,
    })
}

async fn clean(db: &Db, side: &str) -> Result<Report, MoveError> {
    let report = verify(db, |_, _| {}).await?;
    if report.is_clean() {
        Ok(report)
    } else {
        Err(MoveError::Differ(format!("`verify` of the {side}:\n{report}")))
    }
}

/// Measure, lines, fen.
async fn totals(db: &Db) -> Result<Vec<(i16, i64, i64)>, DbErr> {
    let sql = "SELECT measure, CAST(SUM(lines) AS bigint) AS lines, CAST(SUM(amount) AS bigint) AS amount \
        FROM cells_coarse GROUP BY measure ORDER BY measure";
    let rows = db.read().query_all_raw(statement(db.engine(), sql, Vec::new())).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "measure")?, row.try_get("", "lines")?, row.try_get("", "amount")?)))
        .collect()
}
