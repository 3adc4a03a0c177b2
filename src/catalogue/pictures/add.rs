//! Adding a picture to a product.

use super::store::{self, Link};
use super::{MOST_PICTURES, Shown};
use crate::access::Actor;
use crate::catalogue::list_product::{entry, own_product};
use crate::catalogue::product::Product;
use crate::db::Engine;
use crate::http::conditional::stale;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Turn, TurnError, UseCase};
use crate::pictures::{self, Checked, SupplierBounds};
use entity::{ProductId, ShortText};
use sea_orm::{ConnectionTrait, DbErr};

/// Seconds after which whoever was refused a moment ago, and would not be now, may ask again.
const RETRY_AFTER_S: u32 = 1;

/// A seller shows one more picture of a product, as the last.
#[derive(Clone, Debug)]
pub struct AddPicture {
    /// Who.
    pub actor: Actor,
    /// Of which product.
    pub product: ProductId,
    /// The picture.
    pub checked: Checked,
    /// Whether its bytes are kept: not where [`refusal_of`] had something against it.
    pub kept: bool,
    /// How many its supplier may have.
    pub bounds: SupplierBounds,
    /// What it shows, in Chinese.
    pub alt: ShortText,
}

#[async_trait::async_trait]
impl UseCase for AddPicture {
    type Answer = Shown;

    async fn run(&self, turn: &mut Turn) -> Result<Shown, TurnError> {
        let product = own_product(turn, &self.actor, self.product).await?;
        let links = store::links(turn.tx(), product.id).await?;
        if let Some(fault) = refusal_of(turn.tx(), turn.engine(), &product, (links.as_slice(), &self.checked, self.bounds)).await? {
            return Err(fault.into());
        }
        if !self.kept {
            let retry_after_s = RETRY_AFTER_S;
            return Err(Refusal::Unavailable { retry_after_s }.into());
        }
        let at = turn.next().at;
        let picture = &self.checked.picture;
        pictures::enter(turn, &self.checked, at).await?;
        let place = i32::try_from(shown(&links).count()).unwrap_or(i32::MAX);
        store::put(turn, product.id, &picture.digest, place, &self.alt, at).await?;
        let after = new_version(turn, product).await?;
        let said = entry("product.picture_added", &after, &self.actor);
        turn.record(said.with("picture", picture.digest.as_str()));
        Ok(Shown {
            picture: picture.clone(),
            alt: self.alt.clone(),
        })
    }
}

fn shown(links: &[Link]) -> impl Iterator<Item = &Link> {
    links.iter().filter(|link| !link.archived)
}

/// What speaks against showing one more picture of a product. Asked before its bytes are kept, so that nothing is kept of what
/// is refused, and again in the turn.
pub(super) async fn refusal_of(
    db: &impl ConnectionTrait,
    engine: Engine,
    product: &Product,
    (links, checked, bounds): (&[Link], &Checked, SupplierBounds),
) -> Result<Option<Fault>, DbErr> {
    let digest = &checked.picture.digest;
    if product.archived_at.is_some() {
        return Ok(Some(Fault::of("product_archived").with("sku", &product.sku)));
    }
    if shown(links).any(|link| link.digest == *digest) {
        return Ok(Some(Fault::of("picture_shown_already").with("sku", &product.sku)));
    }
    if shown(links).count() >= MOST_PICTURES {
        return Ok(Some(Fault::of("limit_reached").with("limit", MOST_PICTURES)));
    }
    let held = store::held(db, engine, product.seller_id, digest).await?;
    Ok(held.full(checked.kept_bytes, bounds))
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
