//! All SQL of suppliers' terms.

use super::terms::{Freight, Terms};
use entity::OrganisationId;
use entity::tables::supplier_terms;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter};

/// Terms from their row.
pub(super) fn terms_of(row: &supplier_terms::Model) -> Terms {
    Terms {
        minimum_order: row.minimum_order,
        lead_days: row.lead_days,
        weekdays: row.weekdays,
        notice_days: row.notice_days,
        freight: row.freight_product_id.zip(row.freight_fee).map(|(product, fee)| Freight {
            product,
            fee,
            free_from: row.freight_free_from,
        }),
        version: row.version,
    }
}

/// The terms of a supplier; the usual ones where it has said nothing.
pub(super) async fn terms(db: &impl ConnectionTrait, supplier: OrganisationId) -> Result<Terms, DbErr> {
    let row = supplier_terms::Entity::find_by_id(supplier).one(db).await?;
    Ok(row.as_ref().map(terms_of).unwrap_or_default())
}

/// All terms that are not the usual ones.
pub(super) async fn all(db: &impl ConnectionTrait) -> Result<Vec<(OrganisationId, Terms)>, DbErr> {
    let rows = supplier_terms::Entity::find().all(db).await?;
    Ok(rows.iter().map(|row| (row.supplier_id, terms_of(row))).collect())
}

/// Writes terms over the version before; whether that version was still there.
pub(super) async fn keep(tx: &DatabaseTransaction, supplier: OrganisationId, terms: &Terms, touched: i64) -> Result<bool, DbErr> {
    let row = supplier_terms::Model {
        supplier_id: supplier,
        minimum_order: terms.minimum_order,
        lead_days: terms.lead_days,
        weekdays: terms.weekdays,
        notice_days: terms.notice_days,
        freight_product_id: terms.freight.map(|freight| freight.product),
        freight_fee: terms.freight.map(|freight| freight.fee),
        freight_free_from: terms.freight.and_then(|freight| freight.free_from),
        version: terms.version,
        touched,
    };
    let active = row.into_active_model().reset_all();
    let done = supplier_terms::Entity::update_many()
        .set(active.clone())
        .filter(supplier_terms::Column::SupplierId.eq(supplier))
        .filter(supplier_terms::Column::Version.eq(terms.version - 1))
        .exec(tx)
        .await?;
    if done.rows_affected == 1 {
        return Ok(true);
    }
    let first = terms.version == 2 && supplier_terms::Entity::find_by_id(supplier).one(tx).await?.is_none();
    if first {
        supplier_terms::Entity::insert(active).exec_without_returning(tx).await?;
    }
    Ok(first)
}
