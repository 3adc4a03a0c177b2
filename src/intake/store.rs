//! All SQL of the room but what still uses a thing.

use super::new_thing::{Made, Thing};
use crate::db::{Engine, Kind, Params, Rows, statement};
use entity::tables::{intake_things, intakes};
use entity::{IntakeId, IntakeKind, OrganisationId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::{BTreeMap, HashMap};

/// An intake.
pub(super) async fn intake(db: &impl ConnectionTrait, id: IntakeId) -> Result<Option<intakes::Model>, DbErr> {
    intakes::Entity::find_by_id(id).one(db).await
}

/// The intake of a file that has not been taken back.
pub(super) async fn intake_of_file(
    db: &impl ConnectionTrait,
    owner: OrganisationId,
    kind: IntakeKind,
    hash: &[u8],
) -> Result<Option<intakes::Model>, DbErr> {
    intakes::Entity::find()
        .filter(intakes::Column::OrganisationId.eq(owner))
        .filter(intakes::Column::Kind.eq(kind))
        .filter(intakes::Column::FileHash.eq(hash.to_vec()))
        .filter(intakes::Column::UndoneAt.is_null())
        .one(db)
        .await
}

/// A page of intakes, newest first; of all organisations where none is named.
pub(super) async fn intakes(
    db: &impl ConnectionTrait,
    owner: Option<OrganisationId>,
    before: Option<IntakeId>,
    most: u64,
) -> Result<Vec<intakes::Model>, DbErr> {
    let mut found = intakes::Entity::find().order_by_desc(intakes::Column::Id).limit(most);
    if let Some(owner) = owner {
        found = found.filter(intakes::Column::OrganisationId.eq(owner));
    }
    if let Some(before) = before {
        found = found.filter(intakes::Column::Id.lt(before));
    }
    found.all(db).await
}

/// Writes a new intake.
pub(super) async fn insert(tx: &DatabaseTransaction, row: intakes::Model) -> Result<(), DbErr> {
    intakes::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Says that all an intake brought is taken back; whether it was not before.
pub(super) async fn end(tx: &DatabaseTransaction, engine: Engine, after: &intakes::Model) -> Result<bool, DbErr> {
    let sql = "UPDATE intakes SET undone_at = $1, version = $2 WHERE id = $3 AND version = $4 AND undone_at IS NULL";
    let values = vec![
        after.undone_at.into(),
        after.version.into(),
        after.id.into(),
        (after.version - 1).into(),
    ];
    Ok(tx.execute_raw(statement(engine, sql, values)).await?.rows_affected() == 1)
}

/// A thing of an intake: its number there, the row it came from, and what it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Brought {
    pub(super) no: i32,
    pub(super) row: u32,
    pub(super) made: Made,
    pub(super) taken_back: bool,
}

fn brought(row: intake_things::Model) -> Result<Brought, DbErr> {
    let thing = Thing::of_word(&row.thing).ok_or_else(|| DbErr::Type(format!("intake_things.thing: {}", row.thing)))?;
    Ok(Brought {
        no: row.no,
        row: u32::try_from(row.row_no).unwrap_or(1),
        made: Made::of(thing, row.thing_id),
        taken_back: row.taken_back,
    })
}

/// All that an intake brought, in its order.
pub(super) async fn things(db: &impl ConnectionTrait, id: IntakeId) -> Result<Vec<Brought>, DbErr> {
    let rows = intake_things::Entity::find()
        .filter(intake_things::Column::IntakeId.eq(id))
        .order_by_asc(intake_things::Column::No)
        .all(db)
        .await?;
    rows.into_iter().map(brought).collect()
}

/// What of an intake is not yet taken back, the last first.
pub(super) async fn last_things(db: &impl ConnectionTrait, id: IntakeId, most: u64) -> Result<Vec<Brought>, DbErr> {
    let rows = intake_things::Entity::find()
        .filter(intake_things::Column::IntakeId.eq(id))
        .filter(intake_things::Column::TakenBack.eq(false))
        .order_by_desc(intake_things::Column::No)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(brought).collect()
}

/// How many rows of these intakes are in: brought something that is not taken back.
pub(super) async fn rows_in(db: &impl ConnectionTrait, engine: Engine, ids: &[IntakeId]) -> Result<HashMap<IntakeId, i64>, DbErr> {
    let mut params = Params::new(engine);
    let marks = params.ids(ids.iter().map(|id| id.uuid()));
    let sql = format!(
        "SELECT intake_id, COUNT(DISTINCT row_no) AS rows_in FROM intake_things WHERE intake_id IN ({marks}) AND NOT taken_back GROUP BY intake_id"
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "intake_id")?, row.try_get("", "rows_in")?)))
        .collect()
}

const THINGS: &[(&str, Kind)] = &[
    ("intake_id", Kind::Id),
    ("no", Kind::Int),
    ("row_no", Kind::Int),
    ("thing", Kind::Text),
    ("thing_id", Kind::Id),
    ("taken_back", Kind::Flag),
];

/// Writes what rows have brought, behind what is there: one set.
pub(super) async fn insert_things(
    tx: &DatabaseTransaction,
    engine: Engine,
    (id, after): (IntakeId, i32),
    made: &BTreeMap<u32, Vec<Made>>,
) -> Result<(), DbErr> {
    let mut rows = Rows::new(THINGS);
    let all = made.iter().flat_map(|(row, made)| made.iter().map(move |one| (*row, *one)));
    for (no, (row, one)) in (after + 1..).zip(all) {
        rows.push([
            id.uuid().into(),
            no.into(),
            i32::try_from(row).unwrap_or(i32::MAX).into(),
            one.thing.as_str().into(),
            one.id.into(),
            false.into(),
        ]);
    }
    if !rows.is_empty() {
        rows.write(tx, engine, "intake_things", "").await?;
    }
    Ok(())
}

/// Marks things as taken back.
pub(super) async fn mark_taken_back(tx: &DatabaseTransaction, engine: Engine, id: IntakeId, numbers: &[i32]) -> Result<(), DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "UPDATE intake_things SET taken_back = TRUE WHERE intake_id = {} AND no IN ({})",
        params.add(id),
        params.list(numbers.iter().copied())
    );
    tx.execute_raw(params.into_statement(&sql)).await?;
    Ok(())
}
