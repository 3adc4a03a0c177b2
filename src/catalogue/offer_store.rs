//! All SQL of offers that writes, and what use cases read of them inside their turn.

use super::audience::Audience;
use super::good::{Offer, Tier};
use super::offer::OfferRecord;
use crate::db::{Engine, Params};
use entity::tables::{offers, organisations};
use entity::{CivilDate, OfferId, OrganisationId, OrganisationKind, ProductId, Quantity, UnitPrice};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter};

fn malformed(what: &str) -> DbErr {
    DbErr::Type(format!("offers.{what}: not a value of its kind"))
}

fn audience_of(row: &offers::Model) -> Result<Audience, DbErr> {
    Audience::of(row.channel, row.kind, row.buyer_id).map_err(|_| malformed("channel"))
}

/// Tiers as they stand in one column: quantity in thousandths, price in 1/10000, a space between tiers.
pub(super) fn column_of(tiers: &[Tier]) -> String {
    let words: Vec<String> = tiers
        .iter()
        .map(|tier| format!("{}:{}", tier.from.thousandths(), tier.price.ten_thousandths()))
        .collect();
    words.join(" ")
}

fn tiers_of(text: &str) -> Result<Vec<Tier>, DbErr> {
    let tier = |word: &str| -> Option<Tier> {
        let (from, price) = word.split_once(':')?;
        Some(Tier {
            from: Quantity::from_thousandths(from.parse().ok()?),
            price: UnitPrice::from_ten_thousandths(price.parse().ok()?).ok()?,
        })
    };
    let words = text.split_ascii_whitespace();
    words.map(|word| tier(word).ok_or_else(|| malformed("tiers"))).collect()
}

/// An offer as prepared work looks it up, from its row.
pub(super) fn offer_of(row: &offers::Model) -> Result<Offer, DbErr> {
    Ok(Offer {
        id: row.id,
        audience: audience_of(row)?,
        price: row.price,
        tiers: tiers_of(&row.tiers)?,
        minimum: row.minimum,
        step: row.step,
        from: row.from_date,
        to: row.to_date,
        version: row.version,
    })
}

/// An offer as it is kept, from its row.
pub(super) fn record_of(row: &offers::Model) -> Result<OfferRecord, DbErr> {
    let offer = offer_of(row)?;
    Ok(OfferRecord {
        id: offer.id,
        product_id: row.product_id,
        audience: offer.audience,
        price: offer.price,
        tiers: offer.tiers,
        minimum: offer.minimum,
        step: offer.step,
        from: offer.from,
        to: offer.to,
        version: offer.version,
    })
}

/// An offer by its id.
pub(super) async fn offer(db: &impl ConnectionTrait, id: OfferId) -> Result<Option<offers::Model>, DbErr> {
    offers::Entity::find_by_id(id).one(db).await
}

/// The offers of a product for an audience.
pub(super) async fn offers_of(db: &impl ConnectionTrait, product: ProductId, audience: Audience) -> Result<Vec<Offer>, DbErr> {
    let rows = offers::Entity::find().filter(offers::Column::ProductId.eq(product)).all(db).await?;
    let offers: Vec<Offer> = rows.iter().map(offer_of).collect::<Result<_, _>>()?;
    Ok(offers.into_iter().filter(|offer| offer.audience == audience).collect())
}

/// The kind of an organisation that takes part; none for one that is not there or archived.
pub(super) async fn kind_of(db: &impl ConnectionTrait, id: OrganisationId) -> Result<Option<OrganisationKind>, DbErr> {
    let found = organisations::Entity::find_by_id(id)
        .filter(organisations::Column::ArchivedAt.is_null())
        .one(db)
        .await?;
    Ok(found.map(|one| one.kind))
}

/// Writes a new offer.
pub(super) async fn insert_offer(tx: &DatabaseTransaction, row: offers::Model) -> Result<(), DbErr> {
    offers::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Sets the last day of an offer, if its version is still that one.
pub(super) async fn end_offer(
    tx: &DatabaseTransaction,
    engine: Engine,
    id: OfferId,
    version: i64,
    to: CivilDate,
    touched: i64,
) -> Result<bool, DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "UPDATE offers SET to_date = {}, touched = {}, version = version + 1 WHERE id = {} AND version = {}",
        params.add(to),
        params.add(touched),
        params.add(id),
        params.add(version)
    );
    Ok(tx.execute_raw(params.into_statement(&sql)).await?.rows_affected() == 1)
}
