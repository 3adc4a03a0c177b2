//! A write that was acknowledged is in the total at the very next request, on whichever process.

use crate::harness::client::{Ask, Client};
use crate::harness::load::{order, placed};
use crate::harness::server::Server;
use crate::harness::world::{Good, World};
use crate::harness::{count, dice, figure, title};
use rand::RngExt as _;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Instant;

const CONNECTIONS: usize = 8;

/// Fen of an amount on the wire.
fn fen(amount: &Value) -> i64 {
    let text = amount.as_str().expect("an amount is a string");
    let (yuan, fen) = text.split_once('.').unwrap_or((text, "0"));
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let fen = format!("{fen:0<2}");
    yuan.parse::<i64>().expect("yuan") * 100 + sign * fen.parse::<i64>().expect("fen")
}

#[derive(Default)]
struct Outcome {
    placed: usize,
    cancelled: usize,
    stale: usize,
}

/// Writes to one process and asks the other, each worker its own good, whose total only it changes.
struct Writer {
    good: Good,
    key: String,
    clients: [Client; 2],
    expected: i64,
    open: Vec<(String, i64)>,
    seen: i64,
}

impl Writer {
    async fn work(mut self, times: usize, salt: u64) -> Outcome {
        let (mut dice, mut outcome) = (dice(salt), Outcome::default());
        for _ in 0..times {
            let at = dice.random_range(0..2_usize);
            if !self.open.is_empty() && dice.random_range(0..4) == 0 {
                let (id, amount) = self.open.swap_remove(dice.random_range(0..self.open.len()));
                let ask = Ask::post(format!("/v1/orders/{id}/cancel"), &self.key, &json!({"reason": "buyer_mistake"}));
                self.clients[at].ask(&ask).await.expect("an answer comes").expect(200);
                self.expected -= amount;
                outcome.cancelled += 1;
            } else {
                let ask = Ask::post(
                    "/v1/orders",
                    &self.key,
                    &order(&[(self.good.sku.as_str(), dice.random_range(1..=5))]),
                );
                let answer = self.clients[at].ask(&ask).await.expect("an answer comes").expect(201);
                let amount = fen(&answer["orders"][0]["amount"]);
                self.open.push((placed(&answer).1.swap_remove(0), amount));
                self.expected += amount;
                outcome.placed += 1;
            }
            outcome.stale += usize::from(!self.is_seen(1 - at).await);
        }
        outcome
    }

    /// The very next request, on the other process.
    async fn is_seen(&mut self, at: usize) -> bool {
        let path = format!("/v1/tally?measure=ordered&product={}", self.good.id);
        let answer = self.clients[at]
            .ask(&Ask::get(path, &self.key))
            .await
            .expect("an answer comes")
            .expect(200);
        let sequence = answer["as_of"]["sequence"].as_i64().expect("a number");
        let forward = sequence > self.seen;
        self.seen = sequence;
        forward && fen(&answer["total"]["amount"]) == self.expected
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn own_writes_are_in_the_next_total() {
    title("read your writes · PostgreSQL · two processes");
    let Some(world) = World::postgres("own").await else { return };
    let mut servers = [world.serve("a").await, world.serve("b").await];
    let addresses: Vec<SocketAddr> = servers.iter().map(|server| server.address).collect();
    let goods = world.goods(&addresses, CONNECTIONS, 900_000).await;
    let times = count(10_000);
    let began = Instant::now();
    let mut tasks = Vec::new();
    for (at, good) in goods.into_iter().enumerate() {
        let writer = Writer {
            good,
            key: world.keys.school_buyer.clone(),
            clients: [servers[0].client(), servers[1].client()],
            expected: 0,
            open: Vec::new(),
            seen: 0,
        };
        let mine = times / CONNECTIONS + usize::from(at < times % CONNECTIONS);
        tasks.push(tokio::spawn(writer.work(mine, at as u64)));
    }
    let mut all = Outcome::default();
    for task in tasks {
        let one = task.await.expect("a writer ends well");
        all.placed += one.placed;
        all.cancelled += one.cancelled;
        all.stale += one.stale;
    }
    figure("own writes, placed + cancelled", format!("{} + {}", all.placed, all.cancelled));
    figure("not in the other process's very next total", all.stale);
    figure("took", format!("{} ms", began.elapsed().as_millis()));
    servers.iter_mut().for_each(Server::stop);
    figure("verify", world.verify());
    assert_eq!((all.placed + all.cancelled, all.stale), (times, 0));
}
