//! `kill -9` in the middle of everything: what was acknowledged is there, once, and whole.

use crate::harness::client::{Ask, Client, header};
use crate::harness::load::{Board, Settled, Worker, order, placed};
use crate::harness::server::Server;
use crate::harness::world::{Good, World};
use crate::harness::{count, dice, figure, title};
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// Connections to each process: more than must be in flight at a kill.
const CONNECTIONS: usize = 48;
const MUST_BE_IN_FLIGHT: usize = 32;

#[derive(Default)]
struct Kills {
    in_flight: Vec<usize>,
    back_after: Vec<Duration>,
}

/// Next orders of a worker: one to three of the goods.
fn next_order(goods: &[Good], key: &str, salt: u64) -> impl FnMut() -> Ask + Send + 'static {
    let (goods, key, mut dice) = (goods.to_vec(), key.to_owned(), dice(salt));
    move || {
        let mut goods = goods.clone();
        goods.shuffle(&mut dice);
        let lines: Vec<(&str, u32)> = goods
            .iter()
            .take(dice.random_range(1..=3))
            .map(|good| (good.sku.as_str(), dice.random_range(1..=3)))
            .collect();
        Ask::post("/v1/orders", &key, &order(&lines))
    }
}

fn start(board: &Arc<Board>, servers: &[Server], goods: &[Good], key: &str) -> Vec<JoinHandle<Vec<Settled>>> {
    let addresses: Vec<(usize, SocketAddr)> = servers.iter().map(|server| server.address).enumerate().collect();
    (0..CONNECTIONS * servers.len())
        .map(|at| {
            let mut servers = addresses.clone();
            servers.rotate_left(at % addresses.len());
            let worker = Worker {
                board: Arc::clone(board),
                servers,
                next: next_order(goods, key, at as u64),
            };
            tokio::spawn(worker.work())
        })
        .collect()
}

/// Kills one process when it has enough in flight, and starts it again at the same address.
async fn kill_one(board: &Board, servers: &mut [Server], world: &World, dice: &mut StdRng, kills: &mut Kills) {
    let at = dice.random_range(0..servers.len());
    let server = servers.get_mut(at).expect("there is a server");
    tokio::time::sleep(Duration::from_micros(dice.random_range(0..50_000))).await;
    let give_up = Instant::now() + Duration::from_secs(20);
    let in_flight = loop {
        let now = board.in_flight(at);
        if now >= MUST_BE_IN_FLIGHT {
            server.kill();
            break now;
        }
        assert!(Instant::now() < give_up, "only {now} in flight");
        tokio::task::yield_now().await;
    };
    let began = Instant::now();
    let address = server.address;
    *server = Server::spawn(&world.database, address, &world.log(&format!("process-{at}")));
    server.ready().await;
    kills.in_flight.push(in_flight);
    kills.back_after.push(began.elapsed());
}

async fn kill_and_count(world: &World, processes: usize) {
    let (rounds, acknowledged) = (count(30), count(6_000) as u64);
    let mut servers = Vec::new();
    for at in 0..processes {
        servers.push(world.serve(&format!("process-{at}")).await);
    }
    let goods = world.goods(&[servers.first().expect("one at least").address], 12, 900_000).await;
    let look = world.look().await;
    let groups_before = look.number("SELECT COUNT(*) FROM order_groups").await;
    let board = Board::new();
    let workers = start(&board, &servers, &goods, &world.keys.school_buyer);
    let (mut dice, mut kills) = (dice(99), Kills::default());
    for round in 1..=rounds as u64 {
        let enough = acknowledged * round / rounds as u64;
        while board.acknowledged() < enough {
            assert!(board.began.elapsed() < Duration::from_secs(900), "the load does not get on");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        kill_one(&board, &mut servers, world, &mut dice, &mut kills).await;
    }
    board.stop();
    let mut settled = Vec::new();
    for worker in workers {
        settled.extend(worker.await.expect("a worker ends well"));
    }
    print(&board, &settled, &kills);
    repeat_some(&servers, &settled, &mut dice).await;
    servers.iter_mut().for_each(Server::stop);
    check(&look, &settled, groups_before).await;
    look.close().await;
    figure("verify", world.verify());
    assert!(settled.len() as u64 >= acknowledged && kills.in_flight.iter().all(|n| *n >= MUST_BE_IN_FLIGHT));
}

fn print(board: &Board, settled: &[Settled], kills: &Kills) {
    figure("kill -9", kills.in_flight.len());
    figure("in flight at a kill, least", kills.in_flight.iter().min().expect("a kill"));
    figure("requests acknowledged", settled.len());
    figure("answers lost with a connection", board.unknown.load(SeqCst));
    figure(
        "of these settled by asking again with the same key",
        settled.iter().filter(|one| one.was_unknown).count(),
    );
    figure("503 or 409 on the way, asked again", board.refused_for_now.load(SeqCst));
    let slowest = kills.back_after.iter().max().expect("a kill");
    figure("ready again after a kill, slowest", format!("{} ms", slowest.as_millis()));
    figure("took", format!("{} ms", board.began.elapsed().as_millis()));
}

/// What was answered is answered again, word for word.
async fn repeat_some(servers: &[Server], settled: &[Settled], dice: &mut StdRng) {
    let mut client = Client::new(servers.last().expect("one at least").address);
    let asked = count(500);
    for _ in 0..asked {
        let one = settled.choose(dice).expect("something was settled");
        let reply = client.ask(&one.ask).await.expect("an answer comes");
        assert_eq!(placed(&reply.expect(201)), (one.group.clone(), one.orders.clone()));
        assert_eq!(header(&reply.head, "idempotent-replayed"), Some("true"));
    }
    figure("asked again later with the same key, same answer", asked);
}

async fn check(look: &crate::harness::look::Look, settled: &[Settled], groups_before: i64) {
    let there = look.ids("orders").await;
    let acknowledged: BTreeSet<&String> = settled.iter().flat_map(|one| &one.orders).collect();
    let lost = acknowledged.iter().filter(|id| !there.contains(**id)).count();
    let groups = look.number("SELECT COUNT(*) FROM order_groups").await - groups_before;
    let doubled = groups - i64::try_from(settled.len()).expect("a small number");
    let half = look
        .number(
            "SELECT (SELECT COUNT(*) FROM order_groups g WHERE g.orders <> (SELECT COUNT(*) FROM orders o WHERE o.group_id = g.id)) \
             + (SELECT COUNT(*) FROM orders o WHERE o.line_count <> (SELECT COUNT(*) FROM order_lines l WHERE l.order_id = o.id)) \
             + (SELECT COUNT(*) FROM orders o WHERE 1 <> (SELECT COUNT(*) FROM entries e WHERE e.thing_id = o.id AND e.kind = 'order.placed'))",
        )
        .await;
    figure("lost / doubled / half", format!("{lost} / {doubled} / {half}"));
    assert_eq!((lost, doubled, half), (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn nothing_is_lost_by_kill_on_sqlite() {
    title("kill -9 · SQLite");
    kill_and_count(&World::sqlite("kill").await, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn nothing_is_lost_by_kill_on_postgres() {
    title("kill -9 · PostgreSQL · one of two processes");
    let Some(world) = World::postgres("kill").await else { return };
    kill_and_count(&world, 2).await;
}
