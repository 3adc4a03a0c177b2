//! The few words in which the two engines differ, and the shape every step has.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

/// Runs statements after swapping `{uuid}`, `{bytes}`, `{instant}`, `{date}` and `{big}` for the engine's words.
pub(crate) struct Sql<'m, 'c> {
    manager: &'m SchemaManager<'c>,
}

impl<'m, 'c> Sql<'m, 'c> {
    pub(crate) fn new(manager: &'m SchemaManager<'c>) -> Self {
        Self { manager }
    }

    /// Runs the statements of a step in their order; they are separated by `;` at the end of a line.
    pub(crate) async fn run(&self, script: &str) -> Result<(), DbErr> {
        let postgres = self.manager.get_database_backend() == DatabaseBackend::Postgres;
        // SQLite keeps UUIDs as 16-byte blobs and instants as text that sorts by time; INTEGER is its 64-bit type.
        let words = if postgres {
            [
                ("{uuid}", "uuid"),
                ("{bytes}", "bytea"),
                ("{instant}", "timestamptz"),
                ("{date}", "date"),
                ("{big}", "bigint"),
                ("{flag}", "boolean"),
                ("{fill}", " WITH (fillfactor = 70)"),
                ("{clustered}", ""),
            ]
        } else {
            [
                ("{uuid}", "blob"),
                ("{bytes}", "blob"),
                ("{instant}", "text"),
                ("{date}", "text"),
                ("{big}", "integer"),
                ("{flag}", "boolean"),
                ("{fill}", " WITHOUT ROWID"),
                ("{clustered}", " WITHOUT ROWID"),
            ]
        };
        let mut text = script.to_owned();
        for (word, meaning) in words {
            text = text.replace(word, meaning);
        }
        for statement in text.split(";\n").map(str::trim).filter(|s| !s.is_empty()) {
            self.manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    /// Names the retention class of tables made in this step.
    pub(crate) async fn retain(&self, class: &str, tables: &[&str]) -> Result<(), DbErr> {
        for table in tables {
            let statement = format!("INSERT INTO retention (table_name, class) VALUES ('{table}', '{class}')");
            self.manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    /// Drops tables in the order given and forgets their retention class.
    pub(crate) async fn drop(&self, tables: &[&str]) -> Result<(), DbErr> {
        for table in tables {
            let db = self.manager.get_connection();
            db.execute_unprepared(&format!("DROP TABLE {table}")).await?;
            db.execute_unprepared(&format!("DELETE FROM retention WHERE table_name = '{table}'"))
                .await?;
        }
        Ok(())
    }
}
