//! The shelf: all goods in memory, for work that is prepared outside a turn.
//!
//! It is brought up to date by what was touched since, never read anew. What a use case looked up here holds as long
//! as the journal's `register_seq` is the [`Goods::seq`] it was looked up at; inside a turn [`Goods::advanced`] adds
//! what happened in between, and keeps it out of the shared shelf, since the turn may still be rolled back.

pub use super::category::Category;
pub use super::good::{Good, Offer};
use super::store::{self, Touched};
use super::terms::Terms;
use crate::db::{Db, Engine};
use crate::journal::read_head;
use arc_swap::ArcSwap;
use entity::{OrganisationId, ProductId};
use sea_orm::{DbErr, StreamTrait};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// The shared shelf of a process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shelf(Arc<ArcSwap<Goods>>);

impl Default for Shelf {
    fn default() -> Self {
        Self::new()
    }
}

impl Shelf {
    /// An empty shelf; [`Shelf::refresh`] fills it.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(ArcSwap::from_pointee(Goods::default())))
    }

    /// The goods as last refreshed.
    #[must_use]
    pub fn current(&self) -> Arc<Goods> {
        self.0.load_full()
    }

    /// Brings the shelf up to the journal: one snapshot, and only what was touched since.
    pub async fn refresh(&self, db: &Db) -> Result<Arc<Goods>, DbErr> {
        let snapshot = db.snapshot().await?;
        let head = read_head(&snapshot, db.engine(), false).await?;
        let known = self.current();
        if known.epoch == head.epoch && known.seq >= head.register_seq {
            snapshot.end().await?;
            return Ok(known);
        }
        // A new epoch may have lost entries: what was known then is no longer to be trusted.
        let base = if known.epoch == head.epoch {
            (*known).clone()
        } else {
            Goods::default()
        };
        let mut fresh = base.advanced(&snapshot, db.engine(), head.register_seq).await?;
        fresh.epoch = head.epoch;
        snapshot.end().await?;
        let fresh = Arc::new(fresh);
        self.0.rcu(|stored| {
            let newer = stored.epoch == fresh.epoch && stored.seq > fresh.seq;
            if newer { Arc::clone(stored) } else { Arc::clone(&fresh) }
        });
        Ok(fresh)
    }
}

/// All goods at one number of the journal. A clone shares what is unchanged.
#[derive(Clone, Debug)]
pub struct Goods {
    /// What was touched up to this number is in.
    pub seq: i64,
    epoch: Uuid,
    products: Arc<HashMap<ProductId, Arc<Good>>>,
    by_sku: Arc<HashMap<String, ProductId>>,
    categories: Arc<HashMap<String, Arc<Category>>>,
    terms: Arc<HashMap<OrganisationId, Terms>>,
}

impl Default for Goods {
    fn default() -> Self {
        Self {
            // Rows of a fresh database may be touched by number 0.
            seq: -1,
            epoch: Uuid::nil(),
            products: Arc::default(),
            by_sku: Arc::default(),
            categories: Arc::default(),
            terms: Arc::default(),
        }
    }
}

impl Goods {
    /// These goods plus what was touched since; for use inside a turn, never stored in the shared shelf.
    pub async fn advanced(&self, db: &impl StreamTrait, engine: Engine, seq: i64) -> Result<Self, DbErr> {
        let mut goods = self.clone();
        if seq > self.seq {
            goods.merge(store::touched_since(db, engine, self.seq).await?);
            goods.seq = seq;
        }
        Ok(goods)
    }

    /// The good with this SKU, case and all.
    #[must_use]
    pub fn by_sku(&self, sku: &str) -> Option<&Arc<Good>> {
        self.product(*self.by_sku.get(sku)?)
    }

    /// The good with this id.
    #[must_use]
    pub fn product(&self, id: ProductId) -> Option<&Arc<Good>> {
        self.products.get(&id)
    }

    /// The category with this code.
    #[must_use]
    pub fn category(&self, code: &str) -> Option<&Arc<Category>> {
        self.categories.get(code)
    }

    /// What a supplier asks of every order.
    #[must_use]
    pub fn terms(&self, supplier: OrganisationId) -> Terms {
        self.terms.get(&supplier).copied().unwrap_or_default()
    }

    /// All goods, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Good>> {
        self.products.values()
    }

    /// These and no others.
    #[cfg(test)]
    #[must_use]
    pub fn of(goods: impl IntoIterator<Item = Good>) -> Self {
        let mut all = Self::default();
        all.merge(Touched {
            goods: goods.into_iter().collect(),
            ..Touched::default()
        });
        all
    }

    fn merge(&mut self, touched: Touched) {
        if !touched.categories.is_empty() {
            let categories = Arc::make_mut(&mut self.categories);
            categories.extend(touched.categories.into_iter().map(|c| (c.code.clone(), Arc::new(c))));
        }
        if !touched.terms.is_empty() {
            Arc::make_mut(&mut self.terms).extend(touched.terms);
        }
        if touched.goods.is_empty() && touched.offers.is_empty() {
            return;
        }
        let products = Arc::make_mut(&mut self.products);
        let by_sku = Arc::make_mut(&mut self.by_sku);
        for mut good in touched.goods {
            if let Some(before) = products.get(&good.id) {
                good.offers.clone_from(&before.offers);
            }
            by_sku.insert(good.sku.clone(), good.id);
            products.insert(good.id, Arc::new(good));
        }
        for (product, offer) in touched.offers {
            let Some(good) = products.get_mut(&product) else { continue };
            let offers = &mut Arc::make_mut(good).offers;
            match offers.iter_mut().find(|known| known.id == offer.id) {
                Some(known) => *known = offer,
                None => offers.push(offer),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::good::tests::{a_good, an_offer};
    use super::*;
    use entity::CivilDate;

    #[test]
    fn what_was_touched_replaces_what_was_known_and_keeps_the_rest() {
        let mut goods = Goods::default();
        let (good, other) = (a_good("GR01"), a_good("gr01"));
        let offer = an_offer(CivilDate::MIN, None);
        let (id, other_id) = (good.id, other.id);
        goods.merge(Touched {
            goods: vec![good.clone(), other],
            offers: vec![(id, offer.clone())],
            ..Touched::default()
        });
        let before = goods.clone();
        let renamed = Good {
            name: "新名".to_owned(),
            version: 2,
            ..good
        };
        let ended = Offer {
            to: Some(CivilDate::MIN),
            version: 2,
            ..offer.clone()
        };
        goods.merge(Touched {
            goods: vec![renamed],
            offers: vec![(id, ended.clone())],
            ..Touched::default()
        });
        assert_eq!(goods.by_sku("GR01").unwrap().name, "新名");
        assert_eq!(goods.product(id).unwrap().offers, [ended]);
        assert_eq!(goods.by_sku("gr01").unwrap().id, other_id);
        assert_eq!(before.product(id).unwrap().offers, [offer]);
        assert!(Arc::ptr_eq(goods.product(other_id).unwrap(), before.product(other_id).unwrap()));
    }
}
