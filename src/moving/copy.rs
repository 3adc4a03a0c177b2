//! Copying, table by table, in chunks of a bounded size; at the target all of it is one transaction.

use super::MoveError;
use super::shape::{Table, read};
use crate::db::{Db, Engine, Params, Snapshot, statement};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Value};

/// Parameters of a statement that writes a chunk; SQLite takes at most 32,766.
const MOST_PARAMETERS: usize = 16_000;
/// Rows of a chunk.
const MOST_ROWS: usize = 1_000;

/// Copies all tables; the number of rows copied.
pub(super) async fn all(source: &Db, target: &Db, tables: &[Table], progress: &mut impl FnMut(&str, u64, u64)) -> Result<u64, MoveError> {
    let snapshot = source.snapshot().await?;
    if target.engine() == Engine::Sqlite {
        // Only outside a transaction; tables come in the order of their names, so parents may come after children.
        target.write().execute_unprepared("PRAGMA foreign_keys = OFF").await?;
    }
    let tx = target.write().begin().await?;
    let constraints = loosen(&tx, target.engine()).await?;
    for table in tables {
        // What migrations laid there is at the source as well.
        tx.execute_unprepared(&format!("DELETE FROM {}", table.name)).await?;
    }
    let mut rows = 0;
    for table in tables {
        rows += one(&snapshot, source.engine(), &tx, target.engine(), table, progress).await?;
    }
    tighten(&tx, target.engine(), &constraints).await?;
    tx.commit().await?;
    snapshot.end().await?;
    Ok(rows)
}

async fn one(
    snapshot: &Snapshot,
    from: Engine,
    tx: &DatabaseTransaction,
    to: Engine,
    table: &Table,
    progress: &mut impl FnMut(&str, u64, u64),
) -> Result<u64, MoveError> {
    let all = count(snapshot, from, &table.name).await?;
    progress(&table.name, 0, all);
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(", ");
    let most = (MOST_PARAMETERS / table.columns.len()).min(MOST_ROWS);
    let (mut done, mut last): (u64, Option<Vec<Value>>) = (0, None);
    loop {
        let rows = chunk(snapshot, from, table, &names, last.as_deref(), most).await?;
        let Some(end) = rows.last() else { break };
        last = Some(key_of(table, end));
        let (count, whole) = (rows.len(), rows.len() == most);
        let mut params = Params::new(to);
        let marks: Vec<String> = rows.into_iter().map(|row| format!("({})", params.list(row))).collect();
        let sql = format!("INSERT INTO {} ({names}) VALUES {}", table.name, marks.join(", "));
        tx.execute_raw(params.into_statement(&sql)).await?;
        done += count as u64;
        progress(&table.name, done, all);
        if !whole {
            break;
        }
    }
    Ok(done)
}

/// The next rows by the primary key.
async fn chunk(
    snapshot: &Snapshot,
    engine: Engine,
    table: &Table,
    names: &str,
    after: Option<&[Value]>,
    most: usize,
) -> Result<Vec<Vec<Value>>, DbErr> {
    let mut params = Params::new(engine);
    let key = table.key.join(", ");
    let from = after.map_or_else(String::new, |values| {
        format!(" WHERE ({key}) > ({})", params.list(values.iter().cloned()))
    });
    let sql = format!("SELECT {names} FROM {}{from} ORDER BY {key} LIMIT {most}", table.name);
    let rows = snapshot.query_all_raw(params.into_statement(&sql)).await?;
    let values = |row| table.columns.iter().map(|(name, kind)| read(row, name, *kind)).collect();
    rows.iter().map(values).collect()
}

fn key_of(table: &Table, row: &[Value]) -> Vec<Value> {
    let place = |name: &String| table.columns.iter().position(|(column, _)| column == name);
    let values = table.key.iter().filter_map(place).filter_map(|at| row.get(at));
    values.cloned().collect()
}

pub(super) async fn count(db: &impl ConnectionTrait, engine: Engine, table: &str) -> Result<u64, DbErr> {
    let sql = format!("SELECT count(*) AS rows FROM {table}");
    let row = db.query_one_raw(statement(engine, &sql, Vec::new())).await?;
    let rows: i64 = row.map(|row| row.try_get("", "rows")).transpose()?.unwrap_or(0);
    Ok(rows.unsigned_abs())
}

/// Foreign keys hold for the whole and not for half of it: they are taken off and put back, which checks every row.
async fn loosen(tx: &DatabaseTransaction, engine: Engine) -> Result<Vec<(String, String, String)>, DbErr> {
    if engine == Engine::Sqlite {
        return Ok(Vec::new());
    }
    for setting in ["statement_timeout", "idle_in_transaction_session_timeout"] {
        tx.execute_unprepared(&format!("SET LOCAL {setting} = 0")).await?;
    }
    let sql = "SELECT conrelid::regclass::text AS name, conname::text AS title, pg_get_constraintdef(oid) AS rule \
        FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace";
    let mut found = Vec::new();
    for row in tx.query_all_raw(statement(engine, sql, Vec::new())).await? {
        let (table, name): (String, String) = (row.try_get("", "name")?, row.try_get("", "title")?);
        tx.execute_unprepared(&format!("ALTER TABLE {table} DROP CONSTRAINT {name}"))
            .await?;
        found.push((table, name, row.try_get("", "rule")?));
    }
    Ok(found)
}

async fn tighten(tx: &DatabaseTransaction, engine: Engine, constraints: &[(String, String, String)]) -> Result<(), MoveError> {
    for (table, name, rule) in constraints {
        tx.execute_unprepared(&format!("ALTER TABLE {table} ADD CONSTRAINT {name} {rule}"))
            .await?;
    }
    if engine == Engine::Sqlite {
        let check = statement(engine, "SELECT \"table\" AS name FROM pragma_foreign_key_check LIMIT 1", Vec::new());
        if let Some(row) = tx.query_one_raw(check).await? {
            let table: String = row.try_get("", "name")?;
            return Err(MoveError::Differ(format!("a row of {table} names one that is not there")));
        }
    }
    Ok(())
}
