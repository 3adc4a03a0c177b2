//! Archiving a product: it is no longer sold, and its SKU is never used again.

use super::list_product::{entry, own_product};
use super::product::Product;
use super::store;
use crate::access::Actor;
use crate::http::conditional::stale;
use crate::http::fault::Fault;
use crate::journal::{Turn, TurnError, UseCase};
use entity::ProductId;

/// A seller takes a product off the list, and may name what is sold instead.
#[derive(Clone, Debug)]
pub struct ArchiveProduct {
    /// Who.
    pub actor: Actor,
    /// Which.
    pub id: ProductId,
    /// The version that was read.
    pub version: i64,
    /// What is sold instead.
    pub successor_id: Option<ProductId>,
}

#[async_trait::async_trait]
impl UseCase for ArchiveProduct {
    type Answer = Product;

    async fn run(&self, turn: &mut Turn) -> Result<Product, TurnError> {
        let before = own_product(turn, &self.actor, self.id).await?;
        if before.version != self.version {
            return Err(stale().into());
        }
        if before.archived_at.is_some() {
            return Err(Fault::of("product_archived").with("sku", &before.sku).into());
        }
        self.check_successor(turn, &before).await?;
        let recorded = turn.next();
        let after = Product {
            archived_at: Some(recorded.at),
            successor_id: self.successor_id,
            version: before.version + 1,
            ..before
        };
        if !store::archive_product(turn.tx(), turn.engine(), &after, recorded.seq).await? {
            return Err(stale().into());
        }
        let mut said = entry("product.archived", &after, &self.actor);
        if let Some(successor) = self.successor_id {
            said = said.with("successor_id", successor.to_string());
        }
        turn.record(said);
        Ok(after)
    }
}

impl ArchiveProduct {
    /// A successor is another product of the same seller that is on sale itself, so that successors form no circle.
    async fn check_successor(&self, turn: &Turn, product: &Product) -> Result<(), TurnError> {
        let Some(id) = self.successor_id else { return Ok(()) };
        let successor = store::product(turn.tx(), id).await?;
        let fits =
            successor.is_some_and(|other| other.id != product.id && other.seller_id == product.seller_id && other.archived_at.is_none());
        if fits {
            Ok(())
        } else {
            Err(Fault::of("unknown_successor").at("/successor_id").into())
        }
    }
}
