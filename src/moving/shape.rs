//! Which tables there are and of which kind their columns are.

use super::{MoveError, on_postgres};
use crate::db::{Db, Engine, Kind, statement};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use std::collections::BTreeSet;

/// A table to copy.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<(String, Kind)>,
    /// Columns of the primary key, in its order.
    pub(super) key: Vec<String>,
}

/// PostgreSQL knows the kinds of columns; SQLite keeps a UUID and a hash as the same thing.
const COLUMNS: &str = "SELECT c.relname::text AS table_name, a.attname::text AS column_name, t.typname::text AS type, \
    COALESCE(array_position(string_to_array(i.indkey::text, ' ')::int[], a.attnum::int), 0) AS key_at \
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema() \
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid \
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
    WHERE c.relkind = 'r' AND c.relname <> 'seaql_migrations' ORDER BY c.relname, a.attnum";

/// All tables, which both sides must have alike.
pub(super) async fn tables(source: &Db, target: &Db) -> Result<Vec<Table>, MoveError> {
    let postgres = on_postgres(source, target);
    let rows = postgres
        .read()
        .query_all_raw(statement(Engine::Postgres, COLUMNS, Vec::new()))
        .await?;
    let mut tables: Vec<Table> = Vec::new();
    let mut keys: Vec<(i32, String)> = Vec::new();
    for row in rows {
        let (table, column): (String, String) = (row.try_get("", "table_name")?, row.try_get("", "column_name")?);
        let (kind, key_at): (String, i32) = (row.try_get("", "type")?, row.try_get("", "key_at")?);
        let kind = kind_of(&kind).ok_or_else(|| MoveError::Differ(format!("{table}.{column} is a {kind}, which cannot be moved")))?;
        if tables.last().is_none_or(|last| last.name != table) {
            keys.clear();
            tables.push(Table {
                name: table,
                columns: Vec::new(),
                key: Vec::new(),
            });
        }
        if key_at > 0 {
            keys.push((key_at, column.clone()));
            keys.sort();
        }
        if let Some(last) = tables.last_mut() {
            last.columns.push((column, kind));
            last.key = keys.iter().map(|(_, name)| name.clone()).collect();
        }
    }
    let sqlite = if source.engine() == Engine::Sqlite { source } else { target };
    same(sqlite, &tables).await?;
    Ok(tables)
}

fn kind_of(name: &str) -> Option<Kind> {
    Some(match name {
        "int2" => Kind::Small,
        "int4" => Kind::Int,
        "int8" => Kind::Big,
        "text" => Kind::Text,
        "bytea" => Kind::Bytes,
        "uuid" => Kind::Id,
        "date" => Kind::Date,
        "timestamptz" => Kind::Instant,
        "bool" => Kind::Flag,
        _ => return None,
    })
}

async fn same(sqlite: &Db, tables: &[Table]) -> Result<(), MoveError> {
    let sql = "SELECT m.name || '.' || c.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
        WHERE m.type = 'table' AND m.name <> 'seaql_migrations' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let rows = sqlite.read().query_all_raw(statement(Engine::Sqlite, sql, Vec::new())).await?;
    let there: BTreeSet<String> = rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?;
    let wanted = tables
        .iter()
        .flat_map(|table| table.columns.iter().map(|(column, _)| format!("{}.{column}", table.name)));
    let wanted: BTreeSet<String> = wanted.collect();
    match there.symmetric_difference(&wanted).next() {
        None => Ok(()),
        Some(column) => Err(MoveError::Differ(format!("only one of them has {column}"))),
    }
}

/// A column's value, as the other engine's driver takes it.
pub(super) fn read(row: &QueryResult, name: &str, kind: Kind) -> Result<Value, DbErr> {
    Ok(match kind {
        Kind::Small => row.try_get::<Option<i16>>("", name)?.into(),
        Kind::Int | Kind::MaybeInt => row.try_get::<Option<i32>>("", name)?.into(),
        Kind::Big | Kind::MaybeBig => row.try_get::<Option<i64>>("", name)?.into(),
        Kind::Text | Kind::MaybeText => row.try_get::<Option<String>>("", name)?.into(),
        Kind::Bytes => row.try_get::<Option<Vec<u8>>>("", name)?.into(),
        Kind::Id | Kind::MaybeId => row.try_get::<Option<uuid::Uuid>>("", name)?.into(),
        Kind::Date | Kind::MaybeDate => row.try_get::<Option<chrono::NaiveDate>>("", name)?.into(),
        Kind::Instant | Kind::MaybeInstant => row.try_get::<Option<chrono::DateTime<chrono::Utc>>>("", name)?.into(),
        Kind::Flag => row.try_get::<Option<bool>>("", name)?.into(),
    })
}
