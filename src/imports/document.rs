//! Documents: rows of one kind and number, read and held against parties and goods. Pure: no clock, no database.

use super::cell::Cells;
use super::heading::read_heading;
use super::row::Row;
use crate::catalogue::{Good, Goods};
use crate::http::fault::Fault;
use crate::organisations::Parties;
use chrono::{DateTime, Utc};
use entity::{
    Channel, CivilDate, DepartmentId, FundSource, ImportRowKind, Mode, Money, OrganisationId, PlaceId, Quantity, ReturnFate, ReturnReason,
    SignedQuantity, StockReason, UnitPrice, shanghai_date,
};
use std::collections::HashMap;
use std::sync::Arc;

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
    /// The kind as it was written.
    pub kind: String,
    /// The number as it was written.
    pub document_no: String,
    /// Places of its rows in the part.
    pub rows: Vec<usize>,
}

impl Group {
    /// The kind, if it is one.
    #[must_use]
    pub fn row_kind(&self) -> Option<ImportRowKind> {
        self.kind.parse().ok()
    }
}

/// Puts the rows of each document together.
#[must_use]
pub fn group(rows: &[Row]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<(&str, &str), usize> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        let kind = row.kind.as_deref().unwrap_or_default().trim();
        let number = row.document_no.as_deref().unwrap_or_default().trim();
        let place = *places.entry((kind, number)).or_insert_with(|| {
            groups.push(Group {
                kind: kind.to_owned(),
                document_no: number.to_owned(),
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

/// What documents are held against.
#[derive(Clone, Debug)]
pub struct Around {
    /// Organisations and towns.
    pub parties: Arc<Parties>,
    /// Goods.
    pub goods: Arc<Goods>,
    /// Places in use, and whose they are.
    pub places: HashMap<PlaceId, OrganisationId>,
    /// The moment: nothing is dated later.
    pub now: DateTime<Utc>,
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
    /// A return.
    Return(Heading, Vec<ReturnedLine>),
    /// Movements of stock.
    Stock(Vec<Move>),
}

/// Reads a document, or says everything that is wrong with it.
///
/// # Errors
/// The faults of its rows.
pub fn read(group: &Group, rows: &[Row], around: &Around) -> Result<Document, Vec<RowFault>> {
    let own: Vec<(usize, &Row)> = group.rows.iter().filter_map(|at| Some((*at, rows.get(*at)?))).collect();
    let mut cells = Cells::new(group.rows.first().copied().unwrap_or(0));
    cells.number(&group.document_no);
    let document = match group.row_kind() {
        Some(ImportRowKind::Order) => read_order(&own, around, &mut cells),
        Some(ImportRowKind::Return) => read_return(&own, around, &mut cells),
        Some(ImportRowKind::Stock) => read_stock(&own, around, &mut cells),
        None => {
            cells.wrong("kind", &group.kind, ImportRowKind::WORDS.join(", "));
            None
        }
    };
    match (document, cells.into_faults()) {
        (Some(document), faults) if faults.is_empty() => Ok(document),
        (_, faults) => Err(faults),
    }
}

fn read_order(own: &[(usize, &Row)], around: &Around, cells: &mut Cells) -> Option<Document> {
    let lines: Vec<Option<PricedLine>> = own.iter().map(|(at, row)| read_line(*at, row, around, cells)).collect();
    let seller = lines.iter().flatten().next().map(|line| line.good.seller_id);
    let heading = read_heading(own, seller, around, cells)?;
    let (first, row) = own.first()?;
    cells.at_row(*first);
    let shipped = cells.instant("shipped_at", row.shipped_at.as_deref(), Some(heading.at), around.now)?;
    let accepted = cells.instant("accepted_at", row.accepted_at.as_deref(), Some(shipped), around.now)?;
    cells.check(heading.at <= shipped && shipped <= accepted, "accepted_at", || {
        Fault::of("import_days_order")
    });
    let lines: Option<Vec<PricedLine>> = lines.into_iter().collect();
    Some(Document::Order(heading, (shipped, accepted), lines?))
}

fn read_return(own: &[(usize, &Row)], around: &Around, cells: &mut Cells) -> Option<Document> {
    let mut lines = Vec::with_capacity(own.len());
    for (at, row) in own {
        let line = read_line(*at, row, around, cells);
        let reason = cells.word("reason", row.reason.as_deref(), Some(ReturnReason::Other), ReturnReason::WORDS);
        let fate = cells.word("fate", row.fate.as_deref(), Some(ReturnFate::Destroy), ReturnFate::WORDS);
        let sale = match row.sale_document_no.as_deref().map(str::trim).filter(|no| !no.is_empty()) {
            None => Some(None),
            Some(no) => cells
                .line_number("sale_line", row.sale_line.as_deref())
                .map(|line| Some((no.to_owned(), line))),
        };
        lines.push(
            line.zip(reason)
                .zip(fate)
                .zip(sale)
                .map(|(((line, reason), fate), sale)| ReturnedLine {
                    line,
                    reason,
                    fate,
                    sale,
                    row: *at,
                }),
        );
    }
    let seller = lines.iter().flatten().next().map(|line| line.line.good.seller_id);
    let heading = read_heading(own, seller, around, cells)?;
    let lines: Option<Vec<ReturnedLine>> = lines.into_iter().collect();
    Some(Document::Return(heading, lines?))
}

fn read_stock(own: &[(usize, &Row)], around: &Around, cells: &mut Cells) -> Option<Document> {
    let mut moves = Vec::with_capacity(own.len());
    for (at, row) in own {
        cells.at_row(*at);
        let good = good_of(row, around, cells);
        let quantity = cells.parsed::<SignedQuantity>("quantity", row.quantity.as_deref(), "-100, 98.6");
        let place = cells.parsed::<PlaceId>("place", row.place.as_deref(), "id");
        let reason = cells.word("reason", row.reason.as_deref(), None, StockReason::WORDS);
        let day = cells.instant("at", row.at.as_deref(), None, around.now);
        let (Some(good), Some(quantity), Some(place_id), Some(reason), Some(day)) = (good, quantity, place, reason, day) else {
            continue;
        };
        cells.check(around.places.get(&place_id) == Some(&good.seller_id), "place", || {
            Fault::of("unknown_place").with("place_id", place_id)
        });
        let thousandths = quantity.quantity().thousandths();
        let most = Quantity::MAX_INPUT;
        cells.check(
            thousandths != 0 && thousandths.unsigned_abs() <= most.thousandths().unsigned_abs(),
            "quantity",
            || Fault::of("quantity_out_of_range").with("most", most),
        );
        cells.check(thousandths == 0 || fits_sign(reason, thousandths), "quantity", || {
            let expected = if thousandths > 0 { "< 0" } else { "> 0" };
            Fault::of("wrong_sign").with("reason", reason).with("expected", expected)
        });
        moves.push(Move {
            good,
            place_id,
            quantity,
            reason,
            on: shanghai_date(day),
            row: *at,
        });
    }
    (moves.len() == own.len()).then_some(Document::Stock(moves))
}

fn fits_sign(reason: StockReason, thousandths: i64) -> bool {
    match reason {
        StockReason::Receipt | StockReason::Opening => thousandths > 0,
        StockReason::Sample | StockReason::Breakage => thousandths < 0,
        StockReason::Correction | StockReason::Count => true,
    }
}

fn good_of(row: &Row, around: &Around, cells: &mut Cells) -> Option<Arc<Good>> {
    let sku = cells.text("sku", row.sku.as_deref())?;
    let good = around.goods.by_sku(sku);
    cells.check(good.is_some(), "sku", || Fault::of("product_unknown").with("sku", sku));
    good.map(Arc::clone)
}

fn read_line(at: usize, row: &Row, around: &Around, cells: &mut Cells) -> Option<PricedLine> {
    cells.at_row(at);
    let good = good_of(row, around, cells);
    let quantity = cells.parsed::<Quantity>("quantity", row.quantity.as_deref(), "12, 98.6");
    let price = cells.parsed::<UnitPrice>("price", row.price.as_deref(), "2.55");
    let quantity = quantity.filter(|quantity| {
        cells.check(quantity.thousandths() > 0, "quantity", || Fault::of("quantity_not_positive"));
        quantity.thousandths() > 0
    });
    let (good, quantity, price) = (good?, quantity?, price?);
    let priced = good.priced(quantity);
    let amount = priced.and_then(|priced| price.times(priced));
    cells.check(amount.is_some(), "quantity", || {
        let fault = Fault::of("line_amount").with("sku", &good.sku);
        fault.with("most", Money::MAX_LINE_AMOUNT)
    });
    Some(PricedLine {
        priced: priced?,
        amount: amount?,
        good,
        quantity,
        price,
    })
}
