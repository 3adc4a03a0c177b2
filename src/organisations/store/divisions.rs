//! Divisions and departments.

use crate::db::{Engine, statement};
use crate::journal::Recorded;
use crate::organisations::party::{Department, Division};
use chrono::{DateTime, Utc};
use entity::DepartmentId;
use entity::tables::{departments, divisions};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};

/// The division of a code, archived or not.
pub(in crate::organisations) async fn division(db: &impl ConnectionTrait, code: &str) -> Result<Option<Division>, DbErr> {
    let found = divisions::Entity::find_by_id(code.to_owned()).one(db).await?;
    Ok(found.map(Division::from))
}

/// The department of an id, archived or not.
pub(in crate::organisations) async fn department(db: &impl ConnectionTrait, id: DepartmentId) -> Result<Option<Department>, DbErr> {
    let found = departments::Entity::find_by_id(id).one(db).await?;
    Ok(found.map(Department::from))
}

/// Whether a department has or had that code.
pub(in crate::organisations) async fn department_code_taken(db: &impl ConnectionTrait, code: &str) -> Result<bool, DbErr> {
    let found = departments::Entity::find()
        .filter(departments::Column::Code.eq(code))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Writes a new division.
pub(in crate::organisations) async fn insert_division(
    db: &impl ConnectionTrait,
    division: &Division,
    touched: i64,
    created_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = divisions::Model {
        code: division.code.clone(),
        name: division.name.clone(),
        parent_code: division.parent_code.clone(),
        role: division.role,
        black_rice_gi_area: division.black_rice_gi_area,
        version: division.version,
        touched,
        created_at,
        archived_at: None,
    };
    divisions::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Writes a new department.
pub(in crate::organisations) async fn insert_department(
    db: &impl ConnectionTrait,
    department: &Department,
    touched: i64,
    created_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = departments::Model {
        id: department.id,
        code: department.code.clone(),
        name: department.name.clone(),
        version: department.version,
        touched,
        created_at,
        archived_at: None,
    };
    departments::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Writes what changes of a division, if it still is at the version before; whether it was.
pub(in crate::organisations) async fn update_division(
    db: &impl ConnectionTrait,
    engine: Engine,
    after: &Division,
    next: Recorded,
) -> Result<bool, DbErr> {
    let sql = "UPDATE divisions SET name = $1, parent_code = $2, black_rice_gi_area = $3, archived_at = $4, version = $5, touched = $6 \
               WHERE code = $7 AND version = $8 AND archived_at IS NULL";
    let values = vec![
        after.name.clone().into(),
        after.parent_code.clone().into(),
        after.black_rice_gi_area.into(),
        after.archived.then_some(next.at).into(),
        after.version.into(),
        next.seq.into(),
        after.code.clone().into(),
        (after.version - 1).into(),
    ];
    let done = db.execute_raw(statement(engine, sql, values)).await?;
    Ok(done.rows_affected() == 1)
}

/// Writes what changes of a department, if it still is at the version before; whether it was.
pub(in crate::organisations) async fn update_department(
    db: &impl ConnectionTrait,
    engine: Engine,
    after: &Department,
    next: Recorded,
) -> Result<bool, DbErr> {
    let sql = "UPDATE departments SET name = $1, archived_at = $2, version = $3, touched = $4 \
               WHERE id = $5 AND version = $6 AND archived_at IS NULL";
    let values = vec![
        after.name.clone().into(),
        after.archived.then_some(next.at).into(),
        after.version.into(),
        next.seq.into(),
        after.id.into(),
        (after.version - 1).into(),
    ];
    let done = db.execute_raw(statement(engine, sql, values)).await?;
    Ok(done.rows_affected() == 1)
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
