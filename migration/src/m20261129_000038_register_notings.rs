//! What is to be noted once: rows of all kinds of things that were there before entries carried a hash of them. A
//! database that holds nothing yet has nothing to note.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE register_notings (
  thing text NOT NULL PRIMARY KEY CHECK (length(thing) BETWEEN 1 AND 40),
  through_seq {big} NOT NULL CHECK (through_seq > 0),
  after_key text,
  ended_at {instant}
){clustered};
";

/// The kinds of things that have rows, as they are at this step.
const THINGS: [&str; 20] = [
    "acceptance",
    "category",
    "contract",
    "department",
    "division",
    "import",
    "inquiry",
    "key",
    "movement",
    "offer",
    "order",
    "organisation",
    "person",
    "place",
    "product",
    "quote",
    "return",
    "shipment",
    "site",
    "terms",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        for thing in THINGS {
            sql.run(&format!(
                "INSERT INTO register_notings (thing, through_seq) SELECT '{thing}', seq FROM journal_heads WHERE pairing = 1 AND seq > 0;\n"
            ))
            .await?;
        }
        sql.retain("journal", &["register_notings"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager).drop(&["register_notings"]).await
    }
}
