//! Cells counted again, twice: from the rows of orders and lines, and from the facts.

use super::Report;
use crate::db::{Engine, Snapshot, statement};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

/// What was ordered, from the trade's own rows: placed on its day, taken back on the day it was cancelled or
/// declined. No fact, no cell, no word number.
const ORDERED: &str = "SELECT o.placed_on AS day, 1 AS sign, o.mode, o.town_code, o.department_id, o.channel, o.fund_source, o.buyer_id, o.supplier_id, \
        l.category_code, l.origin_code, l.product_id, l.amount, l.quantity, l.net_weight_grams \
    FROM orders o JOIN order_lines l ON l.order_id = o.id \
    UNION ALL \
    SELECT o.ended_on, -1, o.mode, o.town_code, o.department_id, o.channel, o.fund_source, o.buyer_id, o.supplier_id, \
        l.category_code, l.origin_code, l.product_id, l.amount, l.quantity, l.net_weight_grams \
    FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE o.state IN ('cancelled','declined')";

/// Month of a day as yyyymm.
fn month(engine: Engine, day: &str) -> String {
    match engine {
        Engine::Sqlite => format!("CAST(substr({day}, 1, 4) || substr({day}, 6, 2) AS integer)"),
        Engine::Postgres => format!("(EXTRACT(YEAR FROM {day}) * 100 + EXTRACT(MONTH FROM {day}))::integer"),
    }
}

/// An id as text, as words are kept.
fn id_text(engine: Engine, id: &str) -> String {
    match engine {
        Engine::Sqlite => format!(
            "lower(substr(hex({id}),1,8)||'-'||substr(hex({id}),9,4)||'-'||substr(hex({id}),13,4)||'-'||substr(hex({id}),17,4)||'-'||substr(hex({id}),21))"
        ),
        Engine::Postgres => format!("{id}::text"),
    }
}

fn word(kind: &str, word: &str) -> String {
    format!("COALESCE((SELECT d.id FROM dimensions d WHERE d.kind = '{kind}' AND d.word = {word}), 0)")
}

/// The sums of a cell: weight is price-free, so it is quantity × grams, rounded half away from zero, line by line.
const SUMS: &str = "CAST(SUM(r.sign * r.amount) AS bigint) AS amount, \
    CAST(SUM(r.sign * COALESCE((r.quantity * r.net_weight_grams + 500) / 1000, 0)) AS bigint) AS weight_grams, \
    CAST(SUM(CASE WHEN r.net_weight_grams IS NULL THEN 0 ELSE r.sign END) AS bigint) AS weighed_lines, \
    CAST(SUM(r.sign) AS bigint) AS lines";

/// Words are looked up for each group and not for each line.
fn coarse_by_rows(engine: Engine) -> String {
    let keys = "r.mode, r.town_code, r.department_id, r.channel, r.fund_source, r.category_code, r.origin_code";
    format!(
        "SELECT g.month, 1 AS measure, CASE g.mode WHEN 'purchase' THEN 1 ELSE 2 END AS mode, {} AS town, \
         CASE WHEN g.department_id IS NULL THEN 0 ELSE {} END AS department, {} AS channel, {} AS fund_source, {} AS category, {} AS origin, \
         g.amount, g.weight_grams, g.weighed_lines, g.lines FROM \
         (SELECT {} AS month, {keys}, {SUMS} FROM ({ORDERED}) r GROUP BY 1, {keys}) g",
        word("town", "g.town_code"),
        word("department", &id_text(engine, "g.department_id")),
        word("channel", "g.channel"),
        word("fund_source", "g.fund_source"),
        word("category", "g.category_code"),
        word("origin", "g.origin_code"),
        month(engine, "r.day"),
    )
}

fn fine_by_rows(engine: Engine) -> String {
    let keys = "r.mode, r.buyer_id, r.product_id, r.supplier_id, r.channel, r.fund_source";
    format!(
        "SELECT g.month, 1 AS measure, CASE g.mode WHEN 'purchase' THEN 1 ELSE 2 END AS mode, {} AS buyer, {} AS product, {} AS supplier, \
         {} AS channel, {} AS fund_source, g.amount, g.quantity, g.weight_grams, g.weighed_lines, g.lines FROM \
         (SELECT {} AS month, {keys}, CAST(SUM(r.sign * r.quantity) AS bigint) AS quantity, {SUMS} FROM ({ORDERED}) r GROUP BY 1, {keys}) g",
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
    let coarse = [coarse_by_rows(engine), by_facts(COARSE_KEYS, false)];
    let fine = [fine_by_rows(engine), by_facts(FINE_KEYS, true)];
    for (table, keys, quantity, counts) in [
        ("cells_coarse", COARSE_KEYS, "", coarse),
        ("cells_fine", FINE_KEYS, "quantity, ", fine),
    ] {
        let cells = db
            .query_one_raw(statement(engine, &format!("SELECT COUNT(*) AS n FROM {table}"), Vec::new()))
            .await?;
        report.cells += cells
            .map(|row| row.try_get::<i64>("", "n"))
            .transpose()?
            .and_then(|n| u64::try_from(n).ok())
            .unwrap_or_default();
        for (way, count) in ["orders and lines", "facts"].into_iter().zip(counts) {
            compare(
                db,
                engine,
                table,
                &format!("{keys}, amount, {quantity}weight_grams, weighed_lines, lines"),
                (way, &count),
                report,
            )
            .await?;
        }
    }
    Ok(())
}

/// What stands on one side only. A cell that differs stands on both lists: as it is, and as it was counted.
async fn compare(
    db: &Snapshot,
    engine: Engine,
    table: &str,
    columns: &str,
    (way, count): (&str, &str),
    report: &mut Report,
) -> Result<(), DbErr> {
    let is = format!("SELECT {columns} FROM {table} WHERE pairing = 1");
    // Cells of measures that orders and lines do not tell are left to the facts.
    let (is, count) = if way == "facts" {
        (is, count.to_owned())
    } else {
        (is + " AND measure = 1", format!("SELECT {columns} FROM ({count}) n"))
    };
    let there = format!("SELECT {columns} FROM ({is} EXCEPT {count}) x ORDER BY {columns} LIMIT 1000");
    let counted = format!("SELECT {columns} FROM ({count} EXCEPT {is}) x ORDER BY {columns} LIMIT 1000");
    let mut amount = 0_i64;
    for (sql, says, sign) in [(there, "is there", 1), (counted, "is counted from", -1)] {
        for row in db.query_all_raw(statement(engine, &sql, Vec::new())).await? {
            let fen: i64 = row.try_get("", "amount")?;
            amount += sign * fen;
            let tail = if sign == 1 {
                format!("{says} with {fen} fen, not by {way}")
            } else {
                format!("{says} {way} with {fen} fen, not there")
            };
            report.find(format!("{table} {}", place(&row, columns)?), tail);
            report.difference_fen += i64::from(sign == 1 && fen == 0);
        }
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
