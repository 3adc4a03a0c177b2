//! By which key a key was made, so that those made by a revoked one are found. The journal has said so from the
//! beginning; the machine itself makes keys without one.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
ALTER TABLE api_keys ADD COLUMN made_by {uuid};
CREATE INDEX api_keys_made_by ON api_keys (made_by) WHERE made_by IS NOT NULL;
";

const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// What the journal says of keys made, in each engine's own words for JSON and ids.
fn fill(backend: DatabaseBackend) -> String {
    let (told, id) = match backend {
        DatabaseBackend::Postgres => ("e.body::json->'who'->>'key'", "({told})::uuid"),
        _ => ("json_extract(e.body, '$.who.key')", "unhex(replace({told}, '-', ''))"),
    };
    let id = id.replace("{told}", told);
    format!(
        "UPDATE api_keys SET made_by = (SELECT {id} FROM entries e \
         WHERE e.thing_id = api_keys.id AND e.kind = 'key.issued' AND {told} <> '{NIL}');\n"
    )
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.run(&fill(manager.get_database_backend())).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager)
            .run("DROP INDEX api_keys_made_by;\nALTER TABLE api_keys DROP COLUMN made_by;\n")
            .await
    }
}
