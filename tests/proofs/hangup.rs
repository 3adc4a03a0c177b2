//! Clients that hang up at any point leave nothing open behind them, and nothing after them is lost.

use crate::harness::client::{Ask, Client};
use crate::harness::load::{order, placed};
use crate::harness::look::Look;
use crate::harness::server::Server;
use crate::harness::world::{Good, World};
use crate::harness::{count, dice, figure, title};
use rand::RngExt as _;
use rand::rngs::StdRng;
use sqlx::{Connection as _, PgConnection};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// Sessions of the service that are inside a transaction with nothing going on.
const LEFT_OPEN: &str = "SELECT COUNT(*) FROM pg_stat_activity \
    WHERE datname = current_database() AND application_name LIKE 'yangpin %' AND state LIKE 'idle in transaction%'";
/// Sessions of the service that wait for a lock: a turn that has begun and wants the head.
const AT_THE_HEAD: &str = "SELECT COUNT(*) FROM pg_stat_activity \
    WHERE datname = current_database() AND application_name LIKE 'yangpin %' AND wait_event_type = 'Lock'";

async fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).await.expect("the service listens");
    stream.set_nodelay(true).expect("a socket can be set");
    stream
}

/// Sends this much of a request and hangs up.
async fn send_part(address: SocketAddr, bytes: &[u8]) {
    let mut stream = connect(address).await;
    stream.write_all(bytes).await.expect("the service reads");
}

/// Sends a whole request and hangs up after a moment, without waiting for the answer.
async fn send_and_go(address: SocketAddr, ask: &Ask, wait: Duration) {
    let (mut bytes, body) = ask.bytes();
    bytes.extend_from_slice(&body);
    let mut stream = connect(address).await;
    stream.write_all(&bytes).await.expect("the service reads");
    tokio::time::sleep(wait).await;
}

struct Buyer {
    key: String,
    goods: Vec<Good>,
}

impl Buyer {
    fn next(&self, dice: &mut StdRng) -> Ask {
        let good = self.goods.get(dice.random_range(0..self.goods.len())).expect("a good");
        Ask::post("/v1/orders", &self.key, &order(&[(good.sku.as_str(), dice.random_range(1..=3))]))
    }
}

/// In the head, and in the body, at any byte.
async fn in_head_and_body(address: SocketAddr, buyer: &Buyer, each: usize, dice: &mut StdRng) {
    for _ in 0..each {
        let (head, body) = buyer.next(dice).bytes();
        let cut = dice.random_range(1..head.len());
        send_part(address, head.get(..cut).expect("a part")).await;
        let cut = dice.random_range(0..body.len());
        let bytes = [head.as_slice(), body.get(..cut).expect("a part")].concat();
        send_part(address, &bytes).await;
    }
}

/// In the turn and in the queue: the proof takes the head, so that the first request waits inside its turn, and the
/// second behind it.
async fn in_turn_and_queue(world: &World, address: SocketAddr, buyer: &Buyer, each: usize, dice: &mut StdRng) {
    let look = world.look().await;
    let mut holder = PgConnection::connect(&world.database).await.expect("the proof's own session opens");
    for _ in 0..each {
        // The turn of the round before is through.
        until(&look, AT_THE_HEAD, 0).await;
        let mut held = holder.begin().await.expect("a transaction begins");
        sqlx::query("SELECT seq FROM journal_heads FOR UPDATE")
            .fetch_all(&mut *held)
            .await
            .expect("the head can be taken");
        let mut streams = Vec::new();
        for place in 0..2 {
            let (mut bytes, body) = buyer.next(dice).bytes();
            bytes.extend_from_slice(&body);
            let mut stream = connect(address).await;
            stream.write_all(&bytes).await.expect("the service reads");
            streams.push(stream);
            if place == 0 {
                until(&look, AT_THE_HEAD, 1).await;
            } else {
                tokio::time::sleep(Duration::from_micros(dice.random_range(500..3_000))).await;
            }
        }
        if dice.random_range(0..2) == 0 {
            streams.reverse();
        }
        drop(streams);
        tokio::time::sleep(Duration::from_micros(dice.random_range(0..3_000))).await;
        held.rollback().await.expect("the head is given back");
    }
    look.close().await;
}

/// Waits until a count is so much.
async fn until(look: &Look, sql: &str, wanted: i64) {
    let give_up = Instant::now() + Duration::from_secs(5);
    while look.number(sql).await != wanted {
        assert!(Instant::now() < give_up, "never {wanted}: {sql}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Whole requests, gone at any moment while it is worked on: writes, and reads, which have transactions of their own.
async fn at_any_moment(address: SocketAddr, buyer: &Buyer, writes: usize, reads: usize, dice: &mut StdRng) {
    const READS: [&str; 3] = [
        "/v1/tally?measure=ordered&group_by=town",
        "/v1/orders?limit=50",
        "/v1/events?limit=50",
    ];
    let mut tasks = tokio::task::JoinSet::new();
    for at in 0..writes + reads {
        let ask = if at % (1 + reads / writes.max(1)) == 0 {
            buyer.next(dice)
        } else {
            Ask::get(READS[at % READS.len()], &buyer.key)
        };
        // Reads are over in a moment; writes go through queue, turn and commit.
        let longest = if ask.method == "GET" { 4_000 } else { 30_000 };
        let wait = Duration::from_micros(dice.random_range(0..longest));
        tasks.spawn(async move { send_and_go(address, &ask, wait).await });
        if tasks.len() >= 16 {
            tasks.join_next().await;
        }
    }
    while tasks.join_next().await.is_some() {}
}

/// Every write must be there for another session as soon as it is acknowledged.
async fn the_next_writes(world: &World, server: &Server, buyer: &Buyer, writes: usize) -> usize {
    let look = world.look().await;
    let (mut client, mut dice) = (server.client(), dice(5));
    let mut missing = 0;
    for _ in 0..writes {
        let reply = client.ask(&buyer.next(&mut dice)).await.expect("an answer comes");
        for id in placed(&reply.expect(201)).1 {
            missing += usize::from(look.number(&format!("SELECT COUNT(*) FROM orders WHERE id = '{id}'")).await != 1);
        }
    }
    look.close().await;
    missing
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn clients_that_hang_up_leave_nothing_open() {
    title("hang-up · PostgreSQL");
    let Some(world) = World::postgres("hangup").await else { return };
    let mut server = world.serve("a").await;
    let address = server.address;
    let buyer = Buyer {
        key: world.keys.school_buyer.clone(),
        goods: world.goods(&[address], 6, 900_000).await,
    };
    let look = world.look().await;
    let before = look.number("SELECT COUNT(*) FROM order_groups").await;
    let (each, mut dice) = (count(200), dice(4));
    in_head_and_body(address, &buyer, each, &mut dice).await;
    in_turn_and_queue(&world, address, &buyer, each, &mut dice).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let in_turn = look.number("SELECT COUNT(*) FROM order_groups").await - before;
    at_any_moment(address, &buyer, each, each * 5, &mut dice).await;
    figure(
        "hung up: head, body, turn, queue, anywhere",
        format!("{each} each, {} clients", each * 5),
    );
    figure("and while reading", each * 5);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let written = look.number("SELECT COUNT(*) FROM order_groups").await - before;
    let anywhere = written - in_turn;
    figure(
        "their orders written all the same: turn, anywhere",
        format!("{in_turn}, {anywhere}"),
    );
    let open = look.number(LEFT_OPEN).await;
    figure("connections left idle in a transaction", open);
    let writes = count(1_000);
    let missing = the_next_writes(&world, &server, &buyer, writes).await;
    figure(
        "next writes, acknowledged / not seen by another session",
        format!("{writes} / {missing}"),
    );
    assert_eq!((open, missing), (0, 0));
    let mut client = Client::new(address);
    let ready = client.ask(&Ask::get("/health/ready", "none")).await.expect("an answer comes");
    ready.expect_status(200);
    server.stop();
    look.close().await;
    figure("verify", world.verify());
}
