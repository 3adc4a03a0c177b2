//! Deciding the documents of a chunk one after the other, in memory: numbers, stock, and what may still be returned.

use super::chunk::Placed;
use super::claim::{Claim, claims, taken};
use super::document::{Document, Move, ReturnedLine, RowFault};
use super::store::claims::Held;
use super::store::documents::{Sale, Standing};
use crate::http::fault::Fault;
use crate::stock::Lot;
use entity::{ImportRowKind, OrganisationId, PlaceId, ProductId, Quantity, StockReason};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What documents are decided against, as the chunk goes on.
#[derive(Debug, Default)]
pub struct Scales {
    /// What stands under a number already.
    pub standing: HashMap<(ImportRowKind, String), Standing>,
    /// Numbers that documents in the books hold between their parties.
    pub held: Held,
    /// On hand and held, in thousandths.
    pub lots: HashMap<(ProductId, PlaceId), (i64, i64)>,
    /// Sales by number and line; what of them is returned goes on as returns are decided.
    pub sales: HashMap<(String, i32), Sale>,
}

impl Scales {
    /// From rows of stock.
    pub fn weigh(&mut self, lots: &[Lot]) {
        let known = lots.iter().map(|lot| ((lot.product_id, lot.place_id), (lot.on_hand, lot.held)));
        self.lots = known.collect();
    }

    /// The numbers that a document claims.
    pub fn claims(&self, placed: &Placed) -> BTreeSet<Claim> {
        let document = placed.read.as_ref().ok();
        document.map_or_else(BTreeSet::new, |document| claims(document, &placed.row.document_no, &self.sales))
    }

    /// Everything that is wrong with a document now; where nothing is, it has taken its share.
    pub fn decide(&mut self, placed: &Placed) -> Vec<RowFault> {
        let document = match &placed.read {
            Ok(document) => document,
            Err(faults) => return faults.clone(),
        };
        let key = (placed.row.kind, placed.row.document_no.clone());
        if let Some(standing) = self.standing.get(&key).filter(|standing| standing.booked) {
            let fault = Fault::of("import_document_taken").with("document_no", &key.1);
            return vec![at_first(placed, "document_no", fault.with("import_id", standing.import_id))];
        }
        if let Some(fault) = taken(&self.claims(placed), &self.held) {
            return vec![at_first(placed, "document_no", fault)];
        }
        match document {
            Document::Order(..) => Vec::new(),
            Document::Return(heading, lines, _) => self.give_back(lines, heading.buyer_id),
            Document::Stock(moves) => self.move_stock(moves),
        }
    }

    fn move_stock(&mut self, moves: &[Move]) -> Vec<RowFault> {
        let mut faults = Vec::new();
        let before = self.lots.clone();
        for one in moves {
            let delta = one.quantity.quantity().thousandths();
            let (on_hand, held) = self.lots.entry((one.good.id, one.place_id)).or_default();
            *on_hand = on_hand.saturating_add(delta);
            // What a stocktaking did not find is not there, whatever is held.
            let least = if one.reason == StockReason::Count { 0 } else { *held };
            if delta < 0 && *on_hand < least {
                let fault = Fault::of("stock_short")
                    .with("sku", &one.good.sku)
                    .with("asked", Quantity::from_thousandths(delta.saturating_neg()))
                    .with("left", Quantity::from_thousandths((*on_hand - delta - least).max(0)));
                faults.push(RowFault {
                    row: one.row,
                    column: "quantity",
                    fault,
                });
            }
        }
        if !faults.is_empty() {
            self.lots = before;
        }
        faults
    }

    fn give_back(&mut self, lines: &[ReturnedLine], buyer: OrganisationId) -> Vec<RowFault> {
        let mut faults = Vec::new();
        let mut taken: BTreeMap<(String, i32), i64> = BTreeMap::new();
        let mut order = None;
        for line in lines {
            let Some(key) = &line.sale else { continue };
            let fault = |column, fault| RowFault {
                row: line.row,
                column,
                fault,
            };
            let Some(sale) = self.sales.get(key) else {
                let unknown = Fault::of("import_sale_unknown").with("document_no", &key.0).with("line", key.1);
                faults.push(fault("sale_document_no", unknown));
                continue;
            };
            let fits = sale.line.product_id == line.line.good.id && sale.order.buyer_id == buyer;
            if !fits || *order.get_or_insert(sale.order_id) != sale.order_id {
                faults.push(fault(
                    "sale_line",
                    Fault::of("import_sale_unfit").with("document_no", &key.0).with("line", key.1),
                ));
                continue;
            }
            let so_far = taken.entry(key.clone()).or_default();
            let left = sale.position.accepted.thousandths() - sale.position.returned.thousandths() - *so_far;
            if line.line.priced.thousandths() > left {
                let above = Fault::of("import_return_above_accepted").with("asked", line.line.priced);
                faults.push(fault("quantity", above.with("left", Quantity::from_thousandths(left.max(0)))));
                continue;
            }
            *so_far += line.line.priced.thousandths();
        }
        if faults.is_empty() {
            for (key, quantity) in taken {
                if let Some(sale) = self.sales.get_mut(&key) {
                    sale.position.returned = Quantity::from_thousandths(sale.position.returned.thousandths() + quantity);
                }
            }
        }
        faults
    }
}

/// A fault of the whole document, at its first row.
pub fn at_first(placed: &Placed, column: &'static str, fault: Fault) -> RowFault {
    RowFault {
        row: placed.first_place,
        column,
        fault,
    }
}
