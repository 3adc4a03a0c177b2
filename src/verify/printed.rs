//! Rows printed by the engine itself, as the hashed texts write them: of a hundred thousand rows with twenty columns each,
//! taking every value over one by one is what would take long.

use crate::db::Engine;

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
