//! Sites, and the contacts that stand beside them.

use crate::db::{Engine, statement};
use crate::organisations::party::Site;
use crate::organisations::site::Contact;
use chrono::{DateTime, Utc};
use entity::tables::{site_contacts, site_versions, sites};
use entity::{OrganisationId, SiteId};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use std::collections::HashMap;

/// The site, archived or not.
pub(in crate::organisations) async fn site(db: &impl ConnectionTrait, id: SiteId) -> Result<Option<Site>, DbErr> {
    let found = sites::Entity::find_by_id(id).one(db).await?;
    Ok(found.map(Site::from))
}

/// How many sites in use an organisation has.
pub(in crate::organisations) async fn sites_in_use(db: &impl ConnectionTrait, owner: OrganisationId) -> Result<usize, DbErr> {
    let count = sites::Entity::find()
        .filter(sites::Column::OrganisationId.eq(owner))
        .filter(sites::Column::ArchivedAt.is_null())
        .count(db)
        .await?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Writes a new site.
pub(in crate::organisations) async fn insert_site(
    db: &impl ConnectionTrait,
    site: &Site,
    touched: i64,
    created_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = sites::Model {
        id: site.id,
        organisation_id: site.organisation_id,
        name: site.name.clone(),
        address: site.address.clone(),
        town_code: site.town_code.clone(),
        receiving_hours: site.receiving_hours.clone(),
        version: site.version,
        touched,
        created_at,
        archived_at: None,
    };
    sites::Entity::insert(row.into_active_model()).exec_without_returning(db).await?;
    Ok(())
}

/// Keeps the site as it is at its version, with the contact it has: orders placed from now on name that version, so
/// that placing copies nothing. Comes after site and contact are written.
pub(in crate::organisations) async fn keep_version(db: &impl ConnectionTrait, engine: Engine, site: &Site) -> Result<(), DbErr> {
    let row = site_versions::Model {
        site_id: site.id,
        version: site.version,
        name: site.name.clone(),
        address: site.address.clone(),
        town_code: site.town_code.clone(),
        receiving_hours: site.receiving_hours.clone(),
    };
    site_versions::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await?;
    let sql = "INSERT INTO site_contact_versions (site_id, version, name, phone) \
               SELECT site_id, $1, name, phone FROM site_contacts WHERE site_id = $2";
    let values = vec![site.version.into(), site.id.into()];
    db.execute_raw(statement(engine, sql, values)).await?;
    Ok(())
}

/// Writes what changes of a site, if it still is at the version before; whether it was.
pub(in crate::organisations) async fn update_site(
    db: &impl ConnectionTrait,
    engine: Engine,
    after: &Site,
    touched: i64,
    at: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let sql = "UPDATE sites SET name = $1, address = $2, town_code = $3, receiving_hours = $4, archived_at = $5, version = $6, \
               touched = $7 WHERE id = $8 AND version = $9 AND archived_at IS NULL";
    let values = vec![
        after.name.clone().into(),
        after.address.clone().into(),
        after.town_code.clone().into(),
        after.receiving_hours.clone().into(),
        after.archived.then_some(at).into(),
        after.version.into(),
        touched.into(),
        after.id.into(),
        (after.version - 1).into(),
    ];
    let done = db.execute_raw(statement(engine, sql, values)).await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a contact in the place of the one there was, or takes it away.
pub(in crate::organisations) async fn put_contact(
    db: &impl ConnectionTrait,
    site_id: SiteId,
    contact: Option<&Contact>,
) -> Result<(), DbErr> {
    site_contacts::Entity::delete_by_id(site_id).exec(db).await?;
    if let Some(contact) = contact {
        let row = site_contacts::Model {
            site_id,
            name: contact.name.to_string(),
            phone: contact.phone.to_string(),
        };
        site_contacts::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// The contacts of these sites, at most a page of them: name and phone.
pub(in crate::organisations) async fn contacts(
    db: &impl ConnectionTrait,
    sites: &[SiteId],
) -> Result<HashMap<SiteId, (String, String)>, DbErr> {
    let rows = site_contacts::Entity::find()
        .filter(site_contacts::Column::SiteId.is_in(sites.iter().copied()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.site_id, (row.name, row.phone))).collect())
}

impl From<sites::Model> for Site {
    fn from(row: sites::Model) -> Self {
        Self {
            id: row.id,
            organisation_id: row.organisation_id,
            name: row.name,
            address: row.address,
            town_code: row.town_code,
            receiving_hours: row.receiving_hours,
            archived: row.archived_at.is_some(),
            version: row.version,
        }
    }
}
