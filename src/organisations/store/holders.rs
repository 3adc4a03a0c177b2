//! Who holds a key in force, for those who have something to tell them.

use crate::db::{Engine, Params};
use crate::organisations::queries::KeyHolder;
use chrono::{DateTime, Utc};
use entity::tables::people;
use entity::{OrganisationId, PersonId, Role};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

/// Whoever holds a key in force that acts for one of these organisations in one of these roles.
pub(in crate::organisations) async fn key_holders(
    db: &impl ConnectionTrait,
    engine: Engine,
    organisations: &[OrganisationId],
    roles: &[Role],
    now: DateTime<Utc>,
) -> Result<Vec<KeyHolder>, DbErr> {
    let mut params = Params::new(engine);
    let wanted = params.list(organisations.iter().copied());
    let roles = params.list(roles.iter().map(|role| role.as_str()));
    let now = params.add(now);
    let sql = format!(
        "SELECT p.id, p.organisation_id, p.machine, p.created_at FROM people p \
         JOIN organisations o ON o.id = p.organisation_id AND o.archived_at IS NULL \
         WHERE p.organisation_id IN ({wanted}) AND p.archived_at IS NULL AND EXISTS (SELECT 1 FROM api_keys k \
         WHERE k.person_id = p.id AND k.organisation_id = p.organisation_id AND k.role IN ({roles}) \
         AND k.revoked_at IS NULL AND k.expires_at > {now}) ORDER BY p.id"
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    let holder = |row: &sea_orm::QueryResult| {
        Ok(KeyHolder {
            person: row.try_get("", "id")?,
            organisation: row.try_get("", "organisation_id")?,
            machine: row.try_get("", "machine")?,
            since: row.try_get("", "created_at")?,
        })
    };
    rows.iter().map(holder).collect()
}

/// Whether this is a machine; nobody is none.
pub(in crate::organisations) async fn is_machine(db: &impl ConnectionTrait, id: PersonId) -> Result<bool, DbErr> {
    Ok(people::Entity::find_by_id(id).one(db).await?.is_some_and(|row| row.machine))
}
