//! Listing a product.

use super::product::{NewProduct, Product, faults_of_new};
use super::store::{self, Asked};
use crate::access::{Actor, may_change_catalogue};
use crate::http::fault::Refusal;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::ProductId;

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
        let asked = Asked {
            id: None,
            sku: new.sku.as_str(),
            traits: &new.traits,
            producer_id,
            seller_id: new.seller_id,
        };
        let around = store::surroundings(turn.tx(), asked).await?;
        faults_of_new(new, &around).finish()?;
        let recorded = turn.next();
        let product = Product {
            id: ProductId::at(recorded.at),
            sku: new.sku.as_str().to_owned(),
            traits: new.traits.clone().tidy(),
            producer_id,
            seller_id: new.seller_id,
            unit: new.unit.clone(),
            line_kind: new.line_kind,
            quantity_step: new.quantity_step,
            weighed: new.weighed.clone(),
            version: 1,
            created_at: recorded.at,
            archived_at: None,
            successor_id: None,
        };
        let document = product.traits.search_document(&product.sku, &product.unit, &around);
        store::insert_product(turn.tx(), &product, document, recorded.seq).await?;
        turn.record(entry("product.listed", &product, &self.actor));
        Ok(product)
    }
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
