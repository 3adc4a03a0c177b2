//! What still names a division or a department. Some of it belongs to rooms above, but the rule holds in the turn, so it
//! is asked of the tables.

use crate::db::{Engine, Params};
use crate::organisations::division::StillUsed;
use entity::{CivilDate, DepartmentId};
use sea_orm::{ConnectionTrait, DbErr};

/// Memberships that hold on the day of the mark, or will, of organisations in use.
fn members(column: &str, mark: &str, day: &str) -> String {
    format!(
        "SELECT COUNT(DISTINCT o.id) FROM memberships m JOIN organisations o ON o.id = m.organisation_id \
         WHERE m.{column} = {mark} AND o.archived_at IS NULL AND NOT EXISTS (SELECT 1 FROM memberships n \
         WHERE n.organisation_id = m.organisation_id AND n.from_date > m.from_date AND n.from_date <= {day})"
    )
}

/// What in use still names a division.
pub(in crate::organisations) async fn uses_of_division(
    db: &impl ConnectionTrait,
    engine: Engine,
    code: &str,
    today: CivilDate,
) -> Result<StillUsed, DbErr> {
    let mut params = Params::new(engine);
    let (code, day) = (params.add(code), params.add(today));
    let count = |table: &str, column: &str| format!("SELECT COUNT(*) FROM {table} WHERE {column} = {code} AND archived_at IS NULL");
    let sql = format!(
        "SELECT ({}) AS organisations, ({}) AS sites, ({}) AS places, ({}) AS products, ({}) AS divisions",
        members("town_code", &code, &day),
        count("sites", "town_code"),
        count("places", "town_code"),
        count("products", "origin_code"),
        count("divisions", "parent_code"),
    );
    read(db, params, &sql).await
}

/// What in use still names a department.
pub(in crate::organisations) async fn uses_of_department(
    db: &impl ConnectionTrait,
    engine: Engine,
    id: DepartmentId,
    today: CivilDate,
) -> Result<StillUsed, DbErr> {
    let mut params = Params::new(engine);
    let (id, day) = (params.add(id), params.add(today));
    let zero = "CAST(0 AS BIGINT)";
    let sql = format!(
        "SELECT ({}) AS organisations, {zero} AS sites, {zero} AS places, {zero} AS products, {zero} AS divisions",
        members("department_id", &id, &day),
    );
    read(db, params, &sql).await
}

async fn read(db: &impl ConnectionTrait, params: Params, sql: &str) -> Result<StillUsed, DbErr> {
    let Some(row) = db.query_one_raw(params.into_statement(sql)).await? else {
        return Ok(StillUsed::default());
    };
    Ok(StillUsed {
        organisations: row.try_get("", "organisations")?,
        sites: row.try_get("", "sites")?,
        places: row.try_get("", "places")?,
        products: row.try_get("", "products")?,
        divisions: row.try_get("", "divisions")?,
    })
}
