//! All SQL of imports: their own tables here, who holds which number in `claims`, rows of the trade in `trade`, what is
//! taken back in `taken_back`.

pub(super) mod claims;
pub(super) mod delivered;
pub(super) mod documents;
pub(super) mod taken_back;
pub(super) mod trade;

use super::told::FileTold;
use crate::db::{Engine, Kind, Rows, statement};
use entity::tables::{import_files, import_parts, imports};
use entity::{ImportId, ImportState, PersonId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

/// Writes a new import.
pub(super) async fn insert(db: &impl ConnectionTrait, import: imports::Model) -> Result<(), DbErr> {
    imports::Entity::insert(import.into_active_model().reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The import.
pub(super) async fn import(db: &impl ConnectionTrait, id: ImportId) -> Result<Option<imports::Model>, DbErr> {
    imports::Entity::find_by_id(id).one(db).await
}

/// A page of imports, newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    state: Option<ImportState>,
    before: Option<ImportId>,
    limit: u64,
) -> Result<Vec<imports::Model>, DbErr> {
    let wanted = Condition::all()
        .add_option(state.map(|state| imports::Column::State.eq(state)))
        .add_option(before.map(|id| imports::Column::Id.lt(id)));
    imports::Entity::find()
        .filter(wanted)
        .order_by_desc(imports::Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// Writes what of an import changes, if it still is at the version before; whether it was. The version moves by one.
pub(super) async fn change(db: &impl ConnectionTrait, engine: Engine, after: &imports::Model) -> Result<bool, DbErr> {
    let sql = "UPDATE imports SET state = $1, mode = $2, file_hash = $3, expected_parts = $4, parts = $5, row_count = $6, \
        checked_through = $7, booked_through = $8, undone_documents = $9, stopped_by = $10, ended_at = $11, booked_by = $12, alone = $13, \
        version = version + 1 WHERE id = $14 AND version = $15";
    let values = vec![
        after.state.as_str().into(),
        after.mode.map(entity::ImportMode::as_str).map(str::to_owned).into(),
        after.file_hash.clone().into(),
        after.expected_parts.into(),
        after.parts.into(),
        after.row_count.into(),
        after.checked_through.into(),
        after.booked_through.into(),
        after.undone_documents.into(),
        after.stopped_by.clone().into(),
        after.ended_at.into(),
        after.booked_by.map(PersonId::uuid).into(),
        after.alone.into(),
        after.id.into(),
        after.version.into(),
    ];
    let done = db.execute_raw(statement(engine, sql, values)).await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what is told of an import's file.
pub(super) async fn keep_told(db: &impl ConnectionTrait, id: ImportId, told: &FileTold) -> Result<(), DbErr> {
    let told = serde_json::to_string(told).map_err(|e| DbErr::Custom(format!("what is told of a file cannot be kept: {e}")))?;
    let row = import_files::Model { import_id: id, told };
    import_files::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// What is told of an import's file; none where rows came in parts, or before it was kept.
pub(super) async fn told(db: &impl ConnectionTrait, id: ImportId) -> Result<Option<FileTold>, DbErr> {
    let found = import_files::Entity::find_by_id(id).one(db).await?;
    let read = |row: import_files::Model| serde_json::from_str(&row.told);
    let unread = |e: serde_json::Error| DbErr::Custom(format!("what is told of a file cannot be read: {e}"));
    found.map(read).transpose().map_err(unread)
}

const PARTS: &[(&str, Kind)] = &[
    ("import_id", Kind::Id),
    ("no", Kind::Int),
    ("uploaded_by", Kind::MaybeId),
    ("row_count", Kind::Int),
    ("first_row", Kind::Big),
    ("hash", Kind::Bytes),
    ("content", Kind::Text),
];

/// Writes new parts.
pub(super) async fn insert_parts(db: &impl ConnectionTrait, engine: Engine, parts: &[import_parts::Model]) -> Result<(), DbErr> {
    let mut rows = Rows::new(PARTS);
    for part in parts {
        rows.push([
            part.import_id.into(),
            part.no.into(),
            part.uploaded_by.map(PersonId::uuid).into(),
            part.row_count.into(),
            part.first_row.into(),
            part.hash.clone().into(),
            part.content.clone().into(),
        ]);
    }
    rows.write(db, engine, "import_parts", "").await?;
    Ok(())
}

/// Number and hash of a part.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct PartHead {
    pub(super) no: i32,
    pub(super) hash: Vec<u8>,
}

/// The heads of those of these parts that are there.
pub(super) async fn part_heads(db: &impl ConnectionTrait, id: ImportId, from: i32, to: i32) -> Result<Vec<PartHead>, DbErr> {
    import_parts::Entity::find()
        .select_only()
        .columns([import_parts::Column::No, import_parts::Column::Hash])
        .filter(import_parts::Column::ImportId.eq(id))
        .filter(import_parts::Column::No.between(from, to))
        .order_by_asc(import_parts::Column::No)
        .into_model()
        .all(db)
        .await
}

/// Whether this person has uploaded any of an import.
pub(super) async fn has_uploaded(db: &impl ConnectionTrait, id: ImportId, person: PersonId) -> Result<bool, DbErr> {
    let any = import_parts::Entity::find()
        .select_only()
        .column(import_parts::Column::No)
        .filter(import_parts::Column::ImportId.eq(id))
        .filter(import_parts::Column::UploadedBy.eq(person))
        .limit(1)
        .into_tuple::<i32>()
        .one(db)
        .await?;
    Ok(any.is_some())
}

/// The highest number of a part, 0 where there is none.
pub(super) async fn last_part(db: &impl ConnectionTrait, engine: Engine, id: ImportId) -> Result<i32, DbErr> {
    let sql = "SELECT COALESCE(MAX(no), 0) AS n FROM import_parts WHERE import_id = $1";
    let row = db.query_one_raw(statement(engine, sql, vec![id.into()])).await?;
    row.map(|row| row.try_get("", "n")).transpose().map(Option::unwrap_or_default)
}

/// The next parts after a number, as many as have `most` rows together, one at least. How many that are is found without
/// their contents, of which a part has hundreds of kilobytes.
pub(super) async fn parts_after(db: &impl ConnectionTrait, id: ImportId, after: i32, most: i32) -> Result<Vec<import_parts::Model>, DbErr> {
    const AT_ONCE: u64 = 64;
    let sizes: Vec<(i32, i32)> = import_parts::Entity::find()
        .select_only()
        .columns([import_parts::Column::No, import_parts::Column::RowCount])
        .filter(import_parts::Column::ImportId.eq(id))
        .filter(import_parts::Column::No.gt(after))
        .order_by_asc(import_parts::Column::No)
        .limit(AT_ONCE)
        .into_tuple()
        .all(db)
        .await?;
    let (mut rows, mut last) = (0, None);
    for (no, row_count) in sizes {
        rows += row_count;
        if last.is_some() && rows > most {
            break;
        }
        last = Some(no);
    }
    let Some(last) = last else { return Ok(Vec::new()) };
    import_parts::Entity::find()
        .filter(import_parts::Column::ImportId.eq(id))
        .filter(import_parts::Column::No.between(after + 1, last))
        .order_by_asc(import_parts::Column::No)
        .all(db)
        .await
}

/// The parts with these numbers, in their order.
pub(super) async fn parts_at(db: &impl ConnectionTrait, id: ImportId, numbers: Vec<i32>) -> Result<Vec<import_parts::Model>, DbErr> {
    import_parts::Entity::find()
        .filter(import_parts::Column::ImportId.eq(id))
        .filter(import_parts::Column::No.is_in(numbers))
        .order_by_asc(import_parts::Column::No)
        .all(db)
        .await
}
