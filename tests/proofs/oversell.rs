//! Nothing is sold that is not there, however many want it at once.

use crate::harness::client::{Ask, Client, Reply};
use crate::harness::load::{order, placed};
use crate::harness::server::Server;
use crate::harness::world::{Good, World};
use crate::harness::{count, dice, figure, title};
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 64;

#[derive(Debug, Default)]
struct Outcome {
    placed: u64,
    cancelled: u64,
    refused: u64,
    sold: BTreeMap<String, u64>,
    /// Refusals by good: what was asked, what was left.
    short: Vec<(String, u64, u64)>,
    wrong: BTreeMap<String, u64>,
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.placed += other.placed;
        self.cancelled += other.cancelled;
        self.refused += other.refused;
        for (sku, sold) in other.sold {
            *self.sold.entry(sku).or_default() += sold;
        }
        self.short.extend(other.short);
        for (what, times) in other.wrong {
            *self.wrong.entry(what).or_default() += times;
        }
    }

    fn note(&mut self, reply: &Reply, lines: &[(String, u32)]) -> Option<Vec<String>> {
        if reply.status == 201 {
            self.placed += 1;
            for (sku, quantity) in lines {
                *self.sold.entry(sku.clone()).or_default() += u64::from(*quantity);
            }
            return Some(placed(&reply.json()).1);
        }
        let problem = reply.json();
        if reply.status == 409 && is(&problem, "stock_short") {
            self.refused += 1;
            self.short.extend(short_lines(&problem, lines));
        } else {
            let what = format!("{} {}", reply.status, problem["type"].as_str().unwrap_or("?"));
            *self.wrong.entry(what).or_default() += 1;
        }
        None
    }
}

fn is(problem: &Value, slug: &str) -> bool {
    problem["type"].as_str().is_some_and(|text| text.ends_with(slug))
}

/// The lines that a refusal names: SKU, asked, left, as whole numbers.
fn short_lines(problem: &Value, lines: &[(String, u32)]) -> Vec<(String, u64, u64)> {
    let named = problem["errors"].as_array().cloned().unwrap_or_default();
    let found: Vec<_> = named
        .iter()
        .filter_map(|error| {
            let at: usize = error["pointer"].as_str()?.split('/').nth(2)?.parse().ok()?;
            let (sku, asked) = lines.get(at)?;
            let values = &error["values"];
            assert_eq!(values["sku"], sku.as_str(), "the pointer leads to another line: {problem}");
            Some((sku.clone(), u64::from(*asked), values["left"].as_str()?.parse().ok()?))
        })
        .collect();
    assert!(!found.is_empty(), "a refusal names no line and what is left: {problem}");
    found
}

/// Each of the connections asks `tries` times for what `choose` says; cancels one in `cancel_one_in` of its orders.
async fn rush(
    servers: &[SocketAddr],
    key: &str,
    tries: usize,
    cancel_one_in: Option<u32>,
    choose: impl Fn(&mut StdRng) -> Vec<(String, u32)> + Send + Sync + 'static,
) -> Outcome {
    let choose = Arc::new(choose);
    let mut tasks = Vec::new();
    for worker in 0..CONNECTIONS {
        let address = *servers.get(worker % servers.len()).expect("there is a server");
        let (key, choose) = (key.to_owned(), Arc::clone(&choose));
        let mine = tries / CONNECTIONS + usize::from(worker < tries % CONNECTIONS);
        tasks.push(tokio::spawn(async move {
            let mut dice = dice(worker as u64);
            let mut client = Client::new(address);
            let mut outcome = Outcome::default();
            for _ in 0..mine {
                let lines = choose(&mut dice);
                let borrowed: Vec<(&str, u32)> = lines.iter().map(|(sku, quantity)| (sku.as_str(), *quantity)).collect();
                let reply = client
                    .ask(&Ask::post("/v1/orders", &key, &order(&borrowed)))
                    .await
                    .expect("an answer comes");
                let Some(orders) = outcome.note(&reply, &lines) else { continue };
                if cancel_one_in.is_some_and(|n| dice.random_range(0..n) == 0) {
                    cancel(&mut client, &key, &orders, &lines, &mut outcome).await;
                }
            }
            outcome
        }));
    }
    let mut all = Outcome::default();
    for task in tasks {
        all.add(task.await.expect("a worker ends well"));
    }
    all
}

async fn cancel(client: &mut Client, key: &str, orders: &[String], lines: &[(String, u32)], outcome: &mut Outcome) {
    for id in orders {
        let ask = Ask::post(format!("/v1/orders/{id}/cancel"), key, &json!({"reason": "buyer_mistake"}));
        let reply = client.ask(&ask).await.expect("an answer comes");
        if reply.status != 200 {
            *outcome
                .wrong
                .entry(format!("cancel {}: {}", reply.status, reply.text()))
                .or_default() += 1;
            return;
        }
    }
    outcome.cancelled += 1;
    for (sku, quantity) in lines {
        *outcome.sold.entry(sku.clone()).or_default() -= u64::from(*quantity);
    }
}

fn check(outcome: &Outcome, goods: &[Good], left: &BTreeMap<String, i64>, stock: u64) {
    assert!(left.values().all(|left| *left >= 0), "oversold: {left:?}");
    assert!(
        outcome.wrong.is_empty(),
        "answers that are neither 201 nor short stock: {:?}",
        outcome.wrong
    );
    for good in goods {
        let sold = outcome.sold.get(&good.sku).copied().unwrap_or_default();
        let free = left.get(&good.sku).copied().expect("the good is in stock").unsigned_abs();
        assert_eq!(sold + free, stock, "{}: sold {sold} + left {free}", good.sku);
    }
    for (sku, asked, free) in &outcome.short {
        assert!(free < asked, "{sku}: refused {asked} while {free} were left");
    }
}

fn print(outcome: &Outcome, goods: usize, left: &BTreeMap<String, i64>, stock: u64, took: Duration) {
    figure("goods × stock", format!("{goods} × {stock}"));
    figure("orders placed", outcome.placed);
    figure("of these cancelled", outcome.cancelled);
    figure("refused, each naming the line and what is left", outcome.refused);
    figure(
        "sold + left",
        format!("{} + {}", outcome.sold.values().sum::<u64>(), left.values().sum::<i64>()),
    );
    figure("anything else (5xx, …)", outcome.wrong.values().sum::<u64>());
    figure("took", format!("{} ms", took.as_millis()));
}

async fn one_good(world: &World, servers: &[SocketAddr]) {
    let (stock, tries) = (count(3_000) as u64, count(10_000));
    let goods = world.goods(servers, 1, stock).await;
    let sku = goods.first().expect("one good").sku.clone();
    let began = Instant::now();
    let outcome = rush(servers, &world.keys.school_buyer, tries, None, move |_| vec![(sku.clone(), 1)]).await;
    let took = began.elapsed();
    let left = world.left(servers, &goods).await;
    print(&outcome, 1, &left, stock, took);
    check(&outcome, &goods, &left, stock);
    assert_eq!(outcome.placed, stock, "as many were sold as there were");
    assert!(
        outcome.short.iter().all(|(_, _, left)| *left == 0),
        "nobody was refused while one was left"
    );
}

async fn hot_goods(world: &World, servers: &[SocketAddr]) -> Outcome {
    let (stock, tries) = (count(400) as u64, count(8_000));
    let goods = world.goods(servers, 20, stock).await;
    let skus: Vec<String> = goods.iter().map(|good| good.sku.clone()).collect();
    let began = Instant::now();
    let outcome = rush(servers, &world.keys.school_buyer, tries, Some(4), move |dice| {
        let mut skus = skus.clone();
        skus.shuffle(dice);
        skus.into_iter().take(3).map(|sku| (sku, dice.random_range(1..=3))).collect()
    })
    .await;
    let took = began.elapsed();
    let left = world.left(servers, &goods).await;
    print(&outcome, goods.len(), &left, stock, took);
    check(&outcome, &goods, &left, stock);
    assert!(outcome.refused > 0 && outcome.cancelled > 0, "the goods were hot enough");
    outcome
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn nothing_is_oversold_on_sqlite() {
    title("oversell · SQLite · one process, 64 connections");
    let world = World::sqlite("oversell").await;
    let mut server = world.serve("a").await;
    one_good(&world, &[server.address]).await;
    hot_goods(&world, &[server.address]).await;
    server.stop();
    figure("verify", world.verify());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn nothing_is_oversold_on_postgres() {
    title("oversell · PostgreSQL · two processes, 64 connections");
    let Some(world) = World::postgres("oversell").await else { return };
    let mut servers = [world.serve("a").await, world.serve("b").await];
    let addresses: Vec<SocketAddr> = servers.iter().map(|server| server.address).collect();
    one_good(&world, &addresses).await;
    let outcome = hot_goods(&world, &addresses).await;
    at_the_time(&world, &outcome).await;
    servers.iter_mut().for_each(Server::stop);
    let log: String = servers.iter().map(Server::log).collect();
    assert!(!log.contains("deadlock"), "a process met a deadlock: {log}");
    // The server counts a session's deadlocks when it ends.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    let deadlocks = world.look().await.number(sql).await;
    figure("deadlocks counted by the server", deadlocks);
    assert_eq!(deadlocks, 0);
    figure("verify", world.verify());
}

/// What refusals said was left must have been left: the amounts that each good went through, from the rows.
async fn at_the_time(world: &World, outcome: &Outcome) {
    let look = world.look().await;
    let mut amounts: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let sql = "WITH moves AS (\
            SELECT l.sku, e.seq, -l.quantity AS free FROM order_lines l JOIN entries e ON e.thing_id = l.order_id AND e.kind = 'order.placed' \
            UNION ALL SELECT l.sku, e.seq, l.quantity FROM order_lines l JOIN entries e ON e.thing_id = l.order_id AND e.kind = 'order.cancelled' \
            UNION ALL SELECT p.sku, m.seq, m.quantity FROM stock_movements m JOIN products p ON p.id = m.product_id) \
        SELECT sku || ' ' || (SUM(free) OVER (PARTITION BY sku ORDER BY seq) / 1000)::bigint FROM moves";
    for row in look.texts(sql).await {
        let (sku, free) = row.rsplit_once(' ').expect("two words");
        amounts
            .entry(sku.to_owned())
            .or_default()
            .push(free.parse().expect("never less than nothing was left"));
    }
    let lies = outcome
        .short
        .iter()
        .filter(|(sku, _, left)| !amounts.get(sku).is_some_and(|all| all.contains(left)))
        .count();
    figure("refused lines whose \"left\" was never so in the journal", lies);
    assert_eq!(lies, 0);
}
