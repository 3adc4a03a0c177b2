//! Placing orders, on both engines, beside the bare loops.

use crate::bare_sqlite;
use crate::check::{Size, holds, size};
use crate::ground::Ground;
use crate::harness::server::Server;
use crate::machine::Watch;
use crate::orders::{Choice, Outcome, place};
use crate::table::{Better, Table, median};
use crate::{Plan, bare_postgres, harness};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// What is run: clients and choice.
pub type Setting = (usize, Choice);

/// Clients at once; the price of Zipf is taken where most is asked for.
const SETTINGS: [Setting; 5] = [
    (1, Choice::Zipf),
    (8, Choice::Zipf),
    (32, Choice::Uniform),
    (32, Choice::Zipf),
    (64, Choice::Zipf),
];

/// Outcomes of all runs, by setting and by what was run.
#[derive(Debug, Default)]
struct Found(BTreeMap<(&'static str, usize, &'static str), Vec<Outcome>>);

impl Found {
    fn add(&mut self, what: &'static str, (clients, choice): Setting, outcome: Outcome) {
        // Processor time an order: what of a run a busy machine disturbs least.
        let micros = |share: f64| share / 100.0 / outcome.rate * 1e6;
        let shares: Vec<String> = outcome
            .shares
            .iter()
            .map(|(name, share)| format!("{name} {:.0}", micros(*share)))
            .collect();
        println!(
            "   {what:<10} {:<8} {clients:>2} clients {:>8.0} orders/s   p50 {:>8.2} ms   p99 {:>8.2} ms   others {:>3.0} %   [µs an order: {}]",
            choice.as_str(),
            outcome.rate,
            outcome.percentile(0.5),
            outcome.percentile(0.99),
            outcome.foreign,
            shares.join(", ")
        );
        self.0.entry((what, clients, choice.as_str())).or_default().push(outcome);
    }

    fn all(&self, what: &'static str, (clients, choice): Setting) -> &[Outcome] {
        self.0.get(&(what, clients, choice.as_str())).map_or(&[], Vec::as_slice)
    }

    /// Run by run: of one the share of another.
    fn ratios(&self, of: (&'static str, Setting), to: (&'static str, Setting), figure: impl Fn(&Outcome) -> f64) -> Vec<f64> {
        let pairs = self.all(of.0, of.1).iter().zip(self.all(to.0, to.1));
        pairs.map(|(of, to)| figure(of) / figure(to)).collect()
    }

    fn medians(&self) {
        println!("   medians:");
        for ((what, clients, choice), outcomes) in &self.0 {
            let of = |figure: fn(&Outcome) -> f64| median(&outcomes.iter().map(figure).collect::<Vec<_>>());
            println!(
                "   {what:<10} {choice:<8} {clients:>2} clients {:>8.0} orders/s   p50 {:>8.2} ms   p99 {:>8.2} ms",
                of(|outcome| outcome.rate),
                of(|outcome| outcome.percentile(0.5)),
                of(|outcome| outcome.percentile(0.99))
            );
        }
    }
}

fn rate(outcome: &Outcome) -> f64 {
    outcome.rate
}

fn p50(outcome: &Outcome) -> f64 {
    outcome.percentile(0.5)
}

fn p99(outcome: &Outcome) -> f64 {
    outcome.percentile(0.99)
}

/// One run through HTTP on a fresh copy, and what must hold after it.
pub async fn through_http(ground: &Ground, processes: usize, setting: Setting, time: Duration) -> (Outcome, String) {
    let database = ground.copy("run").await;
    let before = size(&database).await;
    let mut servers = Vec::new();
    for at in 0..processes {
        servers.push(Server::start(&database, &ground.folder.file(&format!("serve-{at}.log"))).await);
    }
    let mut addresses: Vec<_> = servers.iter().map(|server| server.address).collect();
    let balancer = (processes > 1).then(|| crate::balancer::Balancer::start(&addresses, ground.folder.path()));
    if let Some(Some(balancer)) = &balancer {
        addresses = vec![balancer.address()];
    }
    let watch = Watch::begin(&ground.roots());
    let outcome = place(&ground.world, &addresses, setting.0, setting.1, time, watch).await;
    drop(balancer);
    for server in &mut servers {
        server.stop();
        assert!(!server.log().contains("deadlock"), "a process met a deadlock: {}", server.log());
    }
    assert_eq!(outcome.refused, 0, "refused: {:?}", outcome.first_refusal);
    let verified = holds(&database, &outcome).await;
    said(before, size(&database).await, &verified);
    (outcome, database)
}

/// Prints what a run has left in the database.
pub fn said(before: Size, after: Size, verified: &str) {
    let bytes = (after.bytes - before.bytes) / (after.orders - before.orders).max(1);
    println!(
        "   rows before/after: orders {}/{} entries {}/{} facts {}/{} cells {}/{} · {bytes} bytes an order · {verified}",
        before.orders, after.orders, before.entries, after.entries, before.facts, after.facts, before.cells, after.cells
    );
}

/// The settings of durability as the service read them back.
fn durability(log: &Path) {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.contains(" = ") && !line.starts_with(' '))
        .take(6)
        .collect();
    println!("   read back: {}", lines.join(" · "));
}

/// SQLite.
pub async fn on_sqlite(plan: &Plan, table: &mut Table) {
    harness::title("orders · SQLite");
    let ground = Ground::sqlite().await;
    let mut found = Found::default();
    for run in 0..plan.runs() {
        for setting in SETTINGS {
            let (outcome, _) = through_http(&ground, 1, setting, plan.time()).await;
            if run == 0 && setting == SETTINGS[0] {
                durability(&ground.folder.file("serve-0.log"));
            }
            found.add("http", setting, outcome);
            ground.copy("bare").await;
            let bare = bare_sqlite::write(&ground.file("run"), &ground.file("bare"), setting.0, plan.time());
            found.add("bare", setting, bare);
        }
    }
    found.medians();
    let zipf = |clients| (clients, Choice::Zipf);
    let of = |clients, figure: fn(&Outcome) -> f64| found.ratios(("http", zipf(clients)), ("bare", zipf(clients)), figure);
    table.add(
        "SQLite FULL over HTTP, 32 clients Zipf, of the bare loop with the same rows",
        Better::More,
        (0.3, 0.6),
        of(32, rate),
    );
    table.add("  its p99, of the bare loop's", Better::Less, (4.0, 2.0), of(32, p99));
    let uniform = found.ratios(("http", zipf(32)), ("http", (32, Choice::Uniform)), rate);
    let price = uniform.iter().map(|ratio| (1.0 - ratio) * 100.0).collect();
    table.add("  price of Zipf against uniform, %", Better::Less, (10.0, 3.0), price);
    table.add("SQLite, one client's p50, of the bare loop's", Better::Less, (3.0, 2.0), of(1, p50));
}

/// PostgreSQL.
pub async fn on_postgres(plan: &Plan, table: &mut Table) {
    harness::title("orders · PostgreSQL");
    let Some(ground) = Ground::postgres().await else { return };
    let mut found = Found::default();
    let mut deadlocks = Vec::new();
    for run in 0..plan.runs() {
        for setting in SETTINGS {
            let (outcome, database) = through_http(&ground, 1, setting, plan.time()).await;
            if run == 0 && setting == SETTINGS[0] {
                durability(&ground.folder.file("serve-0.log"));
            }
            found.add("http", setting, outcome);
            limits(&ground, &database, setting, plan.time() / 2, &mut found).await;
        }
        let setting = (32, Choice::Zipf);
        let (outcome, database) = through_http(&ground, 3, setting, plan.time()).await;
        found.add("http × 3", setting, outcome);
        let look = harness::look::Look::into(&database).await;
        let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
        deadlocks.push(look.number(sql).await as f64);
        look.close().await;
    }
    found.medians();
    let zipf = |clients| (clients, Choice::Zipf);
    let of = |clients, to, figure: fn(&Outcome) -> f64| found.ratios(("http", zipf(clients)), (to, zipf(clients)), figure);
    table.add(
        "PostgreSQL over HTTP, 32 clients Zipf, of the bare batching loop",
        Better::More,
        (0.5, 0.7),
        of(32, "batch", rate),
    );
    table.add(
        "PostgreSQL, 64 clients Zipf, of pgbench's one call with the same rows",
        Better::More,
        (2.0, 4.0),
        of(64, "pgbench", rate),
    );
    let three = found.ratios(("http × 3", zipf(32)), ("http", zipf(32)), rate);
    table.add(
        "three processes of one, PostgreSQL, 32 clients Zipf",
        Better::More,
        (0.9, 1.1),
        three,
    );
    table.add("  deadlocks", Better::Less, (0.0, 0.0), deadlocks);
    table.add(
        "PostgreSQL, one client's p50, of pgbench's",
        Better::Less,
        (3.0, 2.0),
        of(1, "pgbench", p50),
    );
}

async fn limits(ground: &Ground, from: &str, setting: Setting, time: Duration, found: &mut Found) {
    let (clients, choice) = setting;
    let bare = ground.copy("bare").await;
    bare_postgres::lay(&bare, from).await;
    let watch = Watch::begin(&ground.roots());
    let Some(outcome) = bare_postgres::call(&bare, ground.folder.path(), (clients, 1), choice, time, watch) else {
        return;
    };
    found.add("pgbench", setting, outcome);
    if clients > 1 {
        let watch = Watch::begin(&ground.roots());
        let outcome = bare_postgres::call(&bare, ground.folder.path(), (1, clients.min(64)), choice, time, watch);
        found.add("batch", setting, outcome.expect("pgbench was there a moment ago"));
    }
}
