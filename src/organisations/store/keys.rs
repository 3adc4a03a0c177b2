//! Keys, the people who hold them, and when they were used.

use crate::db::{Engine, Params, statement};
use crate::journal::PAIRING;
use crate::organisations::key::{Key, KeyRemit, WORDS};
use chrono::{DateTime, TimeDelta, Utc};
use entity::tables::{api_keys, people, person_details};
use entity::{KeyId, Name, OrganisationId, PersonId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::HashMap;

/// Keys written by one statement.
const MOST_IN_A_STATEMENT: usize = 1_000;

/// A key found by its hash.
#[derive(Clone, Debug)]
pub(in crate::organisations) struct FoundKey {
    /// The key.
    pub(in crate::organisations) key: Key,
    /// Whether its organisation or its holder takes part no more.
    pub(in crate::organisations) orphaned: bool,
    /// The number of the register at which all this was so.
    pub(in crate::organisations) as_of: i64,
}

/// The key of a secret's hash.
pub(in crate::organisations) async fn key_by_hash(
    db: &impl ConnectionTrait,
    engine: Engine,
    hash: &[u8; 32],
) -> Result<Option<FoundKey>, DbErr> {
    // Every request of a caller who was not here lately asks this: one way to the engine for all three rows.
    let sql = "SELECT k.*, CASE WHEN o.archived_at IS NULL AND p.archived_at IS NULL THEN 0 ELSE 1 END AS orphaned, \
        h.register_seq AS as_of FROM api_keys k JOIN organisations o ON o.id = k.organisation_id JOIN people p ON p.id = k.person_id \
        JOIN journal_heads h ON h.pairing = $2 WHERE k.hash = $1";
    let values = vec![hash.to_vec().into(), PAIRING.into()];
    let found = db.query_one_raw(statement(engine, sql, values)).await?;
    found
        .map(|row| {
            let orphaned: i32 = row.try_get("", "orphaned")?;
            Ok(FoundKey {
                key: api_keys::Model::from_query_result(&row, "")?.into(),
                orphaned: orphaned != 0,
                as_of: row.try_get("", "as_of")?,
            })
        })
        .transpose()
}

/// The key of an id.
pub(in crate::organisations) async fn key(db: &impl ConnectionTrait, id: KeyId) -> Result<Option<Key>, DbErr> {
    let found = api_keys::Entity::find_by_id(id).one(db).await?;
    Ok(found.map(Key::from))
}

/// The key of a prefix.
pub(in crate::organisations) async fn key_by_prefix(db: &impl ConnectionTrait, prefix: &str) -> Result<Option<Key>, DbErr> {
    let found = api_keys::Entity::find().filter(api_keys::Column::Prefix.eq(prefix)).one(db).await?;
    Ok(found.map(Key::from))
}

/// Keys in the order they were made, after one; of one organisation or of all, made by one key or by any.
pub(in crate::organisations) async fn keys_of(
    db: &impl ConnectionTrait,
    owner: Option<OrganisationId>,
    made_by: Option<KeyId>,
    after: Option<KeyId>,
    most: u64,
) -> Result<Vec<Key>, DbErr> {
    let mut wanted = api_keys::Entity::find();
    if let Some(owner) = owner {
        wanted = wanted.filter(api_keys::Column::OrganisationId.eq(owner));
    }
    if let Some(maker) = made_by {
        wanted = wanted.filter(api_keys::Column::MadeBy.eq(maker));
    }
    if let Some(after) = after {
        wanted = wanted.filter(api_keys::Column::Id.gt(after));
    }
    let rows = wanted.order_by_asc(api_keys::Column::Id).limit(most).all(db).await?;
    Ok(rows.into_iter().map(Key::from).collect())
}

/// How many keys of an organisation are neither revoked nor expired.
pub(in crate::organisations) async fn live_keys(
    db: &impl ConnectionTrait,
    owner: OrganisationId,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    api_keys::Entity::find()
        .filter(api_keys::Column::OrganisationId.eq(owner))
        .filter(api_keys::Column::RevokedAt.is_null())
        .filter(api_keys::Column::ExpiresAt.gt(now))
        .count(db)
        .await
}

/// Writes a new key.
pub(in crate::organisations) async fn insert_key(db: &impl ConnectionTrait, key: &Key, hash: [u8; 32]) -> Result<(), DbErr> {
    let row = api_keys::Model {
        id: key.id,
        person_id: key.person_id,
        organisation_id: key.organisation_id,
        prefix: key.prefix.clone(),
        hash: hash.to_vec(),
        name: key.name.clone(),
        role: key.role,
        remit_kind: key.remit.as_ref().map(|remit| remit.kind),
        remit_code: key.remit.as_ref().and_then(|remit| remit.code.clone()),
        permissions: key.permissions.join(" "),
        requests_per_minute: i32::try_from(key.requests_per_minute).unwrap_or(i32::MAX),
        created_at: key.created_at,
        created_by: key.made_by_person,
        expires_at: key.expires_at,
        revoked_at: None,
        last_used_at: None,
        words: WORDS,
        made_by: key.made_by,
    };
    api_keys::Entity::insert(row.into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

/// Revokes keys that nobody has revoked; how many they were.
pub(in crate::organisations) async fn revoke_keys(
    db: &impl ConnectionTrait,
    engine: Engine,
    ids: &[KeyId],
    at: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let mut done = 0;
    for some in ids.chunks(MOST_IN_A_STATEMENT) {
        let mut params = Params::new(engine);
        let now = params.add(at);
        let ids = params.ids(some.iter().map(|id| id.uuid()));
        let sql = format!("UPDATE api_keys SET revoked_at = {now} WHERE revoked_at IS NULL AND id IN ({ids})");
        done += db.execute_raw(params.into_statement(&sql)).await?.rows_affected();
    }
    Ok(done)
}

/// Keys that came of a key, made by it or by what it made, and that nobody has revoked; in the order they were made.
pub(in crate::organisations) async fn keys_below(db: &impl ConnectionTrait, engine: Engine, id: KeyId) -> Result<Vec<Key>, DbErr> {
    // The way down goes through revoked ones as well: what they made may still be in force.
    let sql = "WITH RECURSIVE below (id) AS (SELECT id FROM api_keys WHERE made_by = $1 \
        UNION SELECT k.id FROM api_keys k JOIN below b ON k.made_by = b.id) \
        SELECT k.* FROM api_keys k JOIN below b ON b.id = k.id WHERE k.revoked_at IS NULL ORDER BY k.id";
    let rows = db.query_all_raw(statement(engine, sql, vec![id.into()])).await?;
    rows.iter()
        .map(|row| api_keys::Model::from_query_result(row, "").map(Key::from))
        .collect()
}

/// Whether there are keys that were made when there were fewer words.
pub(in crate::organisations) async fn has_keys_of_before(db: &impl ConnectionTrait, words: i32) -> Result<bool, DbErr> {
    Ok(!keys_of_before(db, words, 1).await?.is_empty())
}

/// Keys that were made when there were fewer words, in the order they were made.
pub(in crate::organisations) async fn keys_of_before(db: &impl ConnectionTrait, words: i32, most: u64) -> Result<Vec<Key>, DbErr> {
    let wanted = api_keys::Entity::find().filter(api_keys::Column::Words.lt(words));
    let rows = wanted.order_by_asc(api_keys::Column::Id).limit(most).all(db).await?;
    Ok(rows.into_iter().map(Key::from).collect())
}

/// Writes what a key may do, in the words there are now.
pub(in crate::organisations) async fn set_words(db: &impl ConnectionTrait, engine: Engine, key: &Key, words: i32) -> Result<(), DbErr> {
    let sql = "UPDATE api_keys SET permissions = $1, words = $2 WHERE id = $3";
    let values = vec![key.permissions.join(" ").into(), words.into(), key.id.into()];
    db.execute_raw(statement(engine, sql, values)).await?;
    Ok(())
}

/// The organisation of a person in its service.
pub(in crate::organisations) async fn organisation_of_person(
    db: &impl ConnectionTrait,
    id: PersonId,
) -> Result<Option<OrganisationId>, DbErr> {
    let found = people::Entity::find_by_id(id)
        .filter(people::Column::ArchivedAt.is_null())
        .one(db)
        .await?;
    Ok(found.map(|row| row.organisation_id))
}

/// Writes a new person or machine; the name stands apart, so that it can be forgotten.
pub(in crate::organisations) async fn insert_person(db: &impl ConnectionTrait, row: people::Model, name: &Name) -> Result<(), DbErr> {
    let details = person_details::Model {
        person_id: row.id,
        name: name.to_string(),
    };
    people::Entity::insert(row.into_active_model()).exec_without_returning(db).await?;
    person_details::Entity::insert(details.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The names of these people, as far as they are kept; at most a page of them.
pub(in crate::organisations) async fn holder_names(
    db: &impl ConnectionTrait,
    people: &[PersonId],
) -> Result<HashMap<PersonId, String>, DbErr> {
    let rows = person_details::Entity::find()
        .filter(person_details::Column::PersonId.is_in(people.iter().copied()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.person_id, row.name)).collect())
}

/// A key and when it was used.
#[derive(Clone, Copy, Debug)]
pub(in crate::organisations) struct Used {
    /// The key.
    pub(in crate::organisations) key: KeyId,
    /// When.
    pub(in crate::organisations) at: DateTime<Utc>,
}

/// Notes when keys were used, to the minute: whoever was noted within the minute before is left as it is.
pub(in crate::organisations) async fn note_use(db: &impl ConnectionTrait, engine: Engine, used: &[Used]) -> Result<(), DbErr> {
    let Some(at) = used.iter().map(|used| used.at).max() else {
        return Ok(());
    };
    let mut params = Params::new(engine);
    let now = params.add(at);
    let before = params.add(at - TimeDelta::minutes(1));
    let keys = params.list(used.iter().map(|used| used.key));
    let sql =
        format!("UPDATE api_keys SET last_used_at = {now} WHERE id IN ({keys}) AND (last_used_at IS NULL OR last_used_at <= {before})");
    db.execute_raw(params.into_statement(&sql)).await?;
    Ok(())
}

impl From<api_keys::Model> for Key {
    fn from(row: api_keys::Model) -> Self {
        Self {
            id: row.id,
            organisation_id: row.organisation_id,
            person_id: row.person_id,
            prefix: row.prefix,
            name: row.name,
            role: row.role,
            remit: row.remit_kind.map(|kind| KeyRemit {
                kind,
                code: row.remit_code,
            }),
            permissions: row.permissions.split_whitespace().map(str::to_owned).collect(),
            requests_per_minute: u32::try_from(row.requests_per_minute).unwrap_or(1),
            created_at: row.created_at,
            made_by: row.made_by,
            made_by_person: row.created_by,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            last_used_at: row.last_used_at,
        }
    }
}
