//! Adding a picture to a product.

use super::store::{self, Link};
use super::{MOST_PICTURES, Shown};
use crate::access::Actor;
use crate::catalogue::list_product::{entry, own_product};
use crate::catalogue::product::Product;
use crate::http::conditional::stale;
use crate::http::fault::Fault;
use crate::journal::{Turn, TurnError, UseCase};
use crate::pictures::{self, Picture};
use entity::{ProductId, ShortText};

/// A seller shows one more picture of a product, as the last. The bytes are kept already.
#[derive(Clone, Debug)]
pub struct AddPicture {
    /// Who.
    pub actor: Actor,
    /// Of which product.
    pub product: ProductId,
    /// The picture.
    pub picture: Picture,
    /// What it shows, in Chinese.
    pub alt: ShortText,
}

#[async_trait::async_trait]
impl UseCase for AddPicture {
    type Answer = Shown;

    async fn run(&self, turn: &mut Turn) -> Result<Shown, TurnError> {
        let product = own_product(turn, &self.actor, self.product).await?;
        if product.archived_at.is_some() {
            return Err(Fault::of("product_archived").with("sku", &product.sku).into());
        }
        let links = store::links(turn.tx(), product.id).await?;
        let shown: Vec<&Link> = links.iter().filter(|link| !link.archived).collect();
        if shown.iter().any(|link| link.digest == self.picture.digest) {
            return Err(Fault::of("picture_shown_already").with("sku", &product.sku).into());
        }
        if shown.len() >= MOST_PICTURES {
            return Err(Fault::of("limit_reached").with("limit", MOST_PICTURES).into());
        }
        let at = turn.next().at;
        pictures::enter(turn, &self.picture, at).await?;
        let place = i32::try_from(shown.len()).unwrap_or(i32::MAX);
        store::put(turn, product.id, &self.picture.digest, place, &self.alt, at).await?;
        let after = new_version(turn, product).await?;
        let said = entry("product.picture_added", &after, &self.actor);
        turn.record(said.with("picture", self.picture.digest.as_str()));
        Ok(Shown {
            picture: self.picture.clone(),
            alt: self.alt.clone(),
        })
    }
}

/// The product with its next version, written.
pub(super) async fn new_version(turn: &Turn, before: Product) -> Result<Product, TurnError> {
    let after = Product {
        version: before.version + 1,
        ..before
    };
    if store::bump(turn, &after).await? {
        Ok(after)
    } else {
        Err(stale().into())
    }
}
