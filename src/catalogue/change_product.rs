//! Changing a product.

use super::list_product::{entry, own_product};
use super::product::{Change, Product, faults_of_traits};
use super::store::{self, Asked};
use crate::access::Actor;
use crate::http::conditional::stale;
use crate::http::fault::Fault;
use crate::journal::{Turn, TurnError, UseCase};
use entity::ProductId;
use serde_json::Value;

/// A seller changes a product of its own; orders keep the product as it was.
#[derive(Clone, Debug)]
pub struct ChangeProduct {
    /// Who.
    pub actor: Actor,
    /// Which.
    pub id: ProductId,
    /// The version that was read.
    pub version: i64,
    /// What is new.
    pub change: Change,
}

#[async_trait::async_trait]
impl UseCase for ChangeProduct {
    type Answer = Product;

    async fn run(&self, turn: &mut Turn) -> Result<Product, TurnError> {
        let before = own_product(turn, &self.actor, self.id).await?;
        if before.version != self.version {
            return Err(stale().into());
        }
        if before.archived_at.is_some() {
            return Err(Fault::of("product_archived").with("sku", &before.sku).into());
        }
        let (traits, changed) = before.traits.after(self.change.clone());
        if changed.is_empty() {
            return Ok(before);
        }
        let asked = Asked {
            id: Some(before.id),
            sku: &before.sku,
            traits: &traits,
            producer_id: before.producer_id,
            seller_id: before.seller_id,
        };
        let around = store::surroundings(turn.tx(), asked).await?;
        faults_of_traits(&traits, before.line_kind, &around).finish()?;
        let after = Product {
            traits: traits.tidy(),
            version: before.version + 1,
            ..before
        };
        let document = after.traits.search_document(&after.sku, &after.unit, &around);
        let touched = turn.next().seq;
        if !store::replace_product(turn.tx(), &after, document, touched).await? {
            return Err(stale().into());
        }
        let fields: Vec<Value> = changed.into_iter().map(Value::from).collect();
        turn.record(entry("product.changed", &after, &self.actor).with("fields", fields));
        Ok(after)
    }
}
