//! Rows printed by the engine itself, as the hashed texts write them: of a hundred thousand rows with twenty columns each,
//! taking every value over one by one is what would take long.

use crate::db::{Engine, Params};
use uuid::Uuid;

/// How a column is printed.
#[derive(Clone, Copy)]
pub(super) enum Is {
    /// An id.
    Id,
    /// A text, a number or a day, as it stands.
    Plain,
    /// A flag, as 0 or 1.
    Flag,
}

/// What follows a row's columns where the first of these is set: a later field, so that texts of before stay as they were.
pub(super) fn where_set(engine: Engine, columns: &[(&str, Is)]) -> String {
    columns.first().map_or_else(String::new, |(first, _)| {
        format!(" || CASE WHEN {first} IS NULL THEN '' ELSE '|' || {} END", line(engine, columns))
    })
}

/// An id as text.
pub(super) fn id_text(engine: Engine, id: &str) -> String {
    match engine {
        Engine::Sqlite => format!(
            "lower(substr(hex({id}),1,8)||'-'||substr(hex({id}),9,4)||'-'||substr(hex({id}),13,4)||'-'||substr(hex({id}),17,4)||'-'||substr(hex({id}),21))"
        ),
        Engine::Postgres => format!("{id}::text"),
    }
}

/// The expression that prints a row: its columns with `|` between, `-` for none.
pub(super) fn line(engine: Engine, columns: &[(&str, Is)]) -> String {
    let printed = columns.iter().map(|(column, is)| match (is, engine) {
        (Is::Flag, _) => format!("CASE WHEN {column} THEN '1' ELSE '0' END"),
        (Is::Id, Engine::Sqlite) => format!("CASE WHEN {column} IS NULL THEN '-' ELSE {} END", id_text(engine, column)),
        (Is::Plain, Engine::Sqlite) => format!("COALESCE({column}, '-')"),
        (Is::Id | Is::Plain, Engine::Postgres) => format!("COALESCE({column}::text, '-')"),
    });
    printed.collect::<Vec<_>>().join(" || '|' || ")
}

/// The rows of a table whose `key` is one of these ids, as something to select from. PostgreSQL asks for them id by id:
/// it does not know how few they are of a table, and would go through all of it for every range of entries.
pub(super) fn among(engine: Engine, params: &mut Params, (table, key): (&str, &str), ids: impl IntoIterator<Item = Uuid>) -> String {
    let ids = params.ids(ids);
    match engine {
        Engine::Sqlite => format!("(SELECT * FROM {table} WHERE {key} IN ({ids})) a"),
        Engine::Postgres => format!(
            "(SELECT DISTINCT i.id AS asked_id FROM ({ids}) i(id)) i CROSS JOIN LATERAL (SELECT * FROM {table} t WHERE t.{key} = i.asked_id OFFSET 0) a"
        ),
    }
}
