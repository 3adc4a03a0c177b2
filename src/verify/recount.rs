//! Cells counted again, twice: from the trade's own rows, and from the facts.

use super::Report;
use super::printed::id_text;
use crate::db::{Engine, Snapshot, statement};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

/// Month of a day as yyyymm.
fn month(engine: Engine, day: &str) -> String {
    match engine {
        Engine::Sqlite => format!("CAST(substr({day}, 1, 4) || substr({day}, 6, 2) AS integer)"),
        Engine::Postgres => format!("(EXTRACT(YEAR FROM {day}) * 100 + EXTRACT(MONTH FROM {day}))::integer"),
    }
}

fn word(kind: &str, word: &str) -> String {
    format!("COALESCE((SELECT d.id FROM dimensions d WHERE d.kind = '{kind}' AND d.word = {word}), 0)")
}

/// The sums of a cell.
const SUMS: &str = "CAST(SUM(r.amount) AS bigint) AS amount, CAST(SUM(COALESCE(r.weight, 0)) AS bigint) AS weight_grams, \
    CAST(SUM(CASE WHEN r.weight IS NULL THEN 0 ELSE r.lines END) AS bigint) AS weighed_lines, CAST(SUM(r.lines) AS bigint) AS lines";

/// Words are looked up for each group and not for each line.
fn coarse_by_rows(engine: Engine, measure: i16, rows: &str) -> String {
    let keys = "r.mode, r.town_code, r.department_id, r.channel, r.fund_source, r.category_code, r.origin_code";
    format!(
        "SELECT g.month, {measure} AS measure, CASE g.mode WHEN 'purchase' THEN 1 ELSE 2 END AS mode, {} AS town, \
         CASE WHEN g.department_id IS NULL THEN 0 ELSE {} END AS department, {} AS channel, {} AS fund_source, {} AS category, {} AS origin, \
         g.amount, g.weight_grams, g.weighed_lines, g.lines FROM \
         (SELECT {} AS month, {keys}, {SUMS} FROM ({rows}) r GROUP BY 1, {keys}) g",
        word("town", "g.town_code"),
        word("department", &id_text(engine, "g.department_id")),
        word("channel", "g.channel"),
        word("fund_source", "g.fund_source"),
        word("category", "g.category_code"),
        word("origin", "g.origin_code"),
        month(engine, "r.day"),
    )
}

fn fine_by_rows(engine: Engine, measure: i16, rows: &str) -> String {
    let keys = "r.mode, r.buyer_id, r.product_id, r.supplier_id, r.channel, r.fund_source";
    format!(
        "SELECT g.month, {measure} AS measure, CASE g.mode WHEN 'purchase' THEN 1 ELSE 2 END AS mode, {} AS buyer, {} AS product, {} AS supplier, \
         {} AS channel, {} AS fund_source, g.amount, g.quantity, g.weight_grams, g.weighed_lines, g.lines FROM \
         (SELECT {} AS month, {keys}, CAST(SUM(r.quantity) AS bigint) AS quantity, {SUMS} FROM ({rows}) r GROUP BY 1, {keys}) g",
        word("buyer", &id_text(engine, "g.buyer_id")),
        word("product", &id_text(engine, "g.product_id")),
        word("supplier", &id_text(engine, "g.supplier_id")),
        word("channel", "g.channel"),
        word("fund_source", "g.fund_source"),
        month(engine, "r.day"),
    )
}

fn by_facts(keys: &str, quantity: bool) -> String {
    let quantity = if quantity {
        "CAST(SUM(quantity) AS bigint) AS quantity, "
    } else {
        ""
    };
    format!(
        "SELECT {keys}, CAST(SUM(amount) AS bigint) AS amount, {quantity}CAST(SUM(COALESCE(weight_grams, 0)) AS bigint) AS weight_grams, \
         CAST(SUM(CASE WHEN weight_grams IS NULL THEN 0 ELSE lines END) AS bigint) AS weighed_lines, CAST(SUM(lines) AS bigint) AS lines \
         FROM facts WHERE pairing = 1 GROUP BY {keys}"
    )
}

const COARSE_KEYS: &str = "month, measure, mode, town, department, channel, fund_source, category, origin";
const FINE_KEYS: &str = "month, measure, mode, buyer, product, supplier, channel, fund_source";

pub(super) async fn check(db: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
    for (table, keys, quantity) in [("cells_coarse", COARSE_KEYS, ""), ("cells_fine", FINE_KEYS, "quantity, ")] {
        let cells = db
            .query_one_raw(statement(engine, &format!("SELECT COUNT(*) AS n FROM {table}"), Vec::new()))
            .await?;
        report.cells += cells
            .map(|row| row.try_get::<i64>("", "n"))
            .transpose()?
            .and_then(|n| u64::try_from(n).ok())
            .unwrap_or_default();
        let columns = format!("{keys}, amount, {quantity}weight_grams, weighed_lines, lines");
        let is = format!("SELECT {columns} FROM {table} WHERE pairing = 1");
        let by_facts = by_facts(keys, table == "cells_fine");
        compare(db, engine, (table, &columns), (&is, "facts", &by_facts), report).await?;
        for (measure, way, rows) in super::rows::measures() {
            let count = if table == "cells_fine" {
                fine_by_rows(engine, measure, &rows)
            } else {
                coarse_by_rows(engine, measure, &rows)
            };
            let count = format!("SELECT {columns} FROM ({count}) n");
            let is = format!("{is} AND measure = {measure}");
            compare(db, engine, (table, &columns), (&is, way, &count), report).await?;
        }
    }
    Ok(())
}

/// What stands on one side only. A cell that differs stands on both lists: as it is, and as it was counted.
async fn compare(
    db: &Snapshot,
    engine: Engine,
    (table, columns): (&str, &str),
    (is, way, count): (&str, &str, &str),
    report: &mut Report,
) -> Result<(), DbErr> {
    // One pass over both sides: what stands on both adds up to nothing. Counting is what takes long here.
    let sql = format!(
        "SELECT * FROM (SELECT {columns}, CAST(SUM(x.side) AS bigint) AS side FROM \
         (SELECT {columns}, 1 AS side FROM ({is}) a UNION ALL SELECT {columns}, -1 AS side FROM ({count}) b) x \
         GROUP BY {columns} HAVING SUM(x.side) <> 0) y ORDER BY {columns} LIMIT 2000"
    );
    let mut amount = 0_i64;
    for row in db.query_all_raw(statement(engine, &sql, Vec::new())).await? {
        let (fen, side): (i64, i64) = (row.try_get("", "amount")?, row.try_get("", "side")?);
        amount += side * fen;
        let tail = if side > 0 {
            report.difference_fen += i64::from(fen == 0);
            format!("is there with {fen} fen, not by {way}")
        } else {
            format!("is counted from {way} with {fen} fen, not there")
        };
        report.find(format!("{table} {}", place(&row, columns)?), tail);
    }
    report.difference_fen += amount.abs();
    Ok(())
}

fn place(row: &QueryResult, columns: &str) -> Result<String, DbErr> {
    let keys = columns.split(", ").take_while(|column| *column != "amount");
    keys.map(|key| {
        // Keys are small integers; PostgreSQL tells 16 from 32 bits.
        let value = row
            .try_get::<i32>("", key)
            .map(i64::from)
            .or_else(|_| row.try_get::<i16>("", key).map(i64::from))?;
        Ok(format!("{key}={value}"))
    })
    .collect::<Result<Vec<_>, DbErr>>()
    .map(|keys| keys.join(" "))
}
