//! Speed, measured beside the limits of the same machine in the same minute. `cargo bench --bench load` runs it all
//! (about half an hour), `-- --quick` a short form of it, `-- NAME …` only the parts named: orders (sqlite,
//! postgres), reads, import, size, totals.
//!
//! The service is the release binary as a process of its own, asked over HTTP on loopback with everything on: keys,
//! validation, idempotency, journal, facts, cells. Beside each run stands a bare loop that writes the same rows. What
//! counts are the ratios of one run; absolute figures are the machine's. Nothing here is a timed test.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench that cannot go on says why and stops")]
#![allow(clippy::float_arithmetic, reason = "rates are no money")]
#![allow(missing_docs, reason = "a program, not a library")]

mod balancer;
mod bare_postgres;
mod bare_reads;
mod bare_sqlite;
mod check;
mod ground;
#[allow(dead_code, reason = "shared with the proofs, which use the rest")]
#[path = "../proofs/harness/mod.rs"]
mod harness;
mod machine;
mod orders;
mod part_import;
mod part_orders;
mod part_reads;
mod part_size;
mod part_totals;
mod seed;
mod sheet;
mod table;
mod trade;
mod world;

use std::time::{Duration, Instant};

/// How much is done.
#[derive(Clone, Debug)]
pub struct Plan {
    pub quick: bool,
    pub only: Vec<String>,
}

impl Plan {
    fn read() -> Self {
        // cargo adds `--bench`.
        let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
        let (flags, only) = words.into_iter().partition(|word| word.starts_with("--"));
        let flags: Vec<String> = flags;
        Self {
            quick: flags.iter().any(|flag| flag == "--quick"),
            only,
        }
    }

    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.names(part)
    }

    /// Whether a part is named.
    pub fn names(&self, part: &str) -> bool {
        self.only.iter().any(|word| word == part)
    }

    pub fn runs(&self) -> usize {
        if self.quick { 1 } else { 3 }
    }

    pub fn time(&self) -> Duration {
        Duration::from_secs(if self.quick { 2 } else { 4 })
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let [_, flag, database, address] = words.as_slice()
        && flag == bare_reads::FLAG
    {
        return bare_reads::serve(database, address).await;
    }
    let (plan, began) = (Plan::read(), Instant::now());
    println!("machine: {}", machine::described());
    println!("binary:  {}", harness::server::binary().display());
    let mut table = table::Table::default();
    if plan.wants("orders") || plan.wants("sqlite") {
        part_orders::on_sqlite(&plan, &mut table).await;
    }
    if plan.wants("orders") || plan.wants("postgres") {
        part_orders::on_postgres(&plan, &mut table).await;
    }
    if plan.wants("reads") {
        part_reads::all(&plan, &mut table).await;
    }
    if plan.wants("import") {
        part_import::all(&plan, &mut table).await;
    }
    if plan.wants("size") {
        part_size::all(&plan, &mut table).await;
    }
    if plan.wants("totals") {
        part_totals::all(&plan, &mut table).await;
    }
    table.print();
    println!("\nall measured in {} s", began.elapsed().as_secs());
}
