//! Totals do not know how many orders there are: five of them at one million facts and at ten; and a total asked for
//! while others order.

use crate::Plan;
use crate::ground::Ground;
use crate::harness::client::{Ask, Client};
use crate::harness::look::Look;
use crate::harness::server::{Server, free_address};
use crate::harness::{figure, title};
use crate::machine::{Watch, memory_mib};
use crate::orders::{Choice, place};
use crate::seed::{self, name};
use crate::table::{Better, Table, median};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use yangpin::db::Engine;

/// How often each total is asked for.
const TIMES: usize = 15;

/// The five, as they are asked for.
fn five(buyer: &str) -> [(&'static str, String); 5] {
    let path = |rest: &str| format!("/v1/tally?measure=ordered{rest}");
    [
        ("all", path("")),
        ("by town", path("&group_by=town")),
        ("month × town", path("&group_by=month,town")),
        ("one buyer by product", path(&format!("&buyer={buyer}&group_by=product"))),
        ("top 50 buyers", path("&group_by=buyer&limit=50")),
    ]
}

async fn ask(ground: &Ground, address: SocketAddr, buyer: &str) -> Vec<(&'static str, f64)> {
    let mut client = Client::new(address);
    let mut found = Vec::new();
    for (what, path) in five(buyer) {
        let ask = Ask::get(path, &ground.world.official);
        let mut took = Vec::new();
        for _ in 0..TIMES {
            let began = Instant::now();
            client.ask(&ask).await.expect("an answer comes").expect_status(200);
            took.push(began.elapsed().as_secs_f64() * 1_000.0);
        }
        found.push((what, median(&took)));
    }
    found
}

/// Ready on what is there, and how much memory it takes idle.
async fn ready(database: &str, log: &str, ground: &Ground) -> (Server, f64) {
    let began = Instant::now();
    let mut server = Server::spawn(database, free_address(), &ground.folder.file(log));
    server.ready().await;
    (server, began.elapsed().as_secs_f64())
}

/// A database of so many facts.
async fn of_size(ground: &Ground, name: &str, facts: i64) -> String {
    let database = ground.copy(name).await;
    let look = Look::into(&database).await;
    let began = Instant::now();
    seed::facts(&look, facts).await;
    let fine = look.number("SELECT count(*) FROM cells_fine").await;
    let coarse = look.number("SELECT count(*) FROM cells_coarse").await;
    look.close().await;
    figure("facts · fine cells · coarse cells", format!("{facts} · {fine} · {coarse}"));
    figure("seeded in", format!("{:.0} s", began.elapsed().as_secs_f64()));
    database
}

/// The five at both sizes on one engine, side by side: what else the machine does at a moment slows both.
pub async fn at_sizes(plan: &Plan, ground: &Ground, table: &mut Table) {
    let engine = name(ground.engine);
    title(&format!("totals · {engine}"));
    let (few, many) = if plan.quick {
        (100_000, 1_000_000)
    } else {
        (1_000_000, 10_000_000)
    };
    let small = of_size(ground, "totals_small", few).await;
    let large = of_size(ground, "totals", many).await;
    let (mut at_many, seconds) = ready(&large, "many.log", ground).await;
    let idle = memory_mib(at_many.id());
    figure("ready after", format!("{seconds:.3} s"));
    let (mut at_few, _) = ready(&small, "few.log", ground).await;
    let look = Look::into(&large).await;
    let buyer = look
        .texts("SELECT word FROM dimensions WHERE kind = 'buyer' ORDER BY id LIMIT 1")
        .await
        .concat();
    look.close().await;
    let mut ratios: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for _ in 0..plan.runs() {
        let watch = Watch::begin(&ground.roots());
        let of_few = ask(ground, at_few.address, &buyer).await;
        let of_many = ask(ground, at_many.address, &buyer).await;
        for ((what, at_few), (_, at_many)) in of_few.iter().zip(&of_many) {
            figure(what, format!("{at_few:.2} · {at_many:.2} ms"));
            ratios.entry(what).or_default().push(at_many / at_few);
        }
        figure("others took", format!("{:.0} %", watch.end().0));
    }
    at_few.stop();
    at_many.stop();
    table.add(
        format!("{engine}: ready on {many} facts, s"),
        Better::Less,
        (0.5, 0.1),
        vec![seconds],
    );
    table.add(format!("{engine}: memory idle, MiB"), Better::Less, (40.0, 20.0), vec![idle]);
    for (what, _) in five(&buyer) {
        let line = format!("{engine}, total {what}: at {many} facts of that at {few}");
        table.add(line, Better::Less, (1.3, 1.05), ratios.remove(what).unwrap_or_default());
    }
}

/// The p99 of a total by town while eight clients order, and memory under load.
pub async fn while_ordering(plan: &Plan, ground: &Ground, table: &mut Table) {
    let engine = name(ground.engine);
    title(&format!("a total while 8 clients order · {engine}"));
    let (mut tails, mut loaded) = (Vec::new(), Vec::new());
    for _ in 0..plan.runs() {
        let database = ground.copy("busy").await;
        let mut server = Server::start(&database, &ground.folder.file("busy.log")).await;
        let (address, official) = (server.address, ground.world.official.clone());
        let stop = Instant::now() + plan.time();
        let reader = tokio::spawn(async move {
            let mut client = Client::new(address);
            let ask = Ask::get("/v1/tally?measure=ordered&group_by=town", &official);
            let mut took = Vec::new();
            while Instant::now() < stop {
                let began = Instant::now();
                client.ask(&ask).await.expect("an answer comes").expect_status(200);
                took.push(began.elapsed().as_secs_f64() * 1_000.0);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            took
        });
        let watch = Watch::begin(&ground.roots());
        let outcome = place(&ground.world, &[address], 8, Choice::Zipf, plan.time(), watch).await;
        let mut took = reader.await.expect("the reader ends well");
        took.sort_by(f64::total_cmp);
        let p99 = took[(took.len() * 99 / 100).min(took.len() - 1)];
        let memory = memory_mib(server.id());
        server.stop();
        let (rate, others) = (outcome.rate, outcome.foreign);
        figure(
            "p50 · p99 of a total",
            format!("{:.2} · {p99:.2} ms of {} asked", median(&took), took.len()),
        );
        figure("orders/s · memory · others", format!("{rate:.0} · {memory:.0} MiB · {others:.0} %"));
        tails.push(p99);
        loaded.push(memory);
    }
    table.add(
        format!("{engine}: p99 of a total while 8 clients order, ms"),
        Better::Less,
        (20.0, 5.0),
        tails,
    );
    table.add(format!("{engine}: memory loaded, MiB"), Better::Less, (200.0, 100.0), loaded);
}

/// On both engines; in a short run that does not name them, the five totals on SQLite alone.
pub async fn all(plan: &Plan, table: &mut Table) {
    let sqlite = Ground::sqlite().await;
    while_ordering(plan, &sqlite, table).await;
    at_sizes(plan, &sqlite, table).await;
    drop(sqlite);
    let Some(postgres) = Ground::postgres().await else { return };
    while_ordering(plan, &postgres, table).await;
    if !plan.quick || plan.names("totals") {
        at_sizes(plan, &postgres, table).await;
    }
    debug_assert_eq!(postgres.engine, Engine::Postgres);
}
