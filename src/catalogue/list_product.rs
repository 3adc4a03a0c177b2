//! Listing a product.

use super::product::{NewProduct, Product, Surroundings, faults_of_new};
use super::store::{self, Asked};
use crate::access::{Actor, may_change_catalogue};
use crate::http::conditional::stale;
use crate::http::fault::{Faults, Refusal};
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::ProductId;
use sea_orm::{ConnectionTrait, DbErr};

/// A supplier lists a product of its own, or an operator one of anybody's.
#[derive(Clone, Debug)]
pub struct ListProduct {
    /// Who.
    pub actor: Actor,
    /// What.
    pub new: NewProduct,
}

#[async_trait::async_trait]
impl UseCase for ListProduct {
    type Answer = Product;

    async fn run(&self, turn: &mut Turn) -> Result<Product, TurnError> {
        may_change_catalogue(&self.actor, self.new.seller_id)?;
        let new = &self.new;
        let producer_id = new.producer_id.unwrap_or(new.seller_id);
        let (around, faults) = faults_now(turn.tx(), new).await?;
        faults.finish()?;
        let recorded = turn.next();
        let before = around.taken_back.as_ref();
        let product = Product {
            id: before.map_or_else(|| ProductId::at(recorded.at), |before| before.id),
            sku: new.sku.as_str().to_owned(),
            traits: new.traits.clone().tidy(),
            producer_id,
            seller_id: new.seller_id,
            unit: new.unit.clone(),
            line_kind: new.line_kind,
            quantity_step: new.quantity_step,
            weighed: new.weighed.clone(),
            version: before.map_or(1, |before| before.version + 1),
            created_at: before.map_or(recorded.at, |before| before.created_at),
            archived_at: None,
            successor_id: None,
        };
        let document = product.traits.search_document(&product.sku, &product.unit, &around);
        if before.is_none() {
            store::insert_product(turn.tx(), &product, document, recorded.seq).await?;
        } else if !store::replace_product(turn.tx(), &product, document, recorded.seq).await? {
            return Err(stale().into());
        }
        turn.record(entry("product.listed", &product, &self.actor));
        Ok(product)
    }
}

/// What stands around a new product, and everything wrong with it, as things are now.
pub(crate) async fn faults_now(db: &impl ConnectionTrait, new: &NewProduct) -> Result<(Surroundings, Faults), DbErr> {
    let asked = Asked {
        id: None,
        sku: new.sku.as_str(),
        traits: &new.traits,
        producer_id: new.producer_id.unwrap_or(new.seller_id),
        seller_id: new.seller_id,
    };
    let around = store::surroundings(db, asked).await?;
    let faults = faults_of_new(new, &around);
    Ok((around, faults))
}

/// An entry about a product: codes and ids that rules and figures look at, no text that people wrote.
pub(super) fn entry(kind: &'static str, product: &Product, actor: &Actor) -> NewEntry {
    let mut entry = NewEntry::new(kind, "product", product.id.uuid(), actor.who())
        .with("sku", product.sku.as_str())
        .with("category", product.traits.category_code.as_str())
        .with("origin", product.traits.origin_code.as_str())
        .with("vat_class", product.traits.vat_class.as_str())
        .with("version", product.version)
        .of_register();
    entry.supplier = Some(product.seller_id);
    entry
}

/// The product of an id, for who may change it; not found for everybody else.
pub(super) async fn own_product(turn: &Turn, actor: &Actor, id: ProductId) -> Result<Product, TurnError> {
    let product = store::product(turn.tx(), id).await?;
    let product = product.ok_or_else(|| Refusal::fault("not_found"))?;
    may_change_catalogue(actor, product.seller_id)?;
    Ok(product)
}
