//! Names that were given up.

use crate::db::{Engine, Params, statement};
use crate::journal::Recorded;
use crate::organisations::former_names::{FormerName, RENAMED_SINCE, Renamed};
use crate::organisations::party::{Department, Division};
use chrono::{DateTime, Utc};
use entity::tables::{department_names, division_names};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryResult};
use uuid::Uuid;

/// Keeps the name a division had until this entry.
pub(in crate::organisations) async fn keep_division_name(db: &impl ConnectionTrait, was: &Division, until: Recorded) -> Result<(), DbErr> {
    let row = division_names::Model {
        code: was.code.clone(),
        until_seq: until.seq,
        until_at: until.at,
        name: was.name.clone(),
    };
    division_names::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Marks the search documents of goods from there: they still say the old name.
pub(in crate::organisations) async fn mark_goods_from(db: &impl ConnectionTrait, engine: Engine, code: &str) -> Result<(), DbErr> {
    let sql = format!(
        "UPDATE products SET search_text = '{RENAMED_SINCE}' || search_text \
         WHERE origin_code = $1 AND search_text NOT LIKE '{RENAMED_SINCE}%'"
    );
    db.execute_raw(statement(engine, &sql, vec![code.into()])).await?;
    Ok(())
}

/// Keeps the name a department had until this entry.
pub(in crate::organisations) async fn keep_department_name(
    db: &impl ConnectionTrait,
    was: &Department,
    until: Recorded,
) -> Result<(), DbErr> {
    let row = department_names::Model {
        department_id: was.id,
        until_seq: until.seq,
        until_at: until.at,
        name: was.name.clone(),
    };
    department_names::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Names of these things that were good after that moment and are given up, the earliest end first.
pub(in crate::organisations) async fn names_given_up_after(
    db: &impl ConnectionTrait,
    engine: Engine,
    of: Renamed,
    keys: &[String],
    at: DateTime<Utc>,
) -> Result<Vec<(String, FormerName)>, DbErr> {
    let (table, key, name, by_id) = match of {
        Renamed::Division => ("division_names", "code", "name AS zh, NULL AS en", false),
        Renamed::Department => ("department_names", "department_id", "name AS zh, NULL AS en", true),
        Renamed::Category => ("category_names", "code", "name_zh AS zh, name_en AS en", false),
    };
    let mut params = Params::new(engine);
    let marks = if by_id {
        params.ids(keys.iter().filter_map(|key| Uuid::parse_str(key).ok()))
    } else {
        params.list(keys.iter().cloned())
    };
    let after = params.add(at);
    let sql =
        format!("SELECT {key} AS of_thing, {name} FROM {table} WHERE {key} IN ({marks}) AND until_at > {after} ORDER BY {key}, until_seq");
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    let row = |row: &QueryResult| {
        let key = if by_id {
            row.try_get::<Uuid>("", "of_thing")?.to_string()
        } else {
            row.try_get("", "of_thing")?
        };
        let (zh, en) = (row.try_get("", "zh")?, row.try_get("", "en")?);
        Ok((key, FormerName { zh, en }))
    };
    rows.iter().map(row).collect()
}
