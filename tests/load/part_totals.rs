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
use crate::seed::{facts, name};
use crate::table::{Better, Table, median};
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
async fn ready(database: &str, ground: &Ground) -> (Server, f64) {
    let began = Instant::now();
    let mut server = Server::spawn(database, free_address(), &ground.folder.file("totals.log"));
    server.ready().await;
    (server, began.elapsed().as_secs_f64())
}

/// On one engine.
pub async fn at_sizes(plan: &Plan, ground: &Ground, table: &mut Table) {
    let engine = name(ground.engine);
    title(&format!("totals · {engine}"));
    let (small, large) = if plan.quick {
        (100_000, 1_000_000)
    } else {
        (1_000_000, 10_000_000)
    };
    let database = ground.copy("totals").await;
    let look = Look::into(&database).await;
    let mut by_size = Vec::new();
    for (from, to) in [(0, small), (small, large)] {
        let began = Instant::now();
        facts(&look, from, to).await;
        let cells = look.number("SELECT count(*) FROM cells_fine").await;
        let coarse = look.number("SELECT count(*) FROM cells_coarse").await;
        figure("facts · fine cells · coarse cells", format!("{to} · {cells} · {coarse}"));
        figure("seeded in", format!("{:.0} s", began.elapsed().as_secs_f64()));
        let buyer = look
            .texts("SELECT word FROM dimensions WHERE kind = 'buyer' ORDER BY id LIMIT 1")
            .await
            .concat();
        let (mut server, seconds) = ready(&database, ground).await;
        let idle = memory_mib(server.id());
        figure("ready after", format!("{seconds:.3} s"));
        let watch = Watch::begin(&ground.roots());
        let found = ask(ground, server.address, &buyer).await;
        figure("others took", format!("{:.0} %", watch.end().0));
        for (what, took) in &found {
            figure(what, format!("{took:.2} ms"));
        }
        server.stop();
        if to == large {
            table.add(format!("{engine}: ready on {to} facts, s"), Better::Less, (0.5, 0.1), vec![seconds]);
            table.add(format!("{engine}: memory idle, MiB"), Better::Less, (40.0, 20.0), vec![idle]);
        }
        by_size.push(found);
    }
    look.close().await;
    for ((what, small_took), (_, large_took)) in by_size[0].iter().zip(&by_size[1]) {
        let line = format!("{engine}, total {what}: at {large} facts of that at {small}");
        table.add(line, Better::Less, (1.3, 1.05), vec![large_took / small_took]);
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
