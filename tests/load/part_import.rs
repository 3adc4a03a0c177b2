//! Importing by chunks beside doing the same one by one.
//!
//! A document of five lines that is imported stands in the books as an order that was placed, shipped and accepted: three
//! facts a line and four entries an order. So it is held against two things, with the same buyers and goods by the same
//! dice, by one client, each on a fresh copy of the world:
//!
//! - **placing**: one order of five lines a request. That is less than an import leaves behind, one fact a line and one
//!   entry an order, so this comparison does imports no favour.
//! - **trading**: each order placed, confirmed, shipped and accepted, each step a request. That ends where an import
//!   ends, with one entry more for the supplier's answer, and with stock held and taken off, which imports never touch.
//!
//! Lines a second of an import are its lines through the time from the request to book until the import says that it is
//! booked. The rate from the moment the job was at it, and the one with upload and check, are printed beside it. Imports of returns and of movements of stock make no lines of orders and are not
//! measured here.

use crate::Plan;
use crate::check::size;
use crate::ground::Ground;
use crate::harness::client::{Ask, Client};
use crate::harness::look::Look;
use crate::harness::server::Server;
use crate::harness::world::verify;
use crate::harness::{figure, title};
use crate::machine::{Watch, memory_mib};
use crate::orders::{Choice, LINES};
use crate::part_orders::{said, through_http};
use crate::seed::name;
use crate::sheet::{file, import, operator_key};
use crate::table::{Better, Table, median};
use crate::trade::{STEPS, trade};
use std::net::SocketAddr;

/// Lines of orders, of lines.
fn lines(orders: usize) -> f64 {
    (orders * LINES) as f64
}

/// Places orders one by one; lines a second.
async fn placing(plan: &Plan, ground: &Ground) -> f64 {
    let (outcome, _) = through_http(ground, 1, (1, Choice::Zipf), plan.time()).await;
    let rate = outcome.rate * lines(1);
    let (p50, others) = (outcome.percentile(0.5), outcome.foreign);
    figure(
        "placed one by one",
        format!("{rate:.0} lines/s · {p50:.2} ms an order · others {others:.0} %"),
    );
    rate
}

/// Brings orders to their end one by one; lines a second.
async fn trading(plan: &Plan, ground: &Ground) -> f64 {
    let database = ground.copy("run").await;
    let before = size(&database).await;
    let mut server = Server::start(&database, &ground.folder.file("trade.log")).await;
    let watch = Watch::begin(&ground.roots());
    let traded = trade(&ground.world, server.address, plan.time(), watch).await;
    told(ground, server.address, traded.orders).await;
    server.stop();
    let verified = holds(&database, traded.orders).await;
    said(before, size(&database).await, &verified);
    let rate = traded.rate * lines(1);
    let steps: Vec<String> = STEPS
        .iter()
        .zip(traded.steps)
        .map(|(step, took)| format!("{step} {took:.2} ms"))
        .collect();
    let others = traded.foreign;
    figure(
        "placed, confirmed, shipped, accepted one by one",
        format!("{rate:.0} lines/s · {} · others {others:.0} %", steps.join(", ")),
    );
    rate
}

/// Imports a file; lines a second of booking it, and of all of it.
async fn importing(plan: &Plan, ground: &Ground) -> (f64, f64) {
    let orders = if plan.quick { 1_000 } else { 4_000 };
    let database = ground.copy("run").await;
    let key = operator_key(&database);
    let before = size(&database).await;
    let mut server = Server::start(&database, &ground.folder.file("import.log")).await;
    let file = file(&ground.world, orders);
    let kib = file.len() / 1_024;
    let watch = Watch::begin(&ground.roots());
    let imported = import(server.address, &key, file, orders, watch).await;
    let memory = memory_mib(server.id());
    told(ground, server.address, orders).await;
    server.stop();
    let verified = holds(&database, orders).await;
    said(before, size(&database).await, &verified);
    let (booked, whole) = (lines(orders) / imported.booked, lines(orders) / imported.whole());
    let (steady, others) = (imported.steady(lines(orders)), imported.foreign);
    figure(
        "imported: lines · uploaded · checked · booked",
        format!(
            "{} · {kib} KiB in {:.2} s · {:.2} s · {:.2} s, the first chunk after {:.2} s",
            orders * LINES,
            imported.uploaded,
            imported.checked,
            imported.booked,
            imported.first
        ),
    );
    figure(
        "  booked · once the job was at it · with upload, check",
        format!("{booked:.0} · {steady:.0} · {whole:.0} lines/s · {memory:.0} MiB then · others {others:.0} %"),
    );
    (booked, whole)
}

/// Holds what the service tells to what was done: so many orders of five lines ordered, shipped and accepted.
async fn told(ground: &Ground, address: SocketAddr, orders: usize) {
    let mut client = Client::new(address);
    for measure in ["ordered", "shipped", "accepted"] {
        let ask = Ask::get(format!("/v1/tally?measure={measure}"), &ground.world.official);
        let tally = client.ask(&ask).await.expect("an answer comes").expect(200);
        assert_eq!(tally["total"]["lines"], orders * LINES, "lines {measure}");
    }
}

/// Holds the database to the same; gives the last line of `verify`.
async fn holds(database: &str, orders: usize) -> String {
    let look = Look::into(database).await;
    let lines = orders * LINES;
    for (table, rows) in [
        ("orders", orders),
        ("shipments", orders),
        ("acceptances", orders),
        ("order_lines", lines),
        ("shipment_lines", lines),
        ("acceptance_lines", lines),
        ("facts", lines * 3),
    ] {
        let there = look.number(&format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(usize::try_from(there), Ok(rows), "{table}");
    }
    let held = look.number("SELECT count(*) FROM stock WHERE held <> 0 OR on_hand < 0").await;
    assert_eq!(held, 0, "nothing is held any more");
    look.close().await;
    verify(database)
}

/// On one engine.
async fn on(plan: &Plan, ground: &Ground, table: &mut Table) {
    let engine = name(ground.engine);
    title(&format!("import · {engine}"));
    let (mut placed, mut traded, mut booked, mut whole) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.runs() {
        placed.push(placing(plan, ground).await);
        traded.push(trading(plan, ground).await);
        let (of_booking, of_all) = importing(plan, ground).await;
        booked.push(of_booking);
        whole.push(of_all);
    }
    let ratios = |of: &[f64], to: &[f64]| of.iter().zip(to).map(|(of, to)| of / to).collect::<Vec<_>>();
    figure(
        "medians: placed · traded · booked · with upload, check",
        format!(
            "{:.0} · {:.0} · {:.0} · {:.0} lines/s",
            median(&placed),
            median(&traded),
            median(&booked),
            median(&whole)
        ),
    );
    figure(
        "with upload and check, of placing · of trading",
        format!("{:.2} · {:.2}", median(&ratios(&whole, &placed)), median(&ratios(&whole, &traded))),
    );
    table.add(
        format!("{engine}: import by chunks, lines a second, of placing one by one"),
        Better::More,
        (5.0, 10.0),
        ratios(&booked, &placed),
    );
    table.add(
        "  of the same brought to the same end one by one: placed, confirmed, shipped, accepted",
        Better::More,
        (5.0, 10.0),
        ratios(&booked, &traded),
    );
}

/// On both engines.
pub async fn all(plan: &Plan, table: &mut Table) {
    let sqlite = Ground::sqlite().await;
    on(plan, &sqlite, table).await;
    drop(sqlite);
    let Some(postgres) = Ground::postgres().await else { return };
    on(plan, &postgres, table).await;
}
