//! Reading totals: one snapshot gives the sums and the head they count up to.

use super::dimension::Dimension;
use super::imported::{self, Imported};
use super::names::{self, Naming};
use super::question::{Question, Source};
use super::resolve::ids_of;
use crate::db::{Db, Engine, Params, statement};
use crate::http::fault::Refusal;
use crate::http::language::Language;
use crate::journal::{Head, PAIRING, measure_code, mode_code, read_head};
use chrono::{DateTime, Utc};
use entity::{Figure, Grams, Mode, Money, Quantity};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Up to which entry a total counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// The epoch.
    pub epoch: Uuid,
    /// The number of the last entry.
    pub sequence: i64,
    /// Its time.
    pub at: DateTime<Utc>,
    /// The root of the tree over all entries up to it, in hex.
    pub hash: String,
}

impl From<&Head> for AsOf {
    fn from(head: &Head) -> Self {
        Self {
            epoch: head.epoch,
            sequence: head.seq,
            at: head.last_at,
            hash: hex::encode(head.root()),
        }
    }
}

/// Sums of a measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// In fen.
    pub amount: Money,
    /// Of the lines whose goods have a weight; none where no line has.
    pub weight: Option<Grams>,
    /// In the unit of the one product asked for; none where several would be added.
    pub quantity: Option<Quantity>,
    /// How many lines the weight covers.
    pub weighed_lines: i64,
    /// How many lines.
    pub lines: i64,
    /// What of it imports brought; none where the question names what their cells do not know.
    pub imported: Option<Imported>,
}

/// The sums of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// A code and a name for each dimension asked for, in their order.
    pub keys: Vec<(Dimension, names::Named)>,
    /// The unit its quantities are in; none where none are told.
    pub unit: Option<String>,
    /// The sums of each measure.
    pub sums: Vec<Sums>,
}

/// A total with its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// Up to where it counts.
    pub as_of: AsOf,
    /// What is summed.
    pub measures: Vec<Figure>,
    /// The unit of all its quantities; none where none are told.
    pub unit: Option<String>,
    /// All of it, groups that are not shown included, of each measure.
    pub total: Vec<Sums>,
    /// Largest first, but months in their order.
    pub groups: Vec<Group>,
    /// Whether all groups are shown.
    pub complete: bool,
}

/// Answers a question; names are told in this language.
pub async fn total(db: &Db, question: &Question, language: Language) -> Result<Total, Refusal> {
    let snapshot = db.snapshot().await?;
    let engine = db.engine();
    let head = read_head(&snapshot, engine, false).await?;
    let ids = ids_of(&snapshot, engine, question).await?;
    let months = months_of_buyer(&snapshot, engine, question, &ids).await?;
    let months = months.as_deref();
    let sums = read_sums(&snapshot, engine, question, (&ids, months), &[]).await?;
    let nothing = || vec![Sums::default(); question.measures.len()];
    let mut total = sums.into_iter().next().map_or_else(nothing, |(_, sums)| sums);
    let mut rows = if question.group_by.is_empty() {
        Vec::new()
    } else {
        read_sums(&snapshot, engine, question, (&ids, months), &question.group_by).await?
    };
    if imported::can_tell(question) {
        for (at, figure) in question.measures.iter().enumerate() {
            let brought = imported::read(&snapshot, engine, (question, *figure), &ids).await?;
            if let Some(total) = total.get_mut(at) {
                total.imported = Some(imported::sum(&brought));
            }
            for (ids, sums) in &mut rows {
                if let Some(sums) = sums.get_mut(at) {
                    sums.imported = Some(brought.get(ids).copied().unwrap_or_default());
                }
            }
        }
    }
    let most = usize::try_from(question.limit).unwrap_or(usize::MAX);
    let complete = rows.len() <= most;
    rows.truncate(most);
    let naming = Naming {
        language,
        at: question.ends_at(),
    };
    let unit = unit_of(&snapshot, engine, (question, &ids), naming).await?;
    let by = (question.group_by.as_slice(), unit.as_deref());
    let groups = names::name_groups(&snapshot, engine, by, rows, naming).await?;
    snapshot.end().await?;
    Ok(Total {
        as_of: AsOf::from(&head),
        measures: question.measures.clone(),
        unit,
        total,
        groups,
        complete,
    })
}

/// The unit of the one product that a question is of.
async fn unit_of(
    db: &impl ConnectionTrait,
    engine: Engine,
    (question, ids): (&Question, &[(Dimension, i32)]),
    naming: Naming,
) -> Result<Option<String>, DbErr> {
    if !question.is_of_one_product() {
        return Ok(None);
    }
    let products = ids
        .iter()
        .filter(|(dimension, _)| *dimension == Dimension::Product)
        .map(|(_, id)| *id)
        .collect();
    let names = names::names_of(db, engine, Dimension::Product, &products, naming).await?;
    Ok(names.into_values().next().and_then(|named| named.unit))
}

/// The conditions of a question on cells or facts.
pub(super) fn conditions(question: &Question, ids: &[(Dimension, i32)], params: &mut Params) -> String {
    let measures = question.measures.iter().map(|figure| figure.measures());
    let measures: BTreeSet<i16> = measures
        .flat_map(|(plus, minus)| [Some(plus), minus])
        .flatten()
        .map(measure_code)
        .collect();
    let mut sql = format!("c.pairing = {} AND c.measure IN ({})", params.add(PAIRING), params.list(measures));
    if let Some(from) = question.from {
        sql += &format!(" AND c.month >= {}", params.add(from.yyyymm()));
    }
    if let Some(to) = question.to {
        sql += &format!(" AND c.month <= {}", params.add(to.yyyymm()));
    }
    for (dimension, id) in ids {
        sql += &format!(" AND c.{} = {}", dimension.as_str(), params.add(*id));
    }
    sql
}

/// The months in which a buyer's cells are looked for, where they are. Their key begins with month, measure and mode:
/// unless these are named, the engine goes through the cells of all buyers.
async fn months_of_buyer(
    db: &impl ConnectionTrait,
    engine: Engine,
    question: &Question,
    ids: &[(Dimension, i32)],
) -> Result<Option<Vec<i32>>, DbErr> {
    if !matches!(question.source(), Source::Fine) || !narrows(ids, Dimension::Buyer) {
        return Ok(None);
    }
    let end = |which: &str| format!("(SELECT {which}(month) FROM cells_fine WHERE pairing = $1)");
    let sql = format!("SELECT {} AS first, {} AS last", end("MIN"), end("MAX"));
    let row = db.query_one_raw(statement(engine, &sql, vec![PAIRING.into()])).await?;
    let month = |name| row.as_ref().map_or(Ok(None), |row| row.try_get::<Option<i32>>("", name));
    let (Some(first), Some(last)) = (month("first")?, month("last")?) else {
        return Ok(None);
    };
    let first = question.from.map_or(first, |from| first.max(from.yyyymm()));
    let last = question.to.map_or(last, |to| last.min(to.yyyymm()));
    Ok(Some((first..=last).filter(|month| (1..=12).contains(&(month % 100))).collect()))
}

fn narrows(ids: &[(Dimension, i32)], wanted: Dimension) -> bool {
    ids.iter().any(|(dimension, _)| *dimension == wanted)
}

/// Numbers of the group's words, and its sums of each measure.
pub(super) type Row = (Vec<i32>, Vec<Sums>);

async fn read_sums(
    db: &impl ConnectionTrait,
    engine: Engine,
    question: &Question,
    (ids, months): (&[(Dimension, i32)], Option<&[i32]>),
    group_by: &[Dimension],
) -> Result<Vec<Row>, DbErr> {
    let mut params = Params::new(engine);
    let mut conditions = conditions(question, ids, &mut params);
    if let Some(months) = months {
        conditions += &format!(" AND c.month IN ({})", params.list(months.iter().copied()));
        if !narrows(ids, Dimension::Mode) {
            let modes = Mode::ALL.iter().map(|mode| mode_code(*mode));
            conditions += &format!(" AND c.mode IN ({})", params.list(modes));
        }
    }
    let (table, weighed) = match question.source() {
        Source::Coarse => ("cells_coarse", "c.weighed_lines"),
        Source::Fine => ("cells_fine", "c.weighed_lines"),
        Source::Facts => ("facts", "CASE WHEN c.weight_grams IS NULL THEN 0 ELSE c.lines END"),
    };
    let tells_quantity = if group_by.is_empty() {
        question.is_of_one_product()
    } else {
        question.groups_are_of_one_product()
    };
    let sums: Vec<String> = (0..question.measures.len())
        .map(|at| sums_of(question, at, (weighed, tells_quantity)))
        .collect();
    let sums = sums.join(", ");
    let keys: Vec<String> = group_by
        .iter()
        .enumerate()
        .map(|(at, dimension)| format!("{} AS k{at}", dimension.number(engine)))
        .collect();
    let mut sql = if keys.is_empty() {
        format!("SELECT {sums} FROM {table} c WHERE {conditions}")
    } else {
        let columns = (1..=keys.len()).map(|at| at.to_string()).collect::<Vec<_>>().join(", ");
        format!(
            "SELECT {}, {sums} FROM {table} c WHERE {conditions} GROUP BY {columns}",
            keys.join(", ")
        )
    };
    if !group_by.is_empty() {
        sql += &format!(" ORDER BY {} LIMIT {}", order_of(group_by), question.limit + 1);
    }
    db.query_all_raw(params.into_statement(&sql))
        .await?
        .iter()
        .map(|row| read_row(row, group_by.len(), (question.measures.len(), tells_quantity)))
        .collect()
}

/// The sums of a measure, its place in the question behind their names. What is taken off lowers amounts, weights and
/// quantities, but is no line of what is counted.
fn sums_of(question: &Question, at: usize, (weighed, tells_quantity): (&str, bool)) -> String {
    let figure = question.measures.get(at).copied().unwrap_or(Figure::Ordered);
    let (sign, counts) = signs(question, figure);
    // Cells of places and kinds hold goods of many units: there, no quantity is told.
    let quantity = if tells_quantity { "c.quantity" } else { "0" };
    // PostgreSQL sums 64-bit integers as NUMERIC; the cast makes both engines answer one type.
    let sum = |sign: &str, what: &str, name: &str| format!("CAST(COALESCE(SUM({sign}{what}), 0) AS bigint) AS {name}{at}");
    [
        sum(&sign, "c.amount", "amount"),
        sum(&sign, "c.weight_grams", "weight_grams"),
        sum(&sign, quantity, "quantity"),
        sum(&counts, weighed, "weighed"),
        sum(&counts, "c.lines", "line_sum"),
    ]
    .join(", ")
}

/// What amounts, and what lines, are multiplied by for one of the question's measures: what is taken off lowers amounts,
/// but is no line of what is counted, and what another measure is of is neither.
pub(super) fn signs(question: &Question, figure: Figure) -> (String, String) {
    let (plus, minus) = figure.measures();
    if minus.is_none() && question.measures.len() == 1 {
        return (String::new(), String::new());
    }
    let plus = measure_code(plus);
    let taken_off = minus.map(|minus| format!(" WHEN c.measure = {} THEN -1", measure_code(minus)));
    (
        format!("CASE WHEN c.measure = {plus} THEN 1{} ELSE 0 END * ", taken_off.unwrap_or_default()),
        format!("CASE WHEN c.measure = {plus} THEN 1 ELSE 0 END * "),
    )
}

/// Months and days in their order; everything else largest first.
fn order_of(group_by: &[Dimension]) -> String {
    let months: Vec<String> = group_by
        .iter()
        .enumerate()
        .filter(|(_, dimension)| matches!(dimension, Dimension::Month | Dimension::Day))
        .map(|(at, _)| format!("k{at}"))
        .collect();
    let keys = (0..group_by.len()).map(|at| format!("k{at}"));
    months
        .into_iter()
        .chain(["amount0 DESC".to_owned()])
        .chain(keys)
        .collect::<Vec<_>>()
        .join(", ")
}

fn read_row(row: &QueryResult, keys: usize, (measures, tells_quantity): (usize, bool)) -> Result<Row, DbErr> {
    let ids = (0..keys).map(|at| row.try_get("", &format!("k{at}"))).collect::<Result<_, _>>()?;
    let sums = (0..measures)
        .map(|at| read_measure(row, at, tells_quantity))
        .collect::<Result<_, _>>()?;
    Ok((ids, sums))
}

fn read_measure(row: &QueryResult, at: usize, tells_quantity: bool) -> Result<Sums, DbErr> {
    let read = |name: &str| row.try_get::<i64>("", &format!("{name}{at}"));
    let (weighed_lines, grams) = (read("weighed")?, read("weight_grams")?);
    Ok(Sums {
        amount: Money::from_fen(read("amount")?),
        weight: if weighed_lines == 0 && grams == 0 {
            None
        } else {
            Grams::from_grams(grams)
        },
        quantity: if tells_quantity {
            Some(Quantity::from_thousandths(read("quantity")?))
        } else {
            None
        },
        weighed_lines,
        lines: read("line_sum")?,
        imported: None,
    })
}
