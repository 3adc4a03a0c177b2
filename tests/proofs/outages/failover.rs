//! A primary that fails, and its standby that takes its place: the service finds it by itself among the hosts of its
//! address, and nothing that was acknowledged is lost.

use crate::harness::client::Ask;
use crate::harness::cluster::Cluster;
use crate::harness::load::{Board, Worker, order};
use crate::harness::look::Look;
use crate::harness::server::{Server, run, said};
use crate::harness::world::World;
use crate::harness::{Folder, figure, title};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The promise.
const AGAIN_WITHIN: Duration = Duration::from_secs(5);

async fn until_acknowledged(board: &Board, more: u64, server: &Server) {
    let (began, before) = (Instant::now(), board.acknowledged());
    while board.acknowledged() < before + more {
        assert!(began.elapsed() < Duration::from_secs(60), "no orders: {}", server.log());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// From now on an order is acknowledged when the standby has it as well.
async fn wait_for_the_standby(url: &str) {
    let look = Look::into(url).await;
    look.change("ALTER SYSTEM SET synchronous_standby_names = '*'").await;
    look.texts("SELECT pg_reload_conf()::text").await;
    look.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_standby_that_takes_over_is_found() {
    title("faults · PostgreSQL · a primary that fails, and its standby");
    let folder = Folder::new("failover");
    let Some(first) = Cluster::create(&folder.file("first")) else {
        return;
    };
    let world = World::in_cluster("failover", &first.url).await;
    let second = first.follow(&folder.file("second"));
    wait_for_the_standby(&first.url).await;
    let place = |url: &str| {
        url.trim_start_matches("postgres://postgres@")
            .trim_end_matches("/postgres")
            .to_owned()
    };
    // The standby is named first, and is passed over.
    let (standby, primary) = (place(&second.url), place(&first.url));
    let address = format!("postgres://postgres@{standby},{primary}/postgres?target_session_attrs=read-write");
    let mut server = Server::start(&address, &world.log("a")).await;
    let goods = world.goods(&[server.address], 4, 900_000).await;
    let board = Board::new();
    let workers: Vec<_> = goods
        .iter()
        .map(|good| {
            let (key, sku) = (world.keys.school_buyer.clone(), good.sku.clone());
            let worker = Worker {
                board: Arc::clone(&board),
                servers: vec![(0, server.address)],
                next: move || Ask::post("/v1/orders", &key, &order(&[(sku.as_str(), 1)])),
            };
            tokio::spawn(worker.work())
        })
        .collect();
    until_acknowledged(&board, 100, &server).await;
    first.fail();
    tokio::time::sleep(Duration::from_secs(2)).await;
    second.promote();
    let promoted = Instant::now();
    until_acknowledged(&board, 1, &server).await;
    let again = promoted.elapsed();
    until_acknowledged(&board, 100, &server).await;
    board.stop();
    let mut acknowledged = BTreeSet::new();
    for worker in workers {
        let settled = worker.await.expect("a worker ends well");
        acknowledged.extend(settled.into_iter().flat_map(|one| one.orders));
    }
    let look = Look::into(&second.url).await;
    let lost = acknowledged.difference(&look.ids("orders").await).count();
    look.close().await;
    server.stop();
    let output = run(&["verify", "--database", &second.url]);
    figure("orders acknowledged · lost", format!("{} · {lost}", acknowledged.len()));
    figure("orders again after the promotion, within", format!("{again:?}"));
    figure("verify", said(&output).lines().last().unwrap_or_default());
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(lost, 0);
    assert!(again < AGAIN_WITHIN, "all goes on: {again:?}");
}
