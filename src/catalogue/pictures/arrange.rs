//! Arranging the pictures of a product: their order, what they show, which are shown no more.

use super::add::new_version;
use super::store::{self, Link};
use crate::access::Actor;
use crate::catalogue::list_product::{entry, own_product};
use crate::catalogue::product::Product;
use crate::http::conditional::stale;
use crate::http::fault::{Fault, Faults};
use crate::journal::{Turn, TurnError, UseCase};
use entity::{Digest, ProductId, ShortText};
use serde_json::Value;
use std::collections::HashSet;

/// A picture in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arranged {
    /// Which: one that the product shows, or has shown.
    pub digest: Digest,
    /// What it shows, in Chinese; as before, where nothing is said.
    pub alt: Option<ShortText>,
}

/// A seller says which pictures of a product are shown, in which order. One that is left out is archived; one that
/// was archived may come back.
#[derive(Clone, Debug)]
pub struct ArrangePictures {
    /// Who.
    pub actor: Actor,
    /// Of which product.
    pub product: ProductId,
    /// The version of the product that was read.
    pub version: i64,
    /// All that are to be shown, the first first.
    pub pictures: Vec<Arranged>,
}

#[async_trait::async_trait]
impl UseCase for ArrangePictures {
    type Answer = Product;

    async fn run(&self, turn: &mut Turn) -> Result<Product, TurnError> {
        let product = own_product(turn, &self.actor, self.product).await?;
        if product.version != self.version {
            return Err(stale().into());
        }
        if product.archived_at.is_some() {
            return Err(Fault::of("product_archived").with("sku", &product.sku).into());
        }
        let links = store::links(turn.tx(), product.id).await?;
        faults(&self.pictures, &links).finish()?;
        let at = turn.next().at;
        let kept: HashSet<&Digest> = self.pictures.iter().map(|one| &one.digest).collect();
        for (place, one) in (0..).zip(&self.pictures) {
            let before = links.iter().find(|link| link.digest == one.digest);
            let alt = one.alt.clone().or_else(|| before.map(|link| link.alt.clone())).unwrap_or_default();
            store::put(turn, product.id, &one.digest, place, &alt, at).await?;
        }
        for link in links.iter().filter(|link| !link.archived && !kept.contains(&link.digest)) {
            store::archive(turn, product.id, &link.digest, at).await?;
        }
        let after = new_version(turn, product).await?;
        let shown: Vec<Value> = self.pictures.iter().map(|one| one.digest.as_str().into()).collect();
        turn.record(entry("product.pictures_arranged", &after, &self.actor).with("pictures", shown));
        Ok(after)
    }
}

/// Every picture must be one of the product's, once.
fn faults(wanted: &[Arranged], links: &[Link]) -> Faults {
    let mut faults = Faults::new();
    let mut seen = HashSet::new();
    for (at, one) in wanted.iter().enumerate() {
        let place = format!("/pictures/{at}/picture");
        faults.check(links.iter().any(|link| link.digest == one.digest), || {
            Fault::of("picture_of_other_product").at(&place)
        });
        faults.check(seen.insert(&one.digest), || Fault::of("picture_twice").at(&place));
    }
    faults
}
