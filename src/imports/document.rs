//! Documents: rows of one kind and number, put together, and what they are held against. Pure: no clock, no database.

use super::kind::RowKind;
use super::party::Named;
use super::row::Row;
use crate::catalogue::{Good, Goods, similar};
use crate::http::fault::Fault;
use crate::organisations::Parties;
use crate::sheets::code;
use chrono::{DateTime, Utc};
use entity::{
    Channel, CivilDate, DepartmentId, FundSource, ImportRowKind, Mode, Money, OrganisationId, PlaceId, Quantity, ReturnFate, ReturnReason,
    SignedQuantity, StockReason, UnitPrice, shanghai_date,
};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// For so many unknown SKUs of a chunk similar ones are looked for.
const MOST_SIMILAR: usize = 100;

/// A rule that a row breaks, with the row's place in its part and the column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// The row, from 0 in its part.
    pub row: usize,
    /// The column; empty for the whole row.
    pub column: &'static str,
    /// What is wrong.
    pub fault: Fault,
}

/// Rows that belong together, in the order of their first rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The kind of document; none where what was written is no kind.
    pub kind: Option<ImportRowKind>,
    /// The number as it was written.
    pub document_no: String,
    /// Places of its rows in the part.
    pub rows: Vec<usize>,
}

/// What tells a row's document from others: its kind, or what stands there instead of one, and its number.
type Key<'r> = (Result<ImportRowKind, &'r str>, Cow<'r, str>);

/// Puts the rows of each document together.
#[must_use]
pub fn group(rows: &[Row]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<Key<'_>, usize> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        let kind = row.kind.as_deref().unwrap_or_default().trim();
        let kind = RowKind::of(kind).map(RowKind::document).ok_or(kind);
        let number = number_of(row.document_no.as_deref());
        let place = *places.entry((kind, number.clone())).or_insert_with(|| {
            groups.push(Group {
                kind: kind.ok(),
                document_no: number.into_owned(),
                rows: Vec::new(),
            });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.rows.push(at);
        }
    }
    groups
}

/// A document's number as it names the document for ever: as it was written, but for what a spreadsheet puts around it so
/// that it is no figure.
#[must_use]
pub fn number_of(text: Option<&str>) -> Cow<'_, str> {
    let text = text.unwrap_or_default().trim();
    if text.starts_with(['=', '\'']) {
        Cow::Owned(code(text))
    } else {
        Cow::Borrowed(text)
    }
}

/// What documents are held against.
#[derive(Debug)]
pub struct Around {
    /// Organisations and towns.
    pub parties: Arc<Parties>,
    /// Goods.
    pub goods: Arc<Goods>,
    /// Places in use, and whose they are.
    pub places: HashMap<PlaceId, OrganisationId>,
    /// The moment: nothing is dated later.
    pub now: DateTime<Utc>,
    /// Organisations by what people call them, found when the first is asked for so.
    named: OnceLock<Named>,
    /// For how many unknown SKUs more similar ones are looked for: each is held against all goods.
    similar_left: AtomicUsize,
}

impl Around {
    /// What is known at a moment.
    #[must_use]
    pub fn of(parties: Arc<Parties>, goods: Arc<Goods>, places: HashMap<PlaceId, OrganisationId>, now: DateTime<Utc>) -> Self {
        Self {
            parties,
            goods,
            places,
            now,
            named: OnceLock::new(),
            similar_left: AtomicUsize::new(MOST_SIMILAR),
        }
    }

    /// SKUs of goods on sale that are like one that is unknown, as long as they are looked for.
    #[must_use]
    pub fn similar(&self, sku: &str) -> Vec<String> {
        let one_less = |left: usize| left.checked_sub(1);
        match self.similar_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less) {
            Ok(_) => similar(sku, &self.goods),
            Err(_) => Vec::new(),
        }
    }

    /// Organisations by what people call them.
    #[must_use]
    pub fn named(&self) -> &Named {
        self.named.get_or_init(|| Named::of(&self.parties))
    }
}

/// The parties of a document, with the buyer's town and department on its day.
#[derive(Clone, Debug)]
pub struct Heading {
    /// When it was made out.
    pub at: DateTime<Utc>,
    /// Who buys.
    pub buyer_id: OrganisationId,
    /// Who sells.
    pub supplier_id: OrganisationId,
    /// The buyer's town.
    pub town_code: String,
    /// The buyer's department.
    pub department_id: Option<DepartmentId>,
    /// The channel.
    pub channel: Channel,
    /// The fund source.
    pub fund_source: FundSource,
    /// What the buyer does with the goods.
    pub mode: Mode,
}

impl Heading {
    /// Its day in Shanghai.
    #[must_use]
    pub fn on(&self) -> CivilDate {
        shanghai_date(self.at)
    }
}

/// Goods at a price.
#[derive(Clone, Debug)]
pub struct PricedLine {
    /// The goods.
    pub good: Arc<Good>,
    /// How much, in the unit ordered.
    pub quantity: Quantity,
    /// How much, in the unit the price is for.
    pub priced: Quantity,
    /// The document's own price.
    pub price: UnitPrice,
    /// Price × quantity, rounded once.
    pub amount: Money,
}

/// A returned line.
#[derive(Clone, Debug)]
pub struct ReturnedLine {
    /// What came back, at its own price.
    pub line: PricedLine,
    /// Why.
    pub reason: ReturnReason,
    /// What became of it.
    pub fate: ReturnFate,
    /// Number and line of the order it came with, where that is known.
    pub sale: Option<(String, i32)>,
    /// The row, from 0 in its part.
    pub row: usize,
}

/// A movement of stock.
#[derive(Clone, Debug)]
pub struct Move {
    /// Of what.
    pub good: Arc<Good>,
    /// Where.
    pub place_id: PlaceId,
    /// How much.
    pub quantity: SignedQuantity,
    /// Why.
    pub reason: StockReason,
    /// On which day.
    pub on: CivilDate,
    /// The row, from 0 in its part.
    pub row: usize,
}

/// A document that breaks no rule.
#[derive(Clone, Debug)]
pub enum Document {
    /// An order that was shipped and accepted, with the days of both.
    Order(Heading, (DateTime<Utc>, DateTime<Utc>), Vec<PricedLine>),
    /// A return: what came back, and what is charged beside it at prices of its own.
    Return(Heading, Vec<ReturnedLine>, Vec<PricedLine>),
    /// Movements of stock.
    Stock(Vec<Move>),
}
