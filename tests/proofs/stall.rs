//! A process that stands still inside its turn does not stop the city.

use crate::harness::client::Ask;
use crate::harness::load::{Board, Worker, order};
use crate::harness::look::Look;
use crate::harness::server::Server;
use crate::harness::world::{Good, World};
use crate::harness::{count, dice, figure, title};
use rand::RngExt as _;
use rand::rngs::StdRng;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The promise.
const WRITES_AGAIN_WITHIN: Duration = Duration::from_secs(3);

/// A session of the service inside a transaction, with the head's row locked: nobody else can take it.
const INSIDE_A_TURN: &str = "SELECT COUNT(*) FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid \
    WHERE a.datname = current_database() AND a.application_name LIKE 'yangpin %' AND a.state LIKE 'idle in transaction%' \
    AND l.relation = 'journal_heads'::regclass AND l.mode = 'RowShareLock' AND l.granted";

fn next_order(key: &str, goods: &[Good], salt: u64) -> impl FnMut() -> Ask + Send + 'static {
    let (key, goods, mut dice) = (key.to_owned(), goods.to_vec(), dice(salt));
    move || {
        let good = goods.get(dice.random_range(0..goods.len())).expect("a good");
        Ask::post("/v1/orders", &key, &order(&[(good.sku.as_str(), 1)]))
    }
}

/// Stops the process at seeded moments until one lies inside a turn. Says how often it was stopped outside one.
async fn stop_inside_a_turn(server: &Server, look: &Look, dice: &mut StdRng) -> usize {
    for outside in 0..500 {
        tokio::time::sleep(Duration::from_micros(dice.random_range(1_000..20_000))).await;
        server.signal("STOP");
        // What it had sent to the database before is through by then.
        tokio::time::sleep(Duration::from_millis(30)).await;
        if look.number(INSIDE_A_TURN).await == 1 {
            return outside;
        }
        server.signal("CONT");
    }
    panic!("never stopped inside a turn");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_stalled_process_does_not_stop_the_others() {
    title("stall · PostgreSQL · one of two processes stopped inside its turn");
    let Some(world) = World::postgres("stall").await else { return };
    let mut servers = [world.serve("a").await, world.serve("b").await];
    let goods = world.goods(&[servers[0].address], 8, 900_000).await;
    let key = &world.keys.school_buyer;
    let (look, mut dice) = (world.look().await, dice(8));
    let (mut slowest, mut outside, mut refused) = (Duration::ZERO, 0, 0);
    let rounds = count(10);
    for round in 0..rounds as u64 {
        let board = Board::new();
        let workers: Vec<_> = (0..16)
            .map(|at| {
                let next = next_order(key, &goods, 100 * round + at);
                let worker = Worker {
                    board: Arc::clone(&board),
                    servers: vec![(0, servers[0].address)],
                    next,
                };
                tokio::spawn(worker.work())
            })
            .collect();
        while board.acknowledged() < 50 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        outside += stop_inside_a_turn(&servers[0], &look, &mut dice).await;
        let (again, tries) = first_write(&servers[1], next_order(key, &goods, round)()).await;
        slowest = slowest.max(again);
        refused += tries;
        servers[0].signal("CONT");
        let before = board.acknowledged();
        let awake = Instant::now();
        while board.acknowledged() < before + 50 {
            assert!(
                awake.elapsed() < Duration::from_secs(20),
                "the woken process does not write: {}",
                servers[0].log()
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        board.stop();
        for worker in workers {
            worker.await.expect("a worker ends well");
        }
        first_write(&servers[1], next_order(key, &goods, round)()).await;
    }
    figure(
        "stopped inside a turn (and outside one, not counted)",
        format!("{rounds} ({outside})"),
    );
    figure("the other writes again after, slowest", format!("{} ms", slowest.as_millis()));
    figure("503 with Retry-After in between", refused);
    figure("woken again, both write", "yes");
    servers.iter_mut().for_each(Server::stop);
    look.close().await;
    figure("verify", world.verify());
    assert!(slowest < WRITES_AGAIN_WITHIN, "the other wrote again only after {slowest:?}");
}

/// How long until a write is acknowledged, and how many 503 came before.
async fn first_write(server: &Server, ask: Ask) -> (Duration, usize) {
    let mut client = server.client();
    let began = Instant::now();
    for refused in 0..100 {
        let reply = client.ask(&ask).await.expect("an answer comes");
        if reply.status != 503 {
            reply.expect(201);
            return (began.elapsed(), refused);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no write in 100 attempts");
}
