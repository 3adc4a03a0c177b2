//! A backup taken under load holds every order acknowledged before it began; a damaged one is refused.

use crate::harness::client::Ask;
use crate::harness::cluster::Cluster;
use crate::harness::load::{Board, Settled, Worker, order, text};
use crate::harness::look::Look;
use crate::harness::server::{Server, run, said};
use crate::harness::world::{World, verify};
use crate::harness::{Folder, count, dice, figure, title};
use rand::RngExt as _;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 24;

struct Taken {
    began_us: u128,
    ended_us: u128,
    settled: Vec<Settled>,
    /// Where a reader of the feed stood at the end: beyond what the backup holds.
    cursor: String,
}

/// Orders from many connections; takes a backup in the middle of it.
async fn back_up_under_load(world: &World, to: &Path) -> Taken {
    let mut server = world.serve("original").await;
    let goods = world.goods(&[server.address], 6, 900_000).await;
    let board = Board::new();
    let workers: Vec<_> = (0..CONNECTIONS)
        .map(|at| {
            let (goods, key, mut dice) = (goods.clone(), world.keys.school_buyer.clone(), dice(at as u64));
            let next = move || {
                let good = goods.get(dice.random_range(0..goods.len())).expect("a good");
                Ask::post("/v1/orders", &key, &order(&[(good.sku.as_str(), 1)]))
            };
            let servers = vec![(0, server.address)];
            let board = Arc::clone(&board);
            tokio::spawn(Worker { board, servers, next }.work())
        })
        .collect();
    acknowledged(&board, count(2_000) as u64).await;
    let began_us = board.began.elapsed().as_micros();
    let (database, to) = (world.database.clone(), to.display().to_string());
    let output = tokio::task::spawn_blocking(move || run(&["backup", "--database", &database, "--to", &to])).await;
    succeeded(&output.expect("the backup ends"));
    let ended_us = board.began.elapsed().as_micros();
    acknowledged(&board, board.acknowledged() + count(1_000) as u64).await;
    board.stop();
    let mut settled = Vec::new();
    for worker in workers {
        settled.extend(worker.await.expect("a worker ends well"));
    }
    let cursor = end_of_feed(&server, &world.keys.auditor).await;
    server.stop();
    Taken {
        began_us,
        ended_us,
        settled,
        cursor,
    }
}

async fn acknowledged(board: &Board, enough: u64) {
    while board.acknowledged() < enough {
        assert!(board.began.elapsed() < Duration::from_secs(600), "the load does not get on");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[track_caller]
fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}", said(output));
}

async fn end_of_feed(server: &Server, key: &str) -> String {
    let mut client = server.client();
    let mut path = "/v1/events?limit=200".to_owned();
    loop {
        let page = client.ask(&Ask::get(&path, key)).await.expect("an answer comes").expect(200);
        let cursor = text(&page["next"]);
        if page["items"].as_array().is_none_or(Vec::is_empty) {
            return cursor;
        }
        path = format!("/v1/events?limit=200&cursor={cursor}");
    }
}

/// Holds a restored database against what was acknowledged.
async fn check(taken: &Taken, restored: &str, key: &str, log: &Path) {
    let look = Look::into(restored).await;
    let there = look.ids("orders").await;
    let epochs = look
        .texts("SELECT number || ' ' || reason FROM journal_epochs ORDER BY number")
        .await;
    look.close().await;
    let before: Vec<&String> = orders(taken, |one| one.after_us < taken.began_us);
    let lost = before.iter().filter(|id| !there.contains(**id)).count();
    let during = orders(taken, |one| (taken.began_us..taken.ended_us).contains(&one.after_us));
    let all: BTreeSet<&String> = orders(taken, |_| true).into_iter().collect();
    figure("the backup took", format!("{} ms", (taken.ended_us - taken.began_us) / 1_000));
    figure(
        "orders acknowledged before it began / not in it",
        format!("{} / {lost}", before.len()),
    );
    figure("acknowledged while it was taken", during.len());
    figure(
        "of all acknowledged, in it",
        format!("{} of {}", all.iter().filter(|id| there.contains(**id)).count(), all.len()),
    );
    figure("verify of the restored", verify(restored));
    figure("epochs", epochs.join(", "));
    assert_eq!(lost, 0);
    assert_eq!(epochs, ["1 first", "2 restore"]);
    let mut server = Server::start(restored, log).await;
    let ask = Ask::get(format!("/v1/events?cursor={}", taken.cursor), key);
    let reply = server.client().ask(&ask).await.expect("an answer comes");
    let problem = reply.expect(409);
    let back = text(&problem["errors"][0]["values"]["cursor"]);
    let ask = Ask::get(format!("/v1/events?cursor={back}"), key);
    server.client().ask(&ask).await.expect("an answer comes").expect(200);
    figure("a cursor from beyond the backup", "409, and the cursor it gives works");
    server.stop();
}

fn orders(taken: &Taken, which: impl Fn(&Settled) -> bool) -> Vec<&String> {
    taken.settled.iter().filter(|one| which(one)).flat_map(|one| &one.orders).collect()
}

/// Changes a byte somewhere, or cuts the end off; says what the restore says.
fn damage(file: &Path, at: usize) -> Vec<u8> {
    let whole = std::fs::read(file).expect("the backup can be read");
    let mut bytes = whole.clone();
    let place = dice(at as u64).random_range(0..bytes.len());
    if at.is_multiple_of(5) {
        bytes.truncate(place);
    } else if let Some(byte) = bytes.get_mut(place) {
        *byte ^= 1;
    }
    std::fs::write(file, bytes).expect("the backup can be written");
    whole
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_backup_under_load_is_whole_on_sqlite() {
    title("backup · SQLite");
    let world = World::sqlite("backup").await;
    let copy = world.folder.file("copy.db");
    let taken = back_up_under_load(&world, &copy).await;
    let elsewhere = world.folder.file("elsewhere.db");
    let restored = format!("sqlite://{}", elsewhere.display());
    let from = copy.display().to_string();
    let mut refused = 0;
    let damages = count(25);
    for at in 0..damages {
        let whole = damage(&copy, at);
        let output = run(&["restore", "--from", &from, "--database", &restored]);
        refused += usize::from(!output.status.success() && said(&output).contains("damaged") && !elsewhere.exists());
        std::fs::write(&copy, whole).expect("the backup can be written");
    }
    figure("damaged backups refused, nothing put in place", format!("{refused} of {damages}"));
    assert_eq!(refused, damages);
    succeeded(&run(&["restore", "--from", &from, "--database", &restored]));
    check(&taken, &restored, &world.keys.auditor, &world.log("restored")).await;
    let again = run(&["restore", "--from", &from, "--database", &restored]);
    assert!(!again.status.success(), "a restore over something that is there is refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_backup_under_load_is_whole_on_postgres() {
    title("backup · PostgreSQL · physical, in a cluster of its own");
    let folder = Folder::new("clusters");
    // The server's user must be able to pass.
    let Some(cluster) = Cluster::create(&folder.file("first")) else {
        return;
    };
    let world = World::in_cluster("backup", &cluster.url).await;
    let copy = folder.file("copy");
    let taken = back_up_under_load(&world, &copy).await;
    cluster.stop();
    let (from, data) = (copy.display().to_string(), folder.file("second"));
    let largest = largest_file(&copy);
    let whole = damage(&largest, 1);
    let data_text = data.display().to_string();
    let output = run(&["restore", "--from", &from, "--data-dir", &data_text]);
    assert!(
        !output.status.success() && !data.exists(),
        "a damaged backup is refused: {}",
        said(&output)
    );
    figure("a damaged backup", said(&output).lines().next().unwrap_or_default());
    std::fs::write(&largest, whole).expect("the backup can be written");
    succeeded(&run(&["restore", "--from", &from, "--data-dir", &data_text]));
    let began = Instant::now();
    let second = Cluster::start(&data);
    succeeded(&run(&["restore", "--database", &second.url]));
    figure("the restored cluster was up in", format!("{} ms", began.elapsed().as_millis()));
    check(&taken, &second.url, &world.keys.auditor, &world.log("restored")).await;
}

fn largest_file(folder: &Path) -> std::path::PathBuf {
    let mut folders = vec![folder.to_owned()];
    let mut largest = (0, folder.to_owned());
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("the backup can be listed").flatten() {
            let Ok(kind) = entry.metadata() else { continue };
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.len() > largest.0 && entry.path().to_string_lossy().contains("/base/") {
                largest = (kind.len(), entry.path());
            }
        }
    }
    largest.1
}
