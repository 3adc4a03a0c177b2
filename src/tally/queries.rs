//! Reading totals: one snapshot gives the sums and the head they count up to.

use super::dimension::Dimension;
use super::imported::{self, Imported};
use super::names;
use super::question::{Question, Source, mode_number};
use crate::db::{Db, Engine, Params, statement};
use crate::http::fault::Refusal;
use crate::journal::{Head, PAIRING, measure_code, mode_code, read_head};
use chrono::{DateTime, Utc};
use entity::{Grams, Mode, Money, Quantity};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
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
    /// The sums.
    pub sums: Sums,
}

/// A total with its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// Up to where it counts.
    pub as_of: AsOf,
    /// All of it, groups that are not shown included.
    pub total: Sums,
    /// Largest first, but months in their order.
    pub groups: Vec<Group>,
    /// Whether all groups are shown.
    pub complete: bool,
}

/// Answers a question.
pub async fn total(db: &Db, question: &Question) -> Result<Total, Refusal> {
    let snapshot = db.snapshot().await?;
    let engine = db.engine();
    let head = read_head(&snapshot, engine, false).await?;
    let ids = ids_of(&snapshot, engine, question).await?;
    let months = months_of_buyer(&snapshot, engine, question, &ids).await?;
    let months = months.as_deref();
    let sums = read_sums(&snapshot, engine, question, (&ids, months), &[]).await?;
    let mut total = sums.into_iter().next().map(|(_, sums)| sums).unwrap_or_default();
    let mut rows = if question.group_by.is_empty() {
        Vec::new()
    } else {
        read_sums(&snapshot, engine, question, (&ids, months), &question.group_by).await?
    };
    if imported::can_tell(question) {
        let brought = imported::read(&snapshot, engine, question, &ids).await?;
        total.imported = Some(imported::sum(&brought));
        for (ids, sums) in &mut rows {
            sums.imported = Some(brought.get(ids).copied().unwrap_or_default());
        }
    }
    let most = usize::try_from(question.limit).unwrap_or(usize::MAX);
    let complete = rows.len() <= most;
    rows.truncate(most);
    let groups = names::name_groups(&snapshot, engine, &question.group_by, rows).await?;
    snapshot.end().await?;
    Ok(Total {
        as_of: AsOf::from(&head),
        total,
        groups,
        complete,
    })
}

/// The numbers of the words that the question is narrowed to; −1, which no cell has, for a word never told.
pub(super) async fn ids_of(db: &impl ConnectionTrait, engine: Engine, question: &Question) -> Result<Vec<(Dimension, i32)>, DbErr> {
    let mut ids = Vec::with_capacity(question.only.len());
    for (dimension, word) in &question.only {
        let id = match dimension.words() {
            None => mode_number(word).unwrap_or(-1),
            Some(kind) => {
                let sql = "SELECT id FROM dimensions WHERE kind = $1 AND word = $2";
                let row = db
                    .query_one_raw(statement(engine, sql, vec![kind.as_str().into(), word.clone().into()]))
                    .await?;
                row.map(|row| row.try_get("", "id")).transpose()?.unwrap_or(-1)
            }
        };
        ids.push((*dimension, id));
    }
    Ok(ids)
}

/// The conditions of a question on cells or facts.
pub(super) fn conditions(question: &Question, ids: &[(Dimension, i32)], params: &mut Params) -> String {
    let (plus, minus) = question.measure.measures();
    let measures: Vec<i16> = [Some(plus), minus].into_iter().flatten().map(measure_code).collect();
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

/// Numbers of the group's words, and its sums.
pub(super) type Row = (Vec<i32>, Sums);

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
    let sums = sums_of(question, weighed);
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
        .map(|row| read_row(row, group_by.len(), question.tells_quantity()))
        .collect()
}

/// The sums of an answer. What is taken off lowers amounts, weights and quantities, but is no line of what is counted.
fn sums_of(question: &Question, weighed: &str) -> String {
    let (sign, counts) = signs(question);
    // Cells of places and kinds hold goods of many units: there, no quantity is told.
    let quantity = if question.tells_quantity() { "c.quantity" } else { "0" };
    // PostgreSQL sums 64-bit integers as NUMERIC; the cast makes both engines answer one type.
    let sum = |sign: &str, what: &str, name: &str| format!("CAST(COALESCE(SUM({sign}{what}), 0) AS bigint) AS {name}");
    [
        sum(&sign, "c.amount", "amount"),
        sum(&sign, "c.weight_grams", "weight_grams"),
        sum(&sign, quantity, "quantity"),
        sum(&counts, weighed, "weighed"),
        sum(&counts, "c.lines", "line_sum"),
    ]
    .join(", ")
}

/// What amounts, and what lines, are multiplied by: what is taken off lowers amounts, but is no line of what is counted.
pub(super) fn signs(question: &Question) -> (String, String) {
    let (plus, minus) = question.measure.measures();
    match minus {
        None => (String::new(), String::new()),
        Some(_) => {
            let plus = measure_code(plus);
            (
                format!("CASE WHEN c.measure = {plus} THEN 1 ELSE -1 END * "),
                format!("CASE WHEN c.measure = {plus} THEN 1 ELSE 0 END * "),
            )
        }
    }
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
        .chain(["amount DESC".to_owned()])
        .chain(keys)
        .collect::<Vec<_>>()
        .join(", ")
}

fn read_row(row: &QueryResult, keys: usize, tells_quantity: bool) -> Result<Row, DbErr> {
    let ids = (0..keys).map(|at| row.try_get("", &format!("k{at}"))).collect::<Result<_, _>>()?;
    let weighed_lines: i64 = row.try_get("", "weighed")?;
    let grams: i64 = row.try_get("", "weight_grams")?;
    let sums = Sums {
        amount: Money::from_fen(row.try_get("", "amount")?),
        weight: if weighed_lines == 0 && grams == 0 {
            None
        } else {
            Grams::from_grams(grams)
        },
        quantity: if tells_quantity {
            Some(Quantity::from_thousandths(row.try_get("", "quantity")?))
        } else {
            None
        },
        weighed_lines,
        lines: row.try_get("", "line_sum")?,
        imported: None,
    };
    Ok((ids, sums))
}
