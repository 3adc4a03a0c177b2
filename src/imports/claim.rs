//! What a document holds: its number between its parties, of whichever book it is. The same document booked from two
//! books would count twice.

use super::document::Document;
use super::store::claims::{Held, Holder};
use super::store::documents::Sale;
use crate::http::fault::Fault;
use entity::{ImportRowKind, OrganisationId};
use std::collections::{BTreeSet, HashMap};

/// The kind of the fault that a document stands in the books already.
pub const TWICE: &str = "document_booked";

/// A number between two parties.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Claim {
    /// The kind of document.
    pub kind: ImportRowKind,
    /// Who sells, or whose stock it is.
    pub supplier: OrganisationId,
    /// Who buys; of stock the supplier again.
    pub buyer: OrganisationId,
    /// The document's own number.
    pub document_no: String,
}

impl Claim {
    /// What is wrong with a document whose number another holds.
    pub fn fault(&self, holder: &Holder) -> Fault {
        Fault::of(TWICE)
            .with("document_no", &self.document_no)
            .with("import_id", holder.import_id)
            .with("source", &holder.source)
    }
}

/// What a document claims: one number, but for stock of several suppliers. A return belongs to the parties of the sale
/// it names, where that is known.
pub fn claims(document: &Document, document_no: &str, sales: &HashMap<(String, i32), Sale>) -> BTreeSet<Claim> {
    let claim = |kind, (supplier, buyer): (OrganisationId, OrganisationId)| Claim {
        kind,
        supplier,
        buyer,
        document_no: document_no.to_owned(),
    };
    match document {
        Document::Order(heading, ..) => BTreeSet::from([claim(ImportRowKind::Order, (heading.supplier_id, heading.buyer_id))]),
        Document::Return(heading, lines, _) => {
            let sale = lines.iter().find_map(|line| sales.get(line.sale.as_ref()?));
            let supplier = sale.map_or(heading.supplier_id, |sale| sale.order.supplier_id);
            BTreeSet::from([claim(ImportRowKind::Return, (supplier, heading.buyer_id))])
        }
        Document::Stock(moves) => {
            let sellers = moves.iter().map(|one| one.good.seller_id);
            sellers.map(|seller| claim(ImportRowKind::Stock, (seller, seller))).collect()
        }
    }
}

/// The first of these claims that another document holds, as the fault it is.
pub fn taken(claims: &BTreeSet<Claim>, held: &Held) -> Option<Fault> {
    claims.iter().find_map(|claim| held.get(claim).map(|holder| claim.fault(holder)))
}
