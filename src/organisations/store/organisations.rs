//! Organisations and their memberships.

use crate::db::{Engine, read_each, statement};
use crate::organisations::party::{Department, Division, Membership, Party, Site};
use crate::organisations::register::Touched;
use chrono::{DateTime, Utc};
use entity::tables::{departments, divisions, memberships, organisations, sites};
use entity::{Name, OrganisationId, OrganisationKind};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QueryResult, StreamTrait,
};
use std::collections::HashMap;

/// Rows touched after a number of the journal.
pub(in crate::organisations) async fn touched_since(db: &impl StreamTrait, engine: Engine, seq: i64) -> Result<Touched, DbErr> {
    let since = |sql: &str| statement(engine, sql, vec![seq.into()]);
    let mut places: HashMap<OrganisationId, Vec<Membership>> = HashMap::new();
    let place = |row: &QueryResult| {
        let row = memberships::Model::from_query_result(row, "")?;
        places.entry(row.organisation_id).or_default().push(row.into());
        Ok(())
    };
    let sql = "SELECT m.organisation_id, m.from_date, m.town_code, m.department_id, m.recorded_at FROM memberships m \
               JOIN organisations o ON o.id = m.organisation_id WHERE o.touched > $1 ORDER BY m.organisation_id, m.from_date";
    read_each(db, since(sql), place).await?;
    let party = |row: &QueryResult| {
        let row = organisations::Model::from_query_result(row, "")?;
        let places = places.remove(&row.id).unwrap_or_default();
        Ok(party_of(row, places))
    };
    let site = |row: &QueryResult| sites::Model::from_query_result(row, "").map(Site::from);
    let division = |row: &QueryResult| divisions::Model::from_query_result(row, "").map(Division::from);
    let department = |row: &QueryResult| departments::Model::from_query_result(row, "").map(Department::from);
    Ok(Touched {
        organisations: read_each(db, since("SELECT * FROM organisations WHERE touched > $1"), party).await?,
        sites: read_each(db, since("SELECT * FROM sites WHERE touched > $1"), site).await?,
        divisions: read_each(db, since("SELECT * FROM divisions WHERE touched > $1"), division).await?,
        departments: read_each(db, since("SELECT * FROM departments WHERE touched > $1"), department).await?,
    })
}

/// One organisation with its memberships.
pub(in crate::organisations) async fn organisation(db: &impl ConnectionTrait, id: OrganisationId) -> Result<Option<Party>, DbErr> {
    match organisations::Entity::find_by_id(id).one(db).await? {
        Some(row) => whole(db, row).await.map(Some),
        None => Ok(None),
    }
}

/// An office in use of that name.
pub(in crate::organisations) async fn office_named(db: &impl ConnectionTrait, name: &Name) -> Result<Option<Party>, DbErr> {
    let found = organisations::Entity::find()
        .filter(organisations::Column::Kind.eq(OrganisationKind::Office))
        .filter(organisations::Column::Name.eq(name.as_str()))
        .filter(organisations::Column::ArchivedAt.is_null())
        .order_by_asc(organisations::Column::Id)
        .one(db)
        .await?;
    match found {
        Some(row) => whole(db, row).await.map(Some),
        None => Ok(None),
    }
}

async fn whole(db: &impl ConnectionTrait, row: organisations::Model) -> Result<Party, DbErr> {
    let places = memberships::Entity::find()
        .filter(memberships::Column::OrganisationId.eq(row.id))
        .order_by_asc(memberships::Column::FromDate)
        .all(db)
        .await?;
    Ok(party_of(row, places.into_iter().map(Membership::from).collect()))
}

/// Who in use has a credit code.
pub(in crate::organisations) async fn uscc_holder(db: &impl ConnectionTrait, uscc: &str) -> Result<Option<OrganisationId>, DbErr> {
    let found = organisations::Entity::find()
        .filter(organisations::Column::Uscc.eq(uscc))
        .filter(organisations::Column::ArchivedAt.is_null())
        .one(db)
        .await?;
    Ok(found.map(|row| row.id))
}

/// Writes a new organisation with its memberships.
pub(in crate::organisations) async fn insert_organisation(
    db: &impl ConnectionTrait,
    party: &Party,
    uscc_override: Option<&Name>,
    touched: i64,
) -> Result<(), DbErr> {
    let row = organisations::Model {
        id: party.id,
        name: party.name.clone(),
        kind: party.kind,
        uscc: party.uscc.clone(),
        uscc_override: uscc_override.map(ToString::to_string),
        without_canteen: party.without_canteen,
        default_site_id: party.default_site_id,
        version: party.version,
        touched,
        created_at: party.created_at,
        archived_at: party.archived_at,
        successor_id: party.successor_id,
    };
    organisations::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    for membership in party.memberships() {
        insert_membership(db, party.id, membership, party.created_at).await?;
    }
    Ok(())
}

/// Writes a membership.
pub(in crate::organisations) async fn insert_membership(
    db: &impl ConnectionTrait,
    organisation_id: OrganisationId,
    membership: &Membership,
    recorded_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = memberships::Model {
        organisation_id,
        from_date: membership.from,
        town_code: membership.town_code.clone(),
        department_id: membership.department_id,
        recorded_at,
    };
    memberships::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Writes what changes of an organisation, if it still is at the version before; whether it was.
pub(in crate::organisations) async fn update_organisation(
    db: &impl ConnectionTrait,
    engine: Engine,
    after: &Party,
    touched: i64,
) -> Result<bool, DbErr> {
    let sql = "UPDATE organisations SET name = $1, without_canteen = $2, default_site_id = $3, archived_at = $4, successor_id = $5, \
               version = $6, touched = $7 WHERE id = $8 AND version = $9";
    let values = vec![
        after.name.clone().into(),
        after.without_canteen.into(),
        after.default_site_id.into(),
        after.archived_at.into(),
        after.successor_id.into(),
        after.version.into(),
        touched.into(),
        after.id.into(),
        (after.version - 1).into(),
    ];
    let done = db.execute_raw(statement(engine, sql, values)).await?;
    Ok(done.rows_affected() == 1)
}

fn party_of(row: organisations::Model, memberships: Vec<Membership>) -> Party {
    Party {
        id: row.id,
        name: row.name,
        kind: row.kind,
        without_canteen: row.without_canteen,
        default_site_id: row.default_site_id,
        archived: row.archived_at.is_some(),
        version: row.version,
        uscc: row.uscc,
        uscc_overridden: row.uscc_override.is_some(),
        created_at: row.created_at,
        archived_at: row.archived_at,
        successor_id: row.successor_id,
        memberships,
    }
}

impl From<memberships::Model> for Membership {
    fn from(row: memberships::Model) -> Self {
        Self {
            from: row.from_date,
            town_code: row.town_code,
            department_id: row.department_id,
        }
    }
}
