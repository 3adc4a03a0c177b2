//! What all that imports book has in common: entries, words and facts.

use super::document::{Heading, PricedLine};
use super::store::documents::Sale;
use crate::catalogue::Good;
use crate::journal::{Dimensions, NewEntry, NewFact, Turn, Who, WordKind};
use crate::stock::Movement;
use entity::{Grams, ImportId, Measure, OrderLineId, OrganisationId, PersonId};
use uuid::Uuid;

/// What an import's entries have in common.
#[derive(Clone, Copy, Debug)]
pub struct Booker<'a> {
    /// Who booked it.
    pub who: Who,
    /// The import.
    pub import: ImportId,
    /// The document's own number.
    pub document_no: &'a str,
}

impl Booker<'_> {
    /// The entry of a movement.
    pub fn movement(&self, movement: &Movement, supplier: Option<OrganisationId>) -> NewEntry {
        let mut entry = NewEntry::new("stock.moved", "movement", movement.id.uuid(), self.who)
            .with("import", self.import.to_string())
            .with("document_no", self.document_no)
            .with("product", movement.product_id.to_string())
            .with("place", movement.place_id.to_string())
            .with("quantity", movement.quantity.quantity().thousandths())
            .with("reason", movement.reason.as_str())
            .with("moved_on", movement.moved_on.to_string());
        entry.reason = Some(movement.reason.as_str());
        entry.supplier = supplier;
        entry.content = Some(movement.content());
        entry
    }

    /// Who booked it, as a person.
    pub fn person(&self) -> PersonId {
        PersonId::from_uuid(self.who.person)
    }

    pub fn entry(&self, kind: &'static str, (thing, id): (&'static str, Uuid), parties: (OrganisationId, OrganisationId)) -> NewEntry {
        let mut entry = NewEntry::new(kind, thing, id, self.who)
            .with("import", self.import.to_string())
            .with("document_no", self.document_no);
        entry.buyer = Some(parties.0);
        entry.supplier = Some(parties.1);
        entry
    }
}

/// The words the facts of a document are told by.
pub fn words_of<'g>(heading: &Heading, goods: impl Iterator<Item = &'g Good>) -> Vec<(WordKind, String)> {
    let mut words = vec![
        (WordKind::Town, heading.town_code.clone()),
        (WordKind::Channel, heading.channel.to_string()),
        (WordKind::FundSource, heading.fund_source.to_string()),
        (WordKind::Buyer, heading.buyer_id.to_string()),
        (WordKind::Supplier, heading.supplier_id.to_string()),
    ];
    words.extend(heading.department_id.map(|id| (WordKind::Department, id.to_string())));
    for good in goods {
        words.push((WordKind::Product, good.id.to_string()));
        words.push((WordKind::Category, good.category_code.clone()));
        words.push((WordKind::Origin, good.origin_code.clone()));
    }
    words
}

/// The words of a sale, which returns of it are told by as well.
pub fn words_of_sale(sale: &Sale) -> Vec<(WordKind, String)> {
    let (order, line) = (&sale.order, &sale.line);
    let mut words = vec![
        (WordKind::Town, order.town_code.clone()),
        (WordKind::Channel, order.channel.to_string()),
        (WordKind::FundSource, order.fund_source.to_string()),
        (WordKind::Buyer, order.buyer_id.to_string()),
        (WordKind::Supplier, order.supplier_id.to_string()),
        (WordKind::Category, line.category_code.clone()),
        (WordKind::Origin, line.origin_code.clone()),
    ];
    words.extend(order.department_id.map(|id| (WordKind::Department, id.to_string())));
    words
}

pub fn dimensions_of(turn: &Turn, heading: &Heading) -> Dimensions {
    Dimensions {
        town: turn.word(WordKind::Town, &heading.town_code),
        department: heading
            .department_id
            .map_or(0, |id| turn.word(WordKind::Department, &id.to_string())),
        channel: turn.word(WordKind::Channel, heading.channel.as_str()),
        fund_source: turn.word(WordKind::FundSource, heading.fund_source.as_str()),
        buyer: turn.word(WordKind::Buyer, &heading.buyer_id.to_string()),
        supplier: turn.word(WordKind::Supplier, &heading.supplier_id.to_string()),
        ..Dimensions::default()
    }
}

pub fn with_goods(turn: &Turn, of_document: Dimensions, good: (&str, &str, &str)) -> Dimensions {
    Dimensions {
        product: turn.word(WordKind::Product, good.0),
        category: turn.word(WordKind::Category, good.1),
        origin: turn.word(WordKind::Origin, good.2),
        ..of_document
    }
}

/// Grams of one unit that the price is for.
pub fn priced_weight(good: &Good) -> Option<Grams> {
    let grams = good.net_weight_grams?;
    Grams::from_grams(match &good.weighed {
        None => grams,
        Some(weighed) => (grams * 1_000 + weighed.content.thousandths() / 2) / weighed.content.thousandths(),
    })
}

pub fn fact(heading: &Heading, line: OrderLineId, measured: &PricedLine, dimensions: Dimensions) -> NewFact {
    NewFact {
        line,
        measure: Measure::Ordered,
        mode: heading.mode,
        amount: measured.amount,
        quantity: measured.priced,
        weight_grams: priced_weight(&measured.good)
            .and_then(|grams| grams.times(measured.priced))
            .map(Grams::grams),
        lines: 1,
        business_date: heading.on(),
        concerns: None,
        reverses: None,
        dimensions,
    }
}
