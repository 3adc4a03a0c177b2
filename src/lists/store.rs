//! All SQL of saved lists. Nothing is read without saying whose.

use super::saved_list::{ListLine, SavedList};
use crate::db::{Engine, Kind, Params, Rows};
use entity::tables::{saved_list_lines, saved_lists};
use entity::{ListId, OrganisationId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::HashMap;

const LINES: &[(&str, Kind)] = &[
    ("list_id", Kind::Id),
    ("line_no", Kind::Int),
    ("sku", Kind::Text),
    ("quantity", Kind::Big),
];

/// A page of a buyer's lists, the newest first, before one.
pub(super) async fn lists(
    db: &impl ConnectionTrait,
    buyer: OrganisationId,
    archived: bool,
    before: Option<ListId>,
    most: u64,
) -> Result<Vec<SavedList>, DbErr> {
    use saved_lists::Column as C;
    let state = if archived {
        C::ArchivedAt.is_not_null()
    } else {
        C::ArchivedAt.is_null()
    };
    let mut query = saved_lists::Entity::find().filter(C::BuyerId.eq(buyer)).filter(state);
    if let Some(before) = before {
        query = query.filter(C::Id.lt(before));
    }
    let rows = query.order_by_desc(C::Id).limit(most).all(db).await?;
    with_lines(db, rows).await
}

/// One list of a buyer.
pub(super) async fn list(db: &impl ConnectionTrait, buyer: OrganisationId, id: ListId) -> Result<Option<SavedList>, DbErr> {
    let row = saved_lists::Entity::find_by_id(id)
        .filter(saved_lists::Column::BuyerId.eq(buyer))
        .one(db)
        .await?;
    Ok(with_lines(db, row.into_iter().collect()).await?.pop())
}

async fn with_lines(db: &impl ConnectionTrait, rows: Vec<saved_lists::Model>) -> Result<Vec<SavedList>, DbErr> {
    let ids: Vec<ListId> = rows.iter().map(|row| row.id).collect();
    let mut lines: HashMap<ListId, Vec<ListLine>> = HashMap::new();
    let found = saved_list_lines::Entity::find()
        .filter(saved_list_lines::Column::ListId.is_in(ids))
        .order_by_asc(saved_list_lines::Column::LineNo)
        .all(db)
        .await?;
    for line in found {
        lines.entry(line.list_id).or_default().push(ListLine {
            sku: line.sku,
            quantity: line.quantity,
        });
    }
    let lists = rows.into_iter().map(|row| SavedList {
        lines: lines.remove(&row.id).unwrap_or_default(),
        id: row.id,
        buyer_id: row.buyer_id,
        name: row.name,
        version: row.version,
        created_at: row.created_at,
        archived_at: row.archived_at,
    });
    Ok(lists.collect())
}

/// How many lists of a buyer are in use.
pub(super) async fn in_use(db: &impl ConnectionTrait, buyer: OrganisationId) -> Result<u64, DbErr> {
    let lists = saved_lists::Entity::find().filter(saved_lists::Column::BuyerId.eq(buyer));
    lists.filter(saved_lists::Column::ArchivedAt.is_null()).count(db).await
}

/// Writes a new list.
pub(super) async fn insert(tx: &DatabaseTransaction, engine: Engine, list: &SavedList) -> Result<(), DbErr> {
    let row = saved_lists::Model {
        id: list.id,
        buyer_id: list.buyer_id,
        name: list.name.clone(),
        version: list.version,
        created_at: list.created_at,
        archived_at: list.archived_at,
    };
    saved_lists::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    insert_lines(tx, engine, list).await
}

async fn insert_lines(tx: &DatabaseTransaction, engine: Engine, list: &SavedList) -> Result<(), DbErr> {
    let mut rows = Rows::new(LINES);
    for (no, line) in (1_i32..).zip(&list.lines) {
        rows.push([
            list.id.into(),
            no.into(),
            line.sku.clone().into(),
            line.quantity.thousandths().into(),
        ]);
    }
    rows.write(tx, engine, "saved_list_lines", "").await?;
    Ok(())
}

/// Writes a list over its version before, its lines too where they are `relined`; whether that version was still there.
pub(super) async fn replace(tx: &DatabaseTransaction, engine: Engine, list: &SavedList, relined: bool) -> Result<bool, DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "UPDATE saved_lists SET name = {}, archived_at = {}, version = {} WHERE id = {} AND version = {}",
        params.add(list.name.as_str()),
        params.add(list.archived_at),
        params.add(list.version),
        params.add(list.id),
        params.add(list.version - 1)
    );
    if tx.execute_raw(params.into_statement(&sql)).await?.rows_affected() != 1 {
        return Ok(false);
    }
    if relined {
        saved_list_lines::Entity::delete_many()
            .filter(saved_list_lines::Column::ListId.eq(list.id))
            .exec(tx)
            .await?;
        insert_lines(tx, engine, list).await?;
    }
    Ok(true)
}
