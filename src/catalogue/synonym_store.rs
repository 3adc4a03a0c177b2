//! All SQL of other words for goods.

use super::search::{STALE, other_word, version_prefix};
use super::synonym::Synonym;
use crate::db::{Engine, Params};
use entity::SynonymId;
use entity::tables::search_synonyms::{self, Column as C};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

fn synonym_of(row: search_synonyms::Model) -> Synonym {
    Synonym {
        id: row.id,
        word: row.word,
        means: row.means,
        created_at: row.created_at,
        archived_at: row.archived_at,
    }
}

/// All that are in use.
pub(super) async fn in_use(db: &impl ConnectionTrait) -> Result<Vec<Synonym>, DbErr> {
    let rows = search_synonyms::Entity::find().filter(C::ArchivedAt.is_null()).order_by_asc(C::Id);
    Ok(rows.all(db).await?.into_iter().map(synonym_of).collect())
}

/// A page of them, the newest first, before one.
pub(super) async fn list(db: &impl ConnectionTrait, archived: bool, before: Option<SynonymId>, most: u64) -> Result<Vec<Synonym>, DbErr> {
    let state = if archived {
        C::ArchivedAt.is_not_null()
    } else {
        C::ArchivedAt.is_null()
    };
    let mut query = search_synonyms::Entity::find().filter(state);
    if let Some(before) = before {
        query = query.filter(C::Id.lt(before));
    }
    let rows = query.order_by_desc(C::Id).limit(most).all(db).await?;
    Ok(rows.into_iter().map(synonym_of).collect())
}

/// One of them.
pub(super) async fn synonym(db: &impl ConnectionTrait, id: SynonymId) -> Result<Option<Synonym>, DbErr> {
    Ok(search_synonyms::Entity::find_by_id(id).one(db).await?.map(synonym_of))
}

/// Writes a new one.
pub(super) async fn insert(tx: &DatabaseTransaction, synonym: &Synonym) -> Result<(), DbErr> {
    let row = search_synonyms::Model {
        id: synonym.id,
        word: synonym.word.clone(),
        means: synonym.means.clone(),
        created_at: synonym.created_at,
        archived_at: synonym.archived_at,
    };
    search_synonyms::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Puts one out of use, unless it is already.
pub(super) async fn archive(tx: &DatabaseTransaction, engine: Engine, synonym: &Synonym) -> Result<(), DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "UPDATE search_synonyms SET archived_at = {} WHERE id = {} AND archived_at IS NULL",
        params.add(synonym.archived_at),
        params.add(synonym.id)
    );
    tx.execute_raw(params.into_statement(&sql)).await?;
    Ok(())
}

/// Marks the documents that a new or an ended synonym changes, in one statement; they are made anew in turns of their own,
/// and found as before until then. A product more than need be does no harm.
pub(super) async fn mark_stale(tx: &DatabaseTransaction, engine: Engine, synonym: &Synonym) -> Result<(), DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "UPDATE products SET search_text = '{STALE}' || search_text WHERE search_text LIKE {} AND (search_text LIKE {} OR search_text LIKE {})",
        params.add(format!("{}%", version_prefix())),
        params.add(format!("%{}%", synonym.means)),
        params.add(format!("%{}%", other_word(&synonym.word)))
    );
    tx.execute_raw(params.into_statement(&sql)).await?;
    Ok(())
}
