//! A database that falls silent, as when its host fails or a balancer forgets connections: nothing comes any more, and
//! nothing says so. Who waits is told, readiness says so, and everything goes on by itself when it is back.

use super::WORKERS;
use crate::harness::client::{Ask, Client};
use crate::harness::load::{Board, Settled, Worker, order};
use crate::harness::server::Server;
use crate::harness::wire::Wire;
use crate::harness::world::{Good, World};
use crate::harness::{count, figure, title};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// The promises.
const NOT_READY_WITHIN: Duration = Duration::from_secs(2);
const AGAIN_WITHIN: Duration = Duration::from_secs(5);
const TOLD_WITHIN: Duration = Duration::from_secs(3);

/// The dark lasts so long; where a share of the work was asked for, not much less than it takes to find out.
fn dark() -> Duration {
    Duration::from_secs(count(30).max(4) as u64)
}

/// What a reader saw.
#[derive(Debug, Default)]
struct Read {
    done: usize,
    told: usize,
    slowest: Duration,
}

async fn read_on(address: SocketAddr, key: String, board: Arc<Board>) -> Read {
    let (mut client, mut seen) = (Client::new(address), Read::default());
    while !board.stop.load(Ordering::SeqCst) {
        let began = Instant::now();
        let reply = client.ask(&Ask::get("/v1/orders?limit=5", &key)).await.expect("an answer comes");
        seen.slowest = seen.slowest.max(began.elapsed());
        match reply.status {
            200 => seen.done += 1,
            503 => {
                assert!(reply.head.to_ascii_lowercase().contains("retry-after"), "{}", reply.head);
                seen.told += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            other => panic!("status {other}: {}", reply.text()),
        }
    }
    seen
}

/// How long until this is answered so.
async fn until(server: &Server, ask: impl Fn() -> Ask, status: u16) -> Duration {
    let (mut client, began) = (server.client(), Instant::now());
    loop {
        if client.ask(&ask()).await.expect("an answer comes").status == status {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{}", server.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

struct Load {
    board: Arc<Board>,
    writers: Vec<JoinHandle<Vec<Settled>>>,
    readers: Vec<JoinHandle<Read>>,
}

impl Load {
    fn begin(address: SocketAddr, key: &str, goods: &[Good]) -> Self {
        let board = Board::new();
        let writers = goods.iter().take(WORKERS).map(|good| {
            let (key, sku) = (key.to_owned(), good.sku.clone());
            let worker = Worker {
                board: Arc::clone(&board),
                servers: vec![(0, address)],
                next: move || Ask::post("/v1/orders", &key, &order(&[(sku.as_str(), 1)])),
            };
            tokio::spawn(worker.work())
        });
        let reader = |_| tokio::spawn(read_on(address, key.to_owned(), Arc::clone(&board)));
        Self {
            writers: writers.collect(),
            readers: (0..WORKERS).map(reader).collect(),
            board,
        }
    }

    /// All orders that were acknowledged, and what readers saw.
    async fn end(self) -> (Vec<String>, Read) {
        self.board.stop();
        let (mut orders, mut all) = (Vec::new(), Read::default());
        for writer in self.writers {
            let settled = writer.await.expect("a writer ends well");
            orders.extend(settled.into_iter().flat_map(|one| one.orders));
        }
        for reader in self.readers {
            let one = reader.await.expect("a reader ends well");
            all.done += one.done;
            all.told += one.told;
            all.slowest = all.slowest.max(one.slowest);
        }
        (orders, all)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_silent_database_is_said_and_outlived() {
    title("faults · PostgreSQL · a database that falls silent");
    let Some(world) = World::postgres("silent").await else { return };
    let wire = Wire::to(&world.database).await;
    // At the first host of the address is nobody.
    let address = format!("{}?target_session_attrs=read-write", wire.url.replace('@', "@127.0.0.1:1,"));
    let mut server = Server::start(&address, &world.log("a")).await;
    let goods = world.goods(&[server.address], WORKERS, 900_000).await;
    let (key, look) = (world.keys.school_buyer.clone(), world.look().await);
    let before = look.ids("orders").await;
    let load = Load::begin(server.address, &key, &goods);
    let ready = || Ask::get("/health/ready", "none");
    let (mut told, mut again) = (Duration::ZERO, [Duration::ZERO; 3]);
    let (rounds, dark) = (count(10), dark());
    for round in 0..rounds {
        let acknowledged = load.board.acknowledged();
        while load.board.acknowledged() < acknowledged + 50 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let began = Instant::now();
        wire.darken();
        told = told.max(until(&server, ready, 503).await);
        tokio::time::sleep(dark.saturating_sub(began.elapsed())).await;
        // In turns the network remembers the connections of before, and has forgotten them.
        wire.lighten(round % 2 == 0);
        let write = {
            let order = Ask::post("/v1/orders", &key, &order(&[(goods[0].sku.as_str(), 1)]));
            move || order.clone()
        };
        let read = || Ask::get("/v1/orders?limit=5", &key);
        let found = tokio::join!(until(&server, write, 201), until(&server, read, 200), until(&server, ready, 200));
        for (most, one) in again.iter_mut().zip([found.0, found.1, found.2]) {
            *most = one.max(*most);
        }
    }
    let (orders, reads) = load.end().await;
    let (acknowledged, there) = (BTreeSet::from_iter(orders.iter().cloned()), look.ids("orders").await);
    let lost = acknowledged.difference(&there).count();
    // Beside the load's, one of ours in each round.
    let doubled = (there.len() - before.len()).abs_diff(acknowledged.len() + rounds);
    look.close().await;
    figure("dark, rounds × seconds", format!("{rounds} × {}", dark.as_secs()));
    figure(
        "orders acknowledged · lost · doubled",
        format!("{} · {lost} · {doubled}", orders.len()),
    );
    figure("reads answered · told 503", format!("{} · {}", reads.done, reads.told));
    figure("not ready after, at most", format!("{told:?}"));
    figure("slowest answer to a reader", format!("{:?}", reads.slowest));
    let [writes, reads_again, ready_again] = again;
    let figures = format!("{writes:?} · {reads_again:?} · {ready_again:?}");
    figure("writes · reads · ready again after, at most", figures);
    server.stop();
    figure("verify", world.verify());
    assert_eq!((lost, doubled), (0, 0));
    assert!(told < NOT_READY_WITHIN, "readiness tells the truth: {told:?}");
    assert!(reads.slowest < TOLD_WITHIN, "who waits is told: {:?}", reads.slowest);
    assert!(again.iter().all(|one| *one < AGAIN_WITHIN), "all goes on: {again:?}");
}
