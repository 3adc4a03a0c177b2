//! All SQL of the room.

use super::party::{Department, Division, Membership, Party, Site};
use super::register::Touched;
use crate::db::{Engine, statement};
use entity::OrganisationId;
use entity::tables::{departments, divisions, memberships, organisations, sites};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter};
use std::collections::HashMap;

/// Rows touched after a number of the journal.
pub(super) async fn touched_since(db: &impl ConnectionTrait, engine: Engine, seq: i64) -> Result<Touched, DbErr> {
    let sql = "SELECT m.organisation_id, m.from_date, m.town_code, m.department_id, m.recorded_at FROM memberships m \
               JOIN organisations o ON o.id = m.organisation_id WHERE o.touched > $1 ORDER BY m.organisation_id, m.from_date";
    let rows = db.query_all_raw(statement(engine, sql, vec![seq.into()])).await?;
    let mut places: HashMap<OrganisationId, Vec<Membership>> = HashMap::new();
    for row in &rows {
        let row = memberships::Model::from_query_result(row, "")?;
        places.entry(row.organisation_id).or_default().push(row.into());
    }
    let parties = organisations::Entity::find()
        .filter(organisations::Column::Touched.gt(seq))
        .all(db)
        .await?;
    let sites = sites::Entity::find().filter(sites::Column::Touched.gt(seq)).all(db).await?;
    let divisions = divisions::Entity::find().filter(divisions::Column::Touched.gt(seq)).all(db).await?;
    let departments = departments::Entity::find()
        .filter(departments::Column::Touched.gt(seq))
        .all(db)
        .await?;
    let party = |row: organisations::Model| {
        let places = places.remove(&row.id).unwrap_or_default();
        party_of(row, places)
    };
    Ok(Touched {
        organisations: parties.into_iter().map(party).collect(),
        sites: sites.into_iter().map(Site::from).collect(),
        divisions: divisions.into_iter().map(Division::from).collect(),
        departments: departments.into_iter().map(Department::from).collect(),
    })
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

impl From<sites::Model> for Site {
    fn from(row: sites::Model) -> Self {
        Self {
            id: row.id,
            organisation_id: row.organisation_id,
            name: row.name,
            address: row.address,
            town_code: row.town_code,
            receiving_hours: row.receiving_hours,
            archived: row.archived_at.is_some(),
            version: row.version,
        }
    }
}

impl From<divisions::Model> for Division {
    fn from(row: divisions::Model) -> Self {
        Self {
            code: row.code,
            name: row.name,
            parent_code: row.parent_code,
            role: row.role,
            black_rice_gi_area: row.black_rice_gi_area,
            archived: row.archived_at.is_some(),
            version: row.version,
        }
    }
}

impl From<departments::Model> for Department {
    fn from(row: departments::Model) -> Self {
        Self {
            id: row.id,
            code: row.code,
            name: row.name,
            archived: row.archived_at.is_some(),
            version: row.version,
        }
    }
}
