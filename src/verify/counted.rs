//! The statements that count cells again: the rows of a measure are made once, and both sizes of cells are held
//! against them in one pass each.

use super::printed::id_text;
use super::rows::Measure;
use crate::db::Engine;

/// One of the two sizes of cells.
pub(super) struct Size {
    pub(super) table: &'static str,
    pub(super) keys: &'static [&'static str],
    pub(super) sums: &'static [&'static str],
}

/// All keys of both sizes: those of coarse cells first.
const KEYS: &[&str] = &[
    "month",
    "measure",
    "mode",
    "town",
    "department",
    "channel",
    "fund_source",
    "category",
    "origin",
    "buyer",
    "product",
    "supplier",
];

/// Coarse cells come first in findings.
pub(super) const SIZES: [Size; 2] = [
    Size {
        table: "cells_coarse",
        keys: KEYS.split_at(9).0,
        sums: &["amount", "weight_grams", "weighed_lines", "lines"],
    },
    Size {
        table: "cells_fine",
        keys: &["month", "measure", "mode", "buyer", "product", "supplier", "channel", "fund_source"],
        sums: &["amount", "quantity", "weight_grams", "weighed_lines", "lines"],
    },
];

/// More cells that differ are not asked for, of each size.
const MOST: usize = 2_000;

/// Month of a day as yyyymm; 0 for no day at all, which no cell has.
fn month(engine: Engine, day: &str) -> String {
    match engine {
        Engine::Sqlite => format!("COALESCE(CAST(substr({day}, 1, 4) || substr({day}, 6, 2) AS integer), 0)"),
        Engine::Postgres => format!("COALESCE(EXTRACT(YEAR FROM {day})::integer * 100 + EXTRACT(MONTH FROM {day})::integer, 0)"),
    }
}

/// A word's number beside what the word is of. Never more than one row: kind and word are unique.
fn word(kind: &str, of: &str) -> String {
    format!("LEFT JOIN dimensions d_{kind} ON d_{kind}.kind = '{kind}' AND d_{kind}.word = {of}")
}

fn number(kind: &str) -> String {
    format!("COALESCE(d_{kind}.id, 0) AS {kind}")
}

/// Parties with the numbers of their words, looked up once for a whole order and not for each of its lines.
fn parties(engine: Engine, (table, columns): (&str, &str)) -> String {
    let words = [
        ("town", "p.town_code".to_owned()),
        (
            "department",
            format!(
                "CASE WHEN p.department_id IS NULL THEN NULL ELSE {} END",
                id_text(engine, "p.department_id")
            ),
        ),
        ("channel", "p.channel".to_owned()),
        ("fund_source", "p.fund_source".to_owned()),
        ("buyer", id_text(engine, "p.buyer_id")),
        ("supplier", id_text(engine, "p.supplier_id")),
    ];
    format!(
        "SELECT p.id, {columns}, CASE p.mode WHEN 'purchase' THEN 1 ELSE 2 END AS mode, {} FROM {table} p {}",
        words.iter().map(|(kind, _)| number(kind)).collect::<Vec<_>>().join(", "),
        words.iter().map(|(kind, of)| word(kind, of)).collect::<Vec<_>>().join(" "),
    )
}

/// Goods by their ids as they stand on lines: printing the id of every line would take longer than all the rest. A word
/// that is not exactly how an id is printed is no goods'.
fn goods(engine: Engine) -> String {
    let (id, is_one) = match engine {
        Engine::Sqlite => ("unhex(word, '-')", format!("{} = word", id_text(engine, "unhex(word, '-')"))),
        Engine::Postgres => (
            "word::uuid",
            "word ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'".to_owned(),
        ),
    };
    format!("SELECT id, CASE WHEN {is_one} THEN {id} END AS of_id FROM dimensions WHERE kind = 'product'")
}

/// The rows of a measure with the keys and sums of both sizes.
fn trade(engine: Engine, measure: &Measure) -> String {
    format!(
        "SELECT {month} AS month, {number} AS measure, r.mode, r.town, r.department, r.channel, r.fund_source, {category}, {origin}, \
         r.buyer, COALESCE(w.id, 0) AS product, r.supplier, r.amount, r.quantity, COALESCE(r.weight, 0) AS weight_grams, \
         CASE WHEN r.weight IS NULL THEN 0 ELSE r.lines END AS weighed_lines, r.lines FROM ({rows}) r {of_category} {of_origin} \
         LEFT JOIN goods w ON w.of_id = r.product_id",
        month = month(engine, "r.day"),
        number = measure.number,
        category = number("category"),
        origin = number("origin"),
        rows = measure.rows,
        of_category = word("category", "r.category_code"),
        of_origin = word("origin", "r.origin_code"),
    )
}

/// Cells of a size against what was counted, both added up in one pass: what is the same adds up to nothing. A cell has
/// one row with `fen`, what was counted has any number without.
fn differences(size: &Size, which: &str) -> String {
    let (keys, sums) = (size.keys.join(", "), size.sums.join(", "));
    let less: Vec<String> = size.sums.iter().map(|sum| format!("-{sum}")).collect();
    let differ: Vec<String> = size.sums.iter().map(|sum| format!("SUM(x.{sum}) <> 0")).collect();
    format!(
        "SELECT {keys}, MAX(x.fen) AS fen, CAST(SUM(x.amount) AS bigint) AS difference, COUNT(*) AS sides FROM \
         (SELECT {keys}, {sums}, amount AS fen FROM {table} WHERE pairing = 1{which} \
         UNION ALL SELECT {keys}, {less}, NULL FROM counted) x GROUP BY {keys} \
         HAVING MAX(x.fen) IS NULL OR COUNT(*) = 1 OR {differ}",
        table = size.table,
        less = less.join(", "),
        differ = differ.join(" OR "),
    )
}

/// Both sizes against `counted`, which `with` makes. The differences are asked for by themselves and sorted after:
/// sorted along the way, PostgreSQL would sort all there is in order to sort nothing in the end.
fn both_sizes(with: &str, which: &str) -> String {
    let found = SIZES.iter().enumerate().map(|(at, size)| {
        let column = |key: &&str| {
            if size.keys.contains(key) {
                (*key).to_owned()
            } else {
                format!("0 AS {key}")
            }
        };
        let columns: Vec<String> = KEYS.iter().map(column).collect();
        format!(
            "SELECT * FROM (SELECT {at} AS size, {}, fen, difference, sides FROM found_{at} ORDER BY {} LIMIT {MOST}) f_{at}",
            columns.join(", "),
            size.keys.join(", ")
        )
    });
    let with_found = SIZES
        .iter()
        .enumerate()
        .map(|(at, size)| format!("found_{at} AS MATERIALIZED ({})", differences(size, which)));
    format!(
        "WITH {with}, {} {}",
        with_found.collect::<Vec<_>>().join(", "),
        found.collect::<Vec<_>>().join(" UNION ALL ")
    )
}

/// Cells against the rows of the trade.
pub(super) fn against_rows(engine: Engine, measure: &Measure) -> String {
    let with = format!(
        "parties AS MATERIALIZED ({}), goods AS MATERIALIZED ({}), counted AS MATERIALIZED ({})",
        parties(engine, measure.parties),
        goods(engine),
        trade(engine, measure)
    );
    both_sizes(&with, &format!(" AND measure = {}", measure.number))
}

/// Cells against the facts, which stand in a table already and need not be kept twice.
pub(super) fn against_facts() -> String {
    let with = format!(
        "counted AS NOT MATERIALIZED (SELECT {}, amount, quantity, COALESCE(weight_grams, 0) AS weight_grams, \
         CASE WHEN weight_grams IS NULL THEN 0 ELSE lines END AS weighed_lines, lines FROM facts WHERE pairing = 1)",
        KEYS.join(", ")
    );
    both_sizes(&with, "")
}
