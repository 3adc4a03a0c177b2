//! SQL of the sites of orders.

use crate::access::Scope;
use crate::orders::site::{OrderSite, SiteContact};
use entity::SiteId;
use entity::tables::{orders, organisations, site_contact_versions, site_contacts, site_versions, sites};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

/// Where an order goes: the site as it was when it was placed, or as it is today where the order was placed before
/// that was kept. Whom to call there is for the two who trade.
pub(in crate::orders) async fn of_order(
    db: &impl ConnectionTrait,
    scope: &Scope,
    order: &orders::Model,
) -> Result<Option<OrderSite>, DbErr> {
    let Some(id) = order.site_id else { return Ok(None) };
    let as_placed = match order.site_version {
        Some(version) => site_versions::Entity::find_by_id((id, version)).one(db).await?,
        None => None,
    };
    let mut site = match as_placed {
        Some(row) => OrderSite::as_placed(row),
        None => match sites::Entity::find_by_id(id).one(db).await? {
            Some(row) => OrderSite::as_today(row),
            None => return Ok(None),
        },
    };
    if !matches!(scope, Scope::Buyer(_) | Scope::Supplier(_)) {
        return Ok(Some(site));
    }
    site.contact = match order.site_version.filter(|_| site.as_placed) {
        Some(version) => {
            let row = site_contact_versions::Entity::find_by_id((id, version)).one(db).await?;
            row.map(|row| SiteContact {
                name: row.name,
                phone: row.phone,
            })
        }
        None => contact_today(db, id).await?,
    };
    Ok(Some(site))
}

/// Where the supplier of an order is today, by its usual site.
pub(in crate::orders) async fn of_supplier(
    db: &impl ConnectionTrait,
    scope: &Scope,
    order: &orders::Model,
) -> Result<Option<OrderSite>, DbErr> {
    let supplier = organisations::Entity::find_by_id(order.supplier_id).one(db).await?;
    let Some(id) = supplier.and_then(|supplier| supplier.default_site_id) else {
        return Ok(None);
    };
    let Some(row) = sites::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    let mut site = OrderSite::as_today(row);
    if matches!(scope, Scope::Buyer(_) | Scope::Supplier(_)) {
        site.contact = contact_today(db, id).await?;
    }
    Ok(Some(site))
}

async fn contact_today(db: &impl ConnectionTrait, id: SiteId) -> Result<Option<SiteContact>, DbErr> {
    let row = site_contacts::Entity::find_by_id(id).one(db).await?;
    Ok(row.map(|row| SiteContact {
        name: row.name,
        phone: row.phone,
    }))
}
