//! How fast everything is counted again, and how large the program is.

use crate::Plan;
use crate::ground::Ground;
use crate::harness::figure;
use crate::harness::look::Look;
use crate::harness::server::{Server, binary};
use crate::harness::title;
use crate::harness::world::verify;
use crate::machine::Watch;
use crate::orders::{Choice, place};
use crate::seed::name;
use crate::table::{Better, Table};
use std::process::Command;
use std::time::Instant;

/// What `verify` reads.
const TABLES: [&str; 10] = [
    "entries",
    "facts",
    "cells_coarse",
    "cells_fine",
    "orders",
    "order_lines",
    "order_groups",
    "stock",
    "stock_movements",
    "dimensions",
];

/// `verify` beside a bare scan of the same tables: every column of every row read by a session.
pub async fn recount(plan: &Plan, ground: &Ground, table: &mut Table) {
    let engine = name(ground.engine);
    title(&format!("verify · {engine}"));
    let database = ground.copy("recount").await;
    let mut server = Server::start(&database, &ground.folder.file("recount.log")).await;
    let watch = Watch::begin(&ground.roots());
    place(&ground.world, &[server.address], 32, Choice::Zipf, plan.time() * 3, watch).await;
    server.stop();
    let look = Look::into(&database).await;
    let entries = look.number("SELECT count(*) FROM entries").await as f64;
    let mut ratios = Vec::new();
    for _ in 0..plan.runs() {
        let watch = Watch::begin(&ground.roots());
        let began = Instant::now();
        for table in TABLES {
            look.scan(table).await;
        }
        let scan = began.elapsed().as_secs_f64();
        let began = Instant::now();
        let said = verify(&database);
        let took = began.elapsed().as_secs_f64();
        let others = watch.end().0;
        let (fast, bare) = (entries / took, entries / scan);
        figure(
            "verify of a bare scan",
            format!("{fast:.0} of {bare:.0} entries/s · others {others:.0} % · {said}"),
        );
        ratios.push(fast / bare);
    }
    look.close().await;
    table.add(
        format!("{engine}: verify, entries a second, of a bare scan"),
        Better::More,
        (0.2, 0.5),
        ratios,
    );
}

/// The binary, stripped.
pub fn binary_size(table: &mut Table) {
    let copy = std::env::temp_dir().join(format!("yangpin-load-{}", std::process::id()));
    std::fs::copy(binary(), &copy).expect("the binary can be copied");
    let stripped = Command::new("strip").arg(&copy).status().is_ok_and(|status| status.success());
    let bytes = std::fs::metadata(&copy).map_or(0, |file| file.len());
    let _ = std::fs::remove_file(&copy);
    title("size");
    figure(
        if stripped { "binary, stripped" } else { "binary, as built" },
        format!("{bytes} bytes"),
    );
    table.add("binary, MB", Better::Less, (40.0, 20.0), vec![bytes as f64 / 1e6]);
}

/// On both engines.
pub async fn all(plan: &Plan, table: &mut Table) {
    binary_size(table);
    let sqlite = Ground::sqlite().await;
    recount(plan, &sqlite, table).await;
    drop(sqlite);
    let Some(postgres) = Ground::postgres().await else { return };
    recount(plan, &postgres, table).await;
}
