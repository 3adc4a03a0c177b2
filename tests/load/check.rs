//! After a run: nothing lost, nothing sold that is not there, nothing doubled, and `verify` at 0.

use crate::harness::look::Look;
use crate::harness::world::verify;
use crate::orders::{LINES, Outcome};

/// Rows and bytes, counted.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub orders: i64,
    pub entries: i64,
    pub facts: i64,
    pub cells: i64,
    pub bytes: i64,
}

/// Counts rows and bytes.
pub async fn size(database: &str) -> Size {
    let look = Look::into(database).await;
    let bytes = match &look {
        Look::Sqlite(_) => {
            // What is in the log is written to the file first.
            look.change("PRAGMA wal_checkpoint(TRUNCATE)").await;
            look.number("SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)")
                .await
        }
        Look::Postgres(_) => look.number("SELECT pg_database_size(current_database())").await,
    };
    let size = Size {
        orders: look.number("SELECT count(*) FROM orders").await,
        entries: look.number("SELECT count(*) FROM entries").await,
        facts: look.number("SELECT count(*) FROM facts").await,
        cells: look
            .number("SELECT (SELECT count(*) FROM cells_coarse) + (SELECT count(*) FROM cells_fine)")
            .await,
        bytes,
    };
    look.close().await;
    size
}

/// Holds the database to what was acknowledged; gives the last line of `verify`.
pub async fn holds(database: &str, outcome: &Outcome) -> String {
    let look = Look::into(database).await;
    let there = look.ids("order_groups").await;
    let mut acknowledged = outcome.groups.clone();
    acknowledged.sort_unstable();
    let answers = acknowledged.len();
    acknowledged.dedup();
    assert_eq!(acknowledged.len(), answers, "one group was acknowledged twice");
    let lost: Vec<_> = acknowledged.iter().filter(|id| !there.contains(*id)).take(3).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert_eq!(there.len(), answers, "groups that nobody was told of");
    let lines = look.number("SELECT count(*) FROM order_lines").await;
    assert_eq!(lines, (answers * LINES) as i64, "each order has five lines");
    let keys = look.number("SELECT count(*) FROM idempotency").await;
    assert_eq!(keys, answers as i64, "each request has kept its answer");
    let oversold = look.number("SELECT count(*) FROM stock WHERE held > on_hand OR held < 0").await;
    assert_eq!(oversold, 0, "oversold");
    let sql = "SELECT CAST((SELECT sum(held) FROM stock) - (SELECT sum(quantity) FROM order_lines) AS bigint)";
    let differ = look.number(sql).await;
    assert_eq!(differ, 0, "what is held is what was ordered");
    look.close().await;
    verify(database)
}
