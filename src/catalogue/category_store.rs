//! SQL of categories that are renamed and archived.

use super::category::Category;
use crate::db::{Engine, Params, statement};
use crate::journal::Recorded;
use crate::organisations::former_names::RENAMED_SINCE;
use entity::tables::category_names;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel};

/// Keeps the names a category had until this entry, and marks the search documents of its goods: they still say the old
/// ones.
pub(super) async fn keep_names(db: &impl ConnectionTrait, engine: Engine, was: &Category, until: Recorded) -> Result<(), DbErr> {
    let row = category_names::Model {
        code: was.code.clone(),
        until_seq: until.seq,
        until_at: until.at,
        name_zh: was.name_zh.clone(),
        name_en: was.name_en.clone(),
    };
    category_names::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await?;
    let sql = format!(
        "UPDATE products SET search_text = '{RENAMED_SINCE}' || search_text \
         WHERE category_code = $1 AND search_text NOT LIKE '{RENAMED_SINCE}%'"
    );
    db.execute_raw(statement(engine, &sql, vec![was.code.clone().into()])).await?;
    Ok(())
}

/// Writes what changes of a category, if it still is at the version before; whether it was.
pub(super) async fn update(db: &impl ConnectionTrait, engine: Engine, after: &Category, next: Recorded) -> Result<bool, DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "UPDATE categories SET name_zh = {}, name_en = {}, archived_at = {}, version = {}, touched = {} \
         WHERE code = {} AND version = {} AND archived_at IS NULL",
        params.add(after.name_zh.clone()),
        params.add(after.name_en.clone()),
        params.add(after.archived.then_some(next.at)),
        params.add(after.version),
        params.add(next.seq),
        params.add(after.code.clone()),
        params.add(after.version - 1),
    );
    Ok(db.execute_raw(params.into_statement(&sql)).await?.rows_affected() == 1)
}

/// How many products on sale are of a category.
pub(super) async fn products_on_sale(db: &impl ConnectionTrait, engine: Engine, code: &str) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(*) AS products FROM products WHERE category_code = $1 AND archived_at IS NULL";
    let row = db.query_one_raw(statement(engine, sql, vec![code.into()])).await?;
    row.map_or(Ok(0), |row| row.try_get("", "products"))
}
