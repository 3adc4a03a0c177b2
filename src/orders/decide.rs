//! Deciding one request alone, in memory: is there enough of everything, and from which place is it taken.

use super::freight::is_freight;
use super::prepare::Prepared;
use crate::http::fault::{Fault, Refusal};
use crate::stock::Lot;
use entity::{PlaceId, ProductId, Quantity};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A line of which there is not enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Short {
    /// Its place in the request, from 0.
    pub asked_at: usize,
    /// SKU.
    pub sku: String,
    /// How much is asked.
    pub asked: Quantity,
    /// How much one place has, once the lines before it are served.
    pub left: Quantity,
}

impl From<&Short> for Fault {
    fn from(short: &Short) -> Self {
        Self::of("stock_short")
            .at(format!("/lines/{}/quantity", short.asked_at))
            .with("sku", &short.sku)
            .with("asked", short.asked)
            .with("left", short.left)
    }
}

/// What lies where and is free, as the batch goes on; and how the holds have changed since it began.
#[derive(Debug, Default)]
pub(super) struct Shelves {
    free: HashMap<ProductId, Vec<(PlaceId, i64)>>,
    deltas: BTreeMap<(ProductId, PlaceId), i64>,
}

impl Shelves {
    /// From the rows of stock, which come in the order of product and place.
    pub(super) fn new(lots: &[Lot]) -> Self {
        let mut free: HashMap<ProductId, Vec<(PlaceId, i64)>> = HashMap::new();
        for lot in lots {
            free.entry(lot.product_id).or_default().push((lot.place_id, lot.on_hand - lot.held));
        }
        Self {
            free,
            deltas: BTreeMap::new(),
        }
    }

    /// How the holds change.
    pub(super) fn deltas(&self) -> &BTreeMap<(ProductId, PlaceId), i64> {
        &self.deltas
    }

    /// Holds all lines of a request or none. Gives the place of each line, in the order of the prepared lines,
    /// none for freight; or a fault for each line that comes up short, with what is left for it.
    pub(super) fn hold(&mut self, prepared: &Prepared) -> Result<Vec<PlaceId>, Refusal> {
        self.try_hold(prepared)
            .map_err(|short| Refusal::Faults(short.iter().map(Fault::from).collect()))
    }

    /// The same, naming the lines that come up short without blaming anybody.
    pub(super) fn try_hold(&mut self, prepared: &Prepared) -> Result<Vec<PlaceId>, Vec<Short>> {
        let mut places = Vec::new();
        let mut taken: Vec<(ProductId, PlaceId, i64)> = Vec::new();
        let mut short = Vec::new();
        for line in prepared.orders.iter().flat_map(|order| &order.lines) {
            if is_freight(line) {
                places.push(PlaceId::from_uuid(Uuid::nil()));
                continue;
            }
            match self.take(line.good.id, line.quantity.thousandths()) {
                Ok(place) => {
                    taken.push((line.good.id, place, line.quantity.thousandths()));
                    places.push(place);
                }
                Err(left) => short.push(Short {
                    asked_at: line.asked_at,
                    sku: line.good.sku.clone(),
                    asked: line.quantity,
                    left: Quantity::from_thousandths(left),
                }),
            }
        }
        if short.is_empty() {
            return Ok(places);
        }
        for (product, place, quantity) in taken {
            self.change(product, place, quantity);
        }
        Err(short)
    }

    /// The first place that has enough; else the most that one place has left.
    fn take(&mut self, product: ProductId, quantity: i64) -> Result<PlaceId, i64> {
        let places = self.free.get(&product).map(Vec::as_slice).unwrap_or_default();
        match places.iter().find(|(_, free)| *free >= quantity).map(|(place, _)| *place) {
            Some(place) => {
                self.change(product, place, -quantity);
                Ok(place)
            }
            None => Err(places.iter().map(|(_, free)| (*free).max(0)).max().unwrap_or(0)),
        }
    }

    fn change(&mut self, product: ProductId, place: PlaceId, free: i64) {
        if let Some(slot) = self
            .free
            .get_mut(&product)
            .and_then(|places| places.iter_mut().find(|(id, _)| *id == place))
        {
            slot.1 += free;
        }
        let delta = self.deltas.entry((product, place)).or_default();
        *delta -= free;
        if *delta == 0 {
            self.deltas.remove(&(product, place));
        }
    }
}
