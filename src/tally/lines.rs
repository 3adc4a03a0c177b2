//! The way down: the lines a total is made of.

use super::dimension::Dimension;
use super::names::{Named, Naming, named, names_of};
use super::queries::{conditions, signs};
use super::question::Question;
use super::resolve::ids_of;
use crate::db::{Db, Engine, Params};
use crate::http::fault::Refusal;
use crate::http::language::Language;
use chrono::{DateTime, Utc};
use entity::{CivilDate, EventKind, ImportId, Money, OrderId, Quantity};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use std::collections::{BTreeSet, HashMap};

/// A fact with the line it is about.
#[derive(Clone, Debug)]
pub struct CountedLine {
    /// Place of the fact in the journal: number of the entry, place in it.
    pub place: (i64, i32),
    /// What happened.
    pub kind: EventKind,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// The import that booked it; none of what happened here.
    pub import_id: Option<ImportId>,
    /// The order; none for a return whose sale is not on file.
    pub order_id: Option<OrderId>,
    /// Its number.
    pub order_no: Option<String>,
    /// The line's place in it.
    pub line_no: i32,
    /// SKU.
    pub sku: String,
    /// Name of the goods.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Difference in fen.
    pub amount: Money,
    /// Difference in quantity.
    pub quantity: Quantity,
    /// What it adds to the lines of the total.
    pub lines: i64,
    /// The day it happened.
    pub business_date: CivilDate,
    /// By whom, from whom, where and for what, in the order in which they are looked up.
    pub named: [Named; 5],
}

/// What of a line is told by a code and a name.
const NAMED: [Dimension; 5] = [
    Dimension::Buyer,
    Dimension::Supplier,
    Dimension::Town,
    Dimension::Department,
    Dimension::Channel,
];

/// Names of what the lines of a page name, by dimension.
type Names = [HashMap<i32, Named>; 5];

fn numbers(row: &QueryResult) -> Result<[i32; 5], DbErr> {
    let mut ids = [0; 5];
    for (id, dimension) in ids.iter_mut().zip(NAMED) {
        *id = row.try_get("", dimension.as_str())?;
    }
    Ok(ids)
}

async fn names_of_page(db: &impl ConnectionTrait, engine: Engine, rows: &[QueryResult], naming: Naming) -> Result<Names, DbErr> {
    let numbers = rows.iter().map(numbers).collect::<Result<Vec<_>, _>>()?;
    let mut names = Names::default();
    for (at, (names, dimension)) in names.iter_mut().zip(NAMED).enumerate() {
        let ids: BTreeSet<i32> = numbers.iter().filter_map(|ids| ids.get(at).copied()).collect();
        *names = names_of(db, engine, dimension, &ids, naming).await?;
    }
    Ok(names)
}

impl CountedLine {
    fn from_row(row: &QueryResult, names: &Names, language: Language) -> Result<Self, DbErr> {
        let mut ids = numbers(row)?.into_iter();
        let named = names.each_ref().map(|names| named(names, ids.next().unwrap_or_default(), language));
        Ok(Self {
            named,
            lines: row.try_get("", "line_sum")?,
            place: (row.try_get("", "seq")?, row.try_get("", "no")?),
            kind: row.try_get("", "kind")?,
            at: row.try_get("", "at")?,
            import_id: row.try_get("", "import_id")?,
            order_id: row.try_get("", "order_id")?,
            order_no: row.try_get("", "order_no")?,
            line_no: row.try_get("", "line_no")?,
            sku: row.try_get("", "sku")?,
            name: row.try_get("", "name")?,
            unit: row.try_get("", "unit")?,
            amount: Money::from_fen(row.try_get("", "amount")?),
            quantity: Quantity::from_thousandths(row.try_get("", "quantity")?),
            business_date: row.try_get("", "business_date")?,
        })
    }
}

/// The import that booked what an entry is about: the thing's own mark. Goods of an imported order that are given back
/// here later were not given back by the import.
const IMPORT: &str = "CASE e.thing_kind WHEN 'order' THEN o.import_id WHEN 'shipment' THEN s.import_id WHEN 'acceptance' THEN a.import_id \
    ELSE r.import_id END";

/// Facts that answer the question, oldest first, after a place; only those that were imported, or that were not, if it
/// is asked. Without that, their sum is the question's total.
pub async fn lines(
    db: &Db,
    (question, imported, language): (&Question, Option<bool>, Language),
    after: Option<(i64, i32)>,
    limit: u64,
) -> Result<Vec<CountedLine>, Refusal> {
    let snapshot = db.snapshot().await?;
    let ids = ids_of(&snapshot, db.engine(), question).await?;
    let mut params = Params::new(db.engine());
    let mut wanted = conditions(question, &ids, &mut params);
    if let Some((seq, no)) = after {
        // Compared as one: else PostgreSQL reads all that lies before, for every page.
        wanted += &format!(" AND (c.seq, c.no) > ({}, {})", params.add(seq), params.add(no));
    }
    wanted += match imported {
        None => String::new(),
        Some(true) => format!(" AND {IMPORT} IS NOT NULL"),
        Some(false) => format!(" AND {IMPORT} IS NULL"),
    }
    .as_str();
    let (sign, counts) = signs(question, question.first());
    let sql = format!(
        "SELECT c.seq, c.no, e.kind, e.at, {IMPORT} AS import_id, o.id AS order_id, o.order_no, COALESCE(l.line_no, x.no) AS line_no, COALESCE(l.sku, x.sku) AS sku, \
         COALESCE(l.name, x.name) AS name, COALESCE(l.price_unit, l.unit, x.unit) AS unit, {sign}c.amount AS amount, {sign}c.quantity AS quantity, \
         CAST({counts}c.lines AS bigint) AS line_sum, c.buyer, c.supplier, c.town, c.department, c.channel, \
         c.business_date FROM facts c JOIN entries e ON e.pairing = c.pairing AND e.seq = c.seq \
         LEFT JOIN shipments s ON e.thing_kind = 'shipment' AND s.id = e.thing_id \
         LEFT JOIN acceptances a ON e.thing_kind = 'acceptance' AND a.id = e.thing_id \
         LEFT JOIN returns r ON e.thing_kind = 'return' AND r.id = e.thing_id \
         LEFT JOIN orders o ON o.id = CASE e.thing_kind WHEN 'order' THEN e.thing_id WHEN 'shipment' THEN s.order_id \
           WHEN 'acceptance' THEN a.order_id ELSE r.order_id END \
         LEFT JOIN order_lines l ON l.order_id = o.id AND l.id = c.line_id \
         LEFT JOIN return_lines x ON x.return_id = r.id AND x.id = c.line_id \
         WHERE {wanted} ORDER BY c.seq, c.no LIMIT {limit}"
    );
    let rows = snapshot.query_all_raw(params.into_statement(&sql)).await?;
    let naming = Naming {
        language,
        at: question.ends_at(),
    };
    let names = names_of_page(&snapshot, db.engine(), &rows, naming).await?;
    snapshot.end().await?;
    let lines = rows.iter().map(|row| CountedLine::from_row(row, &names, language));
    Ok(lines.collect::<Result<_, _>>()?)
}
