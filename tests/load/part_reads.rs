//! Reading goods, beside a bare server that answers the same rows in as many bytes.

use crate::Plan;
use crate::bare_reads::Bare;
use crate::ground::Ground;
use crate::harness::client::{Ask, Client};
use crate::harness::server::{Server, free_address};
use crate::harness::{figure, title};
use crate::machine::Watch;
use crate::seed::name;
use crate::table::{Better, Table};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Clients at once.
const CLIENTS: usize = 8;
/// A word of every good's name, percent-encoded: 特产.
const WORD: &str = "%E7%89%B9%E4%BA%A7";

async fn rate(address: SocketAddr, path: &str, key: &str, time: Duration) -> f64 {
    let mut tasks = Vec::new();
    for _ in 0..CLIENTS {
        let ask = Ask::get(path, key);
        tasks.push(tokio::spawn(async move {
            let (mut client, mut answers, began) = (Client::new(address), 0_u64, Instant::now());
            while began.elapsed() < time {
                client.ask(&ask).await.expect("an answer comes").expect_status(200);
                answers += 1;
            }
            answers
        }));
    }
    let mut answers = 0;
    for task in tasks {
        answers += task.await.expect("a client ends well");
    }
    answers as f64 / time.as_secs_f64()
}

async fn answers(address: SocketAddr) {
    let give_up = Instant::now() + Duration::from_secs(20);
    while tokio::net::TcpStream::connect(address).await.is_err() {
        assert!(Instant::now() < give_up, "the bare server does not answer");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// On one engine.
pub async fn on(plan: &Plan, ground: &Ground, table: &mut Table) {
    let engine = name(ground.engine);
    title(&format!("reads · {engine}, {CLIENTS} clients"));
    let database = ground.copy("reads").await;
    let mut server = Server::start(&database, &ground.folder.file("reads.log")).await;
    let address = free_address();
    let bare = Bare::start(&database, address);
    answers(address).await;
    let (key, id) = (ground.world.buyers[0].clone(), ground.world.products[7].clone());
    let asked = [
        ("page of 50 products", "/v1/products?limit=50".to_owned(), "page"),
        ("product by id", format!("/v1/products/{id}"), "one"),
        ("search a word", format!("/v1/products?limit=50&q={WORD}"), "word"),
    ];
    for (what, path, kind) in asked {
        let mut client = Client::new(server.address);
        let size = client.ask(&Ask::get(path.clone(), &key)).await.expect("an answer comes").body.len();
        let there = match kind {
            "page" => format!("/page/{size}"),
            "one" => format!("/one/{size}/{id}"),
            _ => format!("/word/{size}/{WORD}"),
        };
        let mut ratios = Vec::new();
        for _ in 0..plan.runs() {
            let watch = Watch::begin(&ground.roots());
            let ours = rate(server.address, &path, &key, plan.time() / 2).await;
            let theirs = rate(address, &there, &key, plan.time() / 2).await;
            let (others, _) = watch.end();
            figure(
                what,
                format!("{ours:.0} of {theirs:.0} answers/s of {size} bytes · others {others:.0} %"),
            );
            ratios.push(ours / theirs);
        }
        table.add(
            format!("{engine}: {what}, of a bare answer of the same size"),
            Better::More,
            (0.5, 0.8),
            ratios,
        );
    }
    drop(bare);
    server.stop();
}

/// On both engines.
pub async fn all(plan: &Plan, table: &mut Table) {
    let sqlite = Ground::sqlite().await;
    on(plan, &sqlite, table).await;
    drop(sqlite);
    let Some(postgres) = Ground::postgres().await else { return };
    on(plan, &postgres, table).await;
}
