//! Facts and cells written set-wise straight into the database: **for this bench only**, to have millions of them in
//! seconds. No order stands behind them, so `verify` would rightly object; nothing here is how the service writes.

use crate::harness::look::Look;
use yangpin::db::Engine;

/// Goods that a buyer ever buys; with 2,000 buyers and 12 months that makes 1,008,000 fine cells.
const RANGE: i64 = 42;
/// Fine cells that facts go round.
pub const FINE_CELLS: i64 = 2_000 * RANGE * 12;
/// Facts of one statement.
const CHUNK: i64 = 1_000_000;

/// Writes so many facts into a database that has none, and their cells.
pub async fn facts(look: &Look, many: i64) {
    if let Look::Sqlite(_) = look {
        look.texts("PRAGMA synchronous = OFF").await;
        look.texts("PRAGMA cache_size = -262144").await;
    }
    words(look).await;
    let mut at = 0;
    while at < many {
        let end = (at + CHUNK).min(many);
        look.change(&chunk(look, at, end)).await;
        at = end;
    }
    cells(look).await;
    // What the engine would find out about the tables by itself in a while.
    let sweep = match look {
        Look::Sqlite(_) => "ANALYZE",
        Look::Postgres(_) => "VACUUM ANALYZE",
    };
    look.change(sweep).await;
}

async fn words(look: &Look) {
    let id = |column: &str| look.id(column);
    let sources = [
        ("town", "SELECT DISTINCT town_code AS word FROM memberships".to_owned()),
        ("channel", "SELECT 'school_canteen' AS word".to_owned()),
        ("fund_source", "SELECT 'canteen_meals' AS word".to_owned()),
        ("category", "SELECT DISTINCT category_code AS word FROM products".to_owned()),
        ("origin", "SELECT DISTINCT origin_code AS word FROM products".to_owned()),
        (
            "buyer",
            format!("SELECT {} AS word FROM organisations WHERE kind = 'school'", id("id")),
        ),
        ("product", format!("SELECT {} AS word FROM products", id("id"))),
        ("supplier", format!("SELECT DISTINCT {} AS word FROM products", id("seller_id"))),
    ];
    for (kind, words) in sources {
        look.change(&format!(
            "INSERT INTO dimensions (id, kind, word) SELECT (SELECT MAX(id) FROM dimensions) + row_number() OVER (), '{kind}', w.word \
             FROM ({words}) w WHERE NOT EXISTS (SELECT 1 FROM dimensions d WHERE d.kind = '{kind}' AND d.word = w.word)"
        ))
        .await;
    }
    let (organisation, product) = (id("o.id"), id("p.id"));
    look.change(&format!(
        "CREATE TABLE seed_buyers AS SELECT row_number() OVER (ORDER BY o.id) - 1 AS n, d.id AS word, t.id AS town FROM organisations o \
         JOIN memberships m ON m.organisation_id = o.id JOIN dimensions d ON d.kind = 'buyer' AND d.word = {organisation} \
         JOIN dimensions t ON t.kind = 'town' AND t.word = m.town_code WHERE o.kind = 'school'; \
         CREATE UNIQUE INDEX seed_buyers_n ON seed_buyers (n); \
         CREATE TABLE seed_goods AS SELECT row_number() OVER (ORDER BY p.id) - 1 AS n, d.id AS word, c.id AS category, g.id AS origin FROM products p \
         JOIN dimensions d ON d.kind = 'product' AND d.word = {product} JOIN dimensions c ON c.kind = 'category' AND c.word = p.category_code \
         JOIN dimensions g ON g.kind = 'origin' AND g.word = p.origin_code; \
         CREATE UNIQUE INDEX seed_goods_n ON seed_goods (n)"
    ))
    .await;
}

fn chunk(look: &Look, from: i64, to: i64) -> String {
    let (series, line, day) = match look {
        Look::Sqlite(_) => (
            format!("(WITH RECURSIVE s(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM s WHERE i < {to} - 1) SELECT i FROM s) s"),
            "randomblob(16)",
            "'2026-' || substr('0' || x.month, -2) || '-15'",
        ),
        Look::Postgres(_) => (
            format!("generate_series({from}::bigint, {to} - 1) AS s(i)"),
            "gen_random_uuid()",
            "make_date(2026, x.month::int, 15)",
        ),
    };
    let word = |kind: &str| format!("(SELECT MAX(id) FROM dimensions WHERE kind = '{kind}')");
    let supplier = word("supplier");
    let (channel, fund) = (word("channel"), word("fund_source"));
    format!(
        "INSERT INTO facts (pairing, seq, no, line_id, measure, mode, amount, quantity, weight_grams, lines, business_date, month, \
         town, department, channel, fund_source, category, origin, buyer, product, supplier) \
         SELECT 1, 1000000 + x.i / 5, x.i % 5 + 1, {line}, 1, 1, 1000 + (x.i * 7919) % 90000, (1 + x.i % 5) * 1000, 2500 * (1 + x.i % 5), 1, {day}, \
         202600 + x.month, b.town, 0, {channel}, {fund}, g.category, g.origin, b.word, g.word, {supplier} \
         FROM (SELECT i, (i % {FINE_CELLS}) % 2000 AS buyer, ((i % {FINE_CELLS}) / 2000) % {RANGE} AS good, 1 + (i % {FINE_CELLS}) / (2000 * {RANGE}) AS month \
         FROM {series}) x JOIN seed_buyers b ON b.n = x.buyer JOIN seed_goods g ON g.n = (x.buyer * 7 + x.good * 11) % 500"
    )
}

async fn cells(look: &Look) {
    let sums = "CAST(SUM(weight_grams) AS bigint), COUNT(*), COUNT(*)";
    let coarse = "month, measure, mode, town, department, channel, fund_source, category, origin";
    let fine = "month, measure, mode, buyer, product, supplier, channel, fund_source";
    look.change(&format!(
        "INSERT INTO cells_coarse (pairing, {coarse}, amount, weight_grams, weighed_lines, lines) \
         SELECT 1, {coarse}, CAST(SUM(amount) AS bigint), {sums} FROM facts GROUP BY {coarse}; \
         INSERT INTO cells_fine (pairing, {fine}, amount, quantity, weight_grams, weighed_lines, lines) \
         SELECT 1, {fine}, CAST(SUM(amount) AS bigint), CAST(SUM(quantity) AS bigint), {sums} FROM facts GROUP BY {fine}"
    ))
    .await;
}

/// The engine's name in figures.
pub fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    }
}
