//! What SQLite could do at best: a bare loop that writes **the same rows**, taken from a run through HTTP, into a copy
//! of the same world (the same tables, indices and pragmas). One writer, up to 64 orders a commit, prepared
//! statements, no HTTP, no look-up, no JSON, no hash.

use crate::machine::Watch;
use crate::orders::Outcome;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// Orders in a commit.
const MOST: usize = 64;

type Row = Vec<Value>;

/// All rows of one order, by the statement that writes them.
#[derive(Debug, Default)]
struct Order {
    rows: [Vec<Row>; TABLES.len()],
    /// Quantity, product and place of each line.
    held: Vec<Row>,
    coarse: Vec<Row>,
    fine: Vec<Row>,
}

/// Tables in the order they are written in, and how the rows of an order are found.
const TABLES: [(&str, &str); 6] = [
    (
        "order_groups",
        "SELECT t.* FROM order_groups t JOIN orders o ON o.group_id = t.id ORDER BY o.placed_at",
    ),
    ("orders", "SELECT * FROM orders ORDER BY placed_at"),
    (
        "order_lines",
        "SELECT l.* FROM orders o JOIN order_lines l ON l.order_id = o.id ORDER BY o.placed_at, l.line_no",
    ),
    ("entries", "SELECT * FROM entries WHERE kind = 'order.placed' ORDER BY seq"),
    ("facts", "SELECT * FROM facts ORDER BY seq, no"),
    ("idempotency", "SELECT * FROM idempotency"),
];
const HELD: &str =
    "SELECT l.quantity, l.product_id, l.place_id FROM orders o JOIN order_lines l ON l.order_id = o.id ORDER BY o.placed_at, l.line_no";
const HOLD: &str = "UPDATE stock SET held = held + ?1 WHERE product_id = ?2 AND place_id = ?3 AND held + ?1 <= on_hand";
const COARSE: &str = "SELECT pairing, month, measure, mode, town, department, channel, fund_source, category, origin, amount, weight_grams, lines, lines \
    FROM facts ORDER BY seq, no";
const ADD_COARSE: &str = "INSERT INTO cells_coarse VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) \
    ON CONFLICT (pairing, month, measure, mode, town, department, channel, fund_source, category, origin) DO UPDATE SET \
    amount = amount + excluded.amount, weight_grams = weight_grams + excluded.weight_grams, \
    weighed_lines = weighed_lines + excluded.weighed_lines, lines = lines + excluded.lines";
const FINE: &str = "SELECT pairing, month, measure, mode, buyer, product, supplier, channel, fund_source, amount, quantity, weight_grams, lines, lines \
    FROM facts ORDER BY seq, no";
const ADD_FINE: &str = "INSERT INTO cells_fine VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?) \
    ON CONFLICT (pairing, month, measure, mode, buyer, product, supplier, channel, fund_source) DO UPDATE SET \
    amount = amount + excluded.amount, quantity = quantity + excluded.quantity, weight_grams = weight_grams + excluded.weight_grams, \
    weighed_lines = weighed_lines + excluded.weighed_lines, lines = lines + excluded.lines";
const HEAD: &str = "UPDATE journal_heads SET seq = seq + ?1, frontier = ?2 WHERE pairing = 1";

/// The same rows again, by so many clients, for so long at most.
pub fn write(from: &Path, into: &Path, clients: usize, most: Duration) -> Outcome {
    let orders = rows_of(from);
    let watch = Watch::begin(&[]);
    let (next, began) = (AtomicUsize::new(0), Instant::now());
    let (jobs, waiting) = sync_channel::<(usize, SyncSender<()>)>(MOST * 4);
    let mut outcome = Outcome::default();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| keep(into, &orders, waiting));
        let askers: Vec<_> = (0..clients)
            .map(|_| {
                let (jobs, next, orders) = (jobs.clone(), &next, &orders);
                scope.spawn(move || {
                    let (done, reply) = sync_channel(1);
                    let mut micros = Vec::new();
                    while began.elapsed() < most {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= orders.len() {
                            break;
                        }
                        let asked = Instant::now();
                        jobs.send((at, done.clone())).expect("the writer waits");
                        reply.recv().expect("the writer answers");
                        micros.push(u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX));
                    }
                    micros
                })
            })
            .collect();
        drop(jobs);
        for asker in askers {
            outcome.micros.extend(asker.join().expect("a client ends well"));
        }
        outcome.rate = outcome.micros.len() as f64 / began.elapsed().as_secs_f64();
        (outcome.foreign, outcome.shares) = watch.end();
        writer.join().expect("the writer ends well");
    });
    outcome.micros.sort_unstable();
    outcome
}

fn keep(into: &Path, orders: &[Order], waiting: Receiver<(usize, SyncSender<()>)>) {
    let db = open(into);
    let mut batch = Vec::with_capacity(MOST);
    while let Ok(first) = waiting.recv() {
        batch.push(first);
        while batch.len() < MOST {
            let Ok(next) = waiting.try_recv() else { break };
            batch.push(next);
        }
        db.execute_batch("BEGIN IMMEDIATE").expect("a turn begins");
        for (at, _) in &batch {
            insert(&db, &orders[*at]).expect("the rows fit");
        }
        let frontier = vec![0_u8; 512];
        let moved = batch.len() as i64;
        let mut head = db.prepare_cached(HEAD).expect("the head can be moved");
        head.execute(rusqlite::params![moved, frontier]).expect("the head moves");
        db.execute_batch("COMMIT").expect("a turn ends");
        for (_, done) in batch.drain(..) {
            let _ = done.send(());
        }
    }
}

fn insert(db: &Connection, order: &Order) -> rusqlite::Result<()> {
    for ((table, _), rows) in TABLES.iter().zip(&order.rows) {
        let width = rows.first().map_or(0, Vec::len);
        let marks = vec!["?"; width].join(",");
        each(db, &format!("INSERT INTO {table} VALUES ({marks})"), rows)?;
    }
    each(db, HOLD, &order.held)?;
    each(db, ADD_COARSE, &order.coarse)?;
    each(db, ADD_FINE, &order.fine)
}

fn each(db: &Connection, sql: &str, rows: &[Row]) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached(sql)?;
    for row in rows {
        let changed = statement.execute(params_from_iter(row))?;
        assert_eq!(changed, 1, "{sql}");
    }
    Ok(())
}

fn open(path: &Path) -> Connection {
    let db = Connection::open(path).expect("the copy opens");
    // Durable as the service is; the rest as fast as it goes.
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; \
         PRAGMA mmap_size = 268435456; PRAGMA temp_store = MEMORY;",
    )
    .expect("the pragmas are known");
    db.set_prepared_statement_cache_capacity(64);
    db
}

fn rows_of(path: &Path) -> Vec<Order> {
    let db = open(path);
    let orders = all(&db, TABLES[1].1).len();
    let mut found: Vec<Order> = std::iter::repeat_with(Order::default).take(orders).collect();
    for (table, (_, sql)) in TABLES.iter().enumerate() {
        spread(all(&db, sql), &mut found, |order| &mut order.rows[table]);
    }
    spread(all(&db, HELD), &mut found, |order| &mut order.held);
    spread(all(&db, COARSE), &mut found, |order| &mut order.coarse);
    spread(all(&db, FINE), &mut found, |order| &mut order.fine);
    found
}

/// As many rows to each order; they come in the orders' order.
fn spread(rows: Vec<Row>, orders: &mut [Order], place: impl Fn(&mut Order) -> &mut Vec<Row>) {
    let each = rows.len() / orders.len().max(1);
    assert_eq!(rows.len(), each * orders.len(), "each order has as many rows");
    for (at, row) in rows.into_iter().enumerate() {
        place(&mut orders[at / each]).push(row);
    }
}

fn all(db: &Connection, sql: &str) -> Vec<Row> {
    let mut statement = db.prepare(sql).expect("the rows can be read");
    let width = statement.column_count();
    let rows = statement.query_map([], |row| (0..width).map(|at| row.get(at)).collect());
    rows.expect("the rows can be read")
        .collect::<Result<_, _>>()
        .expect("the rows can be read")
}
